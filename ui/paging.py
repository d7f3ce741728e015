"""Keyset pages: the cost of page one thousand is the cost of page one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime


@dataclass
class Page:
    rows: list
    older_url: str = ""
    newer_url: str = ""


def page_of(
    queryset: QuerySet,
    request,
    *,
    key: str = "sorted_at",
    ascending: bool = False,
    in_turn: bool = False,
) -> Page:
    """One page of a list ordered by (key, pk), descending unless told. A mangled cursor shows the first page.

    `key` is a moment, or a date when ascending (deadlines: the nearest first). It is never null.
    `in_turn`: as it is to be worked off, the urgent first and of those the oldest; the key is a moment.
    """
    size = settings.PAGE_SIZE
    order = ["-urgency", key, "pk"] if in_turn else [key, "pk"] if ascending else [f"-{key}", "-pk"]
    reads = [*([int] if in_turn else []), parse_date if ascending else _moment, int]
    older, newer = (_cursor(request.GET.get(side), reads) for side in ("older", "newer"))
    if newer:
        back = [_turned(field) for field in order]
        rows = list(_beyond(queryset, back, newer).order_by(*back)[: size + 1])
        more_newer, more_older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        found = _beyond(queryset, order, older) if older else queryset
        rows = list(found.order_by(*order)[: size + 1])
        more_newer, more_older = bool(older), len(rows) > size
        rows = rows[:size]
    return Page(
        rows,
        older_url=_url(request, "older", rows[-1], order) if rows and more_older else "",
        newer_url=_url(request, "newer", rows[0], order) if rows and more_newer else "",
    )


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _beyond(queryset: QuerySet, order: list[str], cursor: list) -> QuerySet:
    """Rows past the cursor. The first condition alone bounds the index scan; the second settles ties."""
    past, same = Q(), Q()
    for field, value in zip(order, cursor, strict=True):
        name, side = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
        past |= same & Q(**{f"{name}__{side}": value})
        same &= Q(**{name: value})
    name, side = order[0].removeprefix("-"), "lte" if order[0].startswith("-") else "gte"
    return queryset.filter(**{f"{name}__{side}": cursor[0]}).filter(past)


def _cursor(text: str | None, reads: list) -> list | None:
    try:
        values = [read(part) for read, part in zip(reads, (text or "").split("_"), strict=True)]
    except ValueError:
        return None
    return None if None in values else values


def _moment(text: str) -> datetime | None:
    found = parse_datetime(text)
    return found if found and found.tzinfo else None


def _url(request, side: str, row, order: list[str]) -> str:
    query = request.GET.copy()
    query.pop("older", None)
    query.pop("newer", None)
    query[side] = "_".join(_written(getattr(row, field.removeprefix("-"))) for field in order)
    return f"?{query.urlencode()}"


def _written(value: datetime | date | int) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
