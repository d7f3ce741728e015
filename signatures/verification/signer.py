"""What one CMS signature says by itself: with which certificate, over which digest. Nothing about trust yet.

The certificate must be bound by what is signed (ESS signing-certificate, RFC 5035): otherwise whoever has another
certificate on the same key can put that in its place, and the paper shows another signer. PAdES demands it (ETSI EN
319 142-1, 6.3); the older forms do not, and are left open only where a second such certificate lies in the file.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko.sign.general import (
    CMSExtractionError,
    CMSStructuralError,
    MultivaluedAttributeError,
    NonexistentAttributeError,
    check_ess_certid,
    extract_certificate_info,
    find_unique_cms_attribute,
)
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from . import algorithms

MISFIT = "chữ ký không khớp với chứng thư số."
CHANGED = "nội dung đã ký bị sửa đổi."
NO_CERTIFICATE = "chữ ký không mang chứng thư số của người ký."
UNBOUND = "chữ ký dạng PAdES nhưng thiếu thuộc tính signing-certificate, nên không chắc chứng thư số nào đã dùng để ký."
SHARED_KEY = "chữ ký không ghi rõ chứng thư số, mà trong tệp có nhiều chứng thư số dùng chung một khóa."
NO_ATTRIBUTES = "chữ ký không có thuộc tính đã ký, nên không chắc đã ký cái gì và bằng chứng thư số nào."
OLD_FORM = "chữ ký theo kiểu cũ ({form}), hệ thống không kiểm tra được."
HAS_CONTENT = "chữ ký mang một nội dung khác bên trong, không phải chữ ký của tệp này."
_PADES, _SHA1_FORM = "ETSI.CAdES.detached", "adbe.pkcs7.sha1"
_NO_ATTRIBUTE = "chữ ký thiếu thuộc tính {name} bắt buộc, hoặc có nhiều hơn một."
_OTHER_CERTIFICATE = "thuộc tính signing-certificate nêu một chứng thư số khác với chứng thư số của chữ ký."
_OTHER_CONTENT = "thuộc tính content-type không khớp với nội dung đã ký."
_OTHER_ALGORITHM = "thuật toán của chữ ký khác với thuật toán đã ghi trong thuộc tính đã ký."
_UNKNOWN = "hệ thống chưa kiểm tra được chữ ký dùng thuật toán {name}."
_NO_KEY = "hệ thống không đọc được khóa trong chứng thư số của người ký, nên chưa kiểm tra được chữ ký."
_WEAK = "chữ ký dùng thuật toán đã lỗi thời, không còn đủ tin cậy ({name})."


@dataclass(frozen=True)
class Signed:
    """`intact`: the digest in it is the file's; `right`: the signature over that fits the certificate. `fault`: why
    it is no signature over this, a sentence; `doubts`: what leaves it open. `bound`: what is signed names the
    certificate."""

    cert: x509.Certificate | None
    intact: bool
    right: bool
    fault: str = ""
    doubts: tuple[str, ...] = ()
    bound: bool = False
    algorithm: cms.SignedDigestAlgorithm | None = None
    digest: str = ""

    def weak_at(self, moment: datetime) -> str:
        """The sentence about an algorithm or a key that proved nothing any more at the proven time; or ""."""
        if self.cert is None or self.algorithm is None:
            return ""
        name = algorithms.weak_digest(self.digest, moment)
        name = name or algorithms.weak(self.algorithm, self.cert.public_key, moment)
        return _WEAK.format(name=name) if name else ""


def read(
    signed_data: cms.SignedData, *, content_type: str, digest: Callable[[str], bytes], must_be_bound: bool = False,
    others: Iterable[x509.Certificate] = (),
) -> Signed:  # fmt: skip
    """Check a CMS with one signer. `digest(algorithm)` gives the digest of what is signed.

    `must_be_bound`: PAdES, where the signing certificate has to be named; `others` are certificates beside those of
    the CMS, among which one on the same key would show another signer. Raises ValueError and its like for a
    structure that cannot be read at all.
    """
    info = signed_data["signer_infos"][0]
    cert, certs = _certificates(signed_data)
    if cert is None:
        return Signed(None, False, False, NO_CERTIFICATE)
    name = algorithms.unknown_digest(info["digest_algorithm"])
    if name:
        return Signed(cert, False, False, doubts=(_UNKNOWN.format(name=name),))
    said = {"algorithm": info["signature_algorithm"], "digest": info["digest_algorithm"]["algorithm"].native}
    actual = digest(said["digest"])
    attributes = info["signed_attrs"]
    if attributes is core.VOID or not len(attributes):
        return _tried(info, cert, content_type, actual, (NO_ATTRIBUTES,), said)
    # A copy: the library sorts the attributes as soon as it is asked for one, and some makers signed them as they came.
    attributes = cms.CMSAttributes.load(attributes.untag().dump())
    fault = _attribute_fault(info, attributes, cert, content_type)
    if fault:
        return Signed(cert, False, False, fault, **said)
    intact = find_unique_cms_attribute(attributes, "message_digest").native == actual
    bound = generic_cms.get_signing_cert_attr(attributes) is not None
    said["bound"] = bound
    if not intact:
        return Signed(cert, False, False, CHANGED, **said)
    doubts = _doubts(cert, [*certs, *others], bound, must_be_bound)
    return _tried(info, cert, content_type, actual, doubts, said)


def of_pdf(
    form: str, signed_data: cms.SignedData, digest: Callable[[str], bytes], others: Iterable[x509.Certificate] = ()
) -> Signed:  # fmt: skip
    """The same of a signature in a PDF, by its form (/SubFilter). Raises what `read` raises."""
    content = signed_data["encap_content_info"]["content"]
    # In the oldest form the digest lies inside the CMS, and that is what is signed (ISO 32000-1, 12.8.3.3).
    if form == _SHA1_FORM:
        intact = content is not core.VOID and bytes(content) == digest("sha1")
        doubts = (OLD_FORM.format(form=form),) if intact else ()
        return Signed(_certificates(signed_data)[0], intact, False, "" if intact else CHANGED, doubts)
    if content is not core.VOID:
        return Signed(_certificates(signed_data)[0], False, False, HAS_CONTENT)
    return read(signed_data, content_type="data", digest=digest, must_be_bound=form == _PADES, others=others)


def named(signed_data: cms.SignedData) -> x509.Certificate | None:
    """The certificate that it claims to be made with; proves nothing."""
    return _certificates(signed_data)[0]


def certificates_of(signed_data: cms.SignedData) -> tuple[x509.Certificate, ...]:
    """The signer's first; none when that is missing."""
    cert, others = _certificates(signed_data)
    return (cert, *others) if cert is not None else ()


