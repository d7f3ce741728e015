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


def field_of(writer, name: str):
    fields = (ref.get_object() for ref in writer.root["/AcroForm"]["/Fields"])
    return next(field for field in fields if field["/T"] == name)


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
             trailer: str = "") -> bytes:  # fmt: skip
    """A raw update: `objects` by number, written as they are, with a table of their places."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    out, places = bytearray(pdf + b"\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    if not xref:
        return bytes(out)
    begun = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    top = root or f"{reader.root_ref.idnum} 0 R"
    size = max([*places, reader.trailer["/Size"] - 1]) + 1
    back = f"/Prev {reader.last_startxref}" if prev else ""
    out += f"trailer\n<< /Size {size} /Root {top} {back} {trailer} >>\nstartxref\n{begun}\n%%EOF\n".encode()
    return bytes(out)


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
    message = cms.ContentInfo.load(last_signature(pdf).pkcs7_content)
    signed = message["content"]
    change(signed)
    fresh = cms.ContentInfo({"content_type": message["content_type"].native, "content": signed})
    return with_der(pdf, fresh.dump(force=True))


def with_der(pdf: bytes, der: bytes) -> bytes:
    begun, ended = gap(pdf)
    digits = ended - begun - 2
    assert len(der) * 2 <= digits
    return with_contents(pdf, b"<" + der.hex().encode().ljust(digits, b"0") + b">")
