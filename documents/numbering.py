"""Numbers in the books: gap-free, in order, certain only when the transaction that takes one commits.

Decree 30 art. 15.1 and 22.2: per organisation and calendar year, continuous from 01, paper and electronic alike.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from documents.journey import NotAllowedNow
from documents.models import Incoming, Outgoing, RegisterBook
from orgs.models import Organisation

ARRIVALS = "DEN"


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
    if book.closed_at:
        raise ValidationError(f"{book} đã khóa, không cấp thêm số được.")
    return book


def _last_date(book: RegisterBook) -> date | None:
    if book.direction == "in":
        papers, number, day = Incoming.objects, "arrival_number", "arrival_date"
    else:
        papers, number, day = Outgoing.objects, "number_value", "issued_on"
    return papers.filter(book=book).order_by(f"-{number}").values_list(day, flat=True).first()


def written(number: int) -> str:
    """As it is written on paper: a number below ten gets a leading zero (Phụ lục I.II.3)."""
    return f"{number:02d}"
