"""Small secrets at rest: a copy of the database alone opens none of them."""

import base64
import hmac
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: bytes) -> bytes:
    return _keys("seal").encrypt(secret)


def unseal(sealed: bytes) -> bytes:
    """ValueError when SECRET_KEY has changed and SECRET_KEY_FALLBACKS does not name the one it was sealed with."""
    try:
        return _keys("seal").decrypt(bytes(sealed))
    except InvalidToken:
        raise ValueError("sealed with another SECRET_KEY") from None


def digest(text: str) -> str:
    """A keyed hash, for secrets long enough that nobody guesses them."""
    return hmac.new(_derived(settings.SECRET_KEY, "digest"), text.encode(), sha256).hexdigest()


def _keys(purpose: str) -> MultiFernet:
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, purpose))) for key in known])


def _derived(key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"hanoi_docs.{purpose}".encode()).derive(key.encode())
