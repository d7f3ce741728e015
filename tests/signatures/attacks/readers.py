"""One update, read in two ways: keys written twice, names in disguise, indexes that contradict each other."""

from . import handmade, raw, tools
from .cast import Cast
from .raw import FALSE
from .table import attack

GROUP = "Mỗi phần mềm đọc một kiểu"
N = 60
_PAGES = {
    N + 1: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (N + 2),
    N + 2: b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
    b"/Resources << /Font << /F1 5 0 R >> >> >>" % (N + 1, N + 3),
    N + 3: raw.stream(FALSE),
}
_STORE = b"/DSS << /Type /DSS >>"
_TRUE, _LIE = b"/Pages 2 0 R", b"%%s %d 0 R" % (N + 1)


def _catalog(signed: bytes, *entries: bytes) -> dict[int, bytes]:
    form = tools.form_number(signed)
    return {1: b"<< /Type /Catalog /AcroForm %d 0 R %s >>" % (form, b" ".join(entries))}


for _label, _entries in {
    "Khóa /Pages viết hai lần": (_TRUE, _LIE % b"/Pages"),
    "Khóa /Pages viết lần hai là /P#61ges": (_TRUE, _LIE % b"/P#61ges"),
}.items():

    @attack(GROUP, _label, seen=True)
    def _(cast: Cast, entries=_entries) -> bytes:
        signed = cast.approve(raw.paper())
        return tools.appended(signed, _catalog(signed, _STORE, *entries) | _PAGES)


def _field(cast: Cast, box: bytes) -> bytes:
    """An unsigned field, drawn over the page where `box` is read so."""
    lock = b"/AP << /N 6 0 R >> /F 4 /P 3 0 R"
    signed = cast.approve(raw.paper(more={6: raw.form(FALSE)}))
    body = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (KyLen) %s %s >>" % (lock, box)
    return tools.appended(signed, tools.raw_lists(signed, N, [N]) | {N: body})


_NONE, _ALL = b"/Rect [0 0 0 0]", b"/Rect [0 0 595 842]"
for _label, _box in {
    "Ô của trường viết hai lần, lần sau phủ cả trang": _NONE + _ALL,
    "Ô của trường viết lần hai là /R#65ct": _NONE + _ALL.replace(b"e", b"#65"),
}.items():
    attack(GROUP, _label, seen=True)(lambda cast, box=_box: _field(cast, box))


@attack(GROUP, "Nội dung trang viết lại với thế hệ 1", seen=True)
def other_generation(cast: Cast) -> bytes:
    """Readers that do not compare generations take it for the content; for the others it is nobody's."""
    return tools.appended(cast.approve(raw.paper()), {4: raw.stream(FALSE)}, generation=1)


@attack(GROUP, "Nội dung trang viết lại với thế hệ lớn nhất", seen=True)
def last_generation(cast: Cast) -> bytes:
    return tools.appended(cast.approve(raw.paper()), {4: raw.stream(FALSE)}, generation=65535)


@attack(GROUP, "Một số có hai bản trong cùng một luồng đối tượng")
def twice_in_a_stream(cast: Cast) -> bytes:
    """Pdfium and poppler take the one whose place the index gives, MuPDF the first of the number."""
    signed = cast.approve(raw.paper(contents=b"%d 0 R" % N, more={N: b"[4 0 R]", N + 1: raw.stream(FALSE)}))
    return tools.compressed(signed, {N: b"[4 0 R]"}, unlisted={N: b"[4 0 R %d 0 R]" % (N + 1)})


def _table(pdf: bytes, rows: bytes, body: bytes = b"", trailer: bytes = b"") -> bytes:
    """An update with a table written by hand; `rows` may hold one `%010d` for the place of `body`."""
    start, size = int(handmade.startxref(pdf).split()[1]), tools.next_number(pdf) + 5
    out = pdf + body
    begun = len(out)
    rows = rows % len(pdf) if b"%" in rows else rows
    head = b"xref\n%strailer\n<< /Size %d /Root 1 0 R /Prev %d %s >>\n" % (rows, size, start, trailer)
    return out + head + b"startxref\n%d\n%%%%EOF\n" % begun


_NEW = b"4 0 obj\n%s\nendobj\n" % raw.stream(FALSE)


@attack(GROUP, "Hai dòng của bảng cho cùng một số", seen=True)
def two_rows(cast: Cast) -> bytes:
    signed = cast.approve(raw.paper())
    old = b"%010d 00000 n \n" % signed.index(b"4 0 obj")
    return _table(signed, b"4 1\n%010d 00000 n \n4 1\n" + old, _NEW)


@attack(GROUP, "Hai dòng của bảng cho cùng một số, bản giả ở sau", seen=True)
def two_rows_turned(cast: Cast) -> bytes:
    signed = cast.approve(raw.paper())
    old = b"%010d 00000 n \n" % signed.index(b"4 0 obj")
    return _table(signed, b"4 1\n" + old + b"4 1\n%010d 00000 n \n", _NEW)


