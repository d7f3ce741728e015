"""A key in a PKCS#12 file: the demonstration's, and an agency's on a well-kept server."""

from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from signatures.errors import SigningError
from signatures.providers import Identity


@dataclass(frozen=True)
class FileKey:
    """Keeps the key object: reading an RSA key again costs more than signing with it."""

    identity: Identity
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @classmethod
    def load(cls, data: bytes, password: str) -> "FileKey":
        """From the bytes of a PKCS#12 file. Raises SigningError on a wrong password or a file without a key."""
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode())
        except ValueError as error:
            raise SigningError("Không mở được tệp chứng thư: sai mật khẩu hoặc tệp đã hỏng.") from error
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
            raise SigningError("Tệp chứng thư không có khóa bí mật để ký.")
        return cls(Identity(_asn1(certificate), tuple(_asn1(other) for other in chain)), key)

    def sign(self, texts: Sequence[bytes]) -> list[bytes]:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return [self.key.sign(text, padding.PKCS1v15(), hashes.SHA256()) for text in texts]
        return [self.key.sign(text, ec.ECDSA(hashes.SHA256())) for text in texts]


def _asn1(certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
