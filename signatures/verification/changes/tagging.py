"""The structure tree of a tagged PDF (14.7): the field of a further signature may be put into it, and nothing else."""

from ..pdf import Ref
from .comparison import Changed, Comparison, Level

_ELEMENT = frozenset(["Type", "S", "P", "K", "Pg", "ID", "T", "Lang", "Alt", "A", "NS"])
_OBJECT_REFERENCE = frozenset(("Type", "Obj", "Pg"))
_MOST = 100_000


def compare_tagging(c: Comparison, one: object, other: object) -> None:
    """Raises Changed unless only elements for new fields were added."""
    if not c.differs(one, other):
        return
    c.step.reach(Level.FORM)
    _Tree(c).compare(one, other)


class _Tree:
    def __init__(self, c: Comparison):
        self.c = c
        self.added: set[int] = set()
        self.seen: set[int] = set()

    def compare(self, one: object, other: object) -> None:
        before, after = self.c.old.get(one), self.c.new.get(other)
        self.c.plain(other)
        if not isinstance(before, dict) or not isinstance(after, dict):
            raise Changed("structure tree")
        # Elements are judged here; whoever else points at one (a bookmark, a parent) may.
        self.c.judged |= self._elements(before) | {ref.num for ref in (one, other) if type(ref) is Ref}
        self._children(before.get("K"), after.get("K"), other)
        self.c.entries(before, after, {
            "K": lambda old, new: None,
            "ParentTree": self._parents,
            "ParentTreeNextKey": _whole_number,
        })  # fmt: skip

    def _elements(self, root: dict) -> set[int]:
        found: set[int] = set()
        waiting = _listed(self.c.old.get(root.get("K")), root.get("K"))
        while waiting:
            ref = waiting.pop()
            entries = self.c.old.dict(ref)
            if type(ref) is Ref:
                if ref.num in found or "S" not in entries:
                    continue
                found.add(ref.num)
            if len(found) > _MOST:
                raise Changed("structure tree")
            waiting += _listed(self.c.old.get(entries.get("K")), entries.get("K"))
        return found

    def _children(self, one: object, other: object, parent: object) -> None:
        """The old children, in their order, and between or behind them new elements of the form."""
        before = _listed(self.c.old.get(one), one)
        after = _listed(self.c.new.get(other), other)
        waiting = list(before)
        for child in after:
            if waiting and child == waiting[0]:
                waiting.pop(0)
                self._child(child)
            elif type(child) is Ref and self.c.is_new(child):
                self._added(child, parent)
            else:
                raise Changed("structure tree")
        if waiting:
            raise Changed("structure tree")

    def _child(self, child: object) -> None:
        if type(child) is dict:  # alike by itself; what it refers to is asked for one by one
            self.c.entries(child, child, {"K": lambda old, new: self._children(old, new, child)})
            return
        if type(child) is not Ref:
            self.c.same(child, child)
            return
        if child.num in self.seen:
            return
        self.seen.add(child.num)
        before, after = self._pair(child)
        self.c.entries(before, after, {"K": lambda old, new: self._children(old, new, child)})

    def _added(self, ref: Ref, parent: object) -> None:
        entries = self.c.new.dict(ref)
        self.c.plain(ref)
        if (
            not entries.keys() <= _ELEMENT
            or entries.get("P") != parent
            or entries.get("S") not in ("Form", "Annot")
        ):
            raise Changed("a new structure element")
        for child in _listed(self.c.new.get(entries.get("K")), entries.get("K")):
            found = self.c.new.dict(child)
            target = found.get("Obj")
            if (
                found.get("Type") != "OBJR"
                or not found.keys() <= _OBJECT_REFERENCE
                or type(target) is not Ref
            ):
                raise Changed("a new structure element")
            if target.num not in self.c.widgets:
                raise Changed("a new structure element")
        self.added.add(ref.num)

    def _parents(self, one: object, other: object, depth: int = 0) -> None:
        """A number tree from objects to their elements (14.7.5.4)."""
        before, after = self.c.old.dict(one), self.c.new.dict(other)
        self.c.plain(other)
        if depth > 20:
            raise Changed("structure tree")
        self.c.entries(before, after, {
            "Nums": self._numbers,
            "Kids": lambda old, new: self._kids(old, new, depth),
            "Limits": lambda old, new: None if _are_limits(self.c.new.get(new)) else _refuse(),
        })  # fmt: skip

    def _kids(self, one: object, other: object, depth: int) -> None:
        before, after = self.c.old.list(one), self.c.new.list(other)
        if before != after:
            raise Changed("structure tree")
        for kid in before:
            self._parents(kid, kid, depth + 1)

    def _numbers(self, one: object, other: object) -> None:
        before, after = self.c.old.list(one), self.c.new.list(other)
        self.c.plain(other)
        old = dict(zip(before[::2], before[1::2], strict=False))
        new = dict(zip(after[::2], after[1::2], strict=False))
        if len(after) % 2 or len(new) * 2 != len(after) or not all(type(key) is int for key in new):
            raise Changed("structure tree")
        for key, value in old.items():
            self.c.same_elsewhere(value, new.get(key))
        for key in new.keys() - old.keys():
            values = (
                self.c.new.get(new[key])
                if type(new[key]) is not Ref or new[key].num not in self.added
                else []
            )
            if values is None or any(
                type(v) is not Ref or v.num not in self.added for v in _listed(values, new[key])
            ):
                raise Changed("structure tree")

    def _pair(self, ref: Ref) -> tuple[dict, dict]:
        self.c.plain(ref)
        before, after = self.c.old.get(ref), self.c.new.get(ref)
        if not isinstance(before, dict) or not isinstance(after, dict):
            raise Changed("structure tree")
        return before, after


def _listed(found: object, value: object) -> list:
    """/K and its like may be one thing or an array of them."""
    return list(found) if isinstance(found, list) else [] if value is None else [value]


def _whole_number(one: object, other: object) -> None:
    if type(other) is not int or (type(one) is int and other < one):
        raise Changed("structure tree")


def _are_limits(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value)


def _refuse() -> None:
    raise Changed("structure tree")
