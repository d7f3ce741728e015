"""Signatures that are none, and signatures over something else."""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signatures.pades import certify

from . import tools
from .cast import Cast
from .table import attack

USF = "Giả mạo phổ quát (universal signature forgery)"
SWA = "Bọc chữ ký (signature wrapping)"


for label, text in {
    "/Contents là null": b"null",
    "/Contents rỗng": b"<>",
    "/Contents là 0x00": b"<00>",
    "/Contents toàn số không": b"<" + b"00" * 64 + b">",
    "/Contents là số": b"1234",
    "/Contents là rác": b"<" + b"41" * 200 + b">",
}.items():
    attack(USF, label)(lambda cast, text=text: tools.with_contents(cast.sealed, text))

for label, text in {
    "/ByteRange là null": b"/ByteRange null",
    "/ByteRange rỗng": b"/ByteRange []",
    "/ByteRange âm": b"/ByteRange [0 -1 10 20]",
    "/ByteRange toàn số không": b"/ByteRange [0 0 0 0]",
    "/ByteRange chồng nhau": b"/ByteRange [0 9000 10 9000]",
    "/ByteRange dài hơn tệp": b"/ByteRange [0 10 20 99999999]",
    "/ByteRange ba số": b"/ByteRange [0 10 20]",
    "/ByteRange năm số": b"/ByteRange [0 10 20 30 40]",
    "/ByteRange là chữ": b"/ByteRange [(a) (b) (c) (d)]",
    "/ByteRange là số lẻ": b"/ByteRange [0 1.5 20 3.5]",
    "/ByteRange số quá lớn": b"/ByteRange [0 9 20 9223372036854775808]",
}.items():
    attack(USF, label)(lambda cast, text=text: tools.with_ranges(cast.sealed, text))


@attack(USF, "Không có /Contents")
def no_contents(cast: Cast) -> bytes:
    return tools.replaced(cast.sealed, b"/Contents <", b"/Contentz <")


@attack(USF, "Không có /ByteRange")
def no_byte_range(cast: Cast) -> bytes:
    return tools.replaced(cast.sealed, b"/ByteRange", b"/ByteRangf")


