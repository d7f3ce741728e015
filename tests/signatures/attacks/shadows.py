"""Changes that look legal: prepared before the signature, or made where a certification leaves a door open."""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from . import tools
from .cast import Cast
from .table import attack

HIDE = "Bóng mờ: giấu (shadow hide)"
REPLACE = "Bóng mờ: thay (shadow replace)"
BOTH = "Bóng mờ: giấu và thay (hide-and-replace)"
NOTE = "Chứng nhận: chú thích xấu (evil annotation)"
SNEAKY = "Chứng nhận: chữ ký lén (sneaky signature)"
FIELD = "Trường biểu mẫu ngoài phạm vi cho phép"
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


def _amount_field(writer, kept: dict) -> None:
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
    pdf, kept = _shadow(cast, _amount_field)
    return tools.updated(pdf, lambda writer: _new_look(writer, kept, value=False))


@attack(REPLACE, "Trường được điền giá trị khác sau chữ ký")
def value_replaced(cast: Cast) -> bytes:
    pdf, kept = _shadow(cast, _amount_field)
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


def _note(kind: str, **more):
    def change(writer):
        page = tools.page_of(writer)
        look = generic.DictionaryObject(
            {tools.name("/N"): tools.stream(writer, COVER + b" " + tools.FALSE_TEXT)}
        )
        note = {"/Type": "/Annot", "/Subtype": kind, "/Rect": tools.numbers(60, 400, 500, 600), "/AP": look}
        note |= {"/F": generic.NumberObject(4), "/Contents": generic.pdf_string("")} | more
        ref = writer.add_object(tools.dictionary(note))
        page["/Annots"] = generic.ArrayObject([*list.__iter__(page.get("/Annots", [])), ref])
        writer.update_container(page)

    return change


_DEFAULT = {"/DA": generic.pdf_string("/Helv 12 Tf 0 g")}
for _label, _kind, _more in (
    ("FreeText", "/FreeText", _DEFAULT),
    ("Stamp", "/Stamp", {}),
    ("Redact", "/Redact", {}),
):
    attack(NOTE, f"{_label} đè lên chữ, chứng nhận cho phép chú thích (P=3)")(
        lambda cast, kind=_kind, more=_more: tools.updated(
            cast.approve(cast.prepared, certify=True, perm=MDPPerm.ANNOTATE), _note(kind, **more)
        )
    )
    attack(NOTE, f"{_label} đè lên chữ của văn bản đã đóng dấu")(
        lambda cast, kind=_kind, more=_more: tools.updated(cast.sealed, _note(kind, **more))
    )


def _unsigned_field(writer) -> None:
    spec = fields.SigFieldSpec("KyLen", on_page=0, box=(60, 400, 500, 600))
    fields.append_signature_field(writer, spec)
    field = tools.field_of(writer, "KyLen")
    field["/AP"] = generic.DictionaryObject({tools.name("/N"): tools.stream(writer, COVER)})
    writer.update_container(field)


@attack(SNEAKY, "Ô ký mới chưa ký, có hình che chữ, sau dấu cơ quan")
def sneaky_field(cast: Cast) -> bytes:
    return tools.updated(cast.sealed, _unsigned_field)


@attack(SNEAKY, "Ô ký mới chưa ký, có hình che chữ, sau chữ ký phê duyệt")
def sneaky_field_after_approval(cast: Cast) -> bytes:
    return tools.updated(cast.approve(cast.prepared), _unsigned_field)


@attack(SNEAKY, "Chữ ký của người lạ có hình, sau chứng nhận P=2")
def sneaky_stranger(cast: Cast) -> bytes:
    certified = cast.approve(cast.prepared, certify=True, perm=MDPPerm.FILL_FORMS)
    return cast.approve(certified, house="false", field="KyLen", box=(60, 400, 500, 600))


@attack(SNEAKY, "Chữ ký của người được tin cậy có hình, sau chứng nhận P=2")
def sneaky_insider(cast: Cast) -> bytes:
    certified = cast.approve(cast.prepared, certify=True, perm=MDPPerm.FILL_FORMS)
    return cast.approve(certified, who="Người Trong Cuộc", field="KyLen", box=(60, 400, 500, 600))


