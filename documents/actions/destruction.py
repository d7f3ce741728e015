"""The end of a paper's content when its time is over (Luật Lưu trữ art. 16): what stays is its entry in the book, its history
and the hashes of what was destroyed. Only an upper floor knows when; nothing here decides it."""

from collections.abc import Callable
from datetime import datetime

from documents.actions import unsent
from documents.journey import record
from documents.models import CertifiedCopy, Document, DraftPicture, Incoming, Outgoing
from orgs.models import Post

NAME = "(đã hủy)"
_ALSO: list[Callable[[Document], list[str]]] = []


def also(let_go: Callable[[Document], list[str]]) -> None:
    """Said when a floor above is ready: what of its own holds bytes of the paper. It lets go of them and gives their hashes."""
    _ALSO.append(let_go)


def destroy_content(paper: Document, *, by: Post | None, at: datetime) -> list[str]:
    """Lets go of every byte of the paper: files in all their versions, copies, pictures of a draft. Inside a transaction
    that holds the paper; whoever calls destroys the bytes (`blobs.destroy`) as the last thing he does. Gives the hashes."""
    files = list(paper.files.exclude(blob=None).values_list("blob", flat=True))
    record("destroy_content", paper, by=by, at=at, payload={"sha256": sorted(set(files))})
    paper.files.update(blob=None, name=NAME)
    CertifiedCopy.objects.filter(document=paper.pk).exclude(text="").update(text="")
    held = list(files)
    came = Incoming.objects.filter(pk=paper.pk).first()
    if came is not None:
        unsent.forget_about(came)
        # Nothing is left that could be checked later.
        Incoming.objects.filter(pk=paper.pk, signature_verdict="unknown").update(signature_verdict="")
    pictures = DraftPicture.objects.filter(outgoing=paper.pk)
    held += pictures.values_list("blob", flat=True)
    pictures.delete()
    Outgoing.objects.filter(pk=paper.pk).update(body="", bases="", addressees="", other_recipients="")
    for let_go in _ALSO:
        held += let_go(paper)
    return held
