"""Files that want to cost more than they are worth: loops, depth, bombs, crowds. Most are hung onto a sealed paper."""

import io
import zlib
from functools import cache

from pyhanko.pdf_utils.reader import PdfFileReader

from . import tools
from .cast import Cast
from .table import HEAVY, attack


def _pages_of(pdf: bytes) -> tuple[int, int]:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    return reader.root.raw_get("/Pages").idnum, reader.root_ref.idnum


def _catalog(pdf: bytes, extra: bytes) -> dict[int, bytes]:
    """The catalog again with one entry more."""
    pages, root = _pages_of(pdf)
    form = PdfFileReader(io.BytesIO(pdf), strict=False).root.raw_get("/AcroForm").idnum
    return {root: b"<< /Type /Catalog /Pages %d 0 R /AcroForm %d 0 R %s >>" % (pages, form, extra)}


@attack(HEAVY, "Cây trang vòng lặp")
def page_loop(cast: Cast) -> bytes:
    pages, _ = _pages_of(cast.sealed)
    return tools.appended(cast.sealed, {pages: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % pages})


@attack(HEAVY, "Cây trang vòng lặp có từ trước khi ký")
def signed_page_loop(cast: Cast) -> bytes:
    n = tools.next_number(cast.prepared)
    body = b"<< /Type /Annot /Subtype /Text /Rect [0 0 1 1] /Popup %d 0 R /P %d 0 R >>" % (n, n)
    pdf = cast.approve(tools.appended(cast.prepared, {n: body} | _catalog(cast.prepared, b"/X %d 0 R" % n)))
    return tools.appended(pdf, {n: body.replace(b"Text", b"Link")})


@attack(HEAVY, "Bảng tham chiếu trỏ vòng (/Prev tự trỏ)")
def prev_loop(cast: Cast) -> bytes:
    raw = tools.appended(cast.sealed, {})
    here = raw.rfind(b"xref\n0 1")
    old = raw[raw.rfind(b"/Prev") : raw.find(b">>", raw.rfind(b"/Prev"))]
    return raw.replace(old, f"/Prev {here} ".encode().ljust(len(old)))


@attack(HEAVY, "Hai bảng tham chiếu trỏ vào nhau")
def prev_pair(cast: Cast) -> bytes:
    one = tools.appended(cast.sealed, {})
    two = tools.appended(one, {})
    last = two.rfind(b"xref\n0 1")
    at = one.rfind(b"/Prev")
    end = one.find(b">>", at)
    return two[:at] + f"/Prev {last}".encode().ljust(end - at)[: end - at] + two[end:]


@attack(HEAVY, "startxref chỉ vào chính nó")
def pointer_to_itself(cast: Cast) -> bytes:
    return cast.sealed + b"\nstartxref\n%d\n%%%%EOF\n" % (len(cast.sealed) + 1)


@attack(HEAVY, "Luồng đối tượng lồng trong chính nó")
def stream_in_itself(cast: Cast) -> bytes:
    n = tools.next_number(cast.prepared)
    inner = b"%d 0 << /Type /ObjStm /N 1 /First 8 >>" % n
    stream = b"<< /Type /ObjStm /N 1 /First %d /Length %d >>\nstream\n%s\nendstream"
    first = len(b"%d 0 " % n)
    pdf = tools.appended(cast.sealed, {n: stream % (first, len(inner), inner)})
    n += 1
    entries = bytes([2]) + (n - 1).to_bytes(4, "big") + bytes([0])
    begun = len(pdf)
    table = f"{n} 0 obj\n<< /Type /XRef /Size {n + 1} /W [1 4 1] /Index [{n - 1} 1] /Length {len(entries)}"
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    table += f" /Root {n - 1} 0 R /Prev {reader.last_startxref} >>\nstream\n"
    return pdf + table.encode() + entries + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % begun