def _hybrid(cast: Cast, rows: bytes) -> bytes:
    """The table says one thing, the stream that /XRefStm names another."""
    signed = cast.approve(raw.paper())
    number = tools.next_number(signed)
    start = len(signed) + len(_NEW)
    row = b"\1" + len(signed).to_bytes(4, "big") + b"\0\0"
    head = b"/Type /XRef /W [1 4 2] /Root 1 0 R /Size %d /Index [4 1]" % (number + 1)
    stream = b"%d 0 obj\n%s\nendobj\n" % (number, raw.stream(row, head))
    return _table(signed, rows, _NEW + stream, b"/XRefStm %d" % start)


@attack(GROUP, "/XRefStm của bản cập nhật kể đối tượng mà bảng không kể", seen=True)
def hidden_in_hybrid(cast: Cast) -> bytes:
    return _hybrid(cast, b"0 1\n0000000000 65535 f \n")


@attack(GROUP, "/XRefStm của bản cập nhật kể đối tượng mà bảng ghi là trống", seen=True)
def freed_in_table(cast: Cast) -> bytes:
    return _hybrid(cast, b"0 1\n0000000000 65535 f \n4 1\n0000000000 00001 f \n")


def ended(pdf: bytes, *, trailer: bytes = b"/Size %(size)d /Root 1 0 R /Prev %(start)d", rows: bytes = b"0 1\n0000000000 65535 f \n",
           pointer: bytes = b"%(begun)d", more: dict[int, bytes] | None = None, pad: int = 0) -> bytes:  # fmt: skip
    """An update that says nothing but where it is, in words that some readers refuse."""
    out, places = pdf, b""
    for number, body in (more or {}).items():
        places += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    known = {
        b"size": tools.next_number(pdf) + 10, b"start": int(handmade.startxref(pdf).split()[1]), b"begun": len(out) + pad,
    }  # fmt: skip
    end = b"trailer\n<< %s >>\nstartxref\n%s\n%%%%EOF\n" % (trailer % known, pointer % known)
    return out + b"xref\n" + rows + places + end


@attack(GROUP, "Gốc tài liệu (/Root) viết hai lần trong trailer", seen=True)
def two_roots(cast: Cast) -> bytes:
    signed = cast.approve(raw.paper())
    root = b"<< /Type /Catalog /Pages %d 0 R >>" % (N + 1)
    trailer = b"/Size %%(size)d /Root 1 0 R /Root %d 0 R /Prev %%(start)d" % N
    return ended(signed, trailer=trailer, more={N: root, **_PAGES})


@attack(GROUP, "Gốc tài liệu viết lần hai là /R#6fot", seen=True)
def root_in_disguise(cast: Cast) -> bytes:
    signed = cast.approve(raw.paper())
    root = b"<< /Type /Catalog /Pages %d 0 R >>" % (N + 1)
    trailer = b"/Size %%(size)d /Root 1 0 R /R#6fot %d 0 R /Prev %%(start)d" % N
    return ended(signed, trailer=trailer, more={N: root, **_PAGES})


# A false page content sleeps inside a signed stream. An index that a reader refuses makes it look for objects in the
# bytes, where the last one wins.
_DECOY = b"\n4 0 obj\n%s\nendobj\n" % raw.stream(FALSE)
SLEEPER = {"more": {6: raw.stream(_DECOY, b"/Type /Metadata /Subtype /XML")}, "catalog": b"/X 6 0 R"}
for _label, _how in {
    "con trỏ lệch một byte": {"pad": 1},
    "con trỏ có dấu cộng": {"pointer": b"+%(begun)d"},
    "dòng của bảng có chữ thừa": {"rows": b"0 1\n0000000000 65535 f X\n"},
    "trailer không có /Root": {"trailer": b"/Size %(size)d /Prev %(start)d"},
    "/Size bằng không": {"trailer": b"/Size 0 /Root 1 0 R /Prev %(start)d"},
    "/Size âm": {"trailer": b"/Size -1 /Root 1 0 R /Prev %(start)d"},
    "/Size quá lớn": {"trailer": b"/Size 99999999 /Root 1 0 R /Prev %(start)d"},
    "/Prev viết hai lần": {"trailer": b"/Size %(size)d /Root 1 0 R /Prev %(start)d /Prev 0"},
    "/Prev là số lẻ": {"trailer": b"/Size %(size)d /Root 1 0 R /Prev %(start)d.0"},
    "/XRefStm chỉ sai chỗ": {"trailer": b"/Size %(size)d /Root 1 0 R /Prev %(start)d /XRefStm 5"},
}.items():
    attack(GROUP, f"Nội dung giả ngủ trong một luồng đã ký; {_label}", seen=True)(
        lambda cast, how=_how: ended(cast.approve(raw.paper(**SLEEPER)), **how)
    )
