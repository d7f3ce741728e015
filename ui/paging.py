"""Keyset pages: the cost of page one thousand is the cost of page one, and a new row moves nobody's page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import BooleanField, CharField, DateField, DateTimeField, Field, Q, QuerySet, TextField
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime


@dataclass
class Page:
    rows: list
    older_url: str = ""
    newer_url: str = ""


def page_of(queryset: QuerySet, request: HttpRequest, *order: str) -> Page:
    """One page in the order of these fields ("-" before one that falls): none is ever null, the last is unique.

    ?older and ?newer bear the fields of the row beside which the page begins; a mangled one shows the first page.
    """
    size = settings.PAGE_SIZE
    older, newer = (_cursor(queryset, request.GET.getlist(side), order) for side in ("older", "newer"))
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


def _beyond(queryset: QuerySet, order, cursor: list) -> QuerySet:
    """Rows past the cursor. The first condition alone bounds the index scan; the second settles ties."""
    past, same = Q(), Q()
    for field, value in zip(order, cursor, strict=True):
        name, side = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
        past |= same & Q(**{f"{name}__{side}": value})
        same &= Q(**{name: value})
    name, side = order[0].removeprefix("-"), "lte" if order[0].startswith("-") else "gte"
    return queryset.filter(**{f"{name}__{side}": cursor[0]}).filter(past)


def _cursor(queryset: QuerySet, written: list[str], order) -> list | None:
    try:
        pairs = zip(order, written, strict=True)
        values = [_read(_field(queryset, name.removeprefix("-")), text) for name, text in pairs]
    except ValueError:
        return None
    return None if None in values else values


def _field(queryset: QuerySet, name: str) -> Field:
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    options = queryset.model._meta
    *through, last = name.split("__")
    for relation in through:
        options = options.get_field(relation).related_model._meta
    return options.pk if last == "pk" else options.get_field(last)


def _read(field: Field, text: str) -> datetime | date | str | bool | int | None:
    """Raises ValueError, or gives None, for what was never written here."""
    if isinstance(field, DateTimeField):
        found = parse_datetime(text)
        return found if found and found.tzinfo else None
    if isinstance(field, DateField):
        return parse_date(text)
    if isinstance(field, CharField | TextField):
        return text if "\0" not in text else None
    return bool(int(text)) if isinstance(field, BooleanField) else int(text)


def _url(request: HttpRequest, side: str, row, order) -> str:
    query = request.GET.copy()
    query.pop("older", None)
    query.pop("newer", None)
    query.setlist(side, [_written(_value(row, field.removeprefix("-"))) for field in order])
    return f"?{query.urlencode()}"


def _value(row, name: str):
    for step in name.split("__"):
        row = getattr(row, step)
    return row


def _written(value: datetime | date | str | bool | int) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
