"""The head of the drafting unit writes into the draft himself while he checks it (decree 30 art. 10.3, 12.1)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from documents import versions
from documents.actions.outgoing.approval import keep_version, lay_out
from documents.actions.outgoing.drafts import WRITTEN, check_words, mark_of, refuse_marks
from documents.actions.outgoing.pictures import drop_pictures, keep_pictures
from documents.journey import NotAllowedNow, check, lock, move
from documents.models import File, Outgoing
from orgs.models import Post


def revise(
    outgoing: Outgoing, *, by: Post, at: datetime, seen: str, reason: str = "", **written: str
) -> File:
    """A version of his own, laid out anew; what he then agrees to is this one. `seen`: `mark_of` the text he was shown.

    Raises ValidationError when nothing changed, a secrecy mark is in it or `check_words` refuses it, NotAllowedNow when the draft has moved on.
    """
    check(outgoing, "revise", by=by)
    before = Outgoing.objects.get(pk=outgoing.pk)
    if all(written[name] == getattr(before, name) for name in WRITTEN):
        raise ValidationError("Nội dung chưa có gì thay đổi so với bản đang trình.")
    refuse_marks(written)
    check_words(
        before.kind, before.signer, before.drafter, body=written["body"], secretary=written["secretary"]
    )
    for name in WRITTEN:
        setattr(outgoing, name, written[name])
    keep_pictures(outgoing, by=by, at=at)  # they are on the page that is laid out
    laid_out = lay_out(outgoing, at)
    with transaction.atomic():
        lock(outgoing)
        locked = Outgoing.objects.get(pk=outgoing.pk)
        if mark_of(locked) != (seen or mark_of(before)):
            raise NotAllowedNow("Dự thảo vừa được sửa ở nơi khác. Hãy xem lại rồi sửa tiếp.", locked)
        outgoing.version = locked.version + 1
        attached = versions.version_of(outgoing).hashes()
        about = {"sha256": laid_out.blob.sha256, "version": outgoing.version, "attachments": attached}
        move(
            outgoing,
            "revise",
            by=by,
            at=at,
            holder=locked.holder,
            payload=about | ({"reason": reason} if reason else {}),
        )
        outgoing.pages = laid_out.pages
        outgoing.signer_lines, outgoing.notation = (
            "\n".join(laid_out.page.block.lines),
            laid_out.page.notation,
        )
        outgoing.save(update_fields=[*WRITTEN, "version", "pages", "signer_lines", "notation"])
        drop_pictures(outgoing)
        return keep_version(outgoing, laid_out, by=by, at=at)