def digest_of(data: bytes, algorithm: str) -> bytes:
    """Raises AttributeError for an algorithm nobody knows."""
    whole = hashes.Hash(get_pyca_cryptography_hash(algorithm))
    whole.update(data)
    return whole.finalize()


def _certificates(signed_data: cms.SignedData):
    try:
        found = extract_certificate_info(signed_data)
    except CMSExtractionError:
        return None, []
    return found.signer_cert, found.other_certs


def _attribute_fault(
    info: cms.SignerInfo, attributes: cms.CMSAttributes, cert: x509.Certificate, content_type: str
) -> str:
    """What is missing from the signed attributes, or contradicts the rest (RFC 5652, 5.3 and 11; RFC 5035; RFC 6211)."""
    for name in ("content_type", "message_digest"):
        try:
            value = find_unique_cms_attribute(attributes, name).native
        except (NonexistentAttributeError, MultivaluedAttributeError):
            return _NO_ATTRIBUTE.format(name=name.replace("_", "-"))
        if name == "content_type" and value != content_type:
            return _OTHER_CONTENT
    try:
        # One of each kind may be there, and then both must name the certificate (RFC 5035, 5.4).
        named = [generic_cms._grab_signing_cert_attr(attributes, v2) for v2 in (True, False)]
        if not all(check_ess_certid(cert, one["certs"][0]) for one in named if one is not None):
            return _OTHER_CERTIFICATE
    except (SignatureValidationError, ValueError, IndexError):
        return _OTHER_CERTIFICATE
    try:
        generic_cms.validate_algorithm_protection(
            attributes, info["digest_algorithm"], info["signature_algorithm"], None
        )
    except (SignatureValidationError, CMSStructuralError, ValueError):
        return _OTHER_ALGORITHM
    return ""


def _tried(info, cert, content_type, actual: bytes, doubts: tuple[str, ...], said: dict) -> Signed:
    """The value of the signature against the key of the certificate."""
    if not _readable(cert):
        return Signed(cert, True, False, doubts=(_NO_KEY, *doubts))  # nor can its size be told
    name = algorithms.unknown(info["signature_algorithm"], said["digest"])
    if not name:
        try:
            _, right = generic_cms.validate_sig_integrity(info, cert, content_type, actual)
            return Signed(cert, True, right, "" if right else MISFIT, doubts if right else (), **said)
        except UnsupportedAlgorithm:
            name = algorithms.key_name(cert.public_key)
        except Exception:  # a key of another kind, parameters that contradict each other
            return Signed(cert, True, False, MISFIT, **said)
    return Signed(cert, True, False, doubts=(_UNKNOWN.format(name=name), *doubts), **said)


