"""The head of a package that could not be understood, without its title and what its files hold."""

import re

_CONTENT = re.compile(rb"(<[^<>/]*(?:ContentTransferEncoded|Subject|Content)\b[^<>]*>)[^<]*", re.IGNORECASE)
_LONG = re.compile(rb"[A-Za-z0-9+/=]{200,}")
_SHOWN = 2000
_LOOKED_AT = 200_000  # bytes; a head is far shorter


def header_of(raw: bytes) -> str:
    """The first 2,000 characters of the XML; titles and content are left out even when the XML is broken."""
    head = _CONTENT.sub(rb"\1[...]", raw[:_LOOKED_AT])
    return _LONG.sub(b"[...]", head).decode("utf-8", errors="replace")[:_SHOWN]
