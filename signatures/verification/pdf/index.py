"""The cross-reference of a PDF: tables, streams and both together, from the newest to the oldest (ISO 32000-2, 7.5)."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .streams import Budget
from .syntax import SPACE, Parsed, Ref, Stream, Unreadable, read_object, read_value

MAX_SECTIONS = 500
_LAST = 1000  # bytes in which the end must stand: where it lies farther from the end, MuPDF and poppler mend a file
MAX_ENTRIES = 1_000_000  # of a file; the largest papers have some ten thousand objects
FREE, AT, INSIDE = 0, 1, 2
_START = re.compile(rb"startxref[\x00\t\n\f\r ]++(\d{1,12})[\x00\t\n\f\r ]++%%EOF")
_BEFORE_START = re.compile(SPACE + rb"startxref")
_TABLE = re.compile(rb"[\x00\t\n\f\r ]{0,8}xref(?=[\x00\t\n\f\r ])")
_PART = re.compile(rb"[\x00\t\n\f\r ]++(\d{1,8})[\x00\t\n\f\r ]++(\d{1,8})(?=[\x00\t\n\f\r ])")
_ROW = re.compile(rb"[\x00\t\n\f\r ]*+(\d{1,10})[ ]++(\d{1,5})[ ]++([nf])")
_EXACT = re.compile(rb"\d{10} \d{5} [nf](?: \r| \n|\r\n)")
_TRAILER = re.compile(SPACE + rb"trailer")


class Entry(NamedTuple):
    """Where an object lies: AT an offset with a generation, INSIDE an object stream at an index, or FREE."""

    kind: int
    place: int
    more: int


@dataclass
class Section:
    """One cross-reference section: what it says of each number, and the bytes from `start` to `end` it takes."""

    start: int
    end: int
    entries: dict[int, Entry]
    trailer: dict
    refs: list[Ref]
    odd: list[str]
    loose: bool = False  # rows that are not of twenty bytes (7.5.4): some readers count bytes
    contradicts: bool = False  # its table and its stream name two places for one object
    also: list[tuple[int, int]] = field(
        default_factory=list
    )  # the stream of a hybrid one, from where to where


def sections(data: bytes, end: int, budget: Budget) -> list[Section]:
    """All sections of the file that ends at `end`, newest first. Raises Unreadable."""
    found: list[Section] = []
    at: object = start_of(data, end)
    seen: set[object] = set()
    entries = 0
    while at is not None:
        if type(at) is not int or not 0 <= at < end or at in seen or len(found) >= MAX_SECTIONS:
            raise Unreadable("a cross-reference that leads nowhere")
        seen.add(at)
        found.append(_section(data, at, end, budget))
        entries += len(found[-1].entries)
        if entries > MAX_ENTRIES:
            raise Unreadable("an index beyond all measure")
        at = found[-1].trailer.get("Prev")
    return found


def start_of(data: bytes, end: int) -> int:
    """What the last `startxref` says. Raises Unreadable unless the file ends with it."""
    at = data.rfind(b"startxref", max(0, end - _LAST), end)
    found = _START.match(data, at, end) if at >= 0 else None
    if found is None or data[found.end() : end].strip(b"\x00\t\n\f\r "):
        raise Unreadable("no end of the file")
    return int(found[1])


def closing(data: bytes, section: Section) -> int | None:
    """Where the section's own `startxref … %%EOF` ends; None when something else follows the section."""
    before = _BEFORE_START.match(data, section.end)
    found = _START.match(data, before.end() - len("startxref")) if before else None
    return found.end() if found and int(found[1]) == section.start else None


def _section(data: bytes, at: int, end: int, budget: Budget) -> Section:
    table = _TABLE.match(data, at, end)
    if table is None:
        return _stream_section(data, at, budget)
    entries, at_trailer, loose = _rows(data, table.end(), end)
    word = _TRAILER.match(data, at_trailer, end)
    if word is None:
        raise Unreadable("no trailer")
    parsed = read_value(data, word.end())
    if type(parsed.value) is not dict or parsed.end > end:
        raise Unreadable("no trailer")
    section = Section(at, parsed.end, entries, parsed.value, parsed.refs, parsed.odd, loose)
    hidden = parsed.value.get("XRefStm")
    if type(hidden) is int and 0 <= hidden < end:
        _merge(section, _stream_section(data, hidden, budget))
    elif hidden is not None:
        raise Unreadable("a cross-reference that leads nowhere")
    return section


