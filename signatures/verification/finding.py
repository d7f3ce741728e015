"""The signatures of a file, in the order they were given."""

import logging
from dataclasses import dataclass

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import structure
from .objects import got
from .reading import Reader

PADES = "/ETSI.CAdES.detached"
_FORMS = (PADES, "/adbe.pkcs7.detached", "/PBAD.PAdES")
_STAMP_FORM = "/ETSI.RFC3161"
_OLD_FORMS = ("/adbe.pkcs7.sha1", "/adbe.x509.rsa_sha1", "/adbe.x509.rsa.sha1")
_log = logging.getLogger(__name__)


@dataclass
class Found:
    """A filled signature field: the signature, or why there is none to judge."""

    name: str
    signature: EmbeddedPdfSignature | None
    fault: str = ""
    doubt: str = ""

    @property
    def is_stamp(self) -> bool:
        return self.signature is not None and self.signature.sig_object_type == "/DocTimeStamp"

    @property
    def revision(self) -> int:
        return self.signature.signed_revision if self.signature is not None else -1


def signatures_of(reader: Reader) -> list[Found]:
    """Every filled signature field in the order of signing. One object in two fields is a forgery."""
    found, seen = [], set()
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        one = _opened(reader, str(name), field)
        if isinstance(value, IndirectObject) and one.signature is not None:
            if value.reference in seen:
                one.fault = structure.NO_SIGNATURE
            seen.add(value.reference)
        found.append(one)
    return sorted(found, key=lambda one: one.revision)


def _opened(reader: Reader, name: str, field) -> Found:
    try:
        signature = EmbeddedPdfSignature(reader, field, name)
        form, kind = got(signature.sig_object, "/SubFilter"), signature.sig_object_type
        fault = structure.fault(signature, reader.bytes)
    except Exception:  # pyHanko fails on hostile signatures in ways nobody can list
        _log.debug("signature field %r", name, exc_info=True)
        return Found(name, None, structure.NO_SIGNATURE)
    if not fault and form in _OLD_FORMS:
        return Found(name, signature, doubt="chữ ký theo kiểu cũ, hệ thống không kiểm tra được.")
    if form != _STAMP_FORM if kind == "/DocTimeStamp" else kind != "/Sig" or form not in _FORMS:
        return Found(name, signature, structure.NO_SIGNATURE)
    return Found(name, signature, fault)


def end_of(one: Found) -> int:
    """Where the signed part of the file ends."""
    return one.signature.byte_range[2] + one.signature.byte_range[3]
