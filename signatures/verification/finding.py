"""The signatures of a file, in the order they were given, and whether each really is one over this file.

Asked of the bytes themselves, before any cryptography. A signature covers the file from its first byte to the end of
a revision, and leaves out its own value, nothing more. The revision must be closed: what its index names lies in it,
and the signature is a signature there already.
"""

import logging
import re
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, parser
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.sign.validation import generic_cms
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from .changes import Permission
from .pdf import File, Ref, Revision, Unreadable, text
from .pdf.index import AT
from .verdict import VIETNAM

PADES = "ETSI.CAdES.detached"
STAMP = "ETSI.RFC3161"
FORMS = (PADES, "adbe.pkcs7.detached", "PBAD.PAdES")
OLD_FORMS = ("adbe.pkcs7.sha1", "adbe.x509.rsa_sha1", "adbe.x509.rsa.sha1")
KNOWN_FORMS = (*FORMS, *OLD_FORMS, STAMP)
NOT_THE_WHOLE = "chữ ký không bao trùm tài liệu."
NOT_CLOSED = "tệp được ký khi chưa trọn vẹn, có thể viết thêm vào mà chữ ký không hay."
NO_SIGNATURE = "ô chữ ký không chứa chữ ký đọc được."
_GAP = re.compile(rb"<[0-9a-fA-F\x00\t\n\f\r ]*>")
_NOTHING = b"\x00\t\n\x0c\r "
_MAX_FIELDS, _MAX_DEPTH = 20_000, 50
_log = logging.getLogger(__name__)


@dataclass
class Found:
    """A filled signature field. `fault`: why there is no signature over this file in it; `signed_data` is None when
    there is no CMS to read. `end` is the number of bytes it covers."""

    name: str
    file: File
    entries: dict  # the signature dictionary
    fault: str = ""
    form: str = ""
    is_stamp: bool = False
    end: int = 0
    content: bytes = b""
    signed_data: cms.SignedData | None = None
    permission: Permission = field(default_factory=Permission)

    @property
    def whole(self) -> bool:
        """Nothing follows what it covers."""
        return not self.fault and not self.file.data[self.end :].strip(_NOTHING)

    def digest(self, algorithm: str) -> bytes:
        """Of the covered bytes. Raises AttributeError for an algorithm nobody knows."""
        first, length, second, rest = self.entries["ByteRange"]
        whole = hashes.Hash(get_pyca_cryptography_hash(algorithm))
        view = memoryview(self.file.data)
        whole.update(view[first : first + length])
        whole.update(view[second : second + rest])
        return whole.finalize()

    @property
    def claimed_time(self) -> datetime | None:
        """When the signer's own clock says it was; proves nothing."""
        moment = None
        if self.signed_data is not None:
            moment = generic_cms.extract_self_reported_ts(self.signed_data["signer_infos"][0])
        if moment is None:
            try:
                moment = parse_pdf_date(self.entries["M"].decode("latin-1"), strict=False)
            except (KeyError, AttributeError, ValueError):
                return None
        return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def signatures_of(file: File) -> list[Found]:
    """Every filled signature field in the order of signing. One value in two fields is a forgery."""
    found, seen = [], set()
    for name, entries, holder in _filled(file.newest):
        one = _opened(file, name, entries, holder)
        value = entries["V"]
        if type(value) is Ref:
            one.fault = NO_SIGNATURE if value in seen else one.fault
            seen.add(value)
        found.append(one)
    return sorted(found, key=lambda one: one.end)


def _filled(revision: Revision):
    """Name and entries of each signature field with a value. Raises Unreadable for a form beyond all measure."""
    form = revision.dict(revision.catalog.get("AcroForm"))
    waiting = [(ref, "", None, 0) for ref in revision.list(form.get("Fields"))]
    seen: set = set()
    while waiting:
        ref, above, kind, depth = waiting.pop()
        if type(ref) is Ref:
            if ref in seen:  # some makers list a field more than once
                continue
            seen.add(ref)
        entries = revision.dict(ref)
        kind = revision.get(entries.get("FT", kind))
        part = revision.get(entries.get("T"))
        name = f"{above}.{text(part)}".strip(".") if isinstance(part, bytes) else above
        kids = revision.list(entries.get("Kids"))
        if depth > _MAX_DEPTH or len(seen) + len(waiting) + len(kids) > _MAX_FIELDS:
            raise Unreadable("a form beyond all measure")
        waiting += [(kid, name, kind, depth + 1) for kid in kids]
        if kind == "Sig" and entries.get("V") is not None and (isinstance(part, bytes) or not above):
            yield name, entries, ref


