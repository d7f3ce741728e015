"""Streams that carry the structure of a file, decoded within bounds (ISO 32000-2, 7.4)."""

import zlib

from pyhanko.pdf_utils.filters import ASCII85Decode, ASCIIHexDecode

from .syntax import Unreadable

MOST = 10_000_000  # bytes of one stream
ALL = 64_000_000  # bytes of all streams of a file together


class Budget:
    """How much may still be decoded of one file."""

    def __init__(self, left: int = ALL):
        self.left = left

    def decode(self, entries: dict, raw: bytes | memoryview, most: int = MOST) -> bytes:
        """Raises Unreadable for filters we do not know, damaged data, or more than is allowed."""
        filters, parameters = _listed(entries.get("Filter")), _listed(entries.get("DecodeParms"))
        for index, name in enumerate(filters):
            given = parameters[index] if index < len(parameters) else None
            raw = self._one(name, given if isinstance(given, dict) else {}, raw, min(most, self.left))
            self.left -= len(raw)
        return bytes(raw)

    def _one(self, name, given: dict, raw: bytes | memoryview, most: int) -> bytes:
        if name in ("FlateDecode", "Fl"):
            inflated = _inflate(raw, most)
            return _unpredicted(inflated, given) if given.get("Predictor", 1) != 1 else inflated
        if name in ("ASCIIHexDecode", "AHx", "ASCII85Decode", "A85") and len(raw) <= 2 * most:
            known = ASCIIHexDecode if name in ("ASCIIHexDecode", "AHx") else ASCII85Decode
            try:
                return known().decode(bytes(raw), {})
            except (ValueError, AssertionError, IndexError) as error:
                raise Unreadable("a damaged stream") from error
        raise Unreadable("a filter that is not for this")


def _listed(value) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


def _inflate(raw: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(raw, most + 1)
    except zlib.error as error:
        raise Unreadable("a damaged stream") from error
    if len(found) > most or not unpacker.eof:
        raise Unreadable("a stream too large, or cut short")
    return found


def _unpredicted(data: bytes, given: dict) -> bytes:
    """PNG predictors (RFC 2083, 6): rows of bytes, each told by the one above or the byte before."""
    columns, colors, bits = given.get("Columns", 1), given.get("Colors", 1), given.get("BitsPerComponent", 8)
    if given.get("Predictor") not in range(10, 16) or colors != 1 or bits != 8 or type(columns) is not int:
        raise Unreadable("a predictor that is not for this")
    if not 1 <= columns <= 100 or len(data) % (columns + 1):
        raise Unreadable("a damaged stream")
    out, above = bytearray(), bytearray(columns)
    for at in range(0, len(data), columns + 1):
        kind, row = data[at], bytearray(data[at + 1 : at + 1 + columns])
        if kind == 2:
            row = bytearray((one + other) & 255 for one, other in zip(row, above, strict=True))
        elif kind:
            _predict(kind, row, above)
        out += row
        above = row
    return bytes(out)


def _predict(kind: int, row: bytearray, above: bytearray) -> None:
    left = corner = 0
    for i, up in enumerate(above):
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            near = min(
                (abs(up - corner), 0, left),
                (abs(left - corner), 1, up),
                (abs(left + up - 2 * corner), 2, corner),
            )
            guess = near[2]
        else:
            raise Unreadable("a damaged stream")
        row[i] = left = (row[i] + guess) & 255
        corner = up
