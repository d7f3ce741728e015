"""Every byte that follows a signature belongs to something the file's index names, and is read in one way.

An update is objects, an index, and where the index begins; between them only white space. So there is no room for
objects that no index names, for a second definition of one, or for a trailer that a reader finds when it mends a
file by itself (ISO 32000-2, 7.5.6; the "incremental saving" and "written later" forgeries).
"""

import re

from ..pdf import File, Ref, Revision
from ..pdf.index import AT, FREE, INSIDE, Section, closing
from ..pdf.syntax import SPACE
from .comparison import Changed

_MOST_NUMBER = 4_194_303  # pdfium and MuPDF take an index with higher numbers for a damaged one
_GAP = re.compile(SPACE)
_WORDS = re.compile(rb"obj|xref|trailer|stream")
_OBJECTS = re.compile(rb"(?<![0-9])(\d{1,40})[\x00\t\n\f\r ]++\d{1,40}[\x00\t\n\f\r ]++obj")
_MARKS = re.compile(rb"(?<![0-9])\d{1,40}[\x00\t\n\f\r ]++\d{1,40}[\x00\t\n\f\r ]++obj|trailer")


def account(file: File, old: Revision, new: Revision) -> None:
    """Raises Changed unless all bytes between the ends of two revisions are in order."""
    added = []
    for section in new.sections:
        if section.start == old.start:
            break
        added.append(section)
    else:
        raise Changed("the signed index is not part of the file's")
    taken: list[tuple[int, int]] = []
    begin = old.end
    trailers = sum(file.data[section.start : section.start + 20].lstrip()[:4] == b"xref" for section in added)
    for section in reversed(added):
        taken += _section(file, old, new, section, begin)
        begin = taken[-1][1]
    _no_room_between(file.data, old.end, new.end, taken)
    _nothing_looks_like(file.data, old.end, new.end, {start for start, _ in taken}, trailers)


def _section(file: File, old: Revision, new: Revision, section: Section, begin: int) -> list[tuple[int, int]]:
    """The bytes that one update takes; the index last."""
    end = closing(file.data, section)
    if section.odd or section.contradicts or end is None or section.start < begin:
        raise Changed("an index that can be read in two ways")
    if section.loose or max(section.entries, default=0) > _MOST_NUMBER:
        raise Changed("an index that some readers mend")
    taken: set[tuple[int, int]] = set(section.also)
    for number, entry in section.entries.items():
        if entry.kind != AT or old.table.get(number) == entry:
            continue
        if entry.more and entry.more != _generation(old, number):
            raise Changed(f"object {number} of another generation")
        if not begin <= entry.place <= section.start:
            raise Changed(f"object {number} outside its update")
        found = file.at(entry.place, Ref(number, entry.more), new.get)
        if found is None or found.odd or found.end > end:
            raise Changed(f"object {number} cannot be read in one way")
        taken.add((found.start, found.end))
    for number, entry in section.entries.items():
        if entry.kind == INSIDE and new.table.get(number) == entry and old.table.get(number) != entry:
            inner = new.parsed(number)
            if inner is None or inner.odd:
                raise Changed(f"object {number} cannot be read in one way")
    taken.discard((section.start, section.end))  # an index that is a stream names itself
    for number, entry in section.entries.items():
        if entry.kind == FREE and section.also and old.place(number) is not None:
            raise Changed(f"object {number} freed in one index only")
    return [*sorted(taken), (section.start, end)]


def _generation(old: Revision, number: int) -> int:
    return old.generation(number) if old.place(number) is not None else 0


def _no_room_between(data: bytes, begin: int, end: int, taken: list[tuple[int, int]]) -> None:
    at = begin
    for start, after in [*sorted(taken), (end, end)]:
        if start < at:
            raise Changed("objects that lie in each other")
        if _GAP.match(data, at).end() < start or _WORDS.search(data, at, start):
            raise Changed(f"bytes {at} to {start} belong to nothing")
        at = after


def _nothing_looks_like(data: bytes, begin: int, end: int, starts: set[int], trailers: int) -> None:
    """Nor stands in a string, a stream or a comment what a reader that mends a file would take for an object."""
    for mark in _MARKS.finditer(data, begin, end):
        if mark[0] == b"trailer":
            trailers -= 1
        elif mark.start() not in starts:
            raise Changed(f"an object at {mark.start()} that no index names")
    if trailers < 0:
        raise Changed("a trailer too many")


def sleeps(revision: Revision) -> bool:
    """Whether an object stands in the signed bytes a second time, behind the place that the index names: a reader that
    mends the file takes the last one it finds, and whoever appends something can make readers mend it."""
    last = {int(one[1]): one.start() for one in _OBJECTS.finditer(revision.file.data, 0, revision.end)}
    return any(
        entry.kind == AT
        and number in last
        and not _GAP.match(revision.file.data, entry.place).end() >= last[number]
        for number, entry in revision.table.items()
    )
