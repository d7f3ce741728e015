"""Where keys are and how they are asked: a file, a token at the server, a remote service, the signer's own PC.

A key holder signs texts (the DER of CMS signed attributes) and knows nothing of papers. Files and tokens
answer at once; a remote service and an agent answer later, and their signature comes back to a waiting
session (`signatures.sessions`). Keys and PINs are never stored, logged or put into a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from asn1crypto import pem, x509

from signatures.errors import SigningError

if TYPE_CHECKING:
    from signatures.models import Certificate


@dataclass(frozen=True)
class Identity:
    """Who signs, without the key: the certificate and those above it, nearest first."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


class KeyHolder(Protocol):
    identity: Identity

    def ready(self) -> None:
        """Raise SigningError when the key could not sign now. Asked before anything that cannot be undone."""

    def sign(self, texts: Sequence[bytes]) -> list[bytes]:
        """Raw signatures over each text with SHA-256: RSASSA-PKCS1-v1_5 or DER ECDSA. Raises SigningError."""


class WrongPin(SigningError):
    """`final`: the next wrong one locks the key. Tokens say so, but not how many tries are left before that."""

    def __init__(self, *, low: bool = False, final: bool = False):
        super().__init__(
            "Mã PIN không đúng. Chỉ còn một lần thử: nhập sai nữa thiết bị sẽ bị khóa."
            if final
            else "Mã PIN không đúng và đã sai nhiều lần. Hãy kiểm tra kỹ trước khi thử lại."
            if low
            else "Mã PIN không đúng. Văn bản chưa được ký; hãy nhập lại."
        )
        self.final = final


class KeyLocked(SigningError):
    def __init__(self, *, setup: bool = False):
        super().__init__(
            "Thiết bị chưa được đặt mã PIN. Hãy liên hệ đơn vị cấp chứng thư số."
            if setup
            else "Thiết bị đã bị khóa vì nhập sai mã PIN nhiều lần. Hãy liên hệ đơn vị cấp chứng thư số để mở khóa."
        )


class TokenMissing(SigningError):
    """The module, the token or the key on it is not there; each has somebody else who can help."""


class KeyRefused(SigningError):
    def __init__(self, sentence: str = ""):
        super().__init__(sentence or "Người ký đã từ chối trên điện thoại. Văn bản chưa được ký.")


class KeySilent(SigningError):
    def __init__(self):
        super().__init__("Hết thời gian chờ xác nhận trên điện thoại. Văn bản chưa được ký; hãy ký lại.")


class ServiceDown(SigningError):
    """Passing trouble: asking again later may help, and what was asked already is not lost."""

    def __init__(self, sentence: str = ""):
        super().__init__(
            sentence or "Dịch vụ ký số từ xa không trả lời. Văn bản chưa được ký; hãy thử lại sau."
        )


class BadAnswer(SigningError):
    """What came back is no signature of this certificate over this text; it is not put into the paper."""

    def __init__(self):
        super().__init__(
            "Chữ ký nhận về không khớp với chứng thư số hoặc văn bản nên không được dùng. Hãy báo quản trị hệ thống."
        )


def identity_of(certificate: "Certificate") -> Identity:
    """From the row: the public half, wherever the key is."""
    chain = pem.unarmor(certificate.chain.encode(), multiple=True) if certificate.chain else ()
    return Identity(_load(certificate.pem), tuple(x509.Certificate.load(der) for _, _, der in chain))


def open_key(certificate: "Certificate", *, pin: str = "") -> KeyHolder:
    """The holder of this certificate's key. `pin` is used by a token, once, and forgotten.

    Raises SigningError when the holder is not set up here or cannot sign at once (see `answers_later`).
    """
    holder = certificate.holder
    if holder == certificate.Holder.FILE:
        from signatures.providers.file import FileKey

        return FileKey(certificate)
    if holder == certificate.Holder.TOKEN:
        from signatures.providers.token import TokenKey

        return TokenKey(certificate, pin)
    if holder == certificate.Holder.REMOTE:
        from signatures.providers.remote import RemoteKey

        return RemoteKey(certificate)
    raise SigningError("Khóa của chứng thư số này nằm trên máy của người ký; hãy ký từ trang văn bản.")


def answers_later(certificate: "Certificate") -> bool:
    """Whether the signature comes back in its own time, so that signing has to be begun and finished apart."""
    return certificate.holder in (certificate.Holder.REMOTE, certificate.Holder.AGENT)


def needs_pin(certificate: "Certificate") -> bool:
    return certificate.holder == certificate.Holder.TOKEN


def _load(text: str) -> x509.Certificate:
    _, _, der = pem.unarmor(text.encode())
    return x509.Certificate.load(der)
