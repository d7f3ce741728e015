"""What arrives, as a value: a paper before the clerk has looked at it, its files, and his reason to take it all the same."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from documents.models import Blob, File
from documents.models.document import VIETNAMESE
from orgs.models import Organisation

NOT_ACCEPTED = (
    "Chữ ký số không hợp lệ. Hãy từ chối, trả lại nơi gửi; nếu vẫn nhận, hãy ghi rõ lý do (ít nhất 10 ký tự)."
)


@dataclass(frozen=True)
class NewFile:
    """Stored bytes about to become part of a paper. The first main file is the paper itself."""

    name: str
    blob: Blob
    part: str = File.Part.ATTACHMENT
    pages: int | None = None
    held: bool = False
    seen: str = ""


@dataclass(frozen=True)
class Arrival:
    """What is known of a paper before the clerk has looked at it (decree 30 Phụ lục VI, fields II.3–15)."""

    subject: str
    kind: str
    kind_name: str = ""
    number: str = ""
    notation: str = ""
    issued_on: date | None = None
    issuer: Organisation | None = None
    issuer_name: str = ""
    signer_name: str = ""
    signer_title: str = ""
    urgency: int = 0
    language: str = VIETNAMESE
    due_on: date | None = None
    pages: int | None = None
    note: str = ""
    document_uid: str = ""
    sender_code: str = ""
    secrecy_marks: str = ""
    signature_verdict: str = ""
    signature_report: dict = field(default_factory=dict)


def why_accepted(reason: str) -> str:
    """The clerk's reason to take what bears an invalid signature. Raises ValidationError when there is no sentence."""
    if len(reason.strip()) < 10:
        raise ValidationError({"acceptance_reason": NOT_ACCEPTED})
    return reason.strip()[:1000]
