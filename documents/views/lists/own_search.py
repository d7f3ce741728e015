"""Search by the office's own fields: text by what it contains, a choice as it is, numbers and days from and to."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from documents.forms.own_fields import NumberField
from documents.models import OwnField
from documents.models.own_field import DECIMALS, DIGITS, LONGEST
from ui.days import parse_day
from ui.text import nfc

ENDS = (("from", "gte", "từ"), ("to", "lte", "đến hết"))
MOST_SHOWN = 40  # those in use, and the last that have ended
_NUMBER = NumberField(required=False, max_digits=DIGITS, decimal_places=DECIMALS)


def read(one: OwnField, asked: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What was understood, by name in the address; and what was not, in words."""
    if one.kind in (OwnField.Kind.TEXT, OwnField.Kind.CHOICE):
        words = nfc(asked.get(one.key, "")[:LONGEST])
        if words and one.kind == OwnField.Kind.CHOICE and words not in one.choices:
            return {}, [f"{one.label} “{words[:40]}”"]
        return ({one.key: words} if words else {}), []
    found, unread = {}, []
    for end, *_ in ENDS:
        name = f"{one.key}_{end}"
        said = asked.get(name, "").strip()
        value = _day(said) if one.kind == OwnField.Kind.DATE else _number(said)
        if value is not None:
            found[name] = value
        elif said:
            unread.append(f"{one.label} “{said[:40]}”")
    return found, unread


def found(papers: QuerySet, fields: Iterable[OwnField], values: Mapping[str, Any]) -> QuerySet:
    """A field is its office's: so are the papers, and the index of those that say anything begins with it."""
    for one in fields:
        if rule := _rule(one, values):
            # Literally the condition of the index; a paper without values could not fit anyhow.
            papers = papers.filter(rule, organisation=one.organisation_id).exclude(own_values={})
    return papers


def shown(fields: Iterable[OwnField], values: Mapping[str, Any]) -> list[dict]:
    rows = []
    for one in list(fields)[:MOST_SHOWN]:
        if one.kind in (OwnField.Kind.TEXT, OwnField.Kind.CHOICE):
            rows.append(
                {
                    "name": one.key,
                    "label": one.label,
                    "value": values.get(one.key, ""),
                    "choices": one.choices,
                }
            )
            continue
        for end, _, words in ENDS:
            value = values.get(f"{one.key}_{end}", "")
            row = {
                "name": f"{one.key}_{end}",
                "label": f"{one.label}, {words}",
                "choices": [],
                "value": value,
            }
            if one.kind == OwnField.Kind.DATE:
                rows.append(row | {"day": True})
            else:
                rows.append(row | {"number": True, "value": one.said(value)})
    return rows


def _rule(one: OwnField, values: Mapping[str, Any]) -> Q | None:
    if one.key in values:
        if one.kind == OwnField.Kind.CHOICE:
            return Q(own_values__contains={one.key: values[one.key]})
        return Q(**{f"own_values__{one.key}__icontains": values[one.key]})
    sides = {
        f"own_values__{one.key}__{side}": _as_kept(values[f"{one.key}_{end}"])
        for end, side, _ in ENDS
        if f"{one.key}_{end}" in values
    }
    return Q(**sides) if sides else None


def _as_kept(value: Any) -> Any:
    return value if isinstance(value, int | float) else value.isoformat()


def _day(text: str):
    day = parse_day(text)
    return day if day and 1900 < day.year < 3000 else None


def _number(text: str) -> int | float | None:
    try:
        number = _NUMBER.clean(text)
    except ValidationError:
        return None
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)
