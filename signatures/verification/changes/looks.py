"""Where a widget lies and what it shows (12.5.5): a box of four numbers, and a look that stays in it."""

import re

from ..pdf import Stream, Unreadable
from ..pdf.syntax import SPACE
from .comparison import Changed, Comparison

_SEEN_FLAGS = 2 | 4 | 32 | 64 | 128 | 512  # hidden, print, no view, read only, locked, locked contents
_FLAT = 0.01  # points, or square points of a picture of one
_BLANK = re.compile(SPACE)


def area(entries: dict) -> float:
    """Of a widget's box, in square points. Raises Changed unless it is four numbers."""
    left, bottom, right, top = box_of(entries)
    return (right - left) * (top - bottom)


def box_of(entries: dict) -> tuple[float, float, float, float]:
    """A widget's box, in order. Raises Changed unless it is four numbers, written where they belong."""
    box = entries.get("Rect")
    if not isinstance(box, list) or len(box) != 4 or not all(type(one) in (int, float) for one in box):
        raise Changed("a box that is not four numbers")
    x0, y0, x1, y1 = map(float, box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def check_look(c: Comparison, entries: dict) -> None:
    """A look is one form XObject with a box, or one for each state; flags that make it leave its box are not allowed."""
    flags = c.new.get(entries.get("F", 0))
    if type(flags) is not int or flags & ~_SEEN_FLAGS:
        raise Changed("flags of a widget")
    looks = c.new.get(entries.get("AP"))
    if looks is None:
        return
    if not isinstance(looks, dict):
        raise Changed("the look of a widget")
    for look in looks.values():
        found = c.new.get(look)
        if isinstance(found, dict) and c.new.get(entries.get("AS")) not in found:
            raise Changed("a look of which readers choose another state")
        states = list(found.values()) if isinstance(found, dict) else [look]
        for state in states:
            _check_form(c, c.new.get(state))


def is_flat(c: Comparison, entries: dict) -> bool:
    """Whether the look of a widget is pressed to a line or a point. Pdfium then lets go of the box, and draws letters
    beside it as large as they like."""
    looks = c.new.get(entries.get("AP"))
    form = c.new.get(looks.get("N")) if isinstance(looks, dict) else None
    if not isinstance(form, Stream) or is_empty(c, entries):
        return False
    values = [c.new.get(one) for one in c.new.list(form.entries.get("Matrix"))] or [1, 0, 0, 1, 0, 0]
    if len(values) != 6 or not all(type(one) in (int, float) for one in values):
        return True
    x0, y0, x1, y1 = box_of(entries)
    left, bottom, right, top = (c.new.get(one) for one in c.new.list(form.entries.get("BBox")))
    turned = abs(values[0] * values[3] - values[1] * values[2])
    return min(x1 - x0, y1 - y0, abs(right - left), abs(top - bottom), turned) < _FLAT


def check_plain(c: Comparison, entries: dict) -> None:
    """A signature looks one way: nothing else comes out when a pointer is over it, where no picture of ours is taken."""
    looks = c.new.get(entries.get("AP"))
    if not looks:
        return
    if not isinstance(looks, dict) or looks.keys() != {"N"} or not isinstance(c.new.get(looks["N"]), Stream):
        raise Changed("a signature of many looks")


def _check_form(c: Comparison, form: object) -> None:
    if not isinstance(form, Stream) or c.new.get(form.entries.get("Subtype")) != "Form":
        raise Changed("the look of a widget")
    box = c.new.get(form.entries.get("BBox"))
    numbers = [c.new.get(one) for one in box] if isinstance(box, list) else []
    if len(numbers) != 4 or not all(type(one) in (int, float) for one in numbers):
        raise Changed("the box of a look")


def is_empty(c: Comparison, entries: dict) -> bool:
    """Nothing is drawn: no look, or one of white space and comments (as PDFBox, iText and Adobe write it)."""
    looks = c.new.get(entries.get("AP"))
    if looks is None:
        return True
    form = c.new.get(looks.get("N")) if isinstance(looks, dict) and set(looks) == {"N"} else None
    if not isinstance(form, Stream):
        return False
    try:
        return _BLANK.fullmatch(c.new.decoded(form)) is not None
    except Unreadable:
        return False


def check_mark(c: Comparison, entries: dict) -> None:
    """Nothing from which a reader would draw a look by itself."""
    mark = c.new.get(entries.get("MK"))
    if mark is not None and (not isinstance(mark, dict) or not mark.keys() <= {"R"} or mark.get("R", 0) != 0):
        raise Changed("a widget that is drawn without a look")


def needs_defaults(c: Comparison, entries: dict) -> bool:
    looks = c.old.get(entries.get("AP"))
    forms = [c.old.get(look) for look in looks.values()] if isinstance(looks, dict) else []
    return any(not isinstance(form, Stream) or _borrows(c, form) for form in forms)


def _borrows(c: Comparison, form: Stream) -> bool:
    """A look without resources that names one."""
    try:
        return "Resources" not in form.entries and b"/" in c.old.decoded(form)
    except Unreadable:
        return True