@attack(HEAVY, "Trường biểu mẫu là con của chính nó")
def field_loop(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    body = b"<< /FT /Sig /T (a) /Kids [%d 0 R] >>" % n
    return tools.appended(cast.sealed, {n: body} | _form(cast.sealed, n))


def _form(pdf: bytes, field: int) -> dict[int, bytes]:
    pages, root = _pages_of(pdf)
    return {root: b"<< /Type /Catalog /Pages %d 0 R /AcroForm << /Fields [%d 0 R] >> >>" % (pages, field)}


@attack(HEAVY, "Trường biểu mẫu lồng một nghìn tầng")
def deep_fields(cast: Cast) -> bytes:
    n, objects = tools.next_number(cast.sealed), {}
    for i in range(1000):
        objects[n + i] = b"<< /FT /Sig /T (a%d) /Kids [%d 0 R] >>" % (i, n + i + 1)
    objects[n + 1000] = b"<< /FT /Sig /T (z) >>"
    return tools.appended(cast.sealed, objects | _form(cast.sealed, n))


@attack(HEAVY, "Một nghìn ô chữ ký")
def many_signatures(cast: Cast) -> bytes:
    n, objects = tools.next_number(cast.sealed), {}
    value = tools.last_signature(cast.sealed).sig_field.raw_get("/V").idnum
    for i in range(1000):
        objects[n + i] = b"<< /FT /Sig /T (a%d) /V %d 0 R >>" % (i, value)
    refs = b" ".join(b"%d 0 R" % (n + i) for i in range(1000))
    pages, root = _pages_of(cast.sealed)
    objects[root] = b"<< /Type /Catalog /Pages %d 0 R /AcroForm << /Fields [%s] >> >>" % (pages, refs)
    return tools.appended(cast.sealed, objects)


@attack(HEAVY, "Sáu trăm lần cập nhật")
def many_revisions(cast: Cast) -> bytes:
    pdf = cast.sealed
    n = tools.next_number(pdf)
    out, prev = bytearray(pdf), PdfFileReader(io.BytesIO(pdf), strict=False).last_startxref
    root = _pages_of(pdf)[1]
    for _ in range(600):
        at = len(out)
        out += b"%d 0 obj\nnull\nendobj\n" % n
        begun = len(out)
        out += b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            n, at, n + 1, root, prev, begun,
        )  # fmt: skip
        prev = begun
    return bytes(out)


@cache
def _bomb(size: int, layers: int = 1) -> bytes:
    return zlib.compress(_bomb(size, layers - 1) if layers > 1 else b"\0" * size, 9)


def _stream(data: bytes, filters: str, extra: str = "") -> bytes:
    head = f"<< /Filter {filters} /Length {len(data)} {extra} >>\nstream\n".encode()
    return head + data + b"\nendstream"


