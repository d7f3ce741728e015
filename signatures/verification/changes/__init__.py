"""What was changed after a signature, and whether that signature allows it.

Two things are asked of everything that follows the signed bytes: is each byte of it accounted for (`updates`), and
is each object that it changes on our list (`comparison`)? What is not on the list is a change, whatever a reader
would make of it. Annotations are never on it, also where a certification with P=3 would allow them: a note over the
text cannot be told from a forgery.

The file as it was signed is compared with the file as the next signature signed it, and so on to its end. Each step is
judged once; a signature allows the whole way when it allows every step (ISO 32000-2, 12.8.2.2 and 12.8.2.4).
"""

import logging
from dataclasses import dataclass

from ..pdf import File, Ref, Unreadable
from . import description, fields, looks, store, tagging
from .comparison import Changed, Comparison, Level, Place, Step, compare_pages, compare_trailers
from .updates import account, sleeps

__all__ = ["Changes", "Level", "Permission", "Place", "Step"]
_EVERYWHERE = (-1e6, -1e6, 1e6, 1e6)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Permission:
    """What a signature leaves open: `level` is DocMDP's P (1-3) or None; `locks` is FieldMDP's action and names."""

    level: int | None = None
    action: str = ""
    names: tuple[str, ...] = ()

    def allows(self, step: Step) -> bool:
        if step.level > Level.FORM or (self.level == 1 and step.level > Level.VALIDATION):
            return False
        # A certification leaves only those fields open that were there for it to see.
        if self.level is not None and any(one.new for one in step.touched):
            return False
        return not any(self._locks(one.name) for one in step.touched if not one.signed)

    def _locks(self, name: str) -> bool:
        named = any(name == one or name.startswith(f"{one}.") for one in self.names)
        return {"All": True, "Include": named, "Exclude": not named}.get(self.action, False)


class Changes:
    """The way from one signed revision to the next, and to the end of the file; judged when somebody asks, and kept."""

    def __init__(self, file: File, ends: list[int]):
        """`ends`: where the signed revisions end."""
        self._file = file
        self._ends = sorted({*ends, file.end})
        self._steps: dict[int, Step] = {}

    def after(self, end: int) -> list[Step]:
        """The steps from the revision that ends at `end` to the end of the file."""
        return [self._step(index) for index in range(self._ends.index(end), len(self._ends) - 1)]

    def mended_otherwise(self, end: int) -> bool:
        """Whether a reader that mends the file may show an older or a hidden object of the revision that ends there."""
        return bool(self._file.data[end:].strip(b"\x00\t\n\f\r ")) and sleeps(self._file.revision(end))

    def _step(self, index: int) -> Step:
        if index not in self._steps:
            self._steps[index] = self._judge(self._ends[index], self._ends[index + 1])
        return self._steps[index]

    def _judge(self, end: int, then: int) -> Step:
        if not self._file.data[end:then].strip(b"\x00\t\n\f\r "):
            return Step()
        try:
            old, new = self._file.revision(end), self._file.revision(then)
            account(self._file, old, new)
            return compare(Comparison(old, new))
        except (Changed, Unreadable, RecursionError) as error:
            _log.debug("bytes %d to %d: %s", end, then, error)
            return Step(Level.OTHER, why=str(error))


def compare(c: Comparison) -> Step:
    """Raises Changed, Unreadable."""
    c.find_pages()
    one, other = c.old.catalog, c.new.catalog
    c.plain(c.old.trailer.get("Root"))
    fields.compare_forms(c, one.get("AcroForm"), other.get("AcroForm"))
    tagging.compare_tagging(c, one.get("StructTreeRoot"), other.get("StructTreeRoot"))
    compare_pages(c)
    rules = {
        "AcroForm": _compared_already, "Pages": _compared_already, "StructTreeRoot": _compared_already,
        "Perms": fields.compare_permissions,
        "DSS": store.compare_stores, "Metadata": description.compare_metadata,
        "Extensions": description.compare_extensions, "Version": description.compare_versions,
    }  # fmt: skip
    c.entries(one, other, {key: lambda old, new, rule=rule: rule(c, old, new) for key, rule in rules.items()})
    compare_trailers(c, description.compare_information)
    c.step.places += _places(c)
    if c.changed:
        c.step.reach(Level.VALIDATION)
    return c.step


def _compared_already(c: Comparison, one: object, other: object) -> None:
    """By its own function, before."""


def _places(c: Comparison) -> list[Place]:
    """On which pages the widgets lie that show something new."""
    shown = {ref.num: entries for ref, entries in c.shown if looks.area(entries)}
    flat = {ref.num: entries for ref, entries in c.shown if looks.is_flat(c, entries)}
    shown |= flat
    if not shown:
        return []
    return [
        Place(
            index,
            _EVERYWHERE if ref.num in flat else looks.box_of(shown[ref.num]),
            fresh=c.old.get(c.old.dict(ref).get("AP")) is None,
        )
        for number, index in c.pages.items()
        for ref in c.new.list(c.new.dict(Ref(number, 0)).get("Annots"))
        if type(ref) is Ref and ref.num in shown
    ]