def _opened(file: File, name: str, entries: dict, holder: object) -> Found:
    revision = file.newest
    value = revision.get(entries["V"])
    if not isinstance(value, dict):
        return Found(name, file, {}, NO_SIGNATURE)
    plain = {key: revision.get(one) for key, one in value.items()}
    kind, form = plain.get("Type", "Sig"), plain.get("SubFilter")
    one = Found(name, file, plain, form=form if isinstance(form, str) else "", is_stamp=form == STAMP)
    try:
        one.fault = _fault(one, plain)
        one.permission = _permission(revision, value, entries)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        _log.debug("signature field %r", name, exc_info=True)
        one.fault = NO_SIGNATURE
    if (
        kind not in ("Sig", "DocTimeStamp")
        or (kind == "DocTimeStamp") > one.is_stamp
        or form not in KNOWN_FORMS
    ):
        one.fault = NO_SIGNATURE
    one.fault = one.fault or _not_closed(one, entries["V"] if type(entries["V"]) is Ref else holder)
    return one


def _fault(one: Found, plain: dict) -> str:
    if not isinstance(plain.get("Contents"), bytes):
        return NO_SIGNATURE
    if not _ranges_are_right(plain.get("ByteRange"), plain["Contents"], one.file.data):
        return NOT_THE_WHOLE
    one.end, one.content = plain["ByteRange"][2] + plain["ByteRange"][3], plain["Contents"]
    one.signed_data = _one_cms(one.content)
    return "" if one.signed_data is not None or one.form.startswith("adbe.x509") else NO_SIGNATURE


def _ranges_are_right(ranges: object, content: bytes, pdf: bytes) -> bool:
    """[0 a b c]: from the first byte, and between the two parts nothing but the signature itself."""
    if not isinstance(ranges, list) or len(ranges) != 4 or not all(type(number) is int for number in ranges):
        return False
    first, length, second, rest = ranges
    if first != 0 or length <= 0 or second <= length + 2 or rest <= 0 or second + rest > len(pdf):
        return False
    gap = pdf[length:second]
    if _GAP.fullmatch(gap) is None:
        return False
    digits = gap[1:-1].translate(None, _NOTHING)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()) == content


def _one_cms(content: bytes) -> cms.SignedData | None:
    """One ContentInfo with signed data of one signer, and behind it only the zeros that fill the place."""
    try:
        size = parser.peek(content)
        message = cms.ContentInfo.load(content[:size], strict=True)
        if message["content_type"].native != "signed_data" or content[size:].strip(b"\0"):
            return None
        signed = message["content"]
        return signed if len(signed["signer_infos"]) == 1 else None
    except (ValueError, KeyError, TypeError):
        return None


def _not_closed(one: Found, holder: object) -> str:
    """The revision it covers, as a file by itself: complete, and with this very signature in it (in `holder`)."""
    file = one.file
    try:
        signed = file.revision(one.end)
    except Unreadable:
        return NOT_THE_WHOLE
    if any(entry.kind == AT and entry.place >= one.end for entry in signed.table.values()):
        return NOT_CLOSED
    if type(holder) is not Ref or signed.place(holder.num) != file.newest.place(holder.num):
        return NOT_THE_WHOLE
    if (entry := signed.table.get(holder.num)) is None or entry.kind != AT:
        return NOT_THE_WHOLE
    parsed = signed.parsed(holder.num)
    _, length, second, _ = one.entries["ByteRange"]
    if parsed is None or not parsed.start < length < second < parsed.end:
        return NOT_THE_WHOLE
    return ""


def _permission(revision: Revision, value: dict, entries: dict) -> Permission:
    """What the signature, or the lock of its field, leaves open (12.8.2.2, 12.8.2.4, 12.7.5.5)."""
    level, action, names = None, "", ()
    lock = revision.dict(entries.get("Lock"))
    transforms = [revision.dict(one) for one in revision.list(value.get("Reference"))]
    for one in transforms:
        given = revision.dict(one.get("TransformParams"))
        method = revision.get(one.get("TransformMethod"))
        if method == "DocMDP":
            level = revision.get(given.get("P", 2))
        elif method == "FieldMDP":
            action, names = _locked(revision, given)
    if level is None:
        level = revision.get(lock.get("P"))
    if not action and lock:
        action, names = _locked(revision, lock)
    if level is not None and level not in (1, 2, 3):
        raise ValueError("a permission nobody knows")
    return Permission(level, action, names)


def _locked(revision: Revision, given: dict) -> tuple[str, tuple[str, ...]]:
    # Some makers leave out which fields they mean: then all of them.
    action = revision.get(given.get("Action", "All"))
    if action not in ("All", "Include", "Exclude"):
        raise ValueError("a lock nobody knows")
    listed = [revision.get(one) for one in revision.list(given.get("Fields"))]
    return action, tuple(text(one) for one in listed if isinstance(one, bytes))
