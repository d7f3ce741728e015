"""What is said about a file and about each signature in it."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
STAMP, CLOCK = "dấu thời gian", "đồng hồ máy ký"
_TODO = {
    "valid": "Việc cần làm: tiếp nhận theo quy định.",
    "invalid": "Việc cần làm: từ chối, báo nơi gửi ký lại và gửi lại.",
    "unknown": "Việc cần làm: xác minh với nơi gửi trước khi vào sổ.",
    "unsigned": "Việc cần làm: nếu cần bản có giá trị pháp lý, đề nghị nơi gửi bản ký số.",
}
WAIT = "Việc cần làm: kiểm tra lại sau ít phút; nếu vẫn chưa được, xác minh với nơi gửi trước khi vào sổ."


@dataclass(frozen=True)
class SignatureVerdict:
    """One signature. `verdict` is "valid", "invalid" or "unknown"; `signed_at` is Vietnam time from `time_source`:
    a trusted time stamp, or the signer's own clock, which proves nothing. `capacity` is "person", "agency" or
    "stamp". `level` is what the file proves by itself: B-B, B-T, B-LT, B-LTA, or CMS for the older form.
    `changes_after`, `revocation`, `reasons` and `remarks` are Vietnamese; `organisation_code` is the identifier in
    the certificate (OID 2.5.4.97). `asked_in_vain` names services that did not answer: asking later may help."""

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
    capacity: str = "person"
    time_source: str = CLOCK
    revocation: str = ""
    organisation_code: str = ""
    serial: str = ""
    issuer: str = ""
    not_after: datetime | None = None
    remarks: list[str] = field(default_factory=list)
    asked_in_vain: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """The whole file: "valid", "invalid", "unknown" or "unsigned". `remarks` are Vietnamese sentences about what is in it
    beside the signatures and does not change the verdict: JavaScript, embedded files, fonts that are not embedded."""

    verdict: str
    signatures: list[SignatureVerdict]
    reasons: list[str]
    remarks: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """One plain Vietnamese line: what it is, who signed, when."""
        who = "; ".join(_who(one) for one in self.signatures if one.capacity != "stamp")
        return {
            "valid": f"Chữ ký số hợp lệ, tệp không bị thay đổi: {who}.",
            "invalid": f"Chữ ký số không hợp lệ. {' '.join(self.reasons)}",
            "unknown": f"Chưa kiểm tra được chữ ký số, cần xác minh với nơi gửi. {' '.join(self.reasons)}",
            "unsigned": "Tệp không có chữ ký số: chỉ để biết, tham khảo.",
        }[self.verdict]

    @property
    def todo(self) -> str:
        """One sentence: what the clerk does now."""
        return WAIT if self.may_be_known_later else _TODO[self.verdict]

    @property
    def may_be_known_later(self) -> bool:
        """Unknown only because a service did not answer; the same question may be answered later."""
        return self.verdict == "unknown" and any(one.asked_in_vain for one in self.signatures)


def _who(one: SignatureVerdict) -> str:
    when = one.signed_at.strftime(" lúc %H:%M ngày %d/%m/%Y") if one.signed_at else ""
    place = f" ({one.organisation})" if one.organisation and one.organisation != one.signer_name else ""
    return f"{one.signer_name}{place}{when}"
