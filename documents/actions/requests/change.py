"""A sender changes what is written about a paper that lies here: the clerk takes it over, or says why not (status 15 or 16).

What was signed never changes: only the entry about the paper, and files that go with it. The old words stay in the event.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.access import may
from documents.actions.requests.answer import (
    PROPOSED,
    answer,
    answered_for_closed_office,
    open_request,
    proposed,
    take_off,
    waiting,
)
from documents.arrival import NewFile, why_accepted
from documents.journey import lock, record
from documents.kinds import CHOICES_IN
from documents.models import ChangeRequest, File, Incoming, Urgency
from orgs.models import Post

AGREED, REFUSED = ChangeRequest.Answer.AGREED, ChangeRequest.Answer.REFUSED
FIELDS = {
    "kind": "Loại văn bản",
    "kind_name": "Tên loại",
    "number": "Số",
    "notation": "Ký hiệu",
    "issued_on": "Ngày văn bản",
    "subject": "Trích yếu",
    "signer_name": "Người ký",
    "signer_title": "Chức vụ người ký",
    "urgency": "Độ khẩn",
    "due_on": "Thời hạn",
}
DATES = ("issued_on", "due_on")
_PLAIN = ("urgency", "due_on")  # say nothing of what is in the paper
_NO_MORE = "Văn bản này đã được hủy hoặc trả lại tại nơi nhận."
_SO_ALREADY = "Dữ liệu tại nơi nhận đã đúng như yêu cầu cập nhật."
_DONE = "Đã cập nhật theo yêu cầu của nơi gửi."


@transaction.atomic
def ask_to_change(
    incoming: Incoming,
    changes: dict[str, Any],
    *,
    reason: str,
    at: datetime,
    files: Iterable[NewFile] = (),
    checked: Iterable[dict] = (),
    secrecy_marks: str = "",
) -> ChangeRequest | None:
    """Puts new values of FIELDS and new files before the clerk; a later request is laid upon one that waits.

    What is so already is answered at once. None while the sender wants the whole paper back: that comes first.
    `checked` says what the signatures of the files are worth, `secrecy_marks` what stands on their first page.
    """
    lock(incoming)
    incoming.refresh_from_db()
    waits = open_request(incoming)
    if waits and not waits.is_update:
        return None
    request = waits or ChangeRequest(incoming=incoming, kind=ChangeRequest.Kind.UPDATE)
    there = {name: as_json(getattr(incoming, name)) for name in FIELDS}
    asked = request.changes | {name: as_json(value) for name, value in changes.items()}
    request.changes = {name: value for name, value in asked.items() if value != there[name]}
    request.reason, request.asked_at = reason[:1000], at
    new = _propose(incoming, files, at)
    names = [file.name for file in new]
    request.checked = [*request.checked, *(line for line in checked if line["name"] in names)]
    request.secrecy_marks = request.secrecy_marks or (secrecy_marks if new else "")
    request.save()
    both = {name: [there[name], value] for name, value in request.changes.items()}
    said = {"reason": request.reason} | _said(incoming, both, new, marked=bool(request.secrecy_marks))
    record("ask_change", incoming, by=None, at=at, payload=said)
    if incoming.state in ("recalled", "rejected"):
        take_off(new)
        answer(request, incoming, REFUSED, _NO_MORE, by=None, at=at)
    elif not request.changes and not proposed(incoming):
        answer(request, incoming, AGREED, _SO_ALREADY, by=None, at=at)
    else:
        answered_for_closed_office(request, incoming, at=at)
    return request


@transaction.atomic
def change(
    incoming: Incoming, *, by: Post, at: datetime, not_secret: bool = False, acceptance_reason: str = ""
) -> None:
    """Takes the new values and files over; what was written before stands in the event. Owes 15.

    The deadlines of tasks stay: whoever gave them has read another date, and decides.
    Raises ValidationError while a new file bears a secrecy mark that the clerk has not denied, or an invalid signature
    and the clerk gives no reason to take it all the same.
    """
    lock(incoming)
    request = waiting(incoming, update=True)
    _ask(incoming, by)
    if request.secrecy_marks and not not_secret:
        raise ValidationError(
            f"Tệp mới có dấu “{request.secrecy_marks}”. Nếu đúng là văn bản mật, hãy từ chối để hủy tệp; nếu không phải, hãy"
            " đánh dấu xác nhận."
        )
    accepted = why_accepted(acceptance_reason) if request.has_invalid_signature else ""
    incoming.refresh_from_db()
    before = {name: as_json(getattr(incoming, name)) for name in request.changes}
    for name, value in request.changes.items():
        setattr(incoming, name, date.fromisoformat(value) if name in DATES and value else value)
    if request.checked:
        found = incoming.signature_report.get("attachments", [])
        incoming.signature_report |= {"attachments": found + request.checked}
    incoming.save(update_fields=[*request.changes, "signature_report"])
    files = list(proposed(incoming))
    incoming.files.filter(stage=PROPOSED).update(stage=File.Stage.RECEIVED, created_by=by)
    both = {name: [before[name], request.changes[name]] for name in request.changes}
    said = _said(incoming, both, files)
    if request.secrecy_marks:
        said["marks"] = request.secrecy_marks
    if accepted:
        said["acceptance_reason"] = accepted
    record("change", incoming, by=by, at=at, payload=said)
    answer(request, incoming, AGREED, _DONE, by=by, at=at)


@transaction.atomic
def keep_as_it_is(incoming: Incoming, *, by: Post, at: datetime, reason: str) -> None:
    """Nothing changes here; the sender reads why. Owes 16."""
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi rõ lý do từ chối (ít nhất 10 ký tự).")
    lock(incoming)
    request = waiting(incoming, update=True)
    _ask(incoming, by)
    record("keep_as_it_is", incoming, by=by, at=at, payload={"reason": reason})
    answer(request, incoming, REFUSED, reason, by=by, at=at)
    take_off(proposed(incoming))


def compared(incoming: Incoming, request: ChangeRequest) -> list[dict]:
    """What stands here and what is asked for, for a person to read, in the order of the page."""
    return [
        {
            "label": label,
            "now": in_words(name, as_json(getattr(incoming, name))),
            "new": in_words(name, request.changes[name]),
        }
        for name, label in FIELDS.items()
        if name in request.changes
    ]


def _said(incoming: Incoming, both: dict, files: list[File], *, marked: bool = False) -> dict:
    """For the history, which nobody can rewrite. Before the paper is in the book it may still be refused as a secret, and
    a marked file too: of these only hashes stay, and which fields were meant. The request itself has the words."""
    if incoming.state != "awaiting_reception" and not marked:
        return {"changes": both, "files": [file.name for file in files]}
    return {
        "changes": {name: values for name, values in both.items() if name in _PLAIN},
        "fields": [name for name in both if name not in _PLAIN],
        "sha256": [file.blob_id for file in files],
    }


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def in_words(name: str, value: Any) -> str:
    if name == "kind":
        return dict(CHOICES_IN)[value]
    if name == "urgency":
        return Urgency(value).label
    if name in DATES and value:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return value or ""


def _ask(incoming: Incoming, by: Post) -> None:
    if not may(by, "answer_change", incoming):
        raise PermissionDenied("Chỉ văn thư của cơ quan trả lời yêu cầu cập nhật.")


def _propose(incoming: Incoming, files: Iterable[NewFile], at: datetime) -> list[File]:
    """Those that are not here yet, whatever their names."""
    known = set(incoming.files.exclude(blob=None).values_list("blob", flat=True))
    new = {file.blob.pk: file for file in files if file.blob.pk not in known}
    rows = [
        File(
            document=incoming, blob=file.blob, name=file.name, part=File.Part.ATTACHMENT, stage=PROPOSED,
            pages=file.pages, held=file.held, seen=file.seen, created_at=at,
        )
        for file in new.values()
    ]  # fmt: skip
    return File.objects.bulk_create(rows)
