"""A sender asks a paper back: the clerk cancels it here, or says why not. Its history stays."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from documents import blobs
from documents.access import may
from documents.actions.assignments import withdraw_all
from documents.journey import NotAllowedNow, lock, move, owe, record
from documents.models import Incoming, RecallRequest
from documents.signals import wake_exchange
from orgs.models import Post

AGREED, REFUSED = RecallRequest.Answer.AGREED, RecallRequest.Answer.REFUSED
_GONE = "Yêu cầu này đã được trả lời, có thể ở cửa sổ khác."


@transaction.atomic
def ask_back(incoming: Incoming, *, kind: str, reason: str, at: datetime) -> RecallRequest:
    """Puts the request before the clerk. One is open at a time; of a paper that is cancelled already, or one that was
    sent back, the answer is given again at once."""
    open_now = RecallRequest.objects.filter(incoming=incoming, answer="").first()
    if open_now:
        return open_now
    over = {"recalled": "Văn bản đã được hủy theo yêu cầu trước.", "rejected": "Văn bản đã được trả lại."}
    words = over.get(incoming.state, "")
    try:
        with transaction.atomic():
            request = RecallRequest.objects.create(
                incoming=incoming, kind=kind, reason=reason[:1000], asked_at=at, answer=AGREED if words else "",
                words=words, answered_at=at if words else None,
            )  # fmt: skip
            asked = {"kind": request.get_kind_display(), "reason": request.reason}
            record("ask_back", incoming, by=None, at=at, payload=asked)
    except IntegrityError:  # the same request, a moment earlier
        return RecallRequest.objects.get(incoming=incoming, answer="")
    if words:
        owe(incoming, AGREED, by=None, at=at, description=words, request=request)
        wake_exchange()
    return request


@transaction.atomic
def agree(incoming: Incoming, *, by: Post, at: datetime) -> None:
    """Destroys the files and ends every open task; who had it, when, and what was done with it stays. Owes 15."""
    lock(incoming)
    request = _open(incoming)
    words = "Đã hủy văn bản điện tử trên hệ thống theo yêu cầu của nơi gửi."
    files = list(incoming.files.select_related("blob").exclude(blob=None))
    held = [file.blob for file in files]
    move(
        incoming,
        "recall",
        by=by,
        at=at,
        payload={"reason": request.reason, "sha256": [one.sha256 for one in held]},
    )
    withdraw_all(incoming, by=by, at=at, reason="Nơi gửi thu hồi văn bản")
    incoming.files.update(blob=None, name="(đã hủy)")
    if incoming.signature_verdict == "unknown":  # nothing is left that could be checked later
        incoming.signature_verdict = ""
        incoming.save(update_fields=["signature_verdict"])
    _answer(request, incoming, AGREED, words, by=by, at=at)
    # Before the commit: a process killed after it would leave the bytes for ever.
    for blob in held:
        blobs.destroy(blob)


@transaction.atomic
def refuse(incoming: Incoming, *, by: Post, at: datetime, reason: str) -> None:
    """The paper stays; the sender reads why. Owes 16."""
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi rõ lý do từ chối (ít nhất 10 ký tự).")
    if not may(by, "answer_recall", incoming):
        raise PermissionDenied("Chỉ văn thư của cơ quan trả lời yêu cầu thu hồi.")
    lock(incoming)
    request = _open(incoming)
    record("keep", incoming, by=by, at=at, payload={"reason": reason})
    _answer(request, incoming, REFUSED, reason, by=by, at=at)


def sent_back(incoming: Incoming, *, by: Post, at: datetime) -> None:
    """The paper goes back to its sender anyway: that answers the request too. Inside the caller's transaction."""
    request = open_request(incoming)
    if request:
        _answer(request, incoming, AGREED, "Văn bản đã được trả lại nơi gửi.", by=by, at=at)


def open_request(incoming: Incoming) -> RecallRequest | None:
    return incoming.recall_requests.filter(answer="").first()


def _open(incoming: Incoming) -> RecallRequest:
    request = open_request(incoming)
    if request is None:
        incoming.refresh_from_db(fields=["state"])
        raise NotAllowedNow(_GONE, incoming)
    return request


def _answer(
    request: RecallRequest, incoming: Incoming, answer: str, words: str, *, by: Post, at: datetime
) -> None:
    RecallRequest.objects.filter(pk=request.pk).update(
        answer=answer, words=words[:1000], answered_at=at, answered_by=by
    )
    owe(incoming, answer, by=by, at=at, description=words, request=request)
    wake_exchange()
