"""Which changes of a form are on the list: signatures given, fields filled, signature fields added.

A field that is signed may get its value and its look; one that is filled, too. A new field must be a signature field
of the plainest kind, with a box of four numbers. Everything else of a form stays as it was: above all the keys by
which a reader draws fields anew (NeedAppearances, DA, DR, Q, XFA), which would take number and date from a sealed paper.
"""

from ..pdf import Ref, text
from .comparison import Changed, Comparison, Level, Touched
from .description import is_literal
from .looks import area, check_look, check_mark, check_plain, is_empty, needs_defaults

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
_LITERALS = dict.fromkeys(("TU", "TM", "M", "NM", "DA", "Lang"), bytes) | dict.fromkeys(("Type", "H"), str)
_LITERALS |= dict.fromkeys(("Ff", "Q", "StructParent"), int) | dict.fromkeys(("BS", "DR", "Lock", "SV"), dict)
_LITERALS |= {"Border": list}
_INSIDE = {
    "BS": {"Type", "W", "S", "D"}, "DR": {"ProcSet", "Font", "XObject", "Encoding"}, "Lock": {"Type", "Action", "Fields", "P"},
    "SV": {"Type", "Filter", "SubFilter", "DigestMethod", "V", "Cert", "Reasons", "MDP", "TimeStamp", "AddRevInfo", "Ff"},
}  # fmt: skip
_NEW_PARENT = frozenset(("T", "Kids", "Parent", "FT", "Ff"))
_MAX_DEPTH = 20
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
        c.only_signatures &= c.old.get(entries.get("FT", "Sig")) == "Sig" and not needs_defaults(c, entries)
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
        check_mark(c, after)
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
            check_look(c, new)
            if free <= _SIGNED:
                check_plain(c, new)


def _touch(c: Comparison, name: str, after: dict, ref: Ref, kind: object, differing: list) -> None:
    """A field of the old form that got a value or another look."""
    c.step.reach(Level.FORM)
    c.step.touched.append(Touched(name, signed=kind == "Sig", new=False))
    if kind == "Sig":  # some makers put it on its page only now
        page = after.get("P")
        c.widgets[ref.num] = page.num if type(page) is Ref else None
        check_plain(c, after)
    if "Rect" in after:
        c.shown.append((ref, after))
        check_look(c, after)
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
    _check_literals(c, entries)
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
        _check_literals(c, widget)
        _added_widget(c, kid, widget, value, stamp)
    if not stamp:
        c.step.touched.append(Touched(name, signed=True, new=True))
    c.step.reach(Level.VALIDATION if stamp else Level.FORM)


def _check_literals(c: Comparison, entries: dict) -> None:
    """Whatever else a new field says of itself is of the type it should be, and leads nowhere."""
    for key, kind in _LITERALS.items():
        value = c.new.get(entries.get(key))
        if value is not None and (type(value) is not kind or not (key == "DR" or is_literal(value))):
            raise Changed(f"a new field whose {key} is something else")
        if key in _INSIDE and value is not None and not value.keys() <= _INSIDE[key]:
            raise Changed(f"a new field whose {key} is something else")


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
    if stamp and (area(entries) or not is_empty(c, entries)):
        raise Changed("a time stamp that shows something")
    if value is None and entries.get("AP") is not None:
        raise Changed("a new field with a look and no signature")
    area(entries)
    check_mark(c, entries)
    check_look(c, entries)
    check_plain(c, entries)
    c.shown.append((ref, entries))


def _defaults(c: Comparison, one: object, other: object) -> None:
    """Some makers give every form default fonts. Allowed where nothing is drawn with them: all fields are for
    signatures, and every look brings its own resources."""
    if c.differs(one, other) and not (c.only_signatures and isinstance(c.new.get(other), (dict, bytes))):
        raise Changed("defaults of the form")


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
