"""Changes where a certification leaves a door open."""

from pyhanko.pdf_utils import generic
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from . import tools
from .cast import Cast
from .shadows import COVER, amount_field
from .table import attack

NOTE = "Chứng nhận: chú thích xấu (evil annotation)"
SNEAKY = "Chứng nhận: chữ ký lén (sneaky signature)"
FIELD = "Trường biểu mẫu ngoài phạm vi cho phép"


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
    return tools.updated(cast.sealed, lambda writer: amount_field(writer, {}))


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
