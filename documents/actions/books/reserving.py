"""Numbers for the time the system is away: set aside before, given by hand on paper, entered or made void afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.books.boards import boards_of
from documents.journey import record
from documents.models import NumberLine, Reservation
from documents.numbering import ARRIVALS, COPIES, locked_book, open_book, series_on, written
from orgs.models import Post

MOST = 100  # numbers at once
LEAST = 10  # letters of a reason
_NOT_YOU = "Chỉ văn thư của cơ quan giữ số và đối chiếu số đã giữ."


def series_in_use(post: Post, at: datetime) -> list[tuple[str, str]]:
    """What numbers can be set aside of: direction and series. Two questions."""
    of_kinds = dict.fromkeys(series_on(post.organisation_id, timezone.localdate(at)).values())
    of_boards = boards_of(post, at).values_list("abbreviation", flat=True)
    return [("in", ARRIVALS), *(("out", series) for series in (*of_kinds, *of_boards)), ("cpy", COPIES)]


@transaction.atomic
def reserve_numbers(
    direction: str, series: str, *, count: int, purpose: str, by: Post, at: datetime
) -> Reservation:
    """Takes the next `count` numbers of this year's book, to be given by hand; the system goes on after them.

    Raises PermissionDenied for anybody but the clerk, ValidationError for a number of them out of bounds, no reason, or a
    closed book.
    """
    if not may(by, "keep_books"):
        raise PermissionDenied(_NOT_YOU)
    if (direction, series) not in series_in_use(by, at):
        raise ValidationError({"book": "Cơ quan không dùng hệ thống số này."})
    if not 1 <= count <= MOST:
        raise ValidationError({"count": f"Mỗi lần giữ từ 1 đến {MOST} số."})
    if len(purpose.strip()) < LEAST:
        raise ValidationError({"purpose": f"Hãy ghi rõ lý do giữ số (ít nhất {LEAST} ký tự)."})
    today = timezone.localdate(at)
    book = open_book(by.organisation, direction, series, today)
    first = book.last_number + 1
    book.last_number += count
    book.save(update_fields=["last_number"])
    made = Reservation.objects.create(
        book=book, first=first, last=book.last_number, purpose=purpose, by=by, at=at
    )
    NumberLine.objects.bulk_create(
        NumberLine(
            book=book, value=value, state=NumberLine.State.RESERVED, reservation=made, day=today, by=by, at=at
        )
        for value in range(first, book.last_number + 1)
    )  # fmt: skip
    _record("reserve_numbers", made, [first, book.last_number], purpose, by, at)
    return made


@transaction.atomic
def void_reserved(
    reservation: Reservation, *, values: Iterable[int], reason: str, by: Post, at: datetime
) -> int:
    """Numbers set aside that were not used, or were spoilt on paper: they stay in the book with the word and the reason.

    Raises as `reserve_numbers`, and ValidationError when one of them is entered or void meanwhile: nothing is written then.
    """
    if not may(by, "keep_books") or reservation.book.organisation_id != by.organisation_id:
        raise PermissionDenied(_NOT_YOU)
    wanted = sorted(set(values))
    if not wanted:
        raise ValidationError("Hãy chọn ít nhất một số.")
    if len(reason.strip()) < LEAST:
        raise ValidationError({"reason": f"Hãy ghi rõ lý do hủy số (ít nhất {LEAST} ký tự)."})
    locked_book(reservation.book_id)
    lines = reservation.lines.filter(value__in=wanted)
    open_ones = lines.filter(state=NumberLine.State.RESERVED)
    if (there := open_ones.count()) != len(wanted):
        gone = lines.exclude(state=NumberLine.State.RESERVED).select_related("by__user").first()
        told = f"Số {written(gone.value)} {gone.get_state_display().lower()}: {gone.by.user}." if gone else ""
        raise ValidationError(f"{told or 'Số không thuộc lần giữ này.'} Chưa hủy số nào, hãy xem lại.")
    open_ones.update(state=NumberLine.State.VOID, reason=reason, by=by, at=at)
    _record("void_reserved", reservation, wanted, reason, by, at)
    return there


def open_lines(post: Post, direction: str | None = None):
    """Numbers of the office that are set aside and neither entered nor void."""
    found = NumberLine.objects.filter(
        book__organisation=post.organisation_id, state=NumberLine.State.RESERVED
    )
    return found.filter(book__direction=direction) if direction else found


def _record(kind: str, made: Reservation, numbers: list[int], why: str, by: Post, at: datetime) -> None:
    said = ("–" if kind == "reserve_numbers" else ", ").join(map(written, numbers))
    about = {"text": f"{made.book}: số {said}", "reservation": made.pk, "numbers": numbers, "reason": why}
    record(kind, None, by=by, at=at, organisation=made.book.organisation, payload=about)
