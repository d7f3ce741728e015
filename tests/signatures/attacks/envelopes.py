"""The signature's own envelope, and who stands behind it."""

from asn1crypto import cms, core, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from signatures.pades import certify

from . import tools
from .cast import Cast
from .table import attack

CMS = "Cấu trúc CMS sai"
TRUST = "Giả người tin cậy"


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
