"""A small paper written object by object, as a scanner or a home-made program writes it: every byte is ours."""

from collections.abc import Iterable

SHEET = b"1 g 0 0 595 842 re f"
AMOUNT = b"BT /F1 30 Tf 60 700 Td (So tien: 100 000 dong) Tj ET"
FALSE = SHEET + b" 0 g BT /F1 30 Tf 60 700 Td (So tien: 900 000 000 dong) Tj ET"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(content: bytes, entries: bytes = b"", length: bytes | None = None) -> bytes:
    size = b"%d" % len(content) if length is None else length
    return b"<< %s /Length %s >>\nstream\n%s\nendstream" % (entries, size, content)


def form(content: bytes, entries: bytes = b"") -> bytes:
    """A picture that can be drawn by itself: it brings its font along."""
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 %s >> >> " % _FONT
    return stream(content, head + entries)


def parts(
    *, page: bytes = b"", contents: bytes = b"4 0 R", catalog: bytes = b"", fonts: bytes = b"/F1 5 0 R",
    resources: bytes = b"", media: bytes = b"/MediaBox [0 0 595 842]", kids: bytes = b"3 0 R",
    count: int = 1, pages: bytes = b"", text: bytes = AMOUNT, more: dict[int, bytes] | None = None,
) -> dict[int, bytes]:  # fmt: skip
    """The objects of a page that names an amount; `more` adds some or takes the place of some."""
    places = b"/Resources << /Font << %s >> %s >>" % (fonts, resources)
    made = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Count %d /Kids [%s] %s >>" % (count, kids, pages),
        3: b"<< /Type /Page /Parent 2 0 R %s /Contents %s %s %s >>" % (media, contents, places, page),
        4: stream(text),
        5: _FONT,
    }
    return made | (more or {})


def written(objects: dict[int, bytes], *, at: dict[int, int] | None = None, free: Iterable[int] = (),
            size: int | None = None, trailer: bytes = b"") -> bytes:  # fmt: skip
    """The file, with one table. `at` names places of objects that are not there; `free` lists free numbers."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), dict(at or {})
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    begun = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted({*places, *free}):
        entry = b"%010d 00000 n" % places[number] if number in places else b"0000000000 00001 f"
        out += b"%d 1\n%s \n" % (number, entry)
    size = size or max([*places, *free]) + 1
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, begun)
    return bytes(out)


def paper(**how) -> bytes:
    """`written(parts(...))` for the plain case."""
    return written(parts(**how))
