"""What an operator sees of a package: who, where, which number. Never what it is about, nor who signed it.

Only elements known to be routing show their text; everything else, however it is written, is left out.
"""

import base64
import hashlib
import re
from collections.abc import Callable

_TAG = re.compile(rb"<([^<>]*)>([^<]*)")
_NAME = re.compile(rb"/?([A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,60})/?(?=\s|$)")
_DECLARATION = re.compile(rb"\?xml [\w\s.=\"'-]{0,80}\?")
_ROUTING = frozenset(
    b"OrganId OrganName OrganizationInCharge DocumentId CodeNumber CodeNotation PromulgationDate Type TypeDetail"
    b" TypeName Priority MessageId Timestamp StatusCode ResponseFor Version System".split()
)
_SHOWN = 2000
_LONGEST = 200  # characters of one text
_LOOKED_AT = 200_000  # bytes; a head is far shorter
_FILE = re.compile(rb"[A-Za-z0-9+/=\s]{200,}")  # no heading of a package is such a text without a mark


def header_of(raw: bytes) -> str:
    """The first 2,000 characters of the XML, even when it is broken: tags without attributes, routing texts."""
    tags = (_shown(*tag.groups()) for tag in _TAG.finditer(raw[:_LOOKED_AT]))
    head = b"".join(tags).decode("utf-8", errors="replace")[:_SHOWN]
    return head or "(Không có thẻ XML nào ở đầu gói tin.)"


def without_content(raw: bytes) -> bytes:
    """The whole package as `header_of` shows its head; an attached file is known by its length and hash."""
    return b"".join(_shown(*tag.groups(), left_out=_elided) for tag in _TAG.finditer(raw))


def _elided(text: bytes) -> bytes:
    if not _FILE.fullmatch(text):
        return b"[...]"
    text = b"".join(text.split())
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = text
    return f"[lược bỏ tệp {len(data)} byte, SHA-256 {hashlib.sha256(data).hexdigest()}]".encode()


def _shown(inside: bytes, text: bytes, left_out: Callable[[bytes], bytes] = lambda text: b"[...]") -> bytes:
    if _DECLARATION.fullmatch(inside):
        return b"<" + inside + b">\n"
    name = _NAME.match(inside)
    if name is None:
        return b"<...>"
    opening = not inside.startswith(b"/") and not inside.endswith(b"/")
    if not text.strip():
        said = b"\n" if b"\n" in text else b""
    elif opening and name[2] in _ROUTING:
        said = text[:_LONGEST]
    else:
        said = left_out(text)
    return b"<" + name[0] + b">" + said
