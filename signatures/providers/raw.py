"""Is this raw signature of that certificate over that text? Asked before any foreign signature is used."""

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa


def is_right(certificate: x509.Certificate, text: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 or DER ECDSA, SHA-256. False for any other kind of key. Never raises for bad bytes."""
    key = serialization.load_der_public_key(certificate.public_key.dump())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
