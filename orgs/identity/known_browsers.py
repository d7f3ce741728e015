"""A browser in which an account has been opened before: while others guess at the name, its owner still gets in.

The cookie says whose name was signed in here, signed; it opens nothing.
"""

import secrets

from django.conf import settings
from django.core import signing

COOKIE = "__Host-known" if settings.SECURE else "known"
LASTS = 90 * 24 * 3600  # seconds
MOST = 5  # people at one computer
_SALT = "orgs.identity.known_browsers"


def mark(request, username: str) -> str:
    """What this browser is counted by when that name is tried here; empty for a browser that does not know the name."""
    return _read(request).get(username.casefold(), "")


def remember(request, response, username: str) -> None:
    known = _read(request)
    kept = {name: value for name, value in known.items() if name != username.casefold()}
    known = dict([*kept.items()][-MOST + 1 :]) | {username.casefold(): secrets.token_hex(8)}
    response.set_cookie(
        COOKIE, signing.dumps(known, salt=_SALT), max_age=LASTS, httponly=True,
        secure=settings.SECURE, samesite="Lax",
    )  # fmt: skip


def _read(request) -> dict[str, str]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}
