"""Which changes of a form are on the list: signatures given, fields filled, signature fields added.

A field that is signed may get its value and its look; one that is filled, too. A new field must be a signature field
of the plainest kind, with a box of four numbers. Everything else of a form stays as it was: above all the keys by
which a reader draws fields anew (NeedAppearances, DA, DR, Q, XFA), which would take number and date from a sealed paper.
"""

import re

from ..pdf import Ref, Stream, Unreadable, text
from ..pdf.syntax import SPACE
from .comparison import Changed, Comparison, Level, Touched

_SIGNED = frozenset(("V", "AP", "M", "F", "P", "MK", "Ff"))  # what signing an empty field writes
_FILLED = frozenset(("V", "AP", "AS", "M", "I", "Ff"))
_NEW_FIELD = frozenset(
    [
        "FT",
        "T",
        "V",
        "Type",
        "Subtype",
        "Rect",
        "F",
        "P",
        "AP",
        "Lock",
        "SV",
        "TU",
        "TM",
        "Ff",
        "Kids",
        "Parent",
        "MK",
        "M",
        "NM",
        "StructParent",
        "Border",
        "BS",
        "DA",
        "DR",
        "Q",
        "H",
        "Lang",
    ]
)
_NEW_PARENT = frozenset(("T", "Kids", "Parent", "FT", "Ff"))
_SEEN_FLAGS = 2 | 4 | 32 | 64 | 128 | 512  # hidden, print, no view, read only, locked, locked contents
_FLAT = 0.01  # points, or square points of a picture of one
_MAX_DEPTH = 20
_BLANK = re.compile(SPACE)
_STAMP = "ETSI.RFC3161"


def compare_forms(c: Comparison, one: object, other: object) -> None:
    """The interactive form (12.7.3). Raises Changed."""
    before, after = c.old.get(one), c.new.get(other)
    if before is None:  # none there may be later: a reader that knows XFA shows that instead of the pages
        c.same(one, other)
        return
    c.plain(other)
    if type(before) is not dict or type(after) is not dict:
        raise Changed("form")
    c.judged |= _numbers(c, before)
    rules = {
        "Fields": lambda old, new: _list(c, old, new, "", None, None),
        "SigFlags": _flags,
        "DR": lambda old, new: _defaults(c, old, new),
        "DA": lambda old, new: _defaults(c, old, new),
    }
    c.entries(before, after, rules)


def _numbers(c: Comparison, form: dict) -> set[int]:
    """All fields and widgets of the old form. Raises Changed for a tree that bites its tail."""
    found: set[int] = set()
    waiting = list(c.old.list(form.get("Fields")))
    while waiting:
        ref = waiting.pop()
        if type(ref) is not Ref or ref.num in found:
            continue
        found.add(ref.num)
        entries = c.old.dict(ref)
        c.only_signatures &= c.old.get(entries.get("FT", "Sig")) == "Sig" and not _needs_defaults(c, entries)
        waiting += c.old.list(entries.get("Kids"))
    return found


def _list(
    c: Comparison, one: object, other: object, name: str, parent: Ref | None, kind: object, depth: int = 0
) -> None:
    before, after = c.old.list(one), c.new.list(other)
    c.plain(other)
    if depth > _MAX_DEPTH or type(c.new.get(other)) not in (list, type(None)) or len(after) < len(before):
        raise Changed(f"fields of {name!r}")
    for kept, now in zip(before, after, strict=False):
        if kept != now:
            raise Changed(f"fields of {name!r}")
        if type(kept) is Ref:
            _field(c, kept, name, kind, depth)
        else:
            c.same(kept, now)
    for added in after[len(before) :]:
        _added(c, added, name, parent, depth)


def _field(c: Comparison, ref: Ref, above: str, kind: object, depth: int) -> None:
    before, after = _dictionaries(c, ref)
    kind = c.old.get(before.get("FT", kind))
    name = _named(above, c.old.get(before.get("T")))
    kids = c.old.list(before.get("Kids"))
    inner = any("T" in c.old.dict(kid) for kid in kids)
    if c.old.get(before.get("V")) is None and "V" not in before and kind == "Sig":
        free = _SIGNED if isinstance(c.new.get(after.get("V")), dict) else frozenset()
    else:
        free = frozenset() if kind == "Sig" or inner else _FILLED
    differing = [key for key in free if c.differs(before.get(key), after.get(key))]
    if "MK" in differing:
        _check_mark(c, after)
    if "Ff" in differing and not _only_locked(before.get("Ff", 0), after.get("Ff", 0)):
        raise Changed(f"flags of {name!r}")
    rules = dict.fromkeys(free, _anything)
    if inner:
        rules["Kids"] = lambda old, new: _list(c, old, new, name, ref, kind, depth + 1)
    elif kids:
        rules["Kids"] = lambda old, new: _widgets(c, old, new, free - {"V"}, differing)
    c.entries(before, after, rules)
    if differing:
        _touch(c, name, after, ref, kind, differing)


