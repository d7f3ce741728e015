"""Keys of the form that change after the last signature: a reader draws the sealed fields anew."""

from pyhanko.pdf_utils import generic

from . import handmade, raw, tools
from .cast import Cast
from .table import attack

GROUP = "Khóa của biểu mẫu bị đổi sau chữ ký cuối"
_SIGNS = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/ZapfDingbats"}


def _form(change):
    """An update of the form alone."""

    def update(writer):
        form = writer.root["/AcroForm"]
        change(writer, form)
        writer.update_container(form)

    return update


def _redraw(writer, form) -> None:
    form["/NeedAppearances"] = generic.BooleanObject(True)


def _other_fonts(writer, form) -> None:
    _redraw(writer, form)
    names = {*form.get("/DR", {}).get("/Font", {}), "/Helv", "/F1"}
    fonts = {name: tools.dictionary(_SIGNS) for name in names}
    form["/DR"] = tools.dictionary({"/Font": tools.dictionary(fonts)})


def _default(text: str):
    def change(writer, form):
        _redraw(writer, form)
        form["/DA"] = generic.pdf_string(text)

    return change


def _aligned(writer, form) -> None:
    _redraw(writer, form)
    form["/Q"] = generic.NumberObject(2)


def _no_fonts(writer, form) -> None:
    _redraw(writer, form)
    form.pop("/DR", None)


def _another_form(writer, form) -> None:
    parts = generic.ArrayObject([generic.pdf_string("template"), tools.stream(writer, b"<xdp/>")])
    form["/XFA"] = parts


def _order(writer, form) -> None:
    form["/CO"] = generic.ArrayObject([form["/Fields"].raw_get(0)])


def _no_flags(writer, form) -> None:
    form["/SigFlags"] = generic.NumberObject(0)


_TEXT = (
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (so) /V (So: 05/QD-UBND) /Rect [60 500 500 560] /F 4 %s >>"
)
_DRAWN = raw.stream(
    b"BT /F1 30 Tf 0 10 Td (So: 05/QD-UBND) Tj ET",
    b"/Type /XObject /Subtype /Form /BBox [0 0 440 60] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 "
    b"/BaseFont /Helvetica >> >> >>",
)
_FONTS = b"/DR << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def _with_field(cast: Cast, own: bytes = b"", form: bytes = b"") -> bytes:
    """Signed by another tool: a paper with one filled field that is drawn."""
    catalog = b"/AcroForm 7 0 R"
    more = {
        6: _TEXT % (b"/AP << /N 8 0 R >> " + own),
        7: b"<< /Fields [6 0 R] %s %s >>" % (_FONTS, form),
        8: _DRAWN,
    }
    return cast.approve(raw.paper(catalog=catalog, page=b"/Annots [6 0 R]", more=more))


_OWN = b"/DA (/F1 30 Tf 0 g)"
attack(GROUP, "/NeedAppearances, văn bản đã đóng dấu", seen=True)(
    lambda cast: tools.updated(cast.sealed, _form(_redraw))
)
attack(GROUP, "/NeedAppearances và phông chữ khác (/DR), văn bản đã đóng dấu", seen=True)(
    lambda cast: tools.updated(cast.sealed, _form(_other_fonts))
)
attack(GROUP, "/NeedAppearances, bỏ phông chữ chung (/DR), văn bản đã đóng dấu", seen=True)(
    lambda cast: tools.updated(cast.sealed, _form(_no_fonts))
)
for _label, _own, _change in (
    ("/NeedAppearances và phông chữ khác (/DR)", _OWN, _other_fonts),
    ("/NeedAppearances và chữ trắng (/DA)", b"", _default("/F1 30 Tf 1 g")),
    ("/NeedAppearances và chữ bé (/DA)", b"", _default("/F1 1 Tf 0 g")),
    ("/NeedAppearances và căn lề (/Q)", _OWN, _aligned),
):
    attack(GROUP, _label, seen=True)(
        lambda cast, own=_own, change=_change: tools.updated(_with_field(cast, own), _form(change))
    )


@attack(GROUP, "Phông chữ chung (/DR) bị đổi, biểu mẫu vốn đã đòi vẽ lại", seen=True)
def fonts_alone(cast: Cast) -> bytes:
    return tools.updated(_with_field(cast, _OWN, b"/NeedAppearances true"), _form(_other_fonts))


@attack(GROUP, "Phông chữ chung bị đổi qua tham chiếu", seen=True)
def fonts_by_reference(cast: Cast) -> bytes:
    def change(writer, form):
        _other_fonts(writer, form)
        form["/DR"] = writer.add_object(form["/DR"])

    return tools.updated(_with_field(cast, _OWN), _form(change))


for _label, _change in {
    "Biểu mẫu XFA được thêm": _another_form,
    "Thứ tự tính toán (/CO) được thêm": _order,
    "/SigFlags bị hạ": _no_flags,
}.items():
    attack(GROUP, f"{_label}, văn bản đã đóng dấu")(
        lambda cast, change=_change: tools.updated(cast.sealed, _form(change))
    )


@attack(GROUP, "/NeedAppearances và chữ trắng, trong bản cập nhật của một dấu thời gian tài liệu", seen=True)
def with_a_stamp(cast: Cast) -> bytes:
    """Every stamp touches the form; here it touches more than its list of fields."""
    signed = _with_field(cast)
    n = tools.next_number(signed)
    objects = tools.raw_lists(signed, n, [n])
    objects[7] = objects[7].replace(b"<<", b"<< /NeedAppearances true /DA (/F1 30 Tf 1 g)", 1)
    objects |= {
        n: handmade.field(b"DauThoiGian", n + 1),
        n + 1: handmade.value(handmade.STAMP, b"/DocTimeStamp"),
    }
    return handmade.filled(
        tools.appended(signed, objects), handmade.stamped(cast.folder / "honest", cast.now)
    )
