"""What a page, a field or a layer takes from somewhere else, and what was prepared to be switched."""

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from . import raw, tools
from .cast import Cast
from .raw import AMOUNT, FALSE
from .table import attack

GROUP = "Thừa kế và công tắc đặt sẵn"
_ZAPF = b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
_HELV = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_BARE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>"
_NODE = b"<< /Type /Pages /Count 1 /Kids [3 0 R] %s >>"
_FONTS = b"/Resources << /Font << /F1 %s >> >>"
_LAYERS = b"<< /OCGs [6 0 R] /D << %s [6 0 R] /Order [6 0 R] >> >>"
_LAYER, _OWN_LAYER = b"<< /Type /OCG /Name (x) >>", _LAYERS.replace(b"6 0 R", b"9 0 R")
_LAYERED = {
    "catalog": b"/OCProperties 7 0 R", "resources": b"/Properties << /L 6 0 R >>", "text": AMOUNT + b" /OC /L BDC " + FALSE + b" EMC"
}  # fmt: skip
_BUTTON = b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (o) /Rect [0 0 595 842] /F %d /V /%s /AS /%s /AP << /N << /On 7 0 R /Off 8 0 R >> >> >>"
_BOX = (
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (o) /V (x) /Rect [0 0 595 842] /F %d /AP << /N 7 0 R >> >>"
)
_FORM = {"page": b"/Annots [6 0 R]", "catalog": b"/AcroForm << /Fields [6 0 R] >>"}
_PICTURES = {7: raw.form(FALSE), 8: raw.form(b"")}
_CHILD = b"<< /Type /Annot /Subtype /Widget /Parent 9 0 R /Rect [60 400 400 460] /F 4 >>"
_PARENT = b"<< /FT /Tx /T (o) /V (100 000) /DA (/F1 20 Tf %s g) /Kids [6 0 R] >>"
_INHERITING = {
    "page": b"/Annots [6 0 R]",
    "catalog": b"/AcroForm << /Fields [9 0 R] /NeedAppearances true /DR << /Font << /F1 5 0 R >> >> >>",
}

# label: the paper, what an update says instead
CHANGES = {
    "Cây trang: tài nguyên thừa kế bị đổi": (
        {"more": {2: _NODE % (_FONTS % _HELV), 3: _BARE % b""}},
        {2: _NODE % (_FONTS % _ZAPF)},
    ),
    "Cây trang: góc xoay thừa kế được thêm": ({}, {2: _NODE % b"/Rotate 180"}),
    "Cây trang: khung trang thừa kế bị đổi": (
        {"media": b"", "pages": b"/MediaBox [0 0 595 842]"},
        {2: _NODE % b"/MediaBox [0 0 595 400]"},
    ),
    "Độ dài của nội dung (đối tượng riêng) bị đổi": (
        {
            "more": {
                4: raw.stream(AMOUNT + b"\nendstream\nendobj\n" + FALSE, length=b"6 0 R"),
                6: b"%d" % len(AMOUNT),
            }
        },
        {6: b"%d" % len(AMOUNT + b"\nendstream\nendobj\n" + FALSE)},
    ),
    "Mảng nội dung (đối tượng riêng) dài thêm một phần": (
        {"contents": b"6 0 R", "more": {6: b"[4 0 R]", 7: raw.stream(FALSE)}},
        {6: b"[4 0 R 7 0 R]"},
    ),
    "Lớp ẩn được bật": (
        _LAYERED | {"more": {6: _LAYER, 7: _LAYERS % b"/OFF"}},
        {7: _LAYERS % b"/ON"},
    ),
    "Ô đánh dấu đổi trạng thái (/AS)": (
        _FORM | {"more": {6: _BUTTON % (4, b"Off", b"Off"), **_PICTURES}},
        {6: _BUTTON % (4, b"Off", b"On")},
    ),
    "Ô đánh dấu đổi giá trị và trạng thái": (
        _FORM | {"more": {6: _BUTTON % (4, b"Off", b"Off"), **_PICTURES}},
        {6: _BUTTON % (4, b"On", b"On")},
    ),
    "Trường ẩn (Hidden) được hiện": (_FORM | {"more": {6: _BOX % 2, **_PICTURES}}, {6: _BOX % 4}),
    "Trường không xem được (NoView) được hiện": (
        _FORM | {"more": {6: _BOX % 36, **_PICTURES}},
        {6: _BOX % 4},
    ),
    "Trường hiện bị ẩn (Hidden)": (_FORM | {"more": {6: _BOX % 4, **_PICTURES}}, {6: _BOX % 6}),
    "Trường nằm trong lớp (OC), lớp được bật": (
        _FORM
        | {
            "catalog": b"/AcroForm << /Fields [6 0 R] >> /OCProperties 10 0 R",
            "more": {
                6: (_BOX % 4).replace(b"/F 4", b"/F 4 /OC 9 0 R"),
                7: raw.form(FALSE),
                9: _LAYER,
                10: _OWN_LAYER % b"/OFF",
            },
        },
        {10: _OWN_LAYER % b"/ON"},
    ),
    "Màu chữ thừa kế từ trường cha bị đổi": (
        _INHERITING | {"more": {6: _CHILD, 9: _PARENT % b"0"}},
        {9: _PARENT % b"1"},
    ),
}

