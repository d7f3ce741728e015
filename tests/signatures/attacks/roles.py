"""One object in two roles: what may change in the one is content in the other."""

from pyhanko.pdf_utils import generic

from . import raw, tools
from .cast import Cast
from .raw import AMOUNT, FALSE
from .table import attack
from .undefined import N

GROUP = "Một đối tượng, hai vai"
_XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>%s"
    b"</x:xmpmeta>"
)
_XML = b"/Type /Metadata /Subtype /XML"
_G = b"<< /Type /ExtGState /ca %s >>"


def _again(signed: bytes, extra: bytes, more: dict[int, bytes]) -> bytes:
    """The catalog with one entry more, and other objects."""
    form = tools.form_number(signed)
    return tools.appended(
        signed, {1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm %d 0 R %s >>" % (form, extra)} | more
    )


def _undefined(cast: Cast, extra: bytes, more: dict[int, bytes]) -> bytes:
    return _again(cast.approve(raw.paper(contents=b"[4 0 R %d 0 R]" % N)), extra, more)


@attack(GROUP, "Nội dung chưa có khi ký; về sau là “chứng thư” trong DSS", seen=True)
def certificate_is_content(cast: Cast) -> bytes:
    return _undefined(cast, b"/DSS << /Type /DSS /Certs [%d 0 R] >>" % N, {N: raw.stream(FALSE)})


@attack(GROUP, "Nội dung chưa có khi ký; về sau là siêu dữ liệu (XMP)", seen=True)
def metadata_is_content(cast: Cast) -> bytes:
    return _undefined(cast, b"/Metadata %d 0 R" % N, {N: raw.stream(_XMP % (b"<a/> " + FALSE + b" "), _XML)})


@attack(GROUP, "Hình trên trang bị định nghĩa lại thành “chứng thư” trong DSS", seen=True)
def picture_becomes_certificate(cast: Cast) -> bytes:
    shown = {"resources": b"/XObject << /X 6 0 R >>", "text": AMOUNT + b" /X Do", "more": {6: raw.form(b"")}}
    return _again(cast.approve(raw.paper(**shown)), b"/DSS << /Certs [6 0 R] >>", {6: raw.form(FALSE)})


@attack(GROUP, "Siêu dữ liệu (XMP) cũng là nội dung trang", seen=True)
def content_is_metadata(cast: Cast) -> bytes:
    first = raw.stream(_XMP % b"<a/>", _XML)
    pdf = raw.paper(contents=b"[4 0 R 6 0 R]", catalog=b"/Metadata 6 0 R", more={6: first})
    return tools.appended(cast.approve(pdf), {6: raw.stream(_XMP % (b"<a/> " + FALSE + b" "), _XML)})


@attack(GROUP, "Thông tin tài liệu (/Info) cũng là trạng thái đồ họa", seen=True)
def information_is_state(cast: Cast) -> bytes:
    objects = raw.parts(resources=b"/ExtGState << /G 6 0 R >>", text=b"/G gs " + AMOUNT, more={6: _G % b"1"})
    signed = cast.approve(raw.written(objects, trailer=b"/Info 6 0 R"))
    return tools.appended(signed, {6: _G % b"0"}, trailer="/Info 6 0 R")


@attack(GROUP, "/MarkInfo cũng là trạng thái đồ họa", seen=True)
def mark_is_state(cast: Cast) -> bytes:
    how = {"resources": b"/ExtGState << /G 6 0 R >>", "text": b"/G gs " + AMOUNT, "more": {6: _G % b"1"}}
    return tools.appended(cast.approve(raw.paper(catalog=b"/MarkInfo 6 0 R", **how)), {6: _G % b"0"})


@attack(GROUP, "/Extensions cũng là bảng mã của phông chữ", seen=True)
def extension_is_encoding(cast: Cast) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 6 0 R >>"
    plain, turned = b"<< /Type /Encoding >>", b"<< /Type /Encoding /Differences [49 /nine] >>"
    pdf = raw.paper(catalog=b"/Extensions 6 0 R", more={5: font, 6: plain})
    return tools.appended(cast.approve(pdf), {6: turned})


@attack(GROUP, "/Info của bản cập nhật trỏ tới đối tượng mà trang nêu khi chưa có", seen=True)
def information_is_encoding(cast: Cast) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding %d 0 R >>" % N
    signed = cast.approve(raw.paper(more={5: font}))
    later = {N: b"<< /Type /Encoding /Differences [49 /nine] /Producer (x) >>"}
    return tools.appended(signed, later, trailer=f"/Info {N} 0 R")


@attack(GROUP, "Hình của ô số cũng là hình vẽ trên trang", seen=True)
def look_is_content(cast: Cast) -> bytes:
    """Filled again in place, as some programs do with the picture of a field."""
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (so) /Rect [0 0 1 1] /F 4 /AP << /N 6 0 R >> >>"
    pdf = raw.paper(
        resources=b"/XObject << /X 6 0 R >>", text=AMOUNT + b" /X Do", page=b"/Annots [7 0 R]",
        catalog=b"/AcroForm << /Fields [7 0 R] >>", more={6: raw.form(b""), 7: field},
    )  # fmt: skip
    return cast.approve(tools.appended(cast.approve(pdf), {6: raw.form(FALSE)}), field="KyHai")


@attack(GROUP, "Trường mới dùng chung chữ ký (/V) đã có, có hình che trang", seen=True)
def shared_value(cast: Cast) -> bytes:
    def change(writer):
        old = tools.fields_of(writer)[0]
        look = generic.DictionaryObject({tools.name("/N"): tools.stream(writer, FALSE)})
        field = {
            "/Type": "/Annot",
            "/Subtype": "/Widget",
            "/FT": "/Sig",
            "/Rect": tools.numbers(0, 0, 595, 842),
        }
        field |= {
            "/T": generic.pdf_string("KyLen"),
            "/V": old.raw_get("/V"),
            "/AP": look,
            "/F": generic.NumberObject(4),
        }
        new = writer.add_object(tools.dictionary(field))
        page, form = tools.page_of(writer), writer.root["/AcroForm"]
        page["/Annots"] = tools.list_of(page.raw_get("/Annots"), new)
        form["/Fields"] = tools.list_of(form.raw_get("/Fields"), new)
        writer.update_container(page)
        writer.update_container(form)

    return tools.updated(cast.approve(raw.paper()), change)