@attack(SNEAKY, "Chữ ký của người được tin cậy, hình che gần hết trang, sau chữ ký phê duyệt")
def sneaky_large(cast: Cast) -> bytes:
    first = cast.approve(cast.prepared)
    return cast.approve(first, who="Người Trong Cuộc", field="KyLen", box=(20, 20, 575, 800))


@attack(SNEAKY, "Chữ ký của người lạ sau dấu cơ quan")
def stranger_after_seal(cast: Cast) -> bytes:
    return cast.approve(cast.sealed, house="false", field="KyLen")


def _field(change):
    def update(writer):
        field = change(writer)
        writer.update_container(field)

    return update


@attack(FIELD, "Số văn bản bị đổi sau khi đóng dấu")
def number_changed(cast: Cast) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "so")
        field["/V"] = generic.pdf_string("Số: 99/QĐ-UBND")
        return field

    return tools.updated(cast.sealed, _field(change))


@attack(FIELD, "Hình của ô số bị tráo, giá trị giữ nguyên")
def number_look_changed(cast: Cast) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "so")
        field["/AP"] = generic.DictionaryObject({tools.name("/N"): tools.stream(writer)})
        return field

    return tools.updated(cast.sealed, _field(change))


@attack(FIELD, "Hình của con dấu bị tráo")
def seal_look_changed(cast: Cast) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "dau_co_quan")
        field["/AP"] = generic.DictionaryObject({tools.name("/N"): tools.stream(writer)})
        return field

    return tools.updated(cast.sealed, _field(change))


@attack(FIELD, "Con dấu bị dời chỗ")
def seal_moved(cast: Cast) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "dau_co_quan")
        field["/Rect"] = tools.numbers(0, 0, 595, 842)
        return field

    return tools.updated(cast.sealed, _field(change))


@attack(FIELD, "Chữ ký của con dấu bị xóa")
def seal_removed(cast: Cast) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "dau_co_quan")
        del field["/V"]
        return field

    return tools.updated(cast.sealed, _field(change))


@attack(FIELD, "Số được điền mà không có dấu cơ quan")
def number_without_seal(cast: Cast) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "so")
        field["/V"] = generic.pdf_string("Số: 99/QĐ-UBND")
        return field

    return tools.updated(cast.signed, _field(change))


@attack(FIELD, "Trường bị khóa (FieldMDP) được điền rồi người khác ký tiếp")
def locked_field_filled(cast: Cast) -> bytes:
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, ["so"])
    first = cast.approve(cast.prepared, lock=lock)

    def change(writer):
        field = tools.field_of(writer, "so")
        field["/V"] = generic.pdf_string("Số: 99/QĐ-UBND")
        return field

    return cast.approve(tools.updated(first, _field(change)), field="KyHai")


@attack(FIELD, "Chứng nhận không cho đổi gì (P=1), vẫn điền rồi ký tiếp")
def certified_closed(cast: Cast) -> bytes:
    first = cast.approve(cast.prepared, certify=True, perm=MDPPerm.NO_CHANGES)

    def change(writer):
        field = tools.field_of(writer, "so")
        field["/V"] = generic.pdf_string("Số: 99/QĐ-UBND")
        return field

    return cast.approve(tools.updated(first, _field(change)), field="KyHai", perm=MDPPerm.NO_CHANGES)


@attack(FIELD, "Trường mới có hình che chữ được thêm vào")
def new_field(cast: Cast) -> bytes:
    return tools.updated(cast.sealed, lambda writer: _amount_field(writer, {}))


@attack(FIELD, "Hành động JavaScript được thêm khi mở tệp")
def open_action(cast: Cast) -> bytes:
    def change(writer):
        action = tools.dictionary({"/S": "/JavaScript", "/JS": generic.pdf_string("app.alert(1)")})
        writer.root["/OpenAction"] = writer.add_object(action)
        writer.update_root()

    return tools.updated(cast.sealed, change)


@attack(FIELD, "Lớp nội dung (OCG) được thêm để ẩn, hiện")
def layers(cast: Cast) -> bytes:
    def change(writer):
        writer.root["/OCProperties"] = writer.add_object(tools.dictionary({"/OCGs": generic.ArrayObject()}))
        writer.update_root()

    return tools.updated(cast.sealed, change)
