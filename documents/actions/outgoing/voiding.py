"""A number that was given and must not go out (decree 30 art. 15): void, with the reason, before the paper is issued."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from documents import versions
from documents.journey import check, lock, move
from documents.models import File, NumberLine, Outgoing
from documents.numbering import locked_book
from orgs.models import Post

LEAST = 10  # letters of a reason
_MARKED = "Tài liệu kèm theo đã được ký số với số này nên không hủy số được nữa. Hãy phát hành, rồi thu hồi hoặc thay thế văn bản."


@transaction.atomic
def void_number(outgoing: Outgoing, *, by: Post, at: datetime, reason: str) -> NumberLine:
    """Hủy số. The number stays in its book with the word and the reason, and is never given again; the paper goes back to its
    author, its signature falls, and signed anew it takes the next number.

    Only before the issue: what has left the house bears its number for ever, and is taken back or replaced by another paper
    (art. 18.3, 18.4). The decree is silent about void numbers; a book without gaps and without a number used twice (art.
    15.1) leaves no other way than to keep the line.
    Raises ValidationError for a reason too short, a closed book, or when files that go with it were signed with this number, else as `move`: of two presses one wins.
    """
    if len(reason.strip()) < LEAST:
        raise ValidationError({"reason": f"Hãy ghi rõ lý do hủy số (ít nhất {LEAST} ký tự)."})
    check(outgoing, "void_number", by=by)
    book = locked_book(outgoing.book_id)
    lock(outgoing)
    if File.objects.filter(document=outgoing.pk, made_from__isnull=False).exists():
        raise ValidationError(_MARKED)
    said = {"code": outgoing.code, "date": outgoing.issued_on.isoformat(), "version": outgoing.version}
    said |= {"sha256": versions.version_of(outgoing).main.blob_id or "", "reason": reason}
    move(outgoing, "void_number", by=by, at=at, holder=outgoing.drafter, payload=said)
    line = NumberLine.objects.create(
        book=book, value=outgoing.number_value, state=NumberLine.State.VOID, document_id=outgoing.pk, code=outgoing.code,
        day=outgoing.issued_on, reason=reason, by=by, at=at,
    )  # fmt: skip
    outgoing.book = outgoing.number_value = outgoing.issued_on = outgoing.signed_at = None
    outgoing.number = outgoing.document_uid = outgoing.signer_name = outgoing.signer_title = ""
    outgoing.save(
        update_fields=[
            "book", "number_value", "number", "issued_on", "document_uid", "signed_at", "signer_name", "signer_title",
        ]
    )  # fmt: skip
    return line
