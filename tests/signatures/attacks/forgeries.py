"""Signatures that are none, and signatures over something else."""

import io

from asn1crypto import cms, core, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signatures.pades import certify

from . import tools
from .cast import BODY, Cast
from .table import attack

USF = "Giả mạo phổ quát (universal signature forgery)"
SWA = "Bọc chữ ký (signature wrapping)"
ISA = "Lưu nối tiếp (incremental saving)"
CMS = "Cấu trúc CMS sai"
TRUST = "Giả người tin cậy"


def _forged(label: str, group: str = USF):
    return lambda build: attack(group, label)(build)


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


def _cms(label: str):
    """Builders that change the CMS itself; the document is not touched."""

    def keep(change):
        attack(CMS, label)(lambda cast: tools.with_cms(cast.sealed, lambda signed: change(cast, signed)))
        return change

    return keep


@_cms("Thiếu người ký")
def no_signer(cast, signed):
    signed["signer_infos"] = cms.SignerInfos([])


@_cms("Hai người ký trong một chữ ký")
def two_signers(cast, signed):
    one = signed["signer_infos"][0]
    signed["signer_infos"] = cms.SignerInfos([one, one.copy()])


@_cms("Thiếu chứng thư số")
def no_certificate(cast, signed):
    signed["certificates"] = cms.CertificateSet([])


@_cms("Có nội dung đóng gói bên trong")
def has_content(cast, signed):
    signed["encap_content_info"]["content"] = core.OctetString(b"x")


@_cms("Thuộc tính đã ký bị đổi")
def attributes_changed(cast, signed):
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [core.OctetString(b"\1" * 32)]


@_cms("Loại nội dung đã ký bị đổi")
def content_type_changed(cast, signed):
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "content_type":
            attribute["values"] = [cms.ContentType("tst_info")]


@_cms("Không có thuộc tính đã ký")
def no_attributes(cast, signed):
    info = signed["signer_infos"][0]
    signed["signer_infos"] = cms.SignerInfos([
        cms.SignerInfo({
            "version": "v1", "sid": info["sid"], "digest_algorithm": info["digest_algorithm"],
            "signature_algorithm": info["signature_algorithm"], "signature": info["signature"].native,
        })
    ])  # fmt: skip


@_cms("Giá trị chữ ký bị đổi")
def signature_changed(cast, signed):
    value = bytearray(signed["signer_infos"][0]["signature"].native)
    value[10] ^= 1
    signed["signer_infos"][0]["signature"] = bytes(value)


@_cms("Chứng thư bị tráo bằng chứng thư tự làm cùng tên, cùng số")
def certificate_swapped(cast, signed):
    """The attacker's key signs the very same attributes; the certificate in the file looks the same."""
    info = signed["signer_infos"][0]
    old = pyca.load_der_x509_certificate(
        next(c.chosen.dump() for c in signed["certificates"] if c.chosen.serial_number == info["sid"].chosen["serial_number"].native)
    )  # fmt: skip
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    builder = pyca.CertificateBuilder(old.issuer, old.subject, key.public_key(), old.serial_number)
    builder = builder.not_valid_before(old.not_valid_before_utc).not_valid_after(old.not_valid_after_utc)
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    false = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    rest = [c.chosen for c in signed["certificates"] if c.chosen.serial_number != old.serial_number]
    signed["certificates"] = cms.CertificateSet([*rest, x509.Certificate.load(false)])
    text = info["signed_attrs"].untag().dump()
    info["signature"] = key.sign(text, padding.PKCS1v15(), hashes.SHA256())


@_cms("Người ký bị trỏ sang chứng thư của cơ quan cấp")
def signer_is_the_authority(cast, signed):
    ca = next(c.chosen for c in signed["certificates"] if c.chosen.ca)
    info = signed["signer_infos"][0]
    info["sid"] = cms.SignerIdentifier({
        "issuer_and_serial_number": cms.IssuerAndSerialNumber(
            {"issuer": ca.issuer, "serial_number": ca.serial_number}
        )
    })  # fmt: skip


@attack(CMS, "Không phải signedData")
def wrong_content_type(cast: Cast) -> bytes:
    return tools.with_der(cast.sealed, cms.ContentInfo({"content_type": "data", "content": b"x" * 50}).dump())


@attack(CMS, "Có dữ liệu lạ sau CMS")
def bytes_behind(cast: Cast) -> bytes:
    content = tools.last_signature(cast.sealed).pkcs7_content.rstrip(b"\0")
    return tools.with_der(cast.sealed, content + b"an sau")


@attack(CMS, "CMS lồng rất sâu")
def deep_cms(cast: Cast) -> bytes:
    der = b"\x05\x00"
    for _ in range(900):
        size = len(der)
        der = b"\x30" + (bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")) + der
    return tools.with_der(cast.sealed, der)


@attack(TRUST, "Gốc tự làm trùng tên với gốc tin cậy")
def false_root(cast: Cast) -> bytes:
    signed = certify(cast.prepared, cast.person("false"), at=cast.now)
    return cast.seal(signed, cast.agency("false"))


@attack(TRUST, "Người ký tự cấp chứng thư cho mình")
def false_person(cast: Cast) -> bytes:
    return cast.approve(cast.prepared, house="false")


@attack(TRUST, "Dấu thời gian của dịch vụ tự lập")
def false_stamp(cast: Cast) -> bytes:
    return certify(cast.prepared, cast.person(), at=cast.now, level="B-T", services=cast.services("false"))


@attack(TRUST, "Dấu thời gian lấy từ chữ ký khác")
def moved_stamp(cast: Cast) -> bytes:
    first = certify(cast.prepared, cast.person(), at=cast.now, level="B-T", services=cast.services())
    second = certify(cast.signed[: len(cast.prepared)], cast.person(), at=cast.now, level="B-T",
                     services=cast.services(), appearance=None)  # fmt: skip
    token = tools.last_signature(second).signed_data["signer_infos"][0]["unsigned_attrs"]

    def change(signed):
        signed["signer_infos"][0]["unsigned_attrs"] = token

    other = tools.last_signature(first).signed_data["signer_infos"][0]["signature"].native
    assert other != tools.last_signature(second).signed_data["signer_infos"][0]["signature"].native
    return tools.with_cms(first, change)


@attack(TRUST, "Chứng thư đã hết hạn, đồng hồ máy ký vặn lùi")
def turned_back(cast: Cast) -> bytes:
    from datetime import timedelta

    key = cast.person(
        who="Người Hết Hạn", valid_from=cast.now - timedelta(days=90), valid_to=cast.now - timedelta(days=30)
    )
    return certify(cast.prepared, key, at=cast.now - timedelta(days=60))


@attack(TRUST, "Chữ ký dùng SHA-1")
def weak_digest(cast: Cast) -> bytes:
    return cast.approve(cast.prepared, digest="sha1")


__all__ = ["BODY"]
