"""Numbers in the books: gap-free, in order, certain only when the transaction that takes one commits.

Decree 30 art. 15.1 and 22.2: per organisation and calendar year, continuous from 01, paper and electronic alike.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from documents.journey import NotAllowedNow
from documents.kinds import KINDS, series_of
from documents.models import CertifiedCopy, Incoming, KindSeries, NumberLine, Outgoing, RegisterBook
from orgs.models import Organisation, Post

ARRIVALS = "DEN"
COPIES = "SAO"  # one series for sao y, sao lục, trích sao (Phụ lục I, Part II.3)
# Direction of a book → what bears its numbers, and in which fields number and day stand.
NUMBERED = {
    "in": (Incoming, "arrival_number", "arrival_date"),
    "out": (Outgoing, "number_value", "issued_on"),
    "cpy": (CertifiedCopy, "number_value", "made_on"),
}


def series_for(organisation_id: int, kind: str, on: date) -> str:
    """The series a kind takes its numbers from on that day: as the office has set it (art. 15.1), else the default."""
    own = KindSeries.objects.filter(organisation=organisation_id, kind=kind, since__lte=on)
    return own.order_by("-since", "-pk").values_list("series", flat=True).first() or series_of(kind)


def series_of_paper(paper: Outgoing, on: date) -> str:
    """The series it takes its number from on that day: a board has its own for all kinds."""
    return paper.board.abbreviation if paper.board_id else series_for(paper.organisation_id, paper.kind, on)


def series_on(organisation_id: int, on: date) -> dict[str, str]:
    """Of every kind the series it takes its numbers from on that day. One question."""
    own = KindSeries.objects.filter(organisation=organisation_id, since__lte=on).order_by("since", "pk")
    return {kind: series_of(kind) for kind in KINDS} | dict(own.values_list("kind", "series"))


def next_number(
    organisation: Organisation, direction: str, series: str, on: date
) -> tuple[RegisterBook, int]:
    """Takes the next number under a lock on the book's row; the lock lasts until the caller commits.

    Raises ValidationError when the book of that year has been closed, NotAllowedNow when the number before
    this one bears a later date: of two presses around midnight, the second would be dated back.
    """
    book = open_book(organisation, direction, series, on)
    latest = _last_date(book)
    if latest and latest > on:
        raise NotAllowedNow(f"Sổ đã có số của ngày {latest:%d/%m/%Y}, không cấp số lùi ngày. Hãy bấm lại.")
    book.last_number += 1
    book.save(update_fields=["last_number"])
    return book, book.last_number


def open_book(organisation: Organisation, direction: str, series: str, on: date) -> RegisterBook:
    """The book under its lock. Who writes an event before the number takes the book first (`journey.lock`)."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is only taken inside the transaction that uses it")
    key = {"organisation": organisation, "direction": direction, "year": on.year, "series": series}
    RegisterBook.objects.bulk_create([RegisterBook(**key)], ignore_conflicts=True)
    book = RegisterBook.objects.select_for_update().get(**key)
    _must_be_open(book)
    return book


def locked_book(pk: int) -> RegisterBook:
    """As `open_book`, of one that is there. Raises ValidationError when it is closed."""
    book = RegisterBook.objects.select_for_update().get(pk=pk)
    _must_be_open(book)
    return book


def take_reserved(line: NumberLine, on: date, *, at: datetime) -> NumberLine:
    """A number set aside before an outage, for the paper that was given it by hand: under the lock of its book until the
    caller commits, who then says by which paper (`bear`).

    Raises ValidationError with the sentence when it is entered or void already, or when the day does not lie between
    those of the numbers before and after it: also by hand no number is dated back (art. 15).
    """
    book = locked_book(line.book_id)
    found = NumberLine.objects.select_related("by__user", "reservation").get(pk=line.pk)
    if found.state != NumberLine.State.RESERVED:
        bearer = "bản sao" if book.direction == "cpy" else "văn bản"
        what = "đã hủy" if found.state == NumberLine.State.VOID else f"đã vào sổ cho {bearer} {found.code}"
        when = timezone.localtime(found.at)
        raise ValidationError(f"Số {written(found.value)} {what}: {found.by.user}, {when:%H:%M %d/%m/%Y}.")
    first, last = days_of(found, book, timezone.localdate(at))
    if not first <= on <= last:
        raise ValidationError(
            f"Số {written(found.value)} chỉ dùng cho văn bản từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}: số trước và số"
            " sau của sổ đã mang những ngày ấy. Văn bản ghi ngày khác thì hủy số này kèm lý do, rồi lấy số mới."
        )
    found.book = book
    return found


def bear(
    line: NumberLine, bearer: Incoming | Outgoing | CertifiedCopy, *, on: date, by: Post, at: datetime
) -> None:
    """Writes into the line what bears the number that was taken: a paper, or a copy of it."""
    paper = bearer.document_id if isinstance(bearer, CertifiedCopy) else bearer.pk
    line.state, line.document_id, line.code = NumberLine.State.ENTERED, paper, bearer.code
    line.day, line.by, line.at = on, by, at
    line.save(update_fields=["state", "document", "code", "day", "by", "at"])


def days_of(line: NumberLine, book: RegisterBook, today: date) -> tuple[date, date]:
    """The first and the last day a reserved number may bear. Two questions: not before it was set aside, nor outside its year, nor out of
    the order of the numbers beside it."""
    beside = [_papers_of(book), (_given_and_void(book), "value", "day")]
    first, last = [timezone.localdate(line.reservation.at)], [today, date(book.year, 12, 31)]
    for rows, number, day in beside:  # days never go back from one number to the next
        before, after = Q(**{f"{number}__lt": line.value}), Q(**{f"{number}__gt": line.value})
        found = rows.aggregate(before=Max(day, filter=before), after=Min(day, filter=after))
        first.append(found["before"])
        last.append(found["after"])
    return max(filter(None, first)), min(filter(None, last))


def _must_be_open(book: RegisterBook) -> None:
    if book.closed_at:
        raise ValidationError(f"{book} đã khóa (đã chốt sổ), không cấp thêm hay sửa số được.")


def _papers_of(book: RegisterBook):
    """What bears its numbers, and the names of number and day."""
    model, number, day = NUMBERED[book.direction]
    return model.objects.filter(book=book), number, day


def _given_and_void(book: RegisterBook):
    """Numbers that a paper bore on a day of their own; those set aside and never used had none."""
    return NumberLine.objects.filter(book=book, state=NumberLine.State.VOID, reservation=None)


def _last_date(book: RegisterBook) -> date | None:
    """Of the last number that was given, be it void since."""
    papers, number, day = _papers_of(book)
    last = papers.order_by(f"-{number}").values_list(day, flat=True).first()
    days = [last, _given_and_void(book).order_by("-value").values_list("day", flat=True).first()]
    return max(filter(None, days), default=None)


def written(number: int) -> str:
    """As it is written on paper: a number below ten gets a leading zero (Phụ lục I.II.3)."""
    return f"{number:02d}"
