"""A paper that left on paper while the system was away, its number given by hand from those set aside: into the book after."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.metadata.own_fields import as_told, take_own
from documents.actions.outgoing.drafts import refuse_marks
from documents.actions.outgoing.page_content import notation_of
from documents.arrival import NewFile
from documents.journey import record
from documents.models import Board, File, NumberLine, Outgoing
from documents.numbering import bear, series_for, take_reserved, written
from orgs.models import Post
from ui.text import nfc

BY_HAND = "Ghi tay khi hệ thống ngừng"


@transaction.atomic
def enter_reserved(
    line: NumberLine, *, kind: str, subject: str, signer: Post, drafter: Post, issued_on: date, places: str, file: NewFile,
    note: str = "", own: Mapping[str, Any] | None = None, by: Post, at: datetime,
) -> Outgoing:  # fmt: skip
    """The paper as it was signed, stamped and sent by hand on that day, with its scan: issued, and so in the book. `places`:
    where it went, one on each line; `own`: what it says in the office's own fields (`take_own`).

    Raises PermissionDenied for anybody but the clerk; ValidationError for a number that is entered or void already, a day out
    of the order of the book, a kind that takes its numbers elsewhere, or a mark of secrecy in what was typed.
    """
    organisation = line.book.organisation
    if not may(by, "keep_books") or organisation.pk != by.organisation_id:
        raise PermissionDenied("Chỉ văn thư của cơ quan vào sổ số đã giữ.")
    if {signer.organisation_id, drafter.organisation_id} != {organisation.pk}:
        raise ValidationError("Người ký và người soạn phải là người của cơ quan.")
    refuse_marks({"subject": subject, "places": places, "note": note})
    taken = take_reserved(line, issued_on, at=at)
    board = Board.objects.filter(organisation=organisation, abbreviation=taken.book.series).first()
    series = board.abbreviation if board else series_for(organisation.pk, kind, issued_on)
    if series != taken.book.series:
        raise ValidationError({"kind": f"Số này của hệ thống số {taken.book.series}; loại văn bản này lấy số ở hệ thống {series}."})  # fmt: skip
    paper = Outgoing(
        organisation=organisation, direction="out", state="issued", held_since=at, sorted_at=at, created_at=at, kind=kind, board=board,
        subject=nfc(subject), issuer=organisation, issuer_name=organisation.name, drafter=drafter, signer=signer,
        signer_name=str(signer.user), signer_title=signer.title, other_recipients=places, note=note or BY_HAND, pages=file.pages,
        version=1, book=taken.book, number_value=taken.value, number=written(taken.value), issued_on=issued_on,
        issued_at=timezone.make_aware(datetime.combine(issued_on, time(12))) if issued_on < timezone.localdate(at) else at,
    )  # fmt: skip
    told = as_told(take_own(paper, own, whole=True))
    paper.notation = notation_of(paper)
    paper.document_uid = f"{organisation.code},{issued_on:%Y/%m/%d},{paper.code}"
    paper.save()
    File.objects.create(
        document=paper, blob=file.blob, name=file.name[:200], part=File.Part.MAIN, stage=File.Stage.RECEIVED, version=1,
        pages=file.pages, held=file.held, seen=file.seen, created_at=at, created_by=by,
    )  # fmt: skip
    bear(taken, paper, on=issued_on, by=by, at=at)
    said = {
        "code": paper.code,
        "date": issued_on.isoformat(),
        "note": BY_HAND,
        "reservation": line.reservation_id,
    }
    record("enter_reserved", paper, by=by, at=at, payload=said | told | {"sha256": file.blob.pk})
    return paper
