"""pyHanko's reader and its view of earlier revisions, quicker and with bounds; the same objects come out."""

import io
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.pdf_utils.xref import ObjStreamRef

from . import objects
from .objects import got

MAX_REVISIONS = 500
MAX_IN_STREAM = 100_000  # objects in one object stream
_CROWD = re.compile(rb"xref[\r\n ]{1,3}\d+ \d{7,}")
_INDEX = StreamDecodeLimits(max_output_size=10_000_000)  # some million entries
_LIMITS = DecodeLimits(per_purpose={**DEFAULT_PURPOSE_LIMITS, DecodePurpose.XREF_STREAM: _INDEX})
# The end of an object, or of its dictionary where a stream follows. Names and strings cannot look like it as long
# as there is no "(", and then `_leaf` does not ask.
_OBJECT_END = re.compile(rb">>[\s\0]*stream[\r\n]|[\s\]>]endobj")
_REFERENCE = re.compile(rb"[\s\0]R|[(%]")
_PAIR = re.compile(rb"[ \n\r\t\f\x00]*(\d{1,10})[ \n\r\t\f\x00]+(\d{1,10})(?=[^0-9]|$)")
_CONTAINERS = (dict, list, generic.IndirectObject, generic.DecryptedObjectProxy)


class Reader(PdfFileReader):
    """One file, held as bytes. Raises what pyHanko raises."""

    def __init__(self, pdf: bytes):
        # Said here because pyHanko would look for both byte by byte, and for minutes.
        if pdf.rfind(b"%%EOF", -2048) < 0 or _CROWD.search(pdf):
            raise PdfReadError("no end, or an index beyond all measure")
        self.bytes = pdf
        self._leaves: dict[int, bool] = {}
        self._born: dict[tuple[int, int], int] = {}
        self._inner: dict[int, tuple[bytes, dict[int, int]] | None] = {}
        super().__init__(
            io.BytesIO(pdf), strict=False, decode_limits=_LIMITS
        )  # shares the bytes, does not copy them
        if self.xrefs.total_revisions > MAX_REVISIONS:
            raise PdfReadError("too many revisions")

    def _read_object(self, ref, marker, never_decrypt=False, as_metadata_stream=False):
        if not as_metadata_stream and type(marker) is int and not self.encrypted_file:
            try:
                return objects.read_whole(
                    self.bytes, marker, generic.Reference(ref.idnum, ref.generation, self)
                )
            except objects.Unusual:
                pass
        return super()._read_object(ref, marker, never_decrypt, as_metadata_stream)

    @property
    def encrypted_file(self) -> bool:
        return getattr(self, "trailer", None) is None or "/Encrypt" in self.trailer

    def _get_object_from_stream(self, idnum, stmnum, idx):
        """pyHanko decodes and counts the whole stream again for every object in it; here once."""
        if stmnum not in self._inner:
            self._inner[stmnum] = self._opened(stmnum)
        opened = self._inner[stmnum]
        if opened is not None:
            data, places = opened
            try:
                return objects.read_inner(data, places[idnum], generic.Reference(idnum, 0, self))
            except (objects.Unusual, KeyError):
                pass
        return super()._get_object_from_stream(idnum, stmnum, idx)

    def _opened(self, stmnum: int) -> tuple[bytes, dict[int, int]] | None:
        """The decoded stream and where each object begins in it; None when it is not of the usual form."""
        marker = self.xrefs[generic.Reference(stmnum, 0, self)]
        if isinstance(marker, ObjStreamRef):
            raise PdfReadError("an object stream inside an object stream")
        stream = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or got(stream, "/Type") != "/ObjStm":
            return None
        count, first = got(stream, "/N"), got(stream, "/First")
        if not isinstance(count, int) or not isinstance(first, int):
            return None
        if count > MAX_IN_STREAM:
            raise PdfReadError("too many objects in one stream")
        data, places, at = stream.read_data(DecodePurpose.OBJECT_STREAM), {}, 0
        for _ in range(count):
            pair = _PAIR.match(data, at)
            if pair is None:
                return None
            places.setdefault(int(pair[1]), first + int(pair[2]))
            at = pair.end()
        return data, places

    def introduced(self, ref) -> int:
        """The revision that brought the object. Raises KeyError."""
        key = ref.idnum, ref.generation
        if key not in self._born:
            self._born[key] = self.xrefs.get_introducing_revision(ref)
        return self._born[key]

    def leaf(self, marker) -> bool:
        """True when the object at this place cannot refer to any other: seen without reading it."""
        if type(marker) is not int:
            return False
        if marker not in self._leaves:
            end = _OBJECT_END.search(self.bytes, marker)
            self._leaves[marker] = bool(end) and _REFERENCE.search(self.bytes, marker, end.start()) is None
        return self._leaves[marker]

    def get_historical_resolver(self, revision: int) -> "Past":
        cache = self._historical_resolver_cache
        if revision not in cache:
            cache[revision] = Past(self, revision)
        return cache[revision]

    def forget_revision(self, revision: int) -> None:
        """Its copies of objects are not needed any more."""
        self._historical_resolver_cache.pop(revision, None)


