"""What anybody may learn of an issued paper by the code on its printed copy, and about a file in hand.

The face of the paper and the verdict on its signatures; never its subject, text or recipients.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents import blobs
from documents.models import Blob, Document, File, Incoming, Outgoing
from orgs.models import Post
from signatures.actions.checking import check
from signatures.appearance.print_copy import print_copy
from signatures.models import PublicCode

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like 0, O, 1, I or L
LENGTH = 10  # 31^10: with ten million papers, one guess in eighty million finds one
_GROUPS = re.compile(r"(.{4})(.{4})(.+)")
_TYPED_BETWEEN = re.compile(r"[\s.\-–—_]+")
KEPT_FOR = 10 * 60  # seconds: a certificate may be withdrawn, so a verdict is asked for anew
_PRINT_MADE = 1  # raised when prints come to look otherwise, so that kept ones are made anew
# State of the paper → what a stranger is told. A state that is not here is not public at all.
STATES = {
    "issued": {"label": "Chưa bị thu hồi", "tone": "ok"},
    "revoked": {"label": "Đã thu hồi, không còn hiệu lực", "tone": "bad"},
}


def state_of(paper: Outgoing) -> dict[str, str]:
    """{label, tone}: in force, recalled, or replaced or mended by which paper."""
    newer = paper.replaced_by.filter(state="issued").order_by("-pk").first()
    if paper.state == "issued" and newer:
        return {"label": f"Đã được thay thế bởi văn bản {newer.code}", "tone": "warn"}
    if paper.state == "issued" and (mended := _mended(paper)):
        return {"label": f"{STATES['issued']['label']}; {mended}", "tone": "warn"}
    return STATES[paper.state]


def _mended(paper: Outgoing) -> str:
    """ "được đính chính bởi văn bản 16/SNV-VP": what is out about it, in order."""
    found = paper.corrected_by.filter(paper__state="issued").select_related("paper")
    return "; ".join(f"được {one.get_kind_display().lower()} bởi văn bản {one.paper.code}" for one in found)


@transaction.atomic
def code_for(document: Document, at: datetime) -> str:
    """The paper's code, made when it is first asked for (at the seal); the same ever after."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    try:
        with transaction.atomic():
            found, _ = PublicCode.objects.get_or_create(
                document_id=document.pk, defaults={"code": code, "created_at": at}
            )
    except IntegrityError:  # another paper has this very code
        return code_for(document, at)
    return found.code


def grouped(code: str) -> str:
    """As it is read aloud and printed: K7QM-4TXW-9B."""
    return "-".join(_GROUPS.fullmatch(code).groups())


def folded(typed: str) -> str:
    """A code as it is kept, whatever case, dashes and blanks it was typed with; empty for what can be none."""
    code = _TYPED_BETWEEN.sub("", typed[:60]).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def paper_of(typed: str) -> tuple[str, Outgoing] | None:
    """The code and the issued paper behind it; nothing for a wrong code and for a paper not issued."""
    code = folded(typed)
    found = PublicCode.objects.filter(code=code).first() if code else None
    if found is None:
        return None
    papers = Outgoing.objects.select_related("organisation", "signer__user", "public_code")
    paper = papers.filter(pk=found.document_id, state__in=STATES).first()
    return (found.code, paper) if paper and paper.current_file() else None


def seen_by(post: Post | None, paper: Outgoing) -> Document | None:
    """The paper as this post has it at its own desk: written by its office, or received from it."""
    if post is None:
        return None
    own = Outgoing.objects.visible_to(post).filter(pk=paper.pk).first()
    if own or not paper.document_uid:
        return own
    received = Incoming.objects.visible_to(post).filter(
        organisation=post.organisation_id, document_uid=paper.document_uid
    )
    return received.first()


def print_of(paper: Outgoing, at: datetime) -> Path:
    """The issued file as a copy for paper with its code, made once and kept by the file's hash.

    Raises FileNotFoundError and blobs.Damaged as `blobs.picture` does.
    """
    code, where = code_for(paper, at), settings.PUBLIC_URL.rstrip("/") + reverse("public_code")
    address = settings.PUBLIC_URL.rstrip("/") + reverse("public_paper", args=[code])
    name = hashlib.sha256(f"{_PRINT_MADE}\n{address}".encode()).hexdigest()[:16]
    return blobs.picture(
        paper.current_file().blob,
        f"in-{name}.pdf",
        lambda pdf: print_copy(pdf, address=address, where=where, code=grouped(code)),
    )


def verdict_on(blob: Blob) -> tuple[str, dict]:
    """The verdict on a file of ours, asked for anew every ten minutes."""
    return cache.get_or_set(f"public-verdict:{blob.sha256}", lambda: check(blobs.read(blob)), KEPT_FOR)


@dataclass(frozen=True)
class Likeness:
    """What a file in hand is to an issued paper: same, earlier, later, attachment or other."""

    kind: str
    name: str = ""


def compare(paper: Outgoing, data: bytes) -> Likeness:
    """Compares a file with the paper's own, by hashes of whole revisions only.

    Never by a part somebody may choose: that would let a stranger guess the text byte by byte.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    current = paper.current_file()
    if sha256 == current.blob_id:
        return Likeness("same")
    attached = paper.files.filter(part=File.Part.ATTACHMENT, blob=sha256).first()
    if attached:
        return Likeness("attachment", attached.name)
    kept = blobs.read(current.blob)
    if data.startswith(kept):
        return Likeness("later")
    return Likeness("earlier") if sha256 in _revisions(kept) else Likeness("other")


def _revisions(pdf: bytes) -> set[str]:
    """Hashes of the file as it was after each of its saves: a PDF only grows once it is signed."""
    found, digest, before = set(), hashlib.sha256(), 0
    for mark in re.finditer(rb"%%EOF(\r\n|\r|\n)?", pdf):
        for end in (mark.start() + 5, mark.end()):  # written with or without the last line's end
            digest.update(pdf[before:end])
            found.add(digest.hexdigest())
            before = end
    return found
