"""Two revisions of one file, object by object: what does the newer one change, and is each change on the list?

Every object that the signed revision can reach has a role. Objects without a role in the lists below may not change
at all, nor may a number that stood for nothing come to stand for something (ISO 32000-1, 7.3.10: a reference to an
undefined object is null, and null it must stay). Only named keys of named roles may change, to values of the
named types:

catalog      AcroForm (see `fields`), DSS (see `store`), Metadata, Extensions, Version, StructTreeRoot (see `tagging`)
page         Annots: widgets of new signature fields, behind those that were there
trailer      Info (see `description`), ID's second part, and what describes the index itself
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from ..pdf import Ref, Revision, Stream
from ..pdf.index import INSIDE

MAX_PAGES = 20_000
_INDEX_KEYS = frozenset(
    [
        "Size",
        "Prev",
        "XRefStm",
        "Type",
        "W",
        "Index",
        "Filter",
        "DecodeParms",
        "Length",
        "ID",
        "Root",
        "Info",
        "Encrypt",
    ]
)
_INDEX_KEYS |= {
    "AdditionalStreams"
}  # LibreOffice names a number there that it never uses, and others then do
_NUMBERS = (int, float)
_TOOLS_OWN = {"ITXT"}  # iText 2 and 5 leave their version, a text, in the page tree


class Changed(Exception):
    """Something differs that may not. The message names the place, for the log."""


class Level(IntEnum):
    """How far a change goes."""

    NONE = 0
    VALIDATION = 1  # evidence, document time stamps, the file's own description
    FORM = 2  # fields filled, signatures given
    OTHER = 3


@dataclass(frozen=True)
class Touched:
    """A form field that was filled, signed or added."""

    name: str
    signed: bool
    new: bool


@dataclass(frozen=True)
class Place:
    """Where on a page something new is shown: index of the page, and a box in points (left, bottom, right, top)."""

    page: int
    box: tuple[float, float, float, float]
    fresh: bool = True  # it showed nothing there before


@dataclass
class Step:
    """From one revision to another."""

    level: Level = Level.NONE
    touched: list[Touched] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    why: str = ""

    def reach(self, level: Level) -> None:
        self.level = max(self.level, level)


class Comparison:
    """The objects of `old` beside those of `new`, which is `old` with something appended."""

    def __init__(self, old: Revision, new: Revision):
        self.old, self.new, self.step = old, new, Step()
        self.changed = _changed(old, new)
        # Objects that have rules of their own: whoever else points at one may go on doing so.
        self.judged: set[int] = {root.num} if type(root := old.trailer.get("Root")) is Ref else set()
        self.pages: dict[int, int] = {}  # number of each page's object, and its index
        self.widgets: dict[int, int | None] = {}  # of new signature fields, and the page they name
        self.only_signatures = True  # no field of the old form is for anything else
        self.shown: list[tuple[Ref, dict]] = []  # widgets that show something new, as they are now
        self.evidence: set[int] = set()  # streams of the store that were looked at
        self._same: set = set()

    def same(self, one: object, other: object) -> None:
        """Raises Changed unless both values, and all that can be reached from them, are alike."""
        self._walk(one, other, self._same)

    def same_elsewhere(self, one: object, other: object) -> None:
        """As `same`, also when the value has moved to an object of its own number."""
        if type(one) is Ref and type(other) is Ref:
            self.plain(other)
            one, other = self.old.get(one), self.new.get(other)
        self._walk(one, other, self._same)

    def differs(self, one: object, other: object) -> bool:
        seen = set(self._same)
        try:
            self._walk(one, other, seen)
        except Changed:
            return True
        self._same = seen
        return False

    def entries(self, one: dict, other: dict, rules: dict[str, Callable[[object, object], None]]) -> None:
        """Compare two dictionaries: the keys of `rules` by them, all others must be alike."""
        for key in one.keys() | other.keys():
            before, after = one.get(key), other.get(key)
            if key in rules:
                rules[key](before, after)
            else:
                self.same(*_alone(key, before, after))

    def is_new(self, value: object) -> bool:
        """A reference to an object that the old revision did not know."""
        return (
            type(value) is Ref and self.old.place(value.num) is None and self.new.place(value.num) is not None
        )

    def plain(self, value: object) -> None:
        """Raises Changed when the update frees this object, or writes it so that readers may differ about it."""
        if type(value) is Ref and value.num in self.changed:
            found = self.new.parsed(value.num)
            if found is None or found.odd:
                raise Changed(f"object {value.num} freed or odd")

    def find_pages(self) -> None:
        """Every page of the old revision, in order. Raises Changed for a tree that bites its tail."""
        waiting, seen = [self.old.catalog.get("Pages")], set()
        while waiting:
            node = waiting.pop()
            entries = self.old.dict(node)
            # Readers count such pages or not, and then differ about where the others lie.
            if ("Kids" not in entries and type(node) is not Ref) or (
                "Kids" in entries and self.old.get(entries.get("Type")) == "Page"
            ):
                raise Changed("page tree")
            if type(node) is Ref:
                if node.num in seen or len(seen) > MAX_PAGES:
                    raise Changed("page tree")
                seen.add(node.num)
                if "Kids" not in entries:
                    self.pages[node.num] = len(self.pages)
                    self.judged.add(node.num)
                    continue
            waiting += reversed(self.old.list(entries.get("Kids")))

    def _walk(self, one: object, other: object, seen: set) -> None:
        waiting = [(one, other)]
        while waiting:
            one, other = waiting.pop()
            if type(one) is Ref or type(other) is Ref:
                if one != other:
                    raise Changed(f"a reference: {one!r:.40} {other!r:.40}")
                if one.num not in seen and one.num not in self.judged:
                    seen.add(one.num)
                    waiting += self._below(one)
            elif type(one) is dict and type(other) is dict:
                keys = one.keys() | other.keys()
                if one.get("Type") == "Pages":
                    keys -= {key for key in _TOOLS_OWN if isinstance(other.get(key, b""), bytes)}
                waiting += [_alone(key, one.get(key), other.get(key)) for key in keys]
            elif type(one) is list and type(other) is list:
                if len(one) != len(other):
                    raise Changed("an array")
                waiting += zip(one, other, strict=True)
            elif type(one) is Stream and type(other) is Stream:
                if one.raw != other.raw:
                    raise Changed("a stream")
                waiting.append((one.entries, other.entries))
            elif one is not other and not _equal(one, other):
                raise Changed(f"a value: {one!r:.40} {other!r:.40}")

    def _below(self, ref: Ref) -> list[tuple[object, object]]:
        """What has to be alike so that this object is."""
        before = self.old.parsed(ref.num)
        if ref.num not in self.changed:
            if before is None and self.old.place(ref.num) is not None:
                raise Changed(f"object {ref.num} cannot be read")
            return [(one, one) for one in before.refs] if before else []
        after = self.new.parsed(ref.num)
        if (before is None) != (after is None) or (after is not None and after.odd):
            raise Changed(f"object {ref.num} freed, defined or odd")
        if before is None:
            if self.old.place(ref.num) != self.new.place(ref.num):
                raise Changed(f"object {ref.num} cannot be read")
            return []
        if (self.old.generation(ref.num) == ref.gen) != (self.new.generation(ref.num) == ref.gen):
            raise Changed(f"object {ref.num} of another generation")
        return [(before.value, after.value)]


def _changed(old: Revision, new: Revision) -> set[int]:
    """Numbers that stand for something else in `new`, also because the stream that holds them does."""
    told: set[int] = set()
    for section in new.sections:
        if section.start == old.start:
            break
        told |= section.entries.keys()
    else:
        raise Changed("the signed index is not part of the file's")
    holders = told & old.holders
    if holders:
        told |= {
            number for number, entry in old.table.items() if entry.kind == INSIDE and entry.place in holders
        }
    return {number for number in told if old.place(number) != new.place(number)}


def _alone(key: str, one: object, other: object) -> tuple[object, object]:
    """Two values of one key. Raises Changed where 180 became 180.0: some readers take only the one for a rotation or a
    flag. In arrays, of corners and the like, both are the same."""
    if type(one) in _NUMBERS and type(other) in _NUMBERS and type(one) is not type(other):
        raise Changed(f"another kind of number: {key}")
    return one, other


def _equal(one: object, other: object) -> bool:
    if type(one) is type(other) or (type(one) in _NUMBERS and type(other) in _NUMBERS):
        return one == other
    return False


def compare_trailers(c: Comparison, describe: Callable[[Comparison, object, object], None]) -> None:
    """The trailers, whose /Root stays where it is. Raises Changed."""
    one, other = c.old.trailer, c.new.trailer
    if type(one.get("Root")) is not Ref or one["Root"] != other.get("Root"):
        raise Changed("trailer: Root")
    _check_sizes(c, one.get("Size"), other.get("Size"))
    c.same(one.get("Encrypt"), other.get("Encrypt"))
    if any(one.get(key) != other[key] for key in other.keys() - _INDEX_KEYS):
        raise Changed("trailer")
    before, after = one.get("ID"), other.get("ID")
    # Some makers leave the identifier out, or write another; only a file that is encrypted depends on it.
    if one.get("Encrypt") is not None and c.old.list(before)[:1] != c.new.list(after)[:1]:
        raise Changed("trailer: ID")
    if other.get("Info") is not None:
        describe(c, one.get("Info"), other.get("Info"))


def _check_sizes(c: Comparison, one: object, other: object) -> None:
    """Some readers do not see a number that is not below /Size (7.5.5): none may come to light by raising it."""
    if type(one) is not int or type(other) is not int or not 0 < one <= other:
        raise Changed("trailer: Size")
    if any(one <= number < other and c.old.place(number) is not None for number in c.old.table):
        raise Changed("trailer: Size")
    if max(c.new.table) >= other:
        raise Changed("trailer: Size")


def compare_pages(c: Comparison) -> None:
    """Every page, and the tree that holds them. Raises Changed."""
    c.same(c.old.catalog.get("Pages"), c.new.catalog.get("Pages"))
    for number in c.pages:
        c.plain(Ref(number, 0))
        before, after = c.old.get(Ref(number, 0)), c.new.get(Ref(number, 0))
        if before is None and after is None:  # a page that nobody ever defined
            continue
        if type(before) is not dict or type(after) is not dict:
            raise Changed(f"page {number}")
        rules = {"Annots": lambda one, other, page=number: _annotations(c, page, one, other)}
        c.entries(before, after, rules | dict.fromkeys(("MediaBox", "Resources"), c.same_elsewhere))


def _annotations(c: Comparison, page: int, one: object, other: object) -> None:
    before, after = c.old.list(one), c.new.list(other)
    if type(c.new.get(other)) not in (list, type(None)) or len(after) < len(before):
        raise Changed(f"annotations of page {page}")
    c.plain(other)
    for kept, now in zip(before, after, strict=False):
        c.same(kept, now)
    for added in after[len(before) :]:
        if type(added) is not Ref or c.widgets.get(added.num, 0) not in (page, None):
            raise Changed(f"an annotation on page {page}")
