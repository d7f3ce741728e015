"""A .docx whose words go into the form of a draft: proposals, which nobody has to take. Nothing of the file is kept."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from documents.actions.outgoing.drafts import why_not
from documents.layout.word_in import FromWord, taken_apart
from documents.pdf import PdfError, secrecy_marks, word_lines, word_text
from documents.uploads import looked_at
from orgs.authority import signers
from orgs.models import Organisation, Post
from ui.text import name_key

_FIELDS = ("kind", "subject", "urgency", "addressees", "bases", "body", "other_recipients")


@dataclass(frozen=True)
class Proposed:
    """`values` by field of the form, `recipients` their numbers; `said`: what was changed or left out."""

    values: dict
    recipients: list[int]
    said: tuple[str, ...]


def proposed(upload: UploadedFile | None, *, post: Post, at: datetime) -> Proposed:
    """Raises ValidationError with a sentence for whatever cannot be read, and for a state secret."""
    if upload is None:
        raise ValidationError("Hãy chọn tệp Word (.docx) rồi nhấn lại.")
    if not upload.name.lower().endswith(".docx"):
        raise ValidationError(
            "Chỉ lấy nội dung được từ tệp Word dạng .docx. Hãy mở bằng Word rồi lưu lại dạng .docx."
        )
    try:
        told = word_text(looked_at(upload))
    except PdfError as error:
        raise ValidationError(str(error)) from error
    if marks := secrecy_marks("\n".join(word_lines(told))):
        raise ValidationError(
            f"Tệp có dấu “{', '.join(marks)}”. Văn bản mật không được soạn trên hệ thống này; nội dung tệp không được giữ lại."
        )
    found = taken_apart(told)
    if not found.body.strip():
        raise ValidationError(
            "Không thấy chữ nào trong tệp Word. Nếu là ảnh quét, hãy gõ hoặc nhận dạng chữ trước."
        )
    values = {name: value for name in _FIELDS if (value := getattr(found, name))}
    said = list(found.said)
    if signer := _signer(found, post, at):
        values["signer"] = signer.pk
    elif found.signer:
        said.insert(
            0,
            f"Người ký ghi là “{found.signer}”, chưa thấy trong những người có thẩm quyền ký: hãy chọn người ký.",
        )
    return Proposed(values, [body.pk for body in _recipients(found, post, at)], tuple(said))


def _signer(found: FromWord, post: Post, at: datetime) -> Post | None:
    key = name_key(found.signer)
    mine = [one for one in signers(post.organisation, at) if key and name_key(str(one.user)) == key]
    return mine[0] if len(mine) == 1 else None


def _recipients(found: FromWord, post: Post, at: datetime) -> list[Organisation]:
    """Bodies that are named as they are called here, each alone of its name, and can be written to."""
    names = [*found.addressees.split("\n"), *found.other_recipients.split("\n")]
    wanted = {name.strip() for name in names if name.strip()}
    named: dict[str, list[Organisation]] = {}
    for body in Organisation.objects.select_related("parent").filter(name__in=wanted):
        named.setdefault(body.name, []).append(body)
    today = timezone.localdate(at)
    alone = [bodies[0] for bodies in named.values() if len(bodies) == 1]
    return [body for body in alone if not why_not(body, post.organisation_id, today)]
