"""How files are bent: legal-looking updates, raw updates, and changes inside a signature."""

import io
import re
from collections.abc import Callable

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

FALSE_TEXT = b"BT /F1 40 Tf 60 500 Td (NOI DUNG GIA) Tj ET"


def updated(pdf: bytes, change: Callable) -> bytes:
    """One more incremental update, made by `change(writer)`."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def page_of(writer, index: int = 0):
    return writer.root["/Pages"]["/Kids"][index].get_object()


def fields_of(writer) -> list:
    return [ref.get_object() for ref in list.__iter__(writer.root["/AcroForm"]["/Fields"])]


def field_of(writer, name: str):
    return next(field for field in fields_of(writer) if field["/T"] == name)


def give_kids(writer, name: str, widgets: list[tuple]) -> None:
    """The field `name` of page 1 gets widgets of its own, each with a box and a picture, and is none itself."""
    listed = list.__iter__(writer.root["/AcroForm"]["/Fields"])
    own = next(ref for ref in listed if ref.get_object()["/T"] == name)
    field, kids = own.get_object(), []
    for box, look in widgets:
        kid = {"/Type": "/Annot", "/Subtype": "/Widget", "/Rect": box, "/AP": look, "/Parent": own}
        kids.append(writer.add_object(dictionary(kid | {"/F": generic.NumberObject(4)})))
    for key in ("/Rect", "/Subtype", "/Type", "/F", "/P", "/AP"):
        field.pop(key, None)
    field["/Kids"] = generic.ArrayObject(kids)
    writer.update_container(field)
    page = page_of(writer)
    rest = [one for one in list.__iter__(page["/Annots"]) if one.idnum != own.idnum]
    page["/Annots"] = generic.ArrayObject([*rest, *kids])
    writer.update_container(page)


def stream(writer, content: bytes = FALSE_TEXT, **entries):
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    resources = dictionary({"/Font": dictionary({"/F1": dictionary(font)})})
    form = {
        "/Type": "/XObject",
        "/Subtype": "/Form",
        "/BBox": numbers(0, 0, 595, 842),
        "/Resources": resources,
    }
    return writer.add_object(generic.StreamObject(dictionary(form | entries), stream_data=content))


def dictionary(entries: dict) -> generic.DictionaryObject:
    return generic.DictionaryObject({name(k): name(v) if type(v) is str else v for k, v in entries.items()})


def name(text: str):
    return generic.NameObject(text)


def numbers(*values):
    return generic.ArrayObject(generic.NumberObject(value) for value in values)


def appended(pdf: bytes, objects: dict[int, bytes], *, root: str = "", prev: bool = True, xref: bool = True,
             trailer: str = "", generation: int = 0, size: int = 0, free: tuple[int, ...] = (),
             at: dict[int, int] | None = None) -> bytes:  # fmt: skip
    """A raw update: `objects` by number, written as they are, with a table of their places; `at` names places of
    objects that lie elsewhere in the file."""
    out, places = bytearray(pdf + b"\n"), dict(at or {})
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    if not xref:
        return bytes(out)
    begun = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted({*places, *free}):
        entry = b"%010d %05d n" % (places[number], generation) if number in places else b"0000000000 00001 f"
        out += b"%d 1\n%s \n" % (number, entry)
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    top = root or f"{reader.root_ref.idnum} 0 R"
    size = size or max([*places, *free, reader.trailer["/Size"] - 1]) + 1
    back = f"/Prev {reader.last_startxref}" if prev else ""
    out += f"trailer\n<< /Size {size} /Root {top} {back} {trailer} >>\nstartxref\n{begun}\n%%EOF\n".encode()
    return bytes(out)


def compressed(pdf: bytes, inner: dict[int, bytes], plain: dict[int, bytes] | None = None,
               unlisted: dict[int, bytes] | None = None) -> bytes:  # fmt: skip
    """A raw update whose `inner` objects lie in an object stream, with a cross-reference stream; `unlisted` ones lie
    before them in it, and the index does not name their places."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    holder = max([int(reader.trailer["/Size"]) - 1, *inner, *(plain or {})]) + 1
    heads, body = [], b""
    before = unlisted or {}
    for number, text in [*before.items(), *inner.items()]:
        heads.append(b"%d %d" % (number, len(body)))
        body += text + b" "
    head = b" ".join(heads) + b" "
    entry = b"/Type /ObjStm /N %d /First %d" % (len(heads), len(head))
    out, places = bytearray(pdf + b"\n"), {}
    made = {holder: b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entry, len(head + body), head + body)}
    for number, text in {**(plain or {}), **made}.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    places[holder + 1] = len(out)
    rows = {number: b"\1" + at.to_bytes(4, "big") + b"\0\0" for number, at in places.items()}
    rows |= {
        n: b"\2" + holder.to_bytes(4, "big") + i.to_bytes(2, "big")
        for i, n in enumerate(inner, start=len(before))
    }
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    table = b"".join(rows[number] for number in sorted(rows))
    said = b"/Type /XRef /W [1 4 2] /Index [%s] /Size %d /Root %d 0 R /Prev %d /Length %d" % (
        index, holder + 2, reader.root_ref.idnum, reader.last_startxref, len(table),
    )  # fmt: skip
    begun = len(out)
    out += b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (holder + 1, said, table)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % begun


