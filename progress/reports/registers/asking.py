"""What the address of a book asks for: year and series, a stretch of it, a kind, a room. What makes no sense is as good as not
asked, and said; whose books one may not read do not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import inf
from urllib.parse import urlencode

from django.db.models import Count, FilteredRelation, Max, Min, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone

from documents.access import may
from documents.kinds import CHOICES_IN
from documents.models import NumberLine, RegisterBook
from orgs.models import Post, Unit
from progress.reports.registers.books import Book
from progress.reports.registers.lines import WithoutPaper
from ui.days import parse_day
from ui.order import in_vietnamese

FIRST_YEAR, LAST_YEAR = 1990, 2100
_KINDS = dict(CHOICES_IN)


@dataclass(frozen=True)
class BookAsked:
    """A book as one post asks for it."""

    post: Post
    book: Book
    year: int
    series: str
    all_series: tuple[str, ...]
    units: tuple[Unit, ...]
    since: date | None = None
    until: date | None = None
    first: int | None = None
    last: int | None = None
    kind: str = ""
    unit: int | None = None
    volume: str = ""
    ignored: tuple[str, ...] = ()
    without: tuple[WithoutPaper, ...] = ()  # numbers of the series that no paper bears, in their order

    @property
    def title(self) -> str:
        of = f" {self.series}" if len(self.all_series) > 1 else ""
        return f"{self.book.title}{of} năm {self.year}{self.extract and f' ({self.extract})'}"

    @property
    def extract(self) -> str:
        """What kind or room it was cut down to: it must not pass for the whole book."""
        unit = next((f"đơn vị {one}" for one in self.units if one.pk == self.unit), "")
        said = ", ".join(filter(None, (self.kind and f"loại {_KINDS[self.kind]}", unit)))
        return said and f"Trích: {said}"

    def rows(self) -> QuerySet:
        """Its lines, in their order."""
        book, asked = self.book, Q()
        if book.series:
            # One key, so that the book's own index is read and no other year's line.
            key = {"organisation": self.post.organisation_id, "direction": book.series}
            mine = RegisterBook.objects.filter(**key, year=self.year, series=self.series)
            asked &= Q(book__in=mine.values("pk"))
        else:
            asked &= Q(**{f"{book.day}__year": self.year})
        bounds = {
            f"{book.day}__gte": self.since, f"{book.day}__lte": self.until, f"{book.number}__gte": self.first,
            f"{book.number}__lte": self.last, book.kind: self.kind or None,
        }  # fmt: skip
        asked &= Q(**{name: value for name, value in bounds.items() if value is not None})
        if self.unit:
            asked &= book.of_unit(self.unit)
        return book.rows(self.post).filter(asked)

    def numbers(self) -> list[WithoutPaper]:
        """What no paper bears of the stretch that was asked for; an extract of a kind or a room has none of them."""
        if self.kind or self.unit:
            return []
        since, until = self.since or date.min, self.until or date.max
        first, last = self.first or 0, self.last or inf
        return [one for one in self.without if since <= one.day <= until and first <= one.value <= last]

    def query(self, **more: str) -> str:
        """The same again in an address, changed by `more`."""
        asked = {
            "year": self.year, "series": self.series, "from": self.since, "to": self.until, "first": self.first,
            "last": self.last, "kind": self.kind, "unit": self.unit, "volume": self.volume,
        } | more  # fmt: skip
        return urlencode({name: f"{value}" for name, value in asked.items() if value not in (None, "")})


@dataclass(frozen=True)
class Bounds:
    """From where to where the lines go that were asked for: what stands on the cover."""

    count: int
    since: date | None
    until: date | None
    first: int | None
    last: int | None


def book_asked_by(post: Post | None, said: QueryDict, book: Book) -> BookAsked:
    """What an address says. Two questions. Raises Http404 for whoever may not read the registers."""
    if not may(post, "see_progress"):
        raise Http404
    ignored: list[str] = []
    year = _number(said, "year", "năm", ignored) or timezone.localdate().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        ignored.append(f"năm “{year}”")
        year = timezone.localdate().year
    beside = _series(post, book, year)
    series = tuple(beside)
    chosen = said.get("series", "")
    if chosen and chosen not in series:
        ignored.append(f"hệ thống số “{chosen[:20]}”")
        chosen = ""
    units = tuple(
        Unit.objects.filter(organisation=post.organisation_id).order_by("order", in_vietnamese("name"))
    )
    unit = _number(said, "unit", "đơn vị", ignored)
    if unit and unit not in {one.pk for one in units}:
        ignored.append("đơn vị không thuộc cơ quan")
        unit = None
    kind = said.get("kind", "")
    if kind and kind not in _KINDS:
        ignored.append(f"loại “{kind[:20]}”")
        kind = ""
    first, last = (
        _number(said, name, label, ignored) for name, label in (("first", "từ số"), ("last", "đến số"))
    )
    if not book.series and (first or last):  # of which register would they be?
        ignored.append("khoảng số")
        first = last = None
    shown = chosen or (series[0] if series else "")
    return BookAsked(
        post, book, year, shown, series, units,
        _day(said, "from", ignored), _day(said, "to", ignored),
        first, last, kind, unit, "".join(letter for letter in said.get("volume", "")[:10] if letter.isprintable()).strip(),
        tuple(ignored), beside.get(shown, ()),
    )  # fmt: skip


def bounds_of(asked: BookAsked) -> Bounds:
    """One question."""
    day, number = asked.book.day, asked.book.number
    found = asked.rows().aggregate(
        n=Count("pk"), since=Min(day), until=Max(day), first=Min(number), last=Max(number)
    )
    beside = asked.numbers()
    days, values = [one.day for one in beside], [one.value for one in beside]

    def either(name: str, choose: Callable, more: list):
        return choose((one for one in (found[name], *more) if one is not None), default=None)

    return Bounds(
        found["n"] + len(beside), either("since", min, days), either("until", max, days), either("first", min, values),
        either("last", max, values),
    )  # fmt: skip


def _series(post: Post, book: Book, year: int) -> dict[str, tuple[WithoutPaper, ...]]:
    """The series of the year, each with its numbers that no paper bears. One question."""
    if not book.series:
        return {}
    books = RegisterBook.objects.filter(organisation=post.organisation_id, direction=book.series, year=year)
    states = (NumberLine.State.VOID, NumberLine.State.RESERVED)
    beside = FilteredRelation("lines", condition=Q(lines__state__in=states))
    columns = ("value", "code", "day", "state", "reason", "by__user__full_name", "by__user__username", "at")
    rows = books.annotate(beside=beside).order_by(in_vietnamese("series"), "beside__value")
    seen = book.of_numbers is not None and post.covers(*book.lent_for)
    found: dict[str, tuple[WithoutPaper, ...]] = {}
    for series, value, code, day, state, reason, name, account, at in rows.values_list(
        "series", *(f"beside__{column}" for column in columns)
    ):
        there = value is not None and seen
        line = (WithoutPaper(value, code, day, state, reason, name or account, at),) if there else ()
        found[series] = found.get(series, ()) + line
    return found


def _number(said: QueryDict, name: str, label: str, ignored: list[str]) -> int | None:
    text = said.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    ignored.append(f"{label} “{text[:20]}”")
    return None


def _day(said: QueryDict, name: str, ignored: list[str]) -> date | None:
    text = said.get(name, "").strip()
    found = parse_day(text[:40]) if text else None
    if text and found is None:
        ignored.append(f"ngày “{text[:20]}”")
    return found
