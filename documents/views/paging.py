"""Keyset pages: the cost of page one thousand is the cost of page one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

SIZE = 50


@dataclass
class Page:
    rows: list
    older_url: str = ""
    newer_url: str = ""


def page_of(
    queryset: QuerySet, request, *, key: str = "sorted_at", size: int = SIZE, ascending: bool = False
) -> Page:
    """One page of a list ordered by (key, pk), descending unless told. A mangled cursor shows the first page.

    `key` is a moment, or a date when ascending (deadlines: the nearest first). It is never null.
    """
    read = _day_cursor if ascending else _cursor
    older, newer = read(request.GET.get("older")), read(request.GET.get("newer"))
    on, back = ("gt", "lt") if ascending else ("lt", "gt")
    forward, backward = ([key, "pk"], [f"-{key}", "-pk"])[:: 1 if ascending else -1]
    if newer:
        rows = list(_beyond(queryset, key, back, newer).order_by(*backward)[: size + 1])
        more_newer, more_older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        found = _beyond(queryset, key, on, older) if older else queryset
        rows = list(found.order_by(*forward)[: size + 1])
        more_newer, more_older = bool(older), len(rows) > size
        rows = rows[:size]
    return Page(
        rows,
        older_url=_url(request, "older", rows[-1], key) if rows and more_older else "",
        newer_url=_url(request, "newer", rows[0], key) if rows and more_newer else "",
    )


def _beyond(queryset: QuerySet, key: str, side: str, cursor: tuple[date, int]) -> QuerySet:
    """Rows past the cursor. The first condition alone bounds the index scan; the second settles ties."""
    at, pk = cursor
    return queryset.filter(**{f"{key}__{side}e": at}).filter(
        Q(**{f"{key}__{side}": at}) | Q(**{f"pk__{side}": pk})
    )


def _cursor(text: str | None) -> tuple[datetime, int] | None:
    try:
        at, pk = (text or "").rsplit("_", 1)
        moment = parse_datetime(at)
        return (moment, int(pk)) if moment and moment.tzinfo else None
    except ValueError:
        return None


def _day_cursor(text: str | None) -> tuple[date, int] | None:
    try:
        day, pk = (text or "").rsplit("_", 1)
        found = parse_date(day)
        return (found, int(pk)) if found else None
    except ValueError:
        return None


def _url(request, side: str, row, key: str) -> str:
    query = request.GET.copy()
    query.pop("older", None)
    query.pop("newer", None)
    at = getattr(row, key)
    query[side] = f"{at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at.isoformat()}_{row.pk}"
    return f"?{query.urlencode()}"
