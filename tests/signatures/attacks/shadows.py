"""Changes that look legal: prepared before the signature."""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from . import tools
from .cast import Cast
from .table import attack

HIDE = "Bóng mờ: giấu (shadow hide)"
REPLACE = "Bóng mờ: thay (shadow replace)"
BOTH = "Bóng mờ: giấu và thay (hide-and-replace)"
COVER = b"1 g 0 0 595 842 re f"


def _shadow(cast: Cast, prepare) -> tuple[bytes, dict]:
    """A paper with something prepared in it, then signed by somebody who sees nothing of that."""
    kept: dict = {}
    pdf = tools.updated(cast.prepared, lambda writer: prepare(writer, kept))
    return cast.approve(pdf), kept


def _overlay(writer, kept: dict) -> None:
    """A white sheet over the page: an XObject that the page's content draws."""
    page = tools.page_of(writer)
    sheet = tools.stream(writer, COVER)
    kept["sheet"] = sheet.idnum
    resources = page["/Resources"] if "/Resources" in page else generic.DictionaryObject()
    resources[tools.name("/XObject")] = generic.DictionaryObject({tools.name("/Sheet"): sheet})
    page["/Resources"] = resources
    drawing = writer.add_object(generic.StreamObject(stream_data=b"q /Sheet Do Q"))
    kept["drawing"] = drawing.idnum
    old = page.raw_get("/Contents")
    old = list(old.get_object()) if isinstance(old.get_object(), generic.ArrayObject) else [old]
    page["/Contents"] = generic.ArrayObject([*old, drawing])
    writer.update_container(page)


def _sheet_note(writer, kept: dict) -> None:
    """A white stamp annotation over the page."""
    page = tools.page_of(writer)
    look = generic.DictionaryObject({tools.name("/N"): tools.stream(writer, COVER)})
    note = {"/Type": "/Annot", "/Subtype": "/Stamp", "/Rect": tools.numbers(0, 0, 595, 842), "/AP": look}
    ref = writer.add_object(tools.dictionary(note | {"/F": generic.NumberObject(4)}))
    kept["note"] = ref.idnum
    page["/Annots"] = generic.ArrayObject([*list.__iter__(page.get("/Annots", [])), ref])
    writer.update_container(page)


@attack(HIDE, "Tấm che (XObject) bị thay bằng hình rỗng")
def sheet_emptied(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _overlay)
    empty = b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream"
    return tools.appended(pdf, {kept["sheet"]: empty})


@attack(HIDE, "Tấm che bị gỡ khỏi nội dung trang")
def sheet_removed(cast: Cast) -> bytes:
    pdf, _ = _shadow(cast, _overlay)

    def change(writer):
        page = tools.page_of(writer)
        page["/Contents"] = generic.ArrayObject(list(list.__iter__(page["/Contents"]))[:-1])
        writer.update_container(page)

    return tools.updated(pdf, change)


@attack(HIDE, "Tấm che bị giải phóng trong bảng tham chiếu")
def sheet_freed(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _overlay)
    raw = tools.appended(pdf, {})
    free = b"%d 1\n0000000000 00001 f \n" % kept["drawing"]
    at = raw.rfind(b"trailer")
    return raw[:at] + free + raw[at:]


@attack(HIDE, "Con dấu che (chú thích) bị xóa")
def note_removed(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _sheet_note)

    def change(writer):
        page = tools.page_of(writer)
        rest = [one for one in list.__iter__(page["/Annots"]) if one.idnum != kept["note"]]
        page["/Annots"] = generic.ArrayObject(rest)
        writer.update_container(page)

    return tools.updated(pdf, change)


@attack(HIDE, "Con dấu che bị đặt cờ ẩn")
def note_hidden(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _sheet_note)

    def change(writer):
        note = writer.get_object(generic.Reference(kept["note"], 0, writer))
        note["/F"] = generic.NumberObject(2)
        writer.update_container(note)

    return tools.updated(pdf, change)


def amount_field(writer, kept: dict) -> None:
    page = tools.page_of(writer)
    look = generic.DictionaryObject({tools.name("/N"): tools.stream(writer, b"BT (100) Tj ET")})
    field = {"/Type": "/Annot", "/Subtype": "/Widget", "/FT": "/Tx", "/Rect": tools.numbers(50, 50, 200, 80)}
    field |= {"/T": generic.pdf_string("tien"), "/V": generic.pdf_string("100"), "/AP": look}
    ref = writer.add_object(tools.dictionary(field))
    kept["field"] = ref.idnum
    page["/Annots"] = generic.ArrayObject([*list.__iter__(page.get("/Annots", [])), ref])
    writer.update_container(page)
    listed = writer.root["/AcroForm"]["/Fields"]
    listed.append(ref)
    writer.update_container(listed)


def _new_look(writer, kept: dict, *, value: bool) -> None:
    field = writer.get_object(generic.Reference(kept["field"], 0, writer))
    field["/AP"] = generic.DictionaryObject({tools.name("/N"): tools.stream(writer, b"BT (900) Tj ET")})
    if value:
        field["/V"] = generic.pdf_string("900")
    writer.update_container(field)


@attack(REPLACE, "Hình của trường bị thay, giá trị giữ nguyên")
def look_replaced(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, amount_field)
    return tools.updated(pdf, lambda writer: _new_look(writer, kept, value=False))


@attack(REPLACE, "Trường được điền giá trị khác sau chữ ký")
def value_replaced(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, amount_field)
    return tools.updated(pdf, lambda writer: _new_look(writer, kept, value=True))


@attack(REPLACE, "Phông chữ bị ghi đè để chữ hiện khác")
def font_replaced(cast: Cast) -> bytes:
    def change(writer):
        fonts = tools.page_of(writer)["/Resources"]["/Font"]
        font = next(iter(fonts.values())).get_object()
        font["/Encoding"] = tools.name("/MacRomanEncoding")
        writer.update_container(font)

    return tools.updated(cast.approve(cast.prepared), change)


def _two_contents(writer, kept: dict) -> None:
    """A second page lies in the file, and nothing leads to it yet."""
    false = tools.stream(writer)
    page = tools.page_of(writer)
    other = generic.DictionaryObject(page)
    other["/Contents"] = false
    kept["page"] = writer.add_object(other).idnum


@attack(BOTH, "Bảng tham chiếu mới trỏ số trang vào trang giấu sẵn")
def table_switched(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _two_contents)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.root["/Pages"]["/Kids"].raw_get(0).idnum
    place = pdf.rfind(b"\n%d 0 obj" % kept["page"]) + 1
    body = pdf[place : pdf.find(b"endobj", place)].split(b"obj\n", 1)[1]
    return tools.appended(pdf, {page: body})


@attack(BOTH, "Cây trang mới nhận trang giấu sẵn")
def tree_switched(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _two_contents)

    def change(writer):
        pages = writer.root["/Pages"]
        kids = pages["/Kids"]
        kids[0] = generic.IndirectObject(kept["page"], 0, writer)
        writer.update_container(pages)

    return tools.updated(pdf, change)
