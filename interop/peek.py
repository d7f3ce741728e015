"""The head of a package that could not be understood: who, where, which number. Never what it is about.

Only elements known to be routing show their text; everything else, however it is written, is left out.
"""

import base64
import hashlib
import re

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
_FILE = re.compile(rb">\s*([A-Za-z0-9+/=\s]{200,})<")  # no heading of a package is such a text without a mark


def header_of(raw: bytes) -> str:
    """The first 2,000 characters of the XML, even when it is broken: tags without attributes, routing texts."""
    tags = (_shown(*tag.groups()) for tag in _TAG.finditer(raw[:_LOOKED_AT]))
    head = b"".join(tags).decode("utf-8", errors="replace")[:_SHOWN]
    return head or "(Không có thẻ XML nào ở đầu gói tin.)"


def without_files(raw: bytes) -> bytes:
    """The package with every attached file replaced by its length and hash. All else stays byte for byte."""
    return _FILE.sub(_elided, raw)


def _elided(found: re.Match) -> bytes:
    text = b"".join(found[1].split())
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = text
    sha256 = hashlib.sha256(data).hexdigest()
    return f">[lược bỏ tệp {len(data)} byte, SHA-256 {sha256}]<".encode()


def _shown(inside: bytes, text: bytes) -> bytes:
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
        said = b"[...]"
    return b"<" + name[0] + b">" + said
