"""What one CMS signature says by itself: who, with which certificate, over which digest. Nothing about trust yet."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms, core, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.errors import DisallowedAlgorithmError, SignatureValidationError
from pyhanko.sign.validation.utils import DEFAULT_ALGORITHM_USAGE_POLICY
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

_BODIES = re.compile(
    r"(ubnd|uy ban|hdnd|hoi dong|so|bo|van phong|ban|cuc|chi cuc|tong cuc|trung tam|truong|thanh tra|vien|cong ty|"
    r"phong|benh vien|kho bac|bao hiem|toa an|cong an|tinh uy|thanh uy|doan|hoi|lien doan|vu|dai hoc|hoc vien)\b"
)
_ORGANISATION_ID = "2.5.4.97"
_USER_ID = "0.9.2342.19200300.100.1.1"


@dataclass(frozen=True)
class Signed:
    """`intact`: the digest in it is the file's; `right`: the signature over that fits the certificate."""

    cert: x509.Certificate
    intact: bool
    right: bool
    weak: bool


def read(signed_data: cms.SignedData, *, content_type: str, digest: Callable[[str], bytes]) -> Signed:
    """Check a CMS with one signer. `digest(algorithm)` gives the digest of what is signed.

    The certificate is bound by the signed attributes (ESS, RFC 5035) when they name one. Raises
    SignatureValidationError and ValueError for a structure that is wrong.
    """
    info = signed_data["signer_infos"][0]
    cert = generic_cms.extract_certs_for_validation(signed_data).signer_cert
    algorithm = info["digest_algorithm"]["algorithm"].native
    if info["signed_attrs"] is core.VOID or not len(info["signed_attrs"]):
        raise SignatureValidationError("a signature without signed attributes")
    try:
        # The library's own rule about algorithms; it has no public name in 0.38.
        generic_cms._enforce_algorithm_usage(info, cert, DEFAULT_ALGORITHM_USAGE_POLICY)
        weak = False
    except DisallowedAlgorithmError:
        weak = True
    intact, right = generic_cms.validate_sig_integrity(info, cert, content_type, digest(algorithm))
    return Signed(cert, intact, right, weak)


def signer_of(signed_data: cms.SignedData) -> x509.Certificate:
    """The certificate that the signature names. Raises what pyHanko raises for a structure that is wrong."""
    return generic_cms.extract_certs_for_validation(signed_data).signer_cert


def digest_of(data: bytes, algorithm: str) -> bytes:
    """Raises AttributeError for an algorithm nobody knows."""
    whole = hashes.Hash(get_pyca_cryptography_hash(algorithm))
    whole.update(data)
    return whole.finalize()


def subject_of(cert: x509.Certificate) -> dict[str, str]:
    """The parts of the holder's name that are shown, and the capacity they point to."""
    parts = {name: _text(value) for name, value in cert.subject.native.items()}
    found = {
        "signer_name": parts.get("common_name", ""),
        "organisation": parts.get("organization_name", ""),
        "title": parts.get("title", ""),
        "organisation_code": parts.get("organization_identifier", "") or parts.get(_ORGANISATION_ID, ""),
    }
    person = bool(parts.get("title") or parts.get("surname") or parts.get("given_name"))
    person |= _user_id(parts).startswith(("CMND", "CCCD", "CC:", "HC:", "PNO"))
    agency = bool(found["organisation_code"]) or found["signer_name"] == found["organisation"]
    agency |= _BODIES.match(_folded(found["signer_name"])) is not None
    return found | {"capacity": "agency" if agency and not person else "person"}


def issuer_of(cert: x509.Certificate) -> str:
    parts = cert.issuer.native
    return _text(parts.get("common_name")) or _text(parts.get("organization_name"))


def _user_id(parts: dict[str, str]) -> str:
    return (parts.get("user_id") or parts.get(_USER_ID) or parts.get("serial_number") or "").upper()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _text(value) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value or "")
