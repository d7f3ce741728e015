"""What was signed names an object that is not there; an update defines it."""

from . import raw, tools
from .cast import Cast
from .raw import FALSE
from .table import attack

GROUP = "Nêu mà không có, định nghĩa về sau"
N = 90  # nobody has it when the paper is signed
_STAMP = b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 595 842] /F 4 /AP << /N %d 0 R >> >>" % (N + 1)
_DIGITS = b"<< /Type /Encoding /Differences [49 /nine] >>"
_NAMED = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding %d 0 R >>" % N
_LAYER = b"<< /Type /OCG /Name (tien) >>"
_HIDDEN = b"<< /OCGs [6 0 R] /D << /OFF [6 0 R] /Order [6 0 R] >> >>"
_IN_LAYER = b"/OC /L BDC " + raw.AMOUNT + b" EMC"
_JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_ALONE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %%s >>" % (N + 1)
_OWN = b"/Resources << /Font << /F1 5 0 R >> >>"
_GREY = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
_PICTURE = raw.stream(b"\x80", _GREY + b" /SMask %d 0 R" % N)
_TWO_ENDS = raw.AMOUNT + b"\nendstream\nendobj\n" + FALSE  # without a length the first end counts
_PARENT = b"<< /FT /Tx /T (tien) /V (100) /Kids [%d 0 R] >>" % N
_KID = b"<< /Type /Annot /Subtype /Widget /Parent 6 0 R /Rect [0 0 595 842] /F 4 /AP << /N %d 0 R >> >>" % (
    N + 1
)
_FIELD = (
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (tien) /V (100) /P 3 0 R /Rect [60 500 400 560] /F 4 %s >>"
)