for _label, (_how, _later) in CHANGES.items():
    attack(GROUP, _label, seen=True)(
        lambda cast, how=_how, later=_later: tools.appended(cast.approve(raw.paper(**how)), later)
    )


@attack(GROUP, "Trường cha nhận thêm widget che trang (/Kids bị định nghĩa lại)", seen=True)
def more_kids(cast: Cast) -> bytes:
    form = b"<< /Fields [9 0 R] /DR << /Font << /F1 5 0 R >> >> >>"
    how = _INHERITING | {"catalog": b"/AcroForm 10 0 R", "more": {6: _CHILD, 9: _PARENT % b"0", 10: form}}
    signed = cast.approve(raw.paper(**how))
    n = tools.next_number(signed)
    kid = b"<< /Type /Annot /Subtype /Widget /Parent 9 0 R /Rect [0 0 595 842] /F 4 /AP << /N %d 0 R >> >>"
    page = tools.raw_lists(signed, n, [n])[3]
    parent = (_PARENT % b"0").replace(b"[6 0 R]", b"[6 0 R %d 0 R]" % n)
    return tools.appended(signed, {3: page, 9: parent, n: kid % (n + 1), n + 1: raw.form(FALSE)})


def _filled(writer) -> None:
    field = tools.field_of(writer, "so")
    field["/V"] = generic.pdf_string("Số: 99/QĐ-UBND")
    field["/AP"] = generic.DictionaryObject({tools.name("/N"): tools.stream(writer, raw.SHEET)})
    writer.update_container(field)


def _then_signed(cast: Cast, first: bytes, loosen) -> bytes:
    """The lock is taken off, the field is filled, and somebody signs again."""

    def change(writer):
        loosen(writer)
        _filled(writer)

    return cast.approve(tools.updated(first, change), field="KyHai", who="Người Trong Cuộc")


@attack(GROUP, "Chứng nhận (/Perms) bị gỡ khỏi gốc, rồi điền và ký tiếp", seen=True)
def permissions_removed(cast: Cast) -> bytes:
    def loosen(writer):
        writer.root.pop("/Perms", None)
        writer.update_root()

    return _then_signed(cast, cast.approve(cast.prepared, certify=True, perm=MDPPerm.NO_CHANGES), loosen)


@attack(GROUP, "Khóa trường (/Lock) bị gỡ, rồi điền và ký tiếp", seen=True)
def lock_removed(cast: Cast) -> bytes:
    first = cast.approve(cast.prepared, lock=FieldMDPSpec(FieldMDPAction.ALL))

    def loosen(writer):
        field = tools.field_of(writer, "KySo")
        field.pop("/Lock", None)
        writer.update_container(field)

    return _then_signed(cast, first, loosen)


@attack(GROUP, "Tham số khóa (FieldMDP) của chữ ký bị ghi lại, rồi điền và ký tiếp", seen=True)
def lock_rewritten(cast: Cast) -> bytes:
    first = cast.approve(cast.prepared, lock=FieldMDPSpec(FieldMDPAction.ALL))

    def loosen(writer):
        value = tools.field_of(writer, "KySo")["/V"]
        for reference in value["/Reference"]:
            if reference["/TransformMethod"] == "/FieldMDP":
                reference["/TransformParams"]["/Action"] = tools.name("/Include")
                reference["/TransformParams"]["/Fields"] = generic.ArrayObject([generic.pdf_string("khac")])
        writer.update_container(value)

    return _then_signed(cast, first, loosen)
