"""Codes of six digits by the clock (RFC 6238), as every authenticator app shows them."""

import base64
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30  # seconds
DIGITS = 6
ALLOWED = 1  # steps before and after: the time of typing, and a clock a little wrong
LOOKED_AT = (
    4  # a code of so many steps away is refused, but says that the phone's clock is wrong, and is spent
)
ISSUER = "Văn bản Hà Nội"


def new_secret() -> bytes:
    return secrets.token_bytes(20)  # RFC 4226 §4: 160 bits


def readable(secret: bytes) -> str:
    """As it is typed into an app by hand: groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def uri(secret: bytes, username: str) -> str:
    """What the QR code holds."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def code_at(secret: bytes, step: int) -> str:
    return _totp(secret).generate(step * STEP).decode()


def step_of(secret: bytes, code: str, *, at: float, reach: int) -> int | None:
    """The step this is the code of, at most `reach` away from `at` (seconds of the epoch); the nearest one first."""
    now = int(at) // STEP
    for away in sorted(range(-reach, reach + 1), key=abs):
        if secrets.compare_digest(code_at(secret, now + away).encode(), code.encode()):
            return now + away
    return None


def _totp(secret: bytes) -> TOTP:
    return TOTP(
        secret, DIGITS, SHA1(), STEP
    )  # SHA-1 as an HMAC: what the apps know, and not broken in this use
