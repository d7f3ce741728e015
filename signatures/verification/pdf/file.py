"""A file and its revisions as graphs of objects. An object is read once, whatever revision asks for it."""

import re
from bisect import bisect_right
from collections import Counter
from functools import cached_property

from .encryption import Encryption
from .index import AT, FREE, INSIDE, Entry, Section, sections
from .streams import Budget
from .syntax import Parsed, Ref, Stream, Unreadable, read_object, read_value

MAX_INSIDE = 100_000  # objects in one object stream
_PAIR = re.compile(rb"[\x00\t\n\f\r ]*+(\d{1,10})[\x00\t\n\f\r ]++(\d{1,10})(?=[^0-9]|\Z)")
_CROWD = re.compile(rb"xref[\r\n ]{1,3}\d+ \d{7,}")
_MISSING = object()
# Where an object ends, or its dictionary where a stream follows; strings and comments, in which that could stand too.
_ENDS = re.compile(rb">>[\x00\t\n\f\r ]*stream[\r\n]|endobj")
_HIDING = re.compile(rb"[(%]")
_REFERENCE = re.compile(rb"(\d{1,10})[\x00\t\n\f\r ]++(\d{1,5})[\x00\t\n\f\r ]++R(?![A-Za-z])")


class File:
    """One PDF, held as bytes. Raises Unreadable, and NeedsPassword when it does not open for everybody."""

    def __init__(self, data: bytes):
        if not data.startswith(b"%PDF-") or _CROWD.search(data):
            raise Unreadable("no PDF, or an index beyond all measure")
        self.data = data
        self.budget = Budget()
        self.encryption: Encryption | None = None
        self._whole: dict[tuple[int, Ref], Parsed | None] = {}
        self._sections: dict[int, Section] = {}
        self._revisions: dict[int, Revision] = {}
        self.end = len(data)
        self.newest = self.revision(self.end)
        if self.newest.trailer.get("Encrypt") is not None:
            self._whole.clear()
            self.encryption = Encryption(data, self.newest.trailer["Encrypt"])

    def revision(self, end: int) -> "Revision":
        """The file as it was when it ended at `end`."""
        if end not in self._revisions:
            self._revisions[end] = Revision(self, end, sections(self.data, end, self.budget))
        return self._revisions[end]

    def at(self, offset: int, number: Ref, length) -> Parsed | None:
        """The object that lies at an offset; None when another lies there, or none that can be read."""
        key = (offset, number)  # one place may be named for two numbers, and only one lies there
        if (found := self._whole.get(key, _MISSING)) is not _MISSING:
            return found
        try:
            found = read_object(self.data, offset, number, length)
            if self.encryption is not None:
                found.value = self.encryption.opened(found.value, number)
        except Unreadable:
            found = None
        if found is None or found.shared:
            self._whole[key] = found
        return found


