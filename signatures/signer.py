"""A certificate with its private key, ready to sign many papers quickly."""

import hashlib
from datetime import datetime

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .errors import SigningError

__all__ = ["Signer", "SigningError"]


class Signer(signers.Signer):
    """One certificate and key. Keeps the key object: parsing it again costs 33 ms per signature."""

    def __init__(self, certificate: x509.Certificate, key, chain=()):
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=False)
        self._key = key

    @classmethod
    def from_pkcs12(cls, data: bytes, password: str) -> "Signer":
        """From a PKCS#12 file. Raises SigningError on a wrong password or a file without a key."""
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode())
        except ValueError as error:
            raise SigningError("Không mở được tệp chứng thư: sai mật khẩu hoặc tệp đã hỏng.") from error
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
            raise SigningError("Tệp chứng thư không có khóa bí mật để ký.")
        return cls(_asn1(certificate), key, [_asn1(other) for other in chain])

    @property
    def name(self) -> str:
        """Common name of the certificate's holder."""
        return self.signing_cert.subject.native.get("common_name", "")

    @property
    def organisation(self) -> str:
        """Organisation named in the certificate, or empty."""
        return self.signing_cert.subject.native.get("organization_name", "")

    @property
    def cert_der(self) -> bytes:
        """The certificate, DER."""
        return self.signing_cert.dump()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, lower-case hex."""
        return hashlib.sha256(self.cert_der).hexdigest()

    @property
    def valid_until(self) -> datetime:
        """Last moment of validity (aware, UTC)."""
        return self.signing_cert.not_valid_after

    def check_usable(self, at: datetime) -> None:
        """Raise SigningError unless the certificate is valid at `at` and made for signing."""
        if at < self.signing_cert.not_valid_before:
            raise SigningError("Chứng thư số chưa đến ngày có hiệu lực, không ký được.")
        if at > self.signing_cert.not_valid_after:
            raise SigningError("Chứng thư số đã hết hạn, không ký được. Đề nghị gia hạn chứng thư.")
        usage = self.signing_cert.key_usage_value
        if usage is not None and not {"digital_signature", "non_repudiation"} & usage.native:
            raise SigningError("Chứng thư số này không dùng để ký được.")

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Raw signature over `data`; called by pyHanko."""
        digest = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._key, rsa.RSAPrivateKey):
            if dry_run:
                return bytes(self._key.key_size // 8)
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return bytes(150) if dry_run else self._key.sign(data, ec.ECDSA(digest))


def _asn1(certificate) -> x509.Certificate:
    if hasattr(certificate, "certificate"):
        certificate = certificate.certificate
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