def _readable(cert: x509.Certificate) -> bool:
    """Whether the key can be read at all: some authorities wrote it in a way that OpenSSL refuses (a modulus without
    its leading zero), and what cannot be tried is not shown to be wrong."""
    try:
        load_der_public_key(cert.public_key.dump())
    except ValueError:
        return False
    except UnsupportedAlgorithm:  # told apart by its name
        return True
    return True


def _doubts(cert, certs, bound: bool, must_be_bound: bool) -> tuple[str, ...]:
    if bound:
        return ()
    if must_be_bound:
        return (UNBOUND,)
    key = cert.public_key.dump()
    shared = any(one.public_key.dump() == key and one.subject != cert.subject for one in certs)
    return (SHARED_KEY,) if shared else ()


_BODIES = re.compile(  # with its accents, or where nobody has such a name; "Vũ", "Đoàn", "Văn" are families
    r"(ubnd|hđnd|ủy ban|uỷ ban|uy ban nhan dan|hội đồng|hoi dong nhan dan|sở|bộ|cục|chi cục|tổng cục|vụ|viện|ban (?:quản|chỉ|cơ yếu|tổ|tuyên|dân|nội|chấp|thường|tôn|thi|tiếp)\w*|"
    r"văn phòng \w+ \w+|trung tâm|trường (?:đại|cao|trung|tiểu|mầm|mẫu|chính|phổ|bồi|thpt|thcs)\w*|thanh tra|công ty|cong ty|tổng công ty|ngân hàng|bệnh viện|"
    r"kho bạc|bảo hiểm|tòa án|toà án|viện kiểm sát|công an|tỉnh ủy|thành ủy|đảng ủy|đại học|học viện|liên đoàn|"
    r"con dấu)\b"
)
_PERSONS = re.compile(r"(CMND|CMT|CMTND|CCCD|CC|HC|ĐDCN|DDCN)\s*[:\-]|(PNO|IDC|PAS)[A-Z]{2}-", re.I)
_BODY_IDS = re.compile(r"(MDD|MĐD|MNS)\s*[:\-]", re.I)
_PERSONAL = ("title", "surname", "given_name", "pseudonym", "generation_qualifier", "initials")
_ORGANISATION_ID = "2.5.4.97"
_USER_IDS = ("user_id", "0.9.2342.19200300.100.1.1", "serial_number")


def subject_of(cert: x509.Certificate) -> dict[str, str]:
    """The parts of the holder's name that are shown, and the capacity they point to.

    "agency" only for a certificate that names an organisation as its holder, and nothing of a person: a title, a
    family name (EN 319 412-2), the number of an identity card (CMND, CCCD…) in UID or serialNumber. An identifier of
    an organisation alone decides nothing: the certificate of an officer carries that of the office as well.
    """
    parts = {name: _text(value) for name, value in cert.subject.native.items()}
    found = {
        "signer_name": parts.get("common_name", ""),
        "organisation": parts.get("organization_name", ""),
        "title": parts.get("title", ""),
        "organisation_code": parts.get("organization_identifier", "") or parts.get(_ORGANISATION_ID, ""),
    }
    ids = [one.strip() for name in _USER_IDS for one in _listed(cert.subject.native.get(name))]
    person = any(parts.get(name) for name in _PERSONAL) or any(_PERSONS.match(one) for one in ids)
    if not found["organisation_code"]:  # where authorities of Viet Nam put it
        found["organisation_code"] = next((one for one in ids if _BODY_IDS.match(one)), "")
    return found | {"capacity": "agency" if not person and _names_a_body(found) else "person"}


def issuer_of(cert: x509.Certificate) -> str:
    parts = cert.issuer.native
    return _text(parts.get("common_name")) or _text(parts.get("organization_name"))


def _names_a_body(found: dict[str, str]) -> bool:
    own, place = _plain(found["signer_name"]), _plain(found["organisation"])
    if _BODIES.match(own) or not own:
        return bool(own or place)
    # Who has a name of its own beside that of an organisation is taken for somebody who works there.
    return own == place if place else bool(found["organisation_code"])


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _listed(value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def _text(value) -> str:
    return ", ".join(_listed(value))
