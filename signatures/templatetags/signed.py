"""The signatures of a paper on its page: documents does not know this room, the roof does."""

from django import template
from django.core.cache import cache

from documents import blobs
from documents.models import File, Incoming, Outgoing
from documents.views.incoming.verdicts import shown
from orgs.models import Post
from signatures.actions import check
from signatures.actions.sessions import OPEN
from signatures.attachments import remark
from signatures.models import Signature, SigningSession
from signatures.signing_right import said

register = template.Library()
KEPT_FOR = 10 * 60  # seconds: a certificate may be withdrawn, so a verdict is asked for anew


@register.inclusion_tag("signatures/_signatures.html")
def signatures_of(paper: Outgoing) -> dict:
    """The verdict on the file in force, and every signature ever given, with the file each one made."""
    current = paper.current_file()
    given = list(
        Signature.objects.filter(document=paper)
        .exclude(file__part=File.Part.EXTRACT)
        .select_related("certificate", "post__user", "post__organisation", "post__unit", "file")
    )
    stands = paper.signed_at or paper.state == "awaiting_signature"  # with the first of two signatures
    in_force = [one for one in given if current and one.file.version == current.version and stands]
    return {
        "verdict": _verdict(current.blob) if in_force else None,
        "signatures": [{"it": one, "void": one not in in_force, "right": said(one.evidence)} for one in given],
    }  # fmt: skip


@register.inclusion_tag("signatures/_copy.html")
def copy_of(paper: Incoming) -> dict:
    """The agency's signature on the electronic copy of a letter that came on paper, where there is one."""
    given = Signature.objects.filter(document=paper, file__part=File.Part.MAIN, file__stage=File.Stage.COPY)
    made = given.select_related(
        "certificate", "post__user", "post__organisation", "post__unit", "file__blob"
    ).first()
    if made is None or made.file.blob is None:
        return {}
    return {"verdict": _verdict(made.file.blob), "signatures": [{"it": made, "void": False}]}


def _verdict(blob) -> dict:
    try:
        verdict, report = cache.get_or_set(
            f"verdict:{blob.sha256}", lambda: check(blobs.read(blob)), KEPT_FOR
        )
    except OSError:  # the disk of the files is away: the page opens without it
        return shown("unknown", {"sentence": "Chưa kiểm tra được chữ ký số: kho tệp không trả lời."})
    return shown(verdict, report)


@register.simple_tag
def remark_on(file: File) -> dict:
    """What the agency's signature does with a file that goes with a paper: {tone, text}, or nothing."""
    return remark(file)


@register.inclusion_tag("signatures/_pending.html")
def pending_signature(paper: Incoming | Outgoing, post: Post | None) -> dict:
    """Whether this paper waits for a confirmation elsewhere; only who asked for it may look at the request."""
    may_wait = paper.state in ("format_checked", "awaiting_secretary", "awaiting_signature", "numbered")
    if not (may_wait or getattr(paper, "source", "") == Incoming.Source.PAPER):
        return {}
    waiting = SigningSession.objects.filter(document=paper.pk, state__in=OPEN).select_related("certificate")
    session = waiting.first()
    return {
        "session": session,
        "mine": session is not None and post is not None and session.post_id == post.pk,
    }
