"""A time stamp that was made before the signature it is to prove."""

from cryptography.x509 import ReasonFlags

from simulators import pki as demo_pki

from . import handmade, people, raw, tools
from .cast import Cast
from .forward import FAR, behind, container, index
from .table import attack

GROUP = "Lùi ngày (dấu thời gian không phủ chữ ký)"
STAMP, SIGNATURE, HOLDER = 11, 13, 14  # numbers of objects
THEN, ENDED = -60, -30  # days: when it claims to be signed, when the certificate ended or was revoked
_FORM = b"/AcroForm << /Fields [10 0 R 12 0 R] /SigFlags 3 >>"


def _skeleton() -> dict[int, bytes]:
    """A paper with a time stamp to come and a field whose signature is not in the file."""
    own = {
        10: handmade.field(b"DauThoiGian", STAMP),
        STAMP: handmade.value(handmade.STAMP, b"/DocTimeStamp"),
        12: handmade.field(b"ChuKy", SIGNATURE),
    }
    return raw.parts(catalog=_FORM, page=b"/Annots [10 0 R 12 0 R]", more=own)


def _stamped(cast: Cast, pdf: bytes, folder=None) -> bytes:
    moment = cast.now + THEN * people.DAY
    return handmade.filled(pdf, handmade.stamped(folder or cast.folder / "honest", moment))


def _expired(cast: Cast):
    return people.issued(cast, valid=(-90, ENDED))


def _signed_behind(cast: Cast, key, folder=None) -> bytes:
    pdf = raw.written(_skeleton(), at={SIGNATURE: FAR})
    later = behind(_stamped(cast, pdf, folder), (SIGNATURE, handmade.value()))
    return handmade.filled(later, handmade.by(key))


@attack(GROUP, "Chứng thư đã hết hạn, chữ ký viết sau dấu thời gian")
def expired(cast: Cast) -> bytes:
    return _signed_behind(cast, _expired(cast))


@attack(GROUP, "Chứng thư đã bị thu hồi, chữ ký viết sau dấu thời gian", online=True)
def revoked(cast: Cast) -> bytes:
    key = _revoked(cast)
    return _signed_behind(cast, key, cast.live.folder)


@attack(GROUP, "Chữ ký viết sau nằm trong luồng đối tượng")
def in_a_container(cast: Cast) -> bytes:
    pdf = index({SIGNATURE: (2, HOLDER, 0), HOLDER: (1, FAR, 0)}, _skeleton())
    holder = container(HOLDER, SIGNATURE, handmade.value())
    return handmade.filled(behind(_stamped(cast, pdf), (HOLDER, holder)), handmade.by(_expired(cast)))


@attack(GROUP, "Chữ ký được nêu khi đóng dấu thời gian, định nghĩa ở bản cập nhật")
def defined_later(cast: Cast) -> bytes:
    stamped = _stamped(cast, raw.written(_skeleton()))
    return handmade.filled(
        tools.appended(stamped, {SIGNATURE: handmade.value()}), handmade.by(_expired(cast))
    )


@attack(GROUP, "Trường ký trỏ tới chữ ký viết ra sau, khi đóng dấu thời gian là chữ ký khác")
def replaced(cast: Cast) -> bytes:
    """The stamped paper holds a signature of somebody else under the same number."""
    before = raw.written(_skeleton() | {SIGNATURE: b"<< /Type /Sig /Filter /Adobe.PPKLite >>"})
    stamped = _stamped(cast, before)
    return handmade.filled(
        tools.appended(stamped, {SIGNATURE: handmade.value()}), handmade.by(_expired(cast))
    )


@attack(GROUP, "Chữ ký có trước nhưng trường của nó chỉ được nối vào sau")
def hung_in_later(cast: Cast) -> bytes:
    """Stamp and signature lie in one revision; the stamp's bytes end before the signature's object begins."""
    pdf = raw.written(_skeleton(), at={SIGNATURE: FAR, 12: FAR - 500})
    later = _stamped(cast, pdf).ljust(FAR - 500)
    later += (b"12 0 obj\n%s\nendobj\n" % handmade.field(b"ChuKy", SIGNATURE)).ljust(500)
    later += b"%d 0 obj\n%s\nendobj\n" % (SIGNATURE, handmade.value())
    return handmade.filled(later + handmade.startxref(pdf), handmade.by(_expired(cast)))


@attack(GROUP, "Bảng của bản cập nhật kể lại dấu thời gian như thể mới thêm")
def told_again(cast: Cast) -> bytes:
    """By the table the stamp is younger than the signature; by its bytes it is older."""
    own = {10: handmade.field(b"DauThoiGian", STAMP), STAMP: handmade.value(handmade.STAMP, b"/DocTimeStamp")}
    form = b"/AcroForm << /Fields [10 0 R 12 0 R] /SigFlags 3 >>"
    pdf = raw.written(raw.parts(catalog=form, page=b"/Annots [10 0 R 12 0 R]", more=own))
    stamped = _stamped(cast, pdf)
    later = {12: handmade.field(b"ChuKy", SIGNATURE), SIGNATURE: handmade.value()}
    signed = handmade.filled(tools.appended(stamped, later), handmade.by(_expired(cast)))
    return tools.appended(signed, {}, at={STAMP: signed.index(b"%d 0 obj" % STAMP)})


def _revoked(cast: Cast):
    key = people.issued(cast, folder=cast.live.folder, pointers=True)
    at = cast.now + ENDED * people.DAY
    demo_pki.revoke(
        cast.live.folder, key.identity.certificate.serial_number, at=at, reason=ReasonFlags.key_compromise
    )
    return key
