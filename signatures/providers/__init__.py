"""Who signs, and whatever holds the key: one small interface over files, tokens and remote services.

Files and tokens sign at once. A remote service and an agent on the signer's computer answer in their own
time: what they sign goes out and comes back to a waiting session (`signatures.actions.sessions`).
Keys and PINs are never stored, logged or put into a message. From a row to its holder: `signatures.keys`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from asn1crypto import x509

from signatures.errors import SigningError


@dataclass(frozen=True)
class Identity:
    """A certificate and the authorities above it, without the key and without the root."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def name(self) -> str:
        """Common name of the certificate's holder."""
        return self.certificate.subject.native.get("common_name", "")

    @property
    def organisation(self) -> str:
        """Organisation named in the certificate, or empty."""
        return self.certificate.subject.native.get("organization_name", "")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, lower-case hex."""
        return hashlib.sha256(self.certificate.dump()).hexdigest()

    @property
    def algorithm(self) -> str:
        """ "rsa" or "ec". Raises SigningError for a key of another kind."""
        found = self.certificate.public_key.algorithm
        if found not in ("rsa", "ec"):
            raise SigningError("Chứng thư số dùng loại khóa mà hệ thống chưa ký được (chỉ RSA và ECDSA).")
        return found

    def check_usable(self, at: datetime) -> None:
        """Raise SigningError unless the certificate is valid at `at` and made for signing."""
        if at < self.certificate.not_valid_before:
            raise SigningError("Chứng thư số chưa đến ngày có hiệu lực, không ký được.")
        if at > self.certificate.not_valid_after:
            raise SigningError("Chứng thư số đã hết hạn, không ký được. Đề nghị gia hạn chứng thư.")
        usage = self.certificate.key_usage_value
        if usage is not None and not {"digital_signature", "non_repudiation"} & usage.native:
            raise SigningError("Chứng thư số này không dùng để ký được.")


class KeyHolder(Protocol):
    """A key that can be used now."""

    identity: Identity

    def sign(self, texts: Sequence[bytes]) -> list[bytes]:
        """Raw signatures with SHA-256 over each text: RSASSA-PKCS1-v1_5, or ECDSA in DER.

        A text is the DER of CMS signed attributes (RFC 5652, 5.4). Raises SigningError.
        """
        ...


class Pin(str):
    """What the person typed. It shows itself to nobody: not in a traceback, a report or a log of variables."""

    def __repr__(self) -> str:
        return "<PIN>"