@attack(HEAVY, "Bom nén trong dữ liệu xác thực (DSS)")
def bomb_in_dss(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    objects = {n: _stream(_bomb(400_000_000), "/FlateDecode")}
    refs = b" ".join([b"%d 0 R" % n] * 50)
    return tools.appended(cast.sealed, objects | _catalog(cast.sealed, b"/DSS << /CRLs [%s] >>" % refs))


@attack(HEAVY, "Bom nén nhiều lớp")
def layered_bomb(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    data = _bomb(400_000_000, 3)
    objects = {n: _stream(data, "[/FlateDecode /FlateDecode /FlateDecode]")}
    return tools.appended(cast.sealed, objects | _catalog(cast.sealed, b"/DSS << /Certs [%d 0 R] >>" % n))


@attack(HEAVY, "Bom nén trong luồng đối tượng chứa gốc tài liệu")
def bomb_object_stream(cast: Cast) -> bytes:
    return _file_with_object_stream(
        _stream(_bomb(400_000_000), "/FlateDecode", "/Type /ObjStm /N 1 /First 4")
    )


@attack(HEAVY, "Luồng đối tượng khai một triệu đối tượng")
def crowded_object_stream(cast: Cast) -> bytes:
    data = zlib.compress(b"".join(b"%d 0 " % i for i in range(10, 1_000_010)), 9)
    return _file_with_object_stream(_stream(data, "/FlateDecode", "/Type /ObjStm /N 1000000 /First 8888890"))


def _file_with_object_stream(body: bytes) -> bytes:
    pdf = b"%PDF-1.7\n"
    place = len(pdf)
    pdf += b"5 0 obj\n" + body + b"\nendobj\n"
    entries = bytes([2]) + (5).to_bytes(4, "big") + b"\0"
    entries += bytes([1]) + place.to_bytes(4, "big") + b"\0"
    begun = len(pdf)
    pdf += (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Index [4 2] /Root 4 0 R /Length %d >>\nstream\n"
        % len(entries)
    )
    return pdf + entries + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % begun


@attack(HEAVY, "Bảng tham chiếu hai triệu dòng")
def huge_table(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    pdf = cast.sealed + b"\n"
    begun, root = len(pdf), _pages_of(cast.sealed)[1]
    prev = PdfFileReader(io.BytesIO(cast.sealed), strict=False).last_startxref
    rows = b"0000000009 00000 n \n" * 2_000_000
    tail = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + b"xref\n%d 2000000\n" % n + rows + tail % (n + 2_000_000, root, prev, begun)


@attack(HEAVY, "Luồng tham chiếu nén, mười triệu dòng")
def huge_xref_stream(cast: Cast) -> bytes:
    pdf = cast.sealed + b"\n"
    begun, n = len(pdf), tools.next_number(cast.sealed)
    root = _pages_of(cast.sealed)[1]
    prev = PdfFileReader(io.BytesIO(cast.sealed), strict=False).last_startxref
    data = zlib.compress((bytes([1]) + (9).to_bytes(4, "big") + b"\0") * 10_000_000, 9)
    size = n + 10_000_001
    head = f"{n} 0 obj\n<< /Type /XRef /Size {size} /W [1 4 1] /Index [{n} 10000000] /Root {root} 0 R /Prev {prev}"
    head += f" /Filter /FlateDecode /Length {len(data)} >>\nstream\n"
    return pdf + head.encode() + data + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % begun


@attack(HEAVY, "Mảng lồng một trăm nghìn tầng")
def deep_array(cast: Cast) -> bytes:
    return tools.appended(cast.sealed, _catalog(cast.sealed, b"/X " + b"[" * 100_000 + b"]" * 100_000))


@attack(HEAVY, "Từ điển lồng một trăm nghìn tầng")
def deep_dictionary(cast: Cast) -> bytes:
    inner = b"<</A " * 100_000 + b"1" + b">>" * 100_000
    return tools.appended(cast.sealed, _catalog(cast.sealed, b"/X " + inner))


@attack(HEAVY, "Mảng năm triệu số")
def long_array(cast: Cast) -> bytes:
    return tools.appended(cast.sealed, _catalog(cast.sealed, b"/X [" + b"1 " * 5_000_000 + b"]"))


@attack(HEAVY, "Chuỗi ba mươi triệu chữ số thập lục phân")
def long_string(cast: Cast) -> bytes:
    return tools.appended(cast.sealed, _catalog(cast.sealed, b"/X <" + b"4" * 30_000_000 + b">"))


@attack(HEAVY, "Chuỗi mười triệu ngoặc lồng nhau")
def nested_string(cast: Cast) -> bytes:
    text = b"(" * 5_000_000 + b")" * 5_000_000
    return tools.appended(cast.sealed, _catalog(cast.sealed, b"/X " + text))


@attack(HEAVY, "Chuỗi hình thoi: số đường đi tăng theo lũy thừa")
def diamonds(cast: Cast) -> bytes:
    """Forty objects, each pointing twice to the next: more ways than there are atoms to write them down."""
    n = tools.next_number(cast.prepared)
    objects = {n + i: b"<< /A %d 0 R /B %d 0 R >>" % (n + i + 1, n + i + 1) for i in range(40)}
    objects[n + 40] = b"<< >>"
    objects |= _catalog(cast.prepared, b"/X %d 0 R" % n)
    pdf = cast.approve(tools.appended(cast.prepared, objects))
    return tools.appended(pdf, {n + 40: b"<< /Changed true >>"})


@attack(HEAVY, "Vòng lặp trong cây cấu trúc")
def structure_loop(cast: Cast) -> bytes:
    n = tools.next_number(cast.signed)
    objects = {
        n: b"<< /Type /StructTreeRoot /K %d 0 R >>" % (n + 1),
        n + 1: b"<< /Type /StructElem /K %d 0 R >>" % (n + 1),
    }
    objects |= _catalog(cast.signed, b"/StructTreeRoot %d 0 R" % n)
    return tools.appended(cast.signed, objects)


@attack(HEAVY, "Tham chiếu trỏ vòng tới chính nó")
def reference_loop(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    return tools.appended(
        cast.sealed,
        {n: b"%d 0 R" % (n + 1), n + 1: b"%d 0 R" % n} | _catalog(cast.sealed, b"/DSS %d 0 R" % n),
    )


@attack(HEAVY, "Độ dài luồng trỏ tới chính luồng đó")
def length_loop(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    body = b"<< /Length %d 0 R >>\nstream\nabc\nendstream" % n
    return tools.appended(cast.sealed, {n: body} | _catalog(cast.sealed, b"/DSS << /Certs [%d 0 R] >>" % n))


@attack(HEAVY, "Chú thích PDF (%) dài hai mươi triệu ký tự trước đối tượng")
def long_comment(cast: Cast) -> bytes:
    return tools.appended(cast.sealed, _catalog(cast.sealed, b"%" + b"x" * 20_000_000 + b"\n /X 1"))


@attack(HEAVY, "Hai mươi triệu khoảng trắng trước đối tượng")
def long_blank(cast: Cast) -> bytes:
    return tools.appended(cast.sealed, _catalog(cast.sealed, b" " * 20_000_000 + b" /X 1"))


@attack(HEAVY, "Phần gốc có nhiều chứng thư lạ")
def many_certificates(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    cert = cast.person("false").identity.certificate.dump()
    objects = {
        n + i: _stream(zlib.compress(cert[:-2] + i.to_bytes(2, "big")), "/FlateDecode") for i in range(5000)
    }
    refs = b" ".join(b"%d 0 R" % (n + i) for i in range(5000))
    changed = tools.appended(cast.sealed, objects | _catalog(cast.sealed, b"/DSS << /Certs [%s] >>" % refs))
    return changed


@attack(HEAVY, "Không phải PDF: năm mươi triệu số không")
def zeros(cast: Cast) -> bytes:
    return b"%PDF-1.7\n" + b"\0" * 50_000_000


@attack(HEAVY, "Năm mươi triệu dấu hết tệp")
def many_ends(cast: Cast) -> bytes:
    return b"%PDF-1.7\n" + b"%%EOF\n" * 8_000_000


@attack(HEAVY, "Tệp rỗng")
def nothing(cast: Cast) -> bytes:
    return b""