class Revision:
    """What the file held when it ended at `end`."""

    def __init__(self, file: File, end: int, found: list[Section]):
        self.file, self.end, self.sections = file, end, found
        self.trailer = found[0].trailer
        self.table: dict[int, Entry] = {}
        for section in reversed(found):
            self.table.update(section.entries)
        self._read: dict[int, Parsed | None] = {}
        self._opened: dict[int, _Members | None] = {}
        self._reading: set[int] = set()

    @property
    def start(self) -> int:
        """Where its newest cross-reference section begins."""
        return self.sections[0].start

    @cached_property
    def holders(self) -> set[int]:
        """Numbers of the object streams in which objects lie."""
        return {entry.place for entry in self.table.values() if entry.kind == INSIDE}

    def generation(self, number: int) -> int:
        entry = self.table[number]
        return entry.more if entry.kind == AT else 0

    def parsed(self, number: int) -> Parsed | None:
        """The object of this number; None when there is none, or none that can be read."""
        if number not in self._read:
            if number in self._reading:
                raise Unreadable("an object inside itself")
            self._reading.add(number)
            self._read[number] = self._parsed(number)
            self._reading.discard(number)
        return self._read[number]

    def references(self, number: int) -> list[Ref]:
        """All that the object refers to."""
        parsed = self.parsed(number)
        return parsed.refs if parsed else []

    def named(self, number: int) -> list[Ref]:
        """All that the object refers to, and perhaps more: what looks like a reference, found without reading it."""
        data, at, end = self.written(number)
        if self.table[number].kind == AT and _HIDING.search(data, at, end):
            return self.references(number)
        return [Ref(int(one[1]), int(one[2])) for one in _REFERENCE.finditer(data, at, end)]

    def written(self, number: int) -> tuple[bytes, int, int]:
        """The bytes in which an object stands, from where to where (of a stream, its dictionary); not read yet."""
        entry = self.table[number]
        if entry.kind == INSIDE:
            members = self._held(entry.place)
            at = members.place(number, entry.more) if members else None
            return (b"", 0, 0) if at is None else (members.data, at, members.end(at))
        data, at = self.file.data, entry.place
        found = _ENDS.search(data, at) if entry.kind == AT else None
        return (data, at, found.start()) if found else (b"", 0, 0)

    def get(self, value: object) -> object:
        """The value a reference stands for (null for an undefined object); any other value itself."""
        for _ in range(20):
            if type(value) is not Ref:
                return value
            found = self.parsed(value.num)
            value = found.value if found else None
        raise Unreadable("references that lead to each other")

    def dict(self, value: object) -> dict:
        """The dictionary a value stands for (a stream's own, too); an empty one when it is none."""
        found = self.get(value)
        if isinstance(found, Stream):
            return found.entries
        return found if isinstance(found, dict) else {}

    def list(self, value: object) -> list:
        found = self.get(value)
        return found if isinstance(found, list) else []

    def decoded(self, stream: Stream) -> bytes:
        """What is in a stream; raises Unreadable when it cannot be decoded, or is too large."""
        plain = {key: self.get(stream.entries.get(key)) for key in ("Filter", "DecodeParms")}
        plain = {key: [self.get(one) for one in v] if isinstance(v, list) else v for key, v in plain.items()}
        return self.file.budget.decode(plain, stream.raw)

    @cached_property
    def catalog(self) -> dict:
        found = self.get(self.trailer.get("Root"))
        if not isinstance(found, dict):
            raise Unreadable("no catalog")
        return found

    def place(self, number: int) -> tuple | None:
        """Where the object lies, so that two revisions can be asked whether it is the same; None for none."""
        entry = self.table.get(number)
        if entry is None or entry.kind == FREE:
            return None
        if entry.kind == AT:
            return entry
        holder = self.table.get(entry.place)
        return (entry, holder) if holder is not None and holder.kind == AT else None

    def _parsed(self, number: int) -> Parsed | None:
        entry = self.table.get(number)
        if entry is None or entry.kind == FREE:
            return None
        if entry.kind == INSIDE:
            return self._inside(number, entry)
        if entry.place >= self.end:
            return None
        found = self.file.at(entry.place, Ref(number, entry.more), self.get)
        if found is not None and found.end > self.end:
            raise Unreadable("an object that goes beyond its revision")
        return found

    def _inside(self, number: int, entry: Entry) -> Parsed | None:
        members = self._held(entry.place)
        return members.get(number, entry.more) if members else None

    def _held(self, holder: int) -> "_Members | None":
        if holder not in self._opened:
            self._opened[holder] = self._members(holder)
        return self._opened[holder]

    def _members(self, holder: int) -> "_Members | None":
        at = self.table.get(holder)
        if at is None or at.kind != AT:
            return None
        stream = self.get(Ref(holder, at.more))
        if not isinstance(stream, Stream) or stream.entries.get("Type") != "ObjStm":
            return None
        count, first = self.get(stream.entries.get("N")), self.get(stream.entries.get("First"))
        if type(count) is not int or type(first) is not int or not 0 <= count <= MAX_INSIDE:
            raise Unreadable("an object stream beyond all measure")
        data, places, at = self.decoded(stream), [], 0
        for _ in range(count):
            pair = _PAIR.match(data, at)
            if pair is None:
                return None
            places.append((int(pair[1]), first + int(pair[2])))
            at = pair.end()
        return _Members(data, places)


class _Members:
    """The objects in one object stream."""

    def __init__(self, data: bytes, places: list[tuple[int, int]]):
        self.data, self._places = data, places
        self._begins = sorted(place for _, place in places)
        self._times = Counter(number for number, _ in places)

    def place(self, number: int, index: int) -> int | None:
        """None unless the object of this number stands at this index and nowhere else in the stream: some readers go
        by the index, others by the number, and of two with one number each takes another."""
        found = index < len(self._places) and self._places[index][0] == number and self._times[number] == 1
        return self._places[index][1] if found else None

    def end(self, at: int) -> int:
        """Where the next object begins."""
        after = bisect_right(self._begins, at)
        return self._begins[after] if after < len(self._begins) else len(self.data)

    def get(self, number: int, index: int) -> Parsed | None:
        at = self.place(number, index)
        try:
            return None if at is None else read_value(self.data, at)
        except Unreadable:
            return None
