"""Is it really a signature over this file? Asked before any cryptography, of the bytes themselves.

These questions answer the forgeries in which a file only looks signed: a byte range that leaves out more than the
signature (wrapping), a signature without content (universal forgery), bytes that no index mentions (incremental saving).
"""

import re

from asn1crypto import cms, parser
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject

from .reading import Reader

NOT_THE_WHOLE = "chữ ký không bao trùm tài liệu."
NO_SIGNATURE = "ô chữ ký không chứa chữ ký đọc được."
HIDDEN = "Sau chữ ký cuối cùng có dữ liệu lạ không thuộc tài liệu."
_GAP = re.compile(rb"<[0-9a-fA-F\s]*>")
_OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})\s+(\d{1,5})\s+obj")
_NOTHING = b"\x00\t\n\x0c\r "


def fault(signature, pdf: bytes) -> str:
    """Why this cannot be taken for a signature; "" when it can."""
    if not _ranges_are_right(signature.byte_range, signature.pkcs7_content, pdf):
        return NOT_THE_WHOLE
    return "" if _is_one_cms(signature.pkcs7_content) else NO_SIGNATURE


def hidden_bytes(reader: Reader, covered: int) -> bool:
    """True when bytes after `covered` (the end of what is signed) belong to no revision of the file."""
    pdf = reader.bytes
    if pdf[pdf.rfind(b"%%EOF") + 5 :].strip(_NOTHING):
        return True
    if not pdf[covered:].strip(_NOTHING):
        return False
    known = set()
    for revision in range(reader.xrefs.total_revisions):
        for ref in reader.xrefs.explicit_refs_in_revision(revision):
            known.add(reader.xrefs.get_historical_ref(ref, revision))
        known.add(reader.xrefs.get_startxref_for_revision(revision))
    return any(found.start() not in known for found in _OBJECT.finditer(pdf, covered))


def _ranges_are_right(ranges, content: bytes, pdf: bytes) -> bool:
    """[0 a b c]: from the first byte, and between the two parts nothing but the signature itself."""
    if not isinstance(ranges, ArrayObject) or len(ranges) != 4:
        return False
    if not all(type(number) is NumberObject for number in list.__iter__(ranges)):
        return False
    first, length, second, rest = ranges
    if first != 0 or length <= 0 or second <= length + 2 or rest <= 0 or second + rest > len(pdf):
        return False
    gap = pdf[length:second]
    if _GAP.fullmatch(gap) is None:
        return False
    digits = re.sub(rb"\s", b"", gap[1:-1])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()) == content


def _is_one_cms(content: bytes) -> bool:
    """One ContentInfo with signed data, and behind it only the zeros that fill the place."""
    try:
        size = parser.peek(content)
        message = cms.ContentInfo.load(content[:size], strict=True)
        return message["content_type"].native == "signed_data" and not content[size:].strip(b"\0")
    except (ValueError, KeyError, TypeError):
        return False