def nowhere(writer, number: int):
    """A reference to an object that is not there."""
    return generic.IndirectObject(number, 0, writer)


def list_of(old, *more):
    """The entries of `old`, an array or a single one, and `more` behind them."""
    value = old.get_object()
    return generic.ArrayObject([*(list.__iter__(value) if isinstance(value, list) else [old]), *more])


def next_number(pdf: bytes) -> int:
    return int(PdfFileReader(io.BytesIO(pdf), strict=False).trailer["/Size"])


def last_signature(pdf: bytes):
    return PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures[-1]


def gap(pdf: bytes) -> tuple[int, int]:
    """Where the last signature's value lies, with its brackets."""
    _, length, second, _ = last_signature(pdf).byte_range
    return int(length), int(second)


def with_contents(pdf: bytes, text: bytes) -> bytes:
    """Other words in the place of the signature's value; the file's length stays."""
    begun, ended = gap(pdf)
    assert len(text) <= ended - begun
    return pdf[:begun] + text.ljust(ended - begun) + pdf[ended:]


def with_ranges(pdf: bytes, text: bytes) -> bytes:
    """Another /ByteRange in the last signature; the file's length stays."""
    begun, _ = gap(pdf)
    place = [m for m in re.finditer(rb"/ByteRange\s*\[[^\]]*\]\s*", pdf) if abs(m.start() - begun) < 100_000][
        -1
    ]
    assert len(text) <= len(place[0])
    return pdf[: place.start()] + text.ljust(len(place[0])) + pdf[place.end() :]


def replaced(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """The last occurrence, as long as before."""
    assert len(new) <= len(old)
    at = pdf.rfind(old)
    assert at > 0, old
    return pdf[:at] + new.ljust(len(old)) + pdf[at + len(old) :]


def with_cms(pdf: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """The CMS of the last signature, changed and put back in its place."""
    before = last_signature(pdf).pkcs7_content
    message = cms.ContentInfo.load(before)
    signed = message["content"]
    change(signed)
    fresh = cms.ContentInfo({"content_type": message["content_type"].native, "content": signed})
    der = fresh.dump()  # not by force, which writes each layer twice, whatever lies in it
    assert der.rstrip(b"\0") != before.rstrip(b"\0"), "nothing was changed"
    return with_der(pdf, der)


def with_der(pdf: bytes, der: bytes) -> bytes:
    begun, ended = gap(pdf)
    digits = ended - begun - 2
    assert len(der) * 2 <= digits
    return with_contents(pdf, b"<" + der.hex().encode().ljust(digits, b"0") + b">")


def signed_with(pdf: bytes, change: Callable, stamper) -> bytes:
    """A document time stamp by `stamper`, in an update that `change(writer)` begins."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), io.BytesIO()
    change(writer)
    stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384, output=out)
    return out.getvalue()


def raw_lists(pdf: bytes, field: int, widgets: list[int]) -> dict[int, bytes]:
    """Page 1, the form and the catalog of a raw paper again, with a field and its widgets added."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    page, form = reader.root["/Pages"]["/Kids"][0], reader.root["/AcroForm"]
    page["/Annots"] = list_of(page.raw_get("/Annots"), *(nowhere(reader, one) for one in widgets))
    form["/Fields"] = list_of(form.raw_get("/Fields"), nowhere(reader, field))
    written = {}
    for one in (page, form, reader.root):
        out = io.BytesIO()
        one.write_to_stream(out, None)
        written[one.container_ref.idnum] = out.getvalue()
    return written


def form_number(pdf: bytes) -> int:
    """The object of the form."""
    return PdfFileReader(io.BytesIO(pdf), strict=False).root.raw_get("/AcroForm").idnum


def trailer_of(pdf: bytes) -> dict:
    """The last trailer, with references as they are written."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    return {key: reader.trailer.raw_get(key) for key in reader.trailer}


def protection_of(pdf: bytes) -> str:
    """What the trailer of an update must say again for an encrypted file."""
    trailer = trailer_of(pdf)
    numbers = " ".join(f"<{one.original_bytes.hex()}>" for one in trailer["/ID"])
    return f"/Encrypt {trailer['/Encrypt'].idnum} 0 R /ID [{numbers}]"