def _dictionaries(c: Comparison, ref: object) -> tuple[dict, dict]:
    """A field or a widget, before and now. Raises Changed for anything else: of a stream, an array or a text that is
    listed as a field the keys alone would be compared, and whoever else points at it relies on this comparison."""
    c.plain(ref)
    before, after = c.old.get(ref), c.new.get(ref)
    if before is None and after is None:
        return {}, {}
    if type(before) is not dict or type(after) is not dict:
        raise Changed("a field that is no dictionary")
    return before, after


def _only_locked(one: object, other: object) -> bool:
    """The one flag that a signer sets on what it locks: read only."""
    return type(one) is int and type(other) is int and one | 1 == other


def _widgets(c: Comparison, one: object, other: object, free: frozenset, differing: list) -> None:
    """The places of one field on the pages."""
    before, after = c.old.list(one), c.new.list(other)
    c.plain(other)
    if before != after:
        raise Changed("widgets of a field")
    for ref in before:
        old, new = _dictionaries(c, ref)
        if "Kids" in old:
            raise Changed("a widget with widgets of its own")
        found = [key for key in free if c.differs(old.get(key), new.get(key))]
        c.entries(old, new, dict.fromkeys(free, _anything))
        if found:
            differing += found
            c.shown.append((ref, new))
            _check_look(c, new)
            if free <= _SIGNED:
                _check_plain(c, new)


def _touch(c: Comparison, name: str, after: dict, ref: Ref, kind: object, differing: list) -> None:
    """A field of the old form that got a value or another look."""
    c.step.reach(Level.FORM)
    c.step.touched.append(Touched(name, signed=kind == "Sig", new=False))
    if kind == "Sig":  # some makers put it on its page only now
        page = after.get("P")
        c.widgets[ref.num] = page.num if type(page) is Ref else None
        _check_plain(c, after)
    if "Rect" in after:
        c.shown.append((ref, after))
        _check_look(c, after)
    elif after.get("AP") is not None:
        raise Changed("a look without a box")
    elif not {"AP", "F", "P", "MK"}.isdisjoint(differing) and "Kids" not in after:
        raise Changed("a field that is something else besides")  # an action takes the file it opens from F


def _added(c: Comparison, ref: object, above: str, parent: Ref | None, depth: int) -> None:
    if not c.is_new(ref) or depth > _MAX_DEPTH:
        raise Changed(f"a field added to {above!r}")
    entries = c.new.dict(ref)
    c.plain(ref)
    if (parent is not None and entries.get("Parent") != parent) or (parent is None and "Parent" in entries):
        raise Changed("a new field with another parent")
    if not isinstance(entries.get("T"), bytes):
        raise Changed("a new field without a name")
    name, kids = _named(above, entries["T"]), c.new.list(entries.get("Kids"))
    if any("T" in c.new.dict(kid) for kid in kids):
        if not entries.keys() <= _NEW_PARENT:
            raise Changed(f"a new field {name!r}")
        for kid in kids:
            _added(c, kid, name, ref, depth + 1)
        return
    _added_signature(c, ref, entries, name, kids)


def _added_signature(c: Comparison, ref: Ref, entries: dict, name: str, kids: list) -> None:
    if not entries.keys() <= _NEW_FIELD or c.new.get(entries.get("FT")) != "Sig":
        raise Changed(f"a new field {name!r} that is not for a signature")
    value = c.new.get(entries.get("V"))
    if value is not None and not isinstance(value, dict):
        raise Changed(f"the value of {name!r}")
    stamp = isinstance(value, dict) and c.new.get(value.get("SubFilter")) == _STAMP
    if not kids:
        _added_widget(c, ref, entries, value, stamp)
    for kid in kids:
        widget = c.new.dict(kid)
        c.plain(kid)
        if (
            not c.is_new(kid)
            or not widget.keys() <= _NEW_FIELD - {"V", "Kids", "T"}
            or widget.get("Parent", ref) != ref
        ):
            raise Changed(f"a widget of {name!r}")
        _added_widget(c, kid, widget, value, stamp)
    if not stamp:
        c.step.touched.append(Touched(name, signed=True, new=True))
    c.step.reach(Level.VALIDATION if stamp else Level.FORM)


