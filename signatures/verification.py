"""Is this paper signed, by whom, and unchanged? Works offline, on files from anywhere, and never raises.

Duty: Decree 30/2020, Article 21.2 (check before accepting an electronic document).
"""

import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_MAX_SIGNATURES = 20
_BROKEN = "Tệp không phải PDF, đã hỏng, hoặc chữ ký có cấu trúc không đọc được."
_ENCRYPTED = "Tệp PDF đặt mật khẩu, không kiểm tra được chữ ký."
_UNSIGNED = "Tệp không có chữ ký số."
_CHANGES = {
    ModificationLevel.NONE: "Không có thay đổi.",
    ModificationLevel.LTA_UPDATES: "Chỉ bổ sung dữ liệu xác thực.",
    ModificationLevel.FORM_FILLING: "Chỉ điền số, ngày và ký tiếp.",
    ModificationLevel.ANNOTATIONS: "Có chú thích được thêm sau khi ký.",
    ModificationLevel.OTHER: "Nội dung bị thay đổi sau khi ký.",
}
_log = logging.getLogger(__name__)
# A signer whom nobody knows is an ordinary answer here, not a fault to fill the log with.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SignatureVerdict:
    """One signature. `verdict` is "valid", "invalid" or "unknown"; `signed_at` is Vietnam time, as the
    signer's machine says unless `level` is B-T or higher; `changes_after` and `reasons` are Vietnamese."""

    field: str
    verdict: str
    signer_name: str
    organisation: str
    title: str
    signed_at: datetime | None
    level: str
    covers_whole_file: bool
    changes_after: str
    reasons: list[str]


@dataclass(frozen=True)
class Verdict:
    """The whole file: "valid", "invalid", "unknown" or "unsigned"."""

    verdict: str
    signatures: list[SignatureVerdict]
    reasons: list[str]

    def sentence(self) -> str:
        """One plain Vietnamese line that tells the clerk what to do."""
        who = "; ".join(_who(one) for one in self.signatures)
        return {
            "valid": f"Chữ ký số hợp lệ, tệp không bị thay đổi: {who}.",
            "invalid": f"Chữ ký số không hợp lệ, không tiếp nhận; trả lại nơi gửi. {' '.join(self.reasons)}",
            "unknown": f"Chưa kiểm tra được chữ ký số, cần xác minh với nơi gửi. {' '.join(self.reasons)}",
            "unsigned": "Tệp không có chữ ký số: chỉ để biết, tham khảo.",
        }[self.verdict]


def verify(pdf: bytes, *, trust_roots: list[bytes], other_certs=(), at: datetime | None = None) -> Verdict:
    """Judge every signature of a PDF. Nothing is fetched from the network.

    `trust_roots` and `other_certs` are certificates, PEM or DER (a PEM may hold several). `at` is a
    moment at which the file is known to have existed (its arrival); now when not given. Raises
    ValueError for an unreadable certificate, never for the PDF.
    """
    roots, others = _load_all(trust_roots), _load_all(other_certs)
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        if reader.encrypted:
            return Verdict("unknown", [], [_ENCRYPTED])
        found = reader.embedded_regular_signatures
        if not found:
            return Verdict("unsigned", [], [_UNSIGNED])
        if len(found) > _MAX_SIGNATURES:
            return Verdict("unknown", [], [f"Tệp có {len(found)} chữ ký, quá nhiều để kiểm tra."])
        judged = [_judge(one, one is found[-1], reader, roots, others, at) for one in found]
    except Exception:  # hostile files make the parser fail in ways nobody can list
        _log.debug("unreadable file given for verification", exc_info=True)
        return Verdict("invalid", [], [_BROKEN])
    return _sum_up(judged)