def _rows(data: bytes, at: int, end: int) -> tuple[dict[int, Entry], int, bool]:
    """The entries, where they end, and whether a row is of another length than it should be."""
    entries: dict[int, Entry] = {}
    loose = False
    while part := _PART.match(data, at, end):
        first, count, at = int(part[1]), int(part[2]), part.end()
        if len(entries) + count > MAX_ENTRIES:
            raise Unreadable("an index beyond all measure")
        for number in range(first, first + count):
            row = _ROW.match(data, at, end)
            if row is None:
                raise Unreadable("a damaged index")
            # Some makers write the offset 0 for a number that they do not use.
            kind = AT if row[3] == b"n" and int(row[1]) else FREE
            entries[number] = Entry(kind, int(row[1]), int(row[2]))
            at = row.end()
            loose = loose or _EXACT.match(data, row.start(1), end) is None
    return entries, at, loose


def _stream_section(data: bytes, at: int, budget: Budget) -> Section:
    parsed = _read_any(data, at)
    stream = parsed.value
    if type(stream) is not Stream or stream.entries.get("Type") != "XRef":
        raise Unreadable("no cross-reference here")
    entries: dict[int, Entry] = {}
    widths, size = stream.entries.get("W"), stream.entries.get("Size")
    if not _are_numbers(widths) or len(widths) != 3 or max(widths) > 8 or type(size) is not int:
        raise Unreadable("a damaged index")
    parts = stream.entries.get("Index", [0, size])
    if not _are_numbers(parts) or len(parts) % 2 or sum(parts[1::2]) > MAX_ENTRIES:
        raise Unreadable("a damaged index")
    rows, step = budget.decode(stream.entries, stream.raw), sum(widths)
    if step == 0 or len(rows) < step * sum(parts[1::2]):
        raise Unreadable("a damaged index")
    a, b, place = widths[0], widths[0] + widths[1], 0
    for first, count in zip(parts[::2], parts[1::2], strict=True):
        for number in range(first, first + count):
            row = rows[place : place + step]
            place += step
            kind = int.from_bytes(row[:a]) if a else AT
            entries[number] = Entry(
                kind if kind in (AT, INSIDE) else FREE, int.from_bytes(row[a:b]), int.from_bytes(row[b:])
            )
    return Section(parsed.start, parsed.end, entries, stream.entries, parsed.refs, parsed.odd)


def _read_any(data: bytes, at: int) -> Parsed:
    """An object whose number nobody has told."""
    number = re.compile(SPACE + rb"(\d{1,10})[\x00\t\n\f\r ]++(\d{1,5})[\x00\t\n\f\r ]++obj").match(data, at)
    if number is None:
        raise Unreadable("no cross-reference here")

    def nothing(_):
        raise Unreadable("a damaged index")

    return read_object(data, at, Ref(int(number[1]), int(number[2])), nothing)


def _merge(section: Section, hidden: Section) -> None:
    """A hybrid file (7.5.8.4): the table marks as free what only the stream shows."""
    for number, entry in hidden.entries.items():
        plain = section.entries.get(number)
        if plain is None or plain.kind == FREE:
            section.entries[number] = entry
        elif entry.kind != FREE and entry != plain:
            section.contradicts = True
    if hidden.trailer.get("Prev", section.trailer.get("Prev")) != section.trailer.get("Prev"):
        section.contradicts = True  # some readers go on from there, too
    section.odd += hidden.odd
    section.also.append((hidden.start, hidden.end))


def _are_numbers(value) -> bool:
    return isinstance(value, list) and all(type(one) is int and one >= 0 for one in value)