class Past(HistoricalResolver):
    """The file as it was at one revision."""

    def _subsume_object(self, obj):
        """A copy of `obj` whose references lead into this revision. Leaves have none and are shared."""
        if isinstance(obj, generic.DecryptedObjectProxy):
            return super()._subsume_object(obj)
        held = obj.get_container_ref()
        return self._copy(obj, generic.Reference(held.idnum, held.generation, self))

    def _copy(self, obj, ref):
        if isinstance(obj, generic.IndirectObject):
            return generic.IndirectObject(obj.idnum, obj.generation, self)
        if isinstance(obj, generic.DecryptedObjectProxy):
            return super()._subsume_object(obj)
        if isinstance(obj, dict):
            if not any(isinstance(v, _CONTAINERS) for v in obj.values()):
                return obj  # nothing in it leads anywhere
            stream = isinstance(obj, generic.StreamObject)
            copy = (
                generic.StreamObject(encoded_data=obj.encoded_data) if stream else generic.DictionaryObject()
            )
            dict.update(
                copy, {k: self._copy(v, ref) if isinstance(v, _CONTAINERS) else v for k, v in obj.items()}
            )
        elif isinstance(obj, list):
            if not any(isinstance(v, _CONTAINERS) for v in obj):
                return obj
            copy = generic.ArrayObject(self._copy(v, ref) if isinstance(v, _CONTAINERS) else v for v in obj)
        else:
            return obj
        copy.container_ref = ref
        return copy

    def _collect_indirect_references(self, obj, seen, since_revision=None):
        """As pyHanko's, without recursion and without a call for every number in every array."""
        introduced = self.reader.introduced
        waiting = [obj]
        while waiting:
            obj = waiting.pop()
            if isinstance(obj, generic.IndirectObject):
                ref = obj.reference
                if ref in seen or (since_revision is not None and introduced(ref) < since_revision):
                    continue
                seen.add(ref)
                if self._is_leaf(ref):
                    continue
                obj = self(ref)
                if isinstance(obj, generic.IndirectObject):
                    waiting.append(obj)
                    continue
            if isinstance(obj, dict):
                waiting += [v for v in obj.values() if isinstance(v, _CONTAINERS)]
            elif isinstance(obj, list):
                waiting += [v for v in obj if isinstance(v, _CONTAINERS)]

    def _is_leaf(self, ref) -> bool:
        return ref not in self.cache and self.reader.leaf(
            self.reader.xrefs.get_historical_ref(ref, self.revision)
        )

    def _load_reverse_xref_cache(self):
        """As pyHanko's map of every way from the trailer to an object, without a call for every number."""
        if self._indirect_object_access_cache is not None:
            return
        pages = dict(self._page_places())
        structure = self._structure_elements()
        found: dict = {}
        self._walk(self.trailer_view, (), frozenset(), found, pages, structure, False)
        self._indirect_object_access_cache = found

    def _get_usages_of_ref(self, ref):
        """Only the few that somebody asks for are made into pyHanko's paths."""
        ways = (self._indirect_object_access_cache or {}).get(ref, ())
        return {RawPdfPath(*way) for way in ways}

    def _walk(self, obj, path: tuple, above: frozenset, found: dict, pages, structure, inside: bool) -> None:
        if isinstance(obj, generic.IndirectObject):
            ref = obj.reference
            if ref in above:
                return
            if ref in found:
                found[ref].append(path)
            else:
                found[ref] = [path]
            if self._is_leaf(ref):
                return
            above = above | {ref}
            obj = self(ref)
            # A page is entered only by its own way through the page tree, a structure element only from its tree:
            # everything may point at them, and following that would multiply the ways beyond all measure.
            if pages.get(ref, path) != path or (not inside and ref in structure):
                return
        if isinstance(obj, dict):
            for key, value in obj.items():
                if key == "/Parent" or (inside and key == "/P") or not isinstance(value, _CONTAINERS):
                    continue
                deeper = inside or (key == "/K" and path == ("/Root", "/StructTreeRoot"))
                self._walk(value, (*path, key), above, found, pages, structure, deeper)
        elif isinstance(obj, list):
            for index, value in enumerate(obj):
                if isinstance(value, _CONTAINERS):
                    self._walk(value, (*path, index), above, found, pages, structure, inside)

    def _page_places(self):
        """Every node of the page tree with its own way. Raises PdfReadError when the tree bites its tail."""
        top = self.root.raw_get("/Pages")
        seen, waiting = set(), [(top, ("/Root", "/Pages"))]
        while waiting:
            node, path = waiting.pop()
            if isinstance(node, generic.IndirectObject):
                if node.reference in seen:
                    raise PdfReadError("circular page tree")
                seen.add(node.reference)
                yield node.reference, path
            node = node.get_object()
            if node is not None and (path == ("/Root", "/Pages") or node.get("/Type") == "/Pages"):
                waiting += [(kid, (*path, "/Kids", i)) for i, kid in enumerate(list.__iter__(node["/Kids"]))]

    def _structure_elements(self) -> set:
        """References of all structure elements. Raises PdfReadError when their tree bites its tail."""
        if "/StructTreeRoot" not in self.root:
            return set()
        elements, seen = set(), set()
        waiting = [self.root.raw_get("/StructTreeRoot").get_object()]
        while waiting:
            element = waiting.pop()
            if id(element) in seen:
                raise PdfReadError("circular structure tree")
            seen.add(id(element))
            children = got(element, "/K")
            for child in children if isinstance(children, list) else [children]:
                target = child.get_object() if isinstance(child, generic.IndirectObject) else child
                if not isinstance(target, dict) or got(target, "/Type", "/StructElem") != "/StructElem":
                    continue
                if isinstance(
                    child, generic.IndirectObject
                ):  # pyHanko leaves a single child out, and so do we
                    elements.add(child.reference)
                waiting.append(target)
        return elements
