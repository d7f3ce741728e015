"""Is this raw signature of that certificate over that text? Asked before any signature is used."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from signatures.providers import Identity


def is_right(identity: Identity, text: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 or DER ECDSA, SHA-256. Never raises for bad bytes; SigningError for another kind of key."""
    key = serialization.load_der_public_key(identity.certificate.public_key.dump())
    scheme = (
        (padding.PKCS1v15(), hashes.SHA256()) if identity.algorithm == "rsa" else (ec.ECDSA(hashes.SHA256()),)
    )
    try:
        key.verify(signature, text, *scheme)
    except InvalidSignature:
        return False
    return True
