"""Something saved behind what was signed."""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from . import tools
from .cast import Cast
from .table import attack

ISA = "Lưu nối tiếp (incremental saving)"


def _false_page(pdf: bytes) -> tuple[int, bytes]:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    kid = reader.root["/Pages"]["/Kids"].raw_get(0).idnum
    parent = reader.root.raw_get("/Pages").idnum
    return kid, b"<< /Type /Page /MediaBox [0 0 595 842] /Parent %d 0 R >>" % parent


@attack(ISA, "Bản cập nhật thay nội dung trang")
def page_replaced(cast: Cast) -> bytes:
    def change(writer):
        page = tools.page_of(writer)
        page["/Contents"] = tools.stream(writer)
        writer.update_container(page)

    return tools.updated(cast.sealed, change)


@attack(ISA, "Trang bị xoay")
def page_turned(cast: Cast) -> bytes:
    def change(writer):
        page = tools.page_of(writer)
        page["/Rotate"] = generic.NumberObject(90)
        writer.update_container(page)

    return tools.updated(cast.sealed, change)


@attack(ISA, "Đối tượng thêm vào không có bảng tham chiếu")
def without_table(cast: Cast) -> bytes:
    return tools.appended(cast.sealed, dict([_false_page(cast.sealed)]), xref=False)


@attack(ISA, "Không có bảng, con trỏ cuối tệp vẫn chỉ về bảng cũ")
def old_pointer(cast: Cast) -> bytes:
    false = tools.appended(cast.sealed, dict([_false_page(cast.sealed)]), xref=False)
    start = PdfFileReader(io.BytesIO(cast.sealed), strict=False).last_startxref
    return false + b"startxref\n%d\n%%%%EOF\n" % start


@attack(ISA, "Bảng mới không kể đối tượng giấu")
def hidden_object(cast: Cast) -> bytes:
    number, body = _false_page(cast.sealed)
    hidden = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return tools.appended(cast.sealed + b"\n" + hidden, {})


@attack(ISA, "Cập nhật chép lại cả chữ ký")
def copies_signature(cast: Cast) -> bytes:
    signature = tools.last_signature(cast.sealed)
    place = signature.sig_field.raw_get("/V").idnum
    begun = cast.sealed.rfind(b"\n%d 0 obj" % place) + 1
    body = cast.sealed[begun : cast.sealed.find(b"endobj", begun)].split(b"obj\n", 1)[1]
    return tools.appended(cast.sealed, dict([_false_page(cast.sealed), (place, body)]))


@attack(ISA, "Gốc tài liệu trỏ sang cây trang khác")
def other_root(cast: Cast) -> bytes:
    n = tools.next_number(cast.sealed)
    objects = {
        n: b"<< /Type /Catalog /Pages %d 0 R >>" % (n + 1),
        n + 1: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (n + 2),
        n + 2: b"<< /Type /Page /MediaBox [0 0 595 842] /Parent %d 0 R >>" % (n + 1),
    }
    return tools.appended(cast.sealed, objects, root=f"{n} 0 R")


@attack(ISA, "Gốc tài liệu khác, giữ nguyên biểu mẫu đã ký")
def other_pages(cast: Cast) -> bytes:
    def change(writer):
        pages = tools.dictionary({"/Type": "/Pages", "/Count": generic.NumberObject(0)})
        pages["/Kids"] = generic.ArrayObject()
        writer.root["/Pages"] = writer.add_object(pages)
        writer.update_root()

    return tools.updated(cast.sealed, change)


@attack(ISA, "Rác sau dấu hết tệp")
def garbage(cast: Cast) -> bytes:
    return cast.sealed + b"<script>khong thuoc tai lieu</script>"


@attack(ISA, "Cả một tệp PDF khác nối phía sau")
def second_file(cast: Cast) -> bytes:
    return cast.sealed + cast.prepared


@attack(ISA, "Cả một tệp PDF khác đặt phía trước")
def first_file(cast: Cast) -> bytes:
    return cast.prepared + cast.sealed


@attack(ISA, "Tệp bị cắt cụt")
def truncated(cast: Cast) -> bytes:
    return cast.sealed[:-300]


@attack(ISA, "Tệp bị cắt ở giữa chữ ký")
def cut_in_signature(cast: Cast) -> bytes:
    return cast.sealed[: tools.gap(cast.sealed)[0] + 1000]


@attack(ISA, "Một bit bị lật trong nội dung")
def flipped(cast: Cast) -> bytes:
    broken = bytearray(cast.sealed)
    broken[20_000] ^= 1
    return bytes(broken)
