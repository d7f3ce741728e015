"""Pictures and texts into form fields: one page of a small PDF becomes the look of a field.

Never pyHanko's own text stamp: it embeds Vietnamese letters wrongly.
"""

import io
from functools import lru_cache

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError as PyHankoPdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.layout.fields import DATE, NUMBER, field_texts, fill_number
from documents.pdf import PdfError
from signatures.errors import SigningError


class Writer(IncrementalPdfFileWriter):
    def _update_meta(self):
        """Leave XMP alone: pyHanko's rewriting would drop what PDF/A asks for."""


def fields_of(writer: Writer) -> list:
    try:
        return [ref.get_object() for ref in writer.root["/AcroForm"]["/Fields"]]
    except (KeyError, AttributeError, PyHankoPdfError):
        return []


def field_named(writer: Writer, name: str):
    for field in fields_of(writer):
        if field.get("/T") == name:
            return field
    raise SigningError("Tệp chưa có chỗ cho số, ngày và chữ ký: văn bản chưa được chuẩn bị để ký.")


def given_in(writer: Writer) -> set[str]:
    """The names of the fields that are signed."""
    signed = (one for one in fields_of(writer) if one.get("/FT") == "/Sig" and one.get("/V") is not None)
    return {str(one.get("/T")) for one in signed}


def draw(writer: Writer, field, mark: bytes | None, *, shrink: bool) -> None:
    """Give the field the first page of `mark` as its look, centred; shrunk to the field when asked, else at its
    real size. Without a mark the look stays empty."""
    width, height = size_of(field)
    content, resources = b"", generic.DictionaryObject()
    if mark:
        look = writer.import_page_as_xobject(_read(mark))
        x0, y0, x1, y1 = (float(value) for value in look.get_object()["/BBox"])
        scale = min(1.0, width / (x1 - x0), height / (y1 - y0)) if shrink else 1.0
        left, bottom = (
            (width - (x1 - x0) * scale) / 2 - x0 * scale,
            (height - (y1 - y0) * scale) / 2 - y0 * scale,
        )
        content = b"q %.4f 0 0 %.4f %.4f %.4f cm /Mark Do Q" % (scale, scale, left, bottom)
        resources = _resources(pdf_name("/Mark"), look)
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                generic.FloatObject(round(value, 2)) for value in (0, 0, width, height)
            ),
            pdf_name("/Resources"): resources,
        },
        stream_data=content,
    )
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    writer.update_container(field)


def fill(writer: Writer, number: str, day: str) -> None:
    """Number and date into their fields, drawn with the paper's own fonts; minutes have no field for the date."""
    dated = any(field.get("/T") == DATE for field in fields_of(writer))
    fields = {name: field_named(writer, name) for name in ((NUMBER, DATE) if dated else (NUMBER,))}
    try:
        texts = {NUMBER: fill_number(str(fields[NUMBER].get("/V", "")), number), DATE: day}
    except PdfError as error:
        raise SigningError(str(error)) from error
    sized = {name: (texts[name], *size_of(field)) for name, field in fields.items()}
    drawn = PdfFileReader(io.BytesIO(field_texts(sized)))
    for index, (name, field) in enumerate(fields.items()):
        look = writer.import_page_as_xobject(drawn, page_ix=index)
        field["/V"] = generic.pdf_string(texts[name])
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): look})
        writer.update_container(field)


def size_of(field) -> tuple[float, float]:
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    return abs(x1 - x0), abs(y1 - y0)


def _resources(name, look) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject({name: look})})


@lru_cache(maxsize=200)
def _read(mark: bytes) -> PdfFileReader:
    """Marks are few and used again and again; what was read of one stays read."""
    return PdfFileReader(io.BytesIO(mark))