# label: the paper, what is defined later, whether it can be seen
PAPERS = {
    "nội dung trang": ({"contents": b"[4 0 R %d 0 R]" % N}, {N: raw.stream(FALSE)}, True),
    "toàn bộ nội dung trang (mảng)": (
        {"contents": b"%d 0 R" % N},
        {N: b"[4 0 R %d 0 R]" % (N + 1), N + 1: raw.stream(FALSE)},
        True,
    ),
    "hình vẽ (XObject)": (
        {"resources": b"/XObject << /X %d 0 R >>" % N, "text": raw.AMOUNT + b" /X Do"},
        {N: raw.form(FALSE)},
        True,
    ),
    "chú thích": ({"page": b"/Annots [%d 0 R]" % N}, {N: _STAMP, N + 1: raw.form(FALSE)}, True),
    "hình của chú thích có sẵn": (
        {"page": b"/Annots [6 0 R]", "more": {6: _STAMP}},
        {N + 1: raw.form(FALSE)},
        True,
    ),
    "bảng mã của phông chữ": ({"more": {5: _NAMED}}, {N: _DIGITS}, True),
    "phông chữ": (
        {"fonts": b"/F1 %d 0 R" % N},
        {N: b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"},
        True,
    ),
    "tài nguyên của trang": (
        {"more": {3: _ALONE.replace(b"%d" % (N + 1), b"4") % (b"/Resources %d 0 R" % N)}},
        {N: b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >> >> >>"},
        True,
    ),
    "trạng thái đồ họa (ExtGState)": (
        {"resources": b"/ExtGState << /G %d 0 R >>" % N, "text": b"/G gs " + raw.AMOUNT},
        {N: b"<< /Type /ExtGState /ca 0 /CA 0 >>"},
        True,
    ),
    "mặt nạ của ảnh (SMask)": (
        {
            "resources": b"/XObject << /X 6 0 R >>",
            "text": raw.AMOUNT + b" q 400 0 0 60 60 690 cm /X Do Q",
            "more": {6: _PICTURE},
        },
        {N: raw.stream(b"\0", _GREY)},
        True,
    ),
    "lớp nội dung (OCProperties)": (
        {"catalog": b"/OCProperties %d 0 R" % N, "resources": b"/Properties << /L 6 0 R >>", "text": _IN_LAYER, "more": {6: _LAYER}},
        {N: _HIDDEN},
        True,
    ),
    "góc xoay của trang": ({"page": b"/Rotate %d 0 R" % N}, {N: b"180"}, True),
    "khung cắt của trang (CropBox)": ({"page": b"/CropBox %d 0 R" % N}, {N: b"[0 0 595 400]"}, True),
    "khung trang thừa kế từ cây trang": (
        {"media": b"", "pages": b"/MediaBox %d 0 R" % N},
        {N: b"[0 0 595 400]"},
        True,
    ),
    "một trang": (
        {"kids": b"3 0 R %d 0 R" % N, "count": 2},
        {N: _ALONE % _OWN, N + 1: raw.stream(FALSE)},
        True,
    ),
    "độ dài của nội dung": (
        {"more": {4: raw.stream(_TWO_ENDS, length=b"%d 0 R" % N)}},
        {N: b"%d" % len(_TWO_ENDS)},
        True,
    ),
    "ô hiện của một trường": (
        {"page": b"/Annots [%d 0 R]" % N, "catalog": b"/AcroForm << /Fields [6 0 R] >>", "more": {6: _PARENT}},
        {N: _KID, N + 1: raw.form(FALSE)},
        True,
    ),
    "tài nguyên chung của biểu mẫu (DR)": (
        {
            "page": b"/Annots [6 0 R]",
            "catalog": b"/AcroForm << /Fields [6 0 R] /NeedAppearances true /DR %d 0 R /DA (/F1 20 Tf 0 g) >>" % N,
            "more": {6: _FIELD % b"/DA (/F1 20 Tf 0 g)"},
        },
        {N: b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >> >> >>"},
        True,
    ),
    "hành động khi mở tệp": ({"catalog": b"/OpenAction %d 0 R" % N}, {N: _JS}, False),
    "hành động của trang (AA)": ({"page": b"/AA %d 0 R" % N}, {N: b"<< /O %s >>" % _JS}, False),
    "tệp kèm theo": (
        {"catalog": b"/Names << /EmbeddedFiles %d 0 R >>" % N},
        {
            N: b"<< /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F %d 0 R >> >>] >>" % (N + 1),
            N + 1: raw.stream(b"900 000 000 dong", b"/Type /EmbeddedFile"),
        },
        False,
    ),
    "chữ để chép ra (ToUnicode)": (
        {"more": {5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode %d 0 R >>" % N}},
        {N: raw.stream(b"1 beginbfchar <31> <0039> endbfchar")},
        False,
    ),
}  # fmt: skip

for _label, (_how, _later, _seen) in PAPERS.items():
    attack(GROUP, f"{_label[0].upper()}{_label[1:]}", seen=_seen)(
        lambda cast, how=_how, later=_later: tools.appended(cast.approve(raw.paper(**how)), later)
    )


@attack(GROUP, "Nội dung trang, định nghĩa trong một luồng đối tượng", seen=True)
def in_a_stream(cast: Cast) -> bytes:
    signed = cast.approve(
        raw.paper(resources=b"/XObject << /X << /Y %d 0 R >> >>" % N, contents=b"%d 0 R" % N)
    )
    array = b"[4 0 R %d 0 R]" % (N + 1)
    return tools.compressed(signed, {N: array}, {N + 1: raw.stream(FALSE)})


@attack(GROUP, "Số đã dùng, thế hệ khác", seen=True)
def other_generation(cast: Cast) -> bytes:
    signed = cast.approve(raw.paper(contents=b"[4 0 R 6 1 R]", more={6: b"null"}))
    return tools.appended(signed, {6: raw.stream(FALSE)}, generation=1)


@attack(GROUP, "Số được ghi là trống khi ký", seen=True)
def free_when_signed(cast: Cast) -> bytes:
    signed = cast.approve(raw.written(raw.parts(contents=b"[4 0 R %d 0 R]" % N), free=[N]))
    return tools.appended(signed, {N: raw.stream(FALSE)})


@attack(GROUP, "Đối tượng có sẵn, nhưng số lớn hơn /Size khi ký")
def beyond_the_size(cast: Cast) -> bytes:
    """Not there for readers that keep to ISO 32000-1, 7.5.5; the two renderers here do not."""
    objects = raw.parts(contents=b"[4 0 R %d 0 R]" % N, more={N: raw.stream(FALSE)})
    return tools.appended(cast.approve(raw.written(objects, size=6)), {}, size=N + 10)


@attack(GROUP, "Nội dung trang, trong văn bản do hệ thống trình bày, chương trình khác ký", seen=True)
def in_our_own_paper(cast: Cast) -> bytes:
    """The officer's own draft cannot hold such a thing, the paper of an office that uses another program can."""

    def change(writer):
        page = tools.page_of(writer)
        page["/Contents"] = tools.list_of(page.raw_get("/Contents"), tools.nowhere(writer, 900))
        writer.update_container(page)

    signed = cast.approve(tools.updated(cast.prepared, change))
    return tools.appended(signed, {900: raw.stream(raw.SHEET)})
