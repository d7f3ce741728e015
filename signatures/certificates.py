"""What a certificate file says, and how a registered certificate stands at a moment. Nothing is written here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import pem, x509
from django.core.exceptions import ValidationError
from django.utils import timezone

from signatures.models import Certificate
from signatures.models.certificate import SOON
from signatures.providers import Identity
from signatures.trust import known_authorities
from signatures.verification.signer import issuer_of

MOST_BYTES = 64 * 1024
_MOST_IN_FILE = 10
_LAST_DAYS = timedelta(days=7)
_UNREADABLE = "Không đọc được tệp: cần chứng thư số ở dạng PEM hoặc DER, không quá 64 kB."
_SECRET = "Tệp có chứa khóa bí mật. Không gửi khóa lên hệ thống; hãy xuất riêng chứng thư số rồi gửi lại."


@dataclass(frozen=True)
class State:
    """`days` are left until its end, by the calendar; only for one that signs."""

    name: str
    label: str
    tone: str
    days: int | None = None


def read(data: bytes) -> Identity:
    """A signer's certificate with the authorities above it, as far as the file or the trusted list has them.

    Raises ValidationError for what is no certificate of a signer, and for a file that holds a private key.
    """
    if b"PRIVATE KEY" in data:
        raise ValidationError(_SECRET)
    found = _certificates(data)
    signers = [one for one in found if not one.ca]
    if not signers:
        raise ValidationError(
            "Đây là chứng thư của tổ chức cung cấp dịch vụ chứng thực, không phải của người hay cơ quan ký."
        )
    if len(signers) > 1:
        raise ValidationError("Tệp có nhiều chứng thư của người ký; mỗi lần chỉ đăng ký một.")
    return Identity(signers[0], tuple(_above(signers[0], found)))


def loaded(text: str) -> list[x509.Certificate]:
    """The certificates of a PEM column, which may be empty."""
    if not text:
        return []
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(text.encode(), multiple=True)]


def armored(*certificates: x509.Certificate) -> str:
    return "".join(pem.armor("CERTIFICATE", one.dump()).decode() for one in certificates)


@lru_cache(maxsize=2000)
def issuer_name(text: str) -> str:
    """Who issued the certificate of this PEM, as people call them."""
    return issuer_of(loaded(text)[0])


def state_of(row: Certificate, at: datetime) -> State:
    if row.retired_at:
        return State("retired", "ngừng sử dụng", "calm")
    if row.revoked_at:
        return State("revoked", "đã thu hồi", "bad")
    if at > row.valid_to:
        return State("expired", "hết hạn", "bad")
    if at < row.valid_from:
        return State("early", "chưa có hiệu lực", "calm")
    left = row.valid_to - at
    days = (timezone.localdate(row.valid_to) - timezone.localdate(at)).days
    if left < SOON:
        label = f"sắp hết hạn, còn {days} ngày" if days else "hết hạn trong hôm nay"
        return State("ending", label, "bad" if left < _LAST_DAYS else "warn", days)
    return State("good", "còn hạn", "ok", days)


def _certificates(data: bytes) -> list[x509.Certificate]:
    if not data or len(data) > MOST_BYTES:
        raise ValidationError(_UNREADABLE)
    try:
        ders = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        if len(ders) > _MOST_IN_FILE:
            raise ValidationError("Tệp có quá nhiều chứng thư.")
        found = [x509.Certificate.load(der, strict=True) for der in ders]
        for one in found:
            one.native  # noqa: B018 - parse the whole now, or fail now
    except (ValueError, TypeError, KeyError) as error:
        raise ValidationError(_UNREADABLE) from error
    return found


def _above(leaf: x509.Certificate, given: list[x509.Certificate]) -> list[x509.Certificate]:
    """From the issuer up, without the root. Whether they really issued it is for the path to say."""
    known = [one for one in given if one.ca]
    known += [one for file in known_authorities() for one in loaded(file.decode())]
    chain, below = [], leaf
    while len(chain) < _MOST_IN_FILE:
        below = next((one for one in known if one.subject == below.issuer and one not in chain), None)
        if below is None or below.self_issued:
            break
        chain.append(below)
    return chain