@attack(USF, "/SubFilter không có trong chuẩn")
def wrong_subfilter(cast: Cast) -> bytes:
    return tools.replaced(cast.sealed, b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detachee")


@attack(USF, "Không có /SubFilter")
def no_subfilter(cast: Cast) -> bytes:
    return tools.replaced(cast.sealed, b"/SubFilter", b"/SubFiltez")


@attack(USF, "/Type của chữ ký bị đổi")
def wrong_type(cast: Cast) -> bytes:
    return tools.replaced(cast.sealed, b"/Type /Sig\n", b"/Type /Foo\n")


def _value_becomes(cast: Cast, make) -> bytes:
    def change(writer):
        field = tools.field_of(writer, "dau_co_quan")
        field["/V"] = make(writer)
        writer.update_container(field)

    return tools.updated(cast.sealed, change)


@attack(USF, "/V trỏ tới trang thay vì chữ ký")
def value_is_page(cast: Cast) -> bytes:
    return _value_becomes(cast, lambda writer: writer.root["/Pages"]["/Kids"].raw_get(0))


@attack(USF, "/V trỏ tới đối tượng không có")
def value_is_nothing(cast: Cast) -> bytes:
    return _value_becomes(cast, lambda writer: generic.IndirectObject(99_999, 0, writer))


@attack(USF, "/V là null")
def value_is_null(cast: Cast) -> bytes:
    return _value_becomes(cast, lambda writer: generic.NullObject())


@attack(USF, "/V trỏ tới chữ ký của người khác trong tệp")
def value_is_the_others(cast: Cast) -> bytes:
    return _value_becomes(cast, lambda writer: tools.field_of(writer, "ky_ca_nhan").raw_get("/V"))


@attack(USF, "Chữ ký được chép sang đối tượng mới")
def signature_copied(cast: Cast) -> bytes:
    def make(writer):
        old = tools.field_of(writer, "dau_co_quan")["/V"]
        return writer.add_object(generic.DictionaryObject(old))

    return _value_becomes(cast, make)


@attack(USF, "Chữ ký của tệp khác được đặt vào tệp này")
def signature_of_another_file(cast: Cast) -> bytes:
    other = cast.seal(certify(cast.prepared, cast.person(), at=cast.now), cast.agency())
    return tools.with_der(cast.sealed, tools.last_signature(other).pkcs7_content.rstrip(b"\0"))


def _wrapped(cast: Cast, *, keep_gap: bool, page: bool = True) -> bytes:
    """The signed parts stay byte by byte; the second is pushed away and false objects come between them."""
    pdf = cast.approve(cast.prepared, box=(300, 300, 400, 350))
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    signature = reader.embedded_signatures[-1]
    _, first, second, rest = (int(n) for n in signature.byte_range)
    hole = pdf[first:second]
    head, tail, start = pdf[:first], pdf[second:], reader.last_startxref
    out = bytearray(head + hole)
    places: dict[int, int] = {}
    value = signature.sig_field.raw_get("/V")
    false = {value.idnum: None}
    if page:
        kid = reader.root["/Pages"]["/Kids"].raw_get(0)
        box = b"<< /Type /Page /MediaBox [0 0 595 842] /Parent %d 0 R >>"
        false[kid.idnum] = box % reader.root.raw_get("/Pages").idnum
    space = start - len(out)
    assert space > 0
    out += b" " * space
    # Here the old pointer expects the table; it is followed by the false objects.
    reserve = len(out)
    table_size = 4000
    out += b" " * table_size
    end = len(out) + 200_000
    moved = end
    for number, body in false.items():
        places[number] = len(out)
        if body is None:
            numbers = f"[0 {first} {moved} {rest}]".encode()
            shown = hole if keep_gap else b"<" + hole[1:-1] + b">"
            body = (
                b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange " + numbers
            )
            body += b" /Contents " + shown + b" >>"
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    assert len(out) < moved
    out += b" " * (moved - len(out))
    refs = reader.xrefs.explicit_refs_in_revision(reader.xrefs.total_revisions - 1)
    for ref in refs:
        place = reader.xrefs.get_historical_ref(ref, reader.xrefs.total_revisions - 1)
        if ref.idnum not in places and isinstance(place, int):
            places[ref.idnum] = place if place < first else place + moved - second
    before = reader.xrefs.get_startxref_for_revision(reader.xrefs.total_revisions - 2)
    table = b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (n, places[n]) for n in sorted(places))
    root, size = reader.root_ref.idnum, int(reader.trailer["/Size"]) + 1
    table += (
        f"trailer\n<< /Size {size} /Root {root} 0 R /Prev {before} >>\nstartxref\n{reserve}\n%%EOF\n".encode()
    )
    assert len(table) < table_size
    out[reserve : reserve + len(table)] = table
    return bytes(out) + tail


@attack(SWA, "Phần ký thứ hai dời đi, chèn trang giả vào giữa")
def wrapped_page(cast: Cast) -> bytes:
    return _wrapped(cast, keep_gap=True)


@attack(SWA, "Phần ký thứ hai dời đi, không đổi trang")
def wrapped_only(cast: Cast) -> bytes:
    return _wrapped(cast, keep_gap=True, page=False)


@attack(SWA, "Khoảng trống quanh chữ ký rộng hơn chữ ký")
def wide_gap(cast: Cast) -> bytes:
    begun, ended = tools.gap(cast.sealed)
    return tools.with_contents(cast.sealed, cast.sealed[begun : ended - 400].rstrip(b">") + b"> /Lie (x)")


@attack(SWA, "Chú thích giấu sau chữ ký, trong khoảng trống")
def comment_in_gap(cast: Cast) -> bytes:
    begun, ended = tools.gap(cast.sealed)
    return tools.with_contents(cast.sealed, cast.sealed[begun : ended - 400] + b">%" + b"x" * 300)
