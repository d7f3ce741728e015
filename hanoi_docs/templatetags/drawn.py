"""`{% drawn "_part.html" row=row %}`: a part that is given plain values, drawn once for the same values.

`{% drawn_form "_part.html" row=row %}`: the same of a part with forms in it.
"""

from dataclasses import is_dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pickle import Pickler
from time import monotonic
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from ui.token import token_mark, with_token

register = template.Library()

KEPT = 5000  # of each process, about a kilobyte each: a hundred lists
FORGOTTEN = 600  # seconds: what is destroyed at a desk stays in no memory for long
_since = monotonic()


@register.simple_tag
def drawn(name: str, /, **values: Any) -> str:
    """As `include … only`, without the request: no form stands in such a part.

    Raises TypeError for a value that may change while it looks the same.
    """
    _forget_sometimes()
    return _drawn(name, _Same(values))


@register.simple_tag(takes_context=True)
def drawn_form(context: template.Context, name: str, /, **values: Any) -> SafeString:
    """As `drawn`, where forms stand in the part: it is kept without their token, each answer puts in its own."""
    return with_token(drawn(name, csrf_token=token_mark(), **values), context["request"])


def _forget_sometimes() -> None:
    global _since
    if monotonic() - _since > FORGOTTEN:
        _since = monotonic()
        _drawn.cache_clear()


class _Same:
    """Values that are the same only where they draw the same: 1 is not True, and marked text is not text."""

    __slots__ = ("key", "values")

    def __init__(self, values: dict[str, Any]):
        self.values, self.key = values, _written(values)

    def __eq__(self, other):
        return self.key == other.key

    def __hash__(self):
        return hash(self.key)


class _Writer(Pickler):
    """Tells each value with its kind, at a tenth of the time that walking through it takes in Python."""

    def reducer_override(self, value: Any):
        """Asked for all but words, numbers, None, and the dicts, lists and tuples of them."""
        kind = type(value)
        if kind is datetime or kind is date:
            return kind, (value.isoformat(),)
        if kind is SafeString or kind is type or is_dataclass(value):
            return NotImplemented
        raise TypeError(f"{kind.__name__} cannot be told from itself later")


def _written(values: dict[str, Any]) -> bytes:
    out = BytesIO()
    writer = _Writer(out)
    writer.fast = True  # what is equal is written the same, whether or not it is one object
    writer.dump(values)
    return out.getvalue()


@lru_cache(maxsize=KEPT)
def _drawn(name: str, same: _Same) -> str:
    return get_template(name).template.render(template.Context(same.values, autoescape=True))
