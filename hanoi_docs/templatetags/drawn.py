"""`{% drawn "_part.html" row=row %}`: a part that is given plain values, drawn once for the same values."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from time import monotonic
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()

PLAIN = frozenset({str, SafeString, int, float, bool, date, datetime, type(None)})
KEPT = 5000  # of each process, about a kilobyte each: a hundred lists
FORGOTTEN = 600  # seconds: what is destroyed at a desk stays in no memory for long
_since = monotonic()


@register.simple_tag
def drawn(name: str, **values: Any) -> str:
    """As `include … only`, without the request: no form stands in such a part.

    Raises TypeError for a value that may change while it looks the same.
    """
    _forget_sometimes()
    return _drawn(name, tuple((key, _Same(value)) for key, value in values.items()))


def _forget_sometimes() -> None:
    global _since
    if monotonic() - _since > FORGOTTEN:
        _since = monotonic()
        _drawn.cache_clear()


class _Same:
    """A value that is the same only where it draws the same: 1 is not True, and marked text is not text."""

    __slots__ = ("key", "value")

    def __init__(self, value: Any):
        self.value, self.key = value, _key(value)

    def __eq__(self, other):
        return self.key == other.key

    def __hash__(self):
        return hash(self.key)


def _key(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if kind is dict:
        return tuple((key, _key(one)) for key, one in value.items())
    if kind in (list, tuple):
        return kind, tuple(_key(one) for one in value)
    if is_dataclass(value):
        return kind, tuple(_key(getattr(value, field.name)) for field in fields(value))
    raise TypeError(f"{kind.__name__} cannot be told from itself later")


@lru_cache(maxsize=KEPT)
def _drawn(name: str, values: tuple) -> str:
    return get_template(name).template.render(
        template.Context({key: same.value for key, same in values}, autoescape=True)
    )