def _added_widget(c: Comparison, ref: Ref, entries: dict, value: dict | None, stamp: bool) -> None:
    if c.new.get(entries.get("Subtype", "Widget")) != "Widget":
        raise Changed("a new widget of another kind")
    page = entries.get("P")
    if page is not None and (type(page) is not Ref or page.num not in c.pages):
        raise Changed("a new widget on no page")
    c.widgets[ref.num] = page.num if page is not None else None
    if "Rect" not in entries:
        if entries.get("AP") is not None:
            raise Changed("a new widget without a box")
        return
    if stamp and (area(entries) or not _is_empty(c, entries)):
        raise Changed("a time stamp that shows something")
    if value is None and entries.get("AP") is not None:
        raise Changed("a new field with a look and no signature")
    area(entries)
    _check_mark(c, entries)
    _check_look(c, entries)
    _check_plain(c, entries)
    c.shown.append((ref, entries))


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


def _check_look(c: Comparison, entries: dict) -> None:
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
    if not isinstance(form, Stream) or _is_empty(c, entries):
        return False
    values = [c.new.get(one) for one in c.new.list(form.entries.get("Matrix"))] or [1, 0, 0, 1, 0, 0]
    if len(values) != 6 or not all(type(one) in (int, float) for one in values):
        return True
    x0, y0, x1, y1 = box_of(entries)
    left, bottom, right, top = (c.new.get(one) for one in c.new.list(form.entries.get("BBox")))
    turned = abs(values[0] * values[3] - values[1] * values[2])
    return min(x1 - x0, y1 - y0, abs(right - left), abs(top - bottom), turned) < _FLAT


def _check_plain(c: Comparison, entries: dict) -> None:
    """A signature looks one way: nothing else comes out when a pointer is over it, where no picture of ours is taken."""
    looks = c.new.get(entries.get("AP"))
    if looks is not None and (
        not isinstance(looks, dict) or looks.keys() != {"N"} or not isinstance(c.new.get(looks["N"]), Stream)
    ):
        raise Changed("a signature of many looks")


def _check_form(c: Comparison, form: object) -> None:
    if not isinstance(form, Stream) or c.new.get(form.entries.get("Subtype")) != "Form":
        raise Changed("the look of a widget")
    box = c.new.get(form.entries.get("BBox"))
    numbers = [c.new.get(one) for one in box] if isinstance(box, list) else []
    if len(numbers) != 4 or not all(type(one) in (int, float) for one in numbers):
        raise Changed("the box of a look")


def _is_empty(c: Comparison, entries: dict) -> bool:
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


def _check_mark(c: Comparison, entries: dict) -> None:
    """Nothing from which a reader would draw a look by itself."""
    mark = c.new.get(entries.get("MK"))
    if mark is not None and (not isinstance(mark, dict) or not mark.keys() <= {"R"} or mark.get("R", 0) != 0):
        raise Changed("a widget that is drawn without a look")


def _defaults(c: Comparison, one: object, other: object) -> None:
    """Some makers give every form default fonts. Allowed where nothing is drawn with them: all fields are for
    signatures, and every look brings its own resources."""
    if c.differs(one, other) and not (c.only_signatures and isinstance(c.new.get(other), (dict, bytes))):
        raise Changed("defaults of the form")


def _needs_defaults(c: Comparison, entries: dict) -> bool:
    looks = c.old.get(entries.get("AP"))
    forms = [c.old.get(look) for look in looks.values()] if isinstance(looks, dict) else []
    return any(not isinstance(form, Stream) or _borrows(c, form) for form in forms)


def _borrows(c: Comparison, form: Stream) -> bool:
    """A look without resources that names one."""
    try:
        return "Resources" not in form.entries and b"/" in c.old.decoded(form)
    except Unreadable:
        return True


def _flags(one: object, other: object) -> None:
    """There are signatures, and the file may only grow: once said, it is not taken back."""
    before, after = one or 0, other or 0
    if type(before) is not int or type(after) is not int or not 0 <= after <= 3 or before & ~after:
        raise Changed("flags of the form")


def compare_permissions(c: Comparison, one: object, other: object) -> None:
    """A certification that came later names itself in the catalog (12.8.6). Raises Changed for anything else."""
    if c.differs(one, other):
        value = c.new.get(other)
        if (
            one is not None
            or not isinstance(value, dict)
            or value.keys() != {"DocMDP"}
            or not c.is_new(value["DocMDP"])
        ):
            raise Changed("permissions")
        c.step.reach(Level.FORM)


def _anything(one: object, other: object) -> None:
    """Looked at by whoever asked for the key."""


def _named(above: str, part: object) -> str:
    if not isinstance(part, bytes):
        return above
    return f"{above}.{text(part)}" if above else text(part)
