"""A mutant while it is made: a signed paper, and the incremental updates behind it."""

import io
import random
import struct
import zlib
from dataclasses import dataclass, field

from pyhanko.pdf_utils.reader import PdfFileReader

from .values import Name, Ref, Stream, copied, plain, references, spelled


class Unfit(Exception):
    """This move cannot be made here."""


@dataclass
class Contents:
    """What a file holds now: objects by number, and what its newest index says."""

    objects: dict[int, object]
    root: int
    info: int | None
    identity: object
    size: int
    place: int
    wild: list[tuple[int, str, str]]  # undefined numbers that are named, with the key and the key above it


def contents(pdf: bytes, known=(), since: int = 0) -> Contents:
    """`known` are the objects of the first `since` bytes. Raises what pyHanko raises for files that it cannot read."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    objects = dict(known)
    for revision in range(reader.xrefs.total_revisions):
        if reader.xrefs.get_startxref_for_revision(revision) < since:
            continue
        for ref in reader.xrefs.explicit_refs_in_revision(revision):
            try:
                objects[ref.idnum] = plain(reader.get_object(ref, never_decrypt=True))
            except Exception:  # an index of a file that was bent before it was signed may point anywhere
                objects.pop(ref.idnum, None)
    named = [found for value in objects.values() for found in references(value)]
    wild = [(ref.number, key, above) for ref, key, above in named if ref.number not in objects]
    trailer = reader.trailer
    info = plain(trailer.raw_get("/Info")) if "/Info" in trailer else None
    identity = plain(trailer["/ID"]) if "/ID" in trailer else None
    size = max([int(trailer["/Size"]) - 1, *objects, *(number for number, _, _ in wild)]) + 1
    return Contents(
        objects, reader.root_ref.idnum, info.number if isinstance(info, Ref) else None, identity, size,
        reader.last_startxref, sorted(set(wild)),
    )  # fmt: skip


@dataclass
class Update:
    """One revision still to be written. `index` is table, stream, hybrid or none; `packed` objects lie in an object
    stream, `unlisted` ones in no index; `lies` are places that the index tells wrongly."""

    objects: list[tuple[int, int, object]] = field(default_factory=list)
    index: str = "table"
    packed: set[int] = field(default_factory=set)
    unlisted: set[int] = field(default_factory=set)
    lies: dict[int, int] = field(default_factory=dict)
    free: list[tuple[int, int]] = field(default_factory=list)
    trailer: dict = field(default_factory=dict)
    before: bytes = b""
    after: bytes = b""
    size: int | None = None
    odd: bool = False


class Draft:
    """`edit`, `put` and `add` write into the present update; `commit` closes it."""

    def __init__(self, base, rng: random.Random, cast=None):
        self.base, self.rng, self.cast = base, rng, cast
        self.place_for_later: list[float] | None = (
            None  # on the first page, where somebody who signs later may be seen
        )
        self.own_places = False  # and in the fields that were signed empty
        self._take(base.pdf, base.contents)

    def reopen(self, pdf: bytes) -> None:
        """Another program has written behind the file."""
        self._take(pdf, contents(pdf, self.objects, len(self.pdf)))

    def _take(self, pdf: bytes, found: Contents) -> None:
        self.pdf, self.objects = bytearray(pdf), dict(found.objects)
        self.root, self.info, self.identity = found.root, found.info, found.identity
        self.size, self.place = found.size, found.place
        self.update = Update()

    # what is there

    def get(self, value):
        """The value behind a reference, and behind that."""
        for _ in range(10):
            if not isinstance(value, Ref):
                return value
            value = self.objects.get(value.number)
        return None

    def pages(self) -> list[int]:
        found, waiting, seen = [], [self.objects[self.root].get("/Pages")], set()
        while waiting:
            ref = waiting.pop(0)
            node = self.get(ref)
            if not isinstance(ref, Ref) or ref in seen or not isinstance(node, dict):
                continue
            seen.add(ref)
            if isinstance(kids := self.get(node.get("/Kids")), list):
                waiting += kids
            else:
                found.append(ref.number)
        if not found:
            raise Unfit
        return found

    def fields(self) -> list[int]:
        form = self.get(self.objects[self.root].get("/AcroForm"))
        listed = self.get(form.get("/Fields")) if isinstance(form, dict) else None
        listed = listed if isinstance(listed, list) else []
        return [one.number for one in listed if isinstance(one, Ref) and isinstance(self.get(one), dict)]

    # what is written

    def edit(self, number: int):
        """The object, to be changed where it lies."""
        for at, _, value in self.update.objects:
            if at == number:
                return value
        return self.put(number, copied(self.objects.get(number)))

    def put(self, number: int, value, generation: int = 0):
        self.update.objects.append((number, generation, value))
        self.objects[number] = value
        self.size = max(self.size, number + 1)
        return value

    def add(self, value) -> Ref:
        number = self.size
        self.put(number, value)
        return Ref(number)

    def edit_root(self) -> dict:
        return self.edit(self.root)

    def edit_in(self, holder: dict, key: str, kind: type = dict):
        """The dictionary or array at `key`, made when missing, to be changed whether it lies there or elsewhere."""
        value = holder.get(key)
        if isinstance(value, Ref) and isinstance(self.get(value), kind):
            while isinstance(self.objects[value.number], Ref):
                value = self.objects[value.number]
            return self.edit(value.number)
        if not isinstance(value, kind):
            value = holder[key] = kind()
        return value

    def edit_form(self) -> dict:
        return self.edit_in(self.edit_root(), "/AcroForm")

    def edit_page(self) -> dict:
        return self.edit(self.rng.choice(self.pages()))

    def commit(self) -> None:
        """Write the present update; nothing when there is none."""
        now, self.update = self.update, Update()
        if not (now.objects or now.trailer or now.free or now.lies or now.before or now.after):
            return
        if now.index == "table" and now.packed:
            now.packed = set()
        self.pdf += (b"" if self.pdf.endswith(b"\n") else b"\n") + now.before
        places: dict[int, tuple[int, int, int]] = {}  # type of entry and its two numbers
        inside = [one for one in now.objects if one[0] in now.packed and not isinstance(one[2], Stream)]
        for number, generation, value in now.objects:
            if (number, generation, value) in inside:
                continue
            if number not in now.unlisted:
                places[number] = (1, len(self.pdf), generation)
            self.pdf += b"%d %d obj\n%s\nendobj\n" % (number, generation, spelled(value, now.odd))
        if inside and now.index != "none":
            places |= self._pack(inside, now.odd)
        places |= {number: (1, at, 0) for number, at in now.lies.items()}
        places |= {number: (0, 0, generation) for number, generation in now.free}
        if now.index != "none":
            self._write_index(now, places)
        self.pdf += now.after

    def _pack(self, inside, odd: bool) -> dict:
        holder, head, body = self.size, b"", b""
        self.size += 1
        for number, _, value in inside:
            head += b"%d %d " % (number, len(body))
            body += spelled(value, odd) + b"\n"
        stream = Stream(
            {
                "/Type": Name("/ObjStm"),
                "/N": len(inside),
                "/First": len(head),
                "/Filter": Name("/FlateDecode"),
            },
            zlib.compress(head + body),
        )
        at = len(self.pdf)
        self.pdf += b"%d 0 obj\n%s\nendobj\n" % (holder, spelled(stream))
        return {holder: (1, at, 0)} | {one[0]: (2, holder, index) for index, one in enumerate(inside)}

    def _write_index(self, now: Update, places: dict) -> None:
        trailer = {"/Root": Ref(self.root), "/Prev": self.place}
        if self.info is not None:
            trailer["/Info"] = Ref(self.info)
        if self.identity is not None:
            trailer["/ID"] = self.identity
        trailer |= now.trailer
        trailer = {key: value for key, value in trailer.items() if value is not None}
        size = self.size if now.size is None else now.size
        if now.index == "table":
            begun = self._table(places, {"/Size": size} | trailer)
        elif now.index == "stream":
            begun = self._stream(places, trailer)
        else:  # hybrid: old readers see the table, new ones the stream as well
            hidden = {k: v for k, v in places.items() if v[0] == 2} or places
            at = self._stream(hidden, {})
            shown = {k: v for k, v in places.items() if k not in hidden}
            begun = self._table(shown, {"/Size": self.size, "/XRefStm": at} | trailer)
        self.place = begun
        self.pdf += b"startxref\n%d\n%%%%EOF\n" % begun

    def _table(self, places: dict, trailer: dict) -> int:
        begun = len(self.pdf)
        self.pdf += b"xref\n" if places else b"xref\n0 0\n"
        for number, (kind, at, generation) in sorted(places.items()):
            self.pdf += b"%d 1\n%010d %05d %s \n" % (number, at, generation, b"n" if kind == 1 else b"f")
        self.pdf += b"trailer\n%s\n" % spelled(trailer)
        return begun

    def _stream(self, places: dict, trailer: dict) -> int:
        begun, number = len(self.pdf), self.size
        self.size += 1
        places = places | {number: (1, begun, 0)}
        rows, index = b"", []
        for one, (kind, at, generation) in sorted(places.items()):
            rows += struct.pack(">BIH", kind, at, min(generation, 65535))
            index += [one, 1]
        entries = {"/Type": Name("/XRef"), "/W": [1, 4, 2], "/Index": index, "/Size": self.size} | trailer
        stream = Stream(entries | {"/Filter": Name("/FlateDecode")}, zlib.compress(rows))
        self.pdf += b"%d 0 obj\n%s\nendobj\n" % (number, spelled(stream))
        return begun