def intact_signature(pdf: bytes, field: str) -> bool:
    """True when the signature in `field` is cryptographically right and covers the file to its end."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        signature = next(one for one in reader.embedded_regular_signatures if one.field_name == field)
        status = validate_pdf_signature(signature, _context([], [], None), skip_diff=True)
        return status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    except Exception:  # as above: whatever fails, the signature is not shown to be right
        return False


def _who(one: SignatureVerdict) -> str:
    when = one.signed_at.strftime(" lúc %H:%M ngày %d/%m/%Y") if one.signed_at else ""
    place = f" ({one.organisation})" if one.organisation and one.organisation != one.signer_name else ""
    return f"{one.signer_name}{place}{when}"


def _sum_up(judged: list[SignatureVerdict]) -> Verdict:
    verdicts = {one.verdict for one in judged}
    overall = next((name for name in ("invalid", "unknown") if name in verdicts), "valid")
    reasons = [f"{one.signer_name}: {reason}" for one in judged for reason in one.reasons]
    return Verdict(overall, judged, list(dict.fromkeys(reasons)))


def _judge(signature, last: bool, reader, roots, others, at: datetime | None) -> SignatureVerdict:
    status = validate_pdf_signature(signature, _context(roots, others, at))
    wrong = _faults(status, last)
    doubts = [] if wrong or status.trusted else _doubts(signature, status, roots, others)
    subject = signature.signer_cert.subject.native
    return SignatureVerdict(
        field=str(signature.field_name),  # pyHanko's string drags the whole file along
        verdict="invalid" if wrong else "unknown" if doubts else "valid",
        signer_name=_text(subject.get("common_name")),
        organisation=_text(subject.get("organization_name")),
        title=_text(subject.get("title")),
        signed_at=_signed_at(signature, status),
        level=_level(signature, _good_stamp(status) is not None, reader),
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        changes_after=_CHANGES[status.modification_level or ModificationLevel.OTHER],
        reasons=wrong or doubts,
    )


def _faults(status: PdfSignatureStatus, last: bool) -> list[str]:
    """What makes a signature wrong whoever signed."""
    level = status.modification_level
    if not status.intact:
        return ["nội dung đã ký bị sửa đổi."]
    if not status.valid:
        return ["chữ ký không khớp với chứng thư số."]
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return ["chữ ký không bao trùm tài liệu."]
    if level is None or level > ModificationLevel.FORM_FILLING or status.docmdp_ok is False:
        return ["tệp bị thay đổi trái phép sau khi ký."]
    # Filling a field is allowed between the person and the agency; after the last one nobody vouches for it.
    if last and level > ModificationLevel.LTA_UPDATES:
        return ["có thông tin được điền thêm sau chữ ký cuối cùng, không ai xác nhận."]
    if status.revoked:
        return ["chứng thư số đã bị thu hồi."]
    return []


def _doubts(signature, status: PdfSignatureStatus, roots, others) -> list[str]:
    """Why the signer is not trusted: an expired certificate, or nobody we know stands behind it.

    A trusted time stamp proves that the certificate was in force; the signer's own clock does not.
    """
    stamp = _good_stamp(status)
    moment = stamp.timestamp if stamp else signature.self_reported_timestamp
    if moment is not None and moment.tzinfo is not None:
        then = validate_pdf_signature(signature, _context(roots, others, moment), skip_diff=True)
        if then.trusted and stamp and stamp.trusted:
            return []
        if then.trusted:
            return ["chứng thư số không còn hạn lúc kiểm tra và chữ ký không có dấu thời gian để đối chiếu."]
    return ["chứng thư số không do cơ quan chứng thực được tin cậy cấp."]


def _good_stamp(status: PdfSignatureStatus):
    stamp = status.timestamp_validity
    return stamp if stamp is not None and stamp.valid and stamp.intact else None


def _context(roots, others, at: datetime | None) -> ValidationContext:
    return ValidationContext(
        trust_roots=roots, other_certs=others, allow_fetching=False, revocation_mode="soft-fail",
        moment=at.astimezone(UTC) if at else None,
    )  # fmt: skip


def _signed_at(signature, status: PdfSignatureStatus) -> datetime | None:
    stamp = _good_stamp(status)
    moment = stamp.timestamp if stamp else signature.self_reported_timestamp
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(VIETNAM)


def _level(signature, stamped: bool, reader) -> str:
    """PAdES level by what the file holds; "CMS" for the older form without the signing certificate."""
    if signature.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return "CMS"
    stored = "/DSS" in reader.root
    if stamped and stored:
        return "B-LTA" if reader.embedded_timestamp_signatures else "B-LT"
    return "B-T" if stamped else "B-B"


def _text(value) -> str:
    return ", ".join(value) if isinstance(value, list) else value or ""


def _load_all(blobs) -> list[x509.Certificate]:
    found = []
    for blob in blobs:
        if pem.detect(blob):
            found += [x509.Certificate.load(der) for _, _, der in pem.unarmor(blob, multiple=True)]
        else:
            found.append(x509.Certificate.load(blob))
    return found
