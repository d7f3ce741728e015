"""A sender asks a paper back: the clerk cancels it here, or says why not. Its history stays.

What is kept of a cancelled paper is its entry in the book and what was done with it (decree 30 Appendix VI III.8); the
files, their pictures and copies are destroyed.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents import blobs
from documents.access import may
from documents.actions.requests.answer import (
    answer,
    answered_for_closed_office,
    open_request,
    put_aside,
    waiting,
)
from documents.actions.requests.kept import gone, why_kept
from documents.actions.work.assignments import withdraw_all
from documents.journey import NotAllowedNow, lock, move, record
from documents.models import Blob, CertifiedCopy, ChangeRequest, Incoming
from orgs.models import Post

AGREED, REFUSED = ChangeRequest.Answer.AGREED, ChangeRequest.Answer.REFUSED
_CANCELLED = "Đã hủy văn bản điện tử trên hệ thống theo yêu cầu của nơi gửi."
_SENT_BACK = "Văn bản đã được trả lại nơi gửi; các tệp đã hủy."


@transaction.atomic
def ask_back(
    incoming: Incoming, *, kind: str, reason: str, at: datetime, since: datetime | None = None
) -> ChangeRequest:
    """Puts the request before the clerk. One is open at a time, and it takes the place of an update that waits; of a
    paper that is cancelled already, or was sent back, the answer is given again at once, and so it is at an office that
    was closed. Whoever asks tirelessly says `since` when: a request since then is that very one."""
    lock(incoming)
    incoming.refresh_from_db(fields=["state"])
    for earlier in incoming.change_requests.exclude(kind=ChangeRequest.Kind.UPDATE).order_by("-pk")[:1]:
        if not earlier.answer or (since and earlier.asked_at >= since):
            return earlier
    asked = {"kind": ChangeRequest.Kind(kind).label, "reason": reason[:1000]}
    record("ask_back", incoming, by=None, at=at, payload=asked)
    put_aside(incoming, "Nơi gửi đã yêu cầu thu hồi văn bản.", at=at)
    request = ChangeRequest.objects.create(incoming=incoming, kind=kind, reason=reason[:1000], asked_at=at)
    if incoming.state in ("recalled", "rejected"):
        _destroy_files(incoming, at=at)
        words = _CANCELLED if incoming.state == "recalled" else _SENT_BACK
        answer(request, incoming, AGREED, words, by=None, at=at)
    else:
        answered_for_closed_office(request, incoming, at=at)
    return request


@transaction.atomic
def agree(incoming: Incoming, *, by: Post, at: datetime) -> None:
    """Destroys the files and ends every open task; who had it, when, and what was done with it stays. Owes 15.

    Raises NotAllowedNow while an upper floor keeps the paper (a legal hold): the request waits, or is refused with that reason.
    """
    lock(incoming)
    request = waiting(incoming)
    if why := why_kept(incoming):
        raise NotAllowedNow(
            f"{why} Yêu cầu thu hồi vẫn chờ; có thể trả lời nơi gửi là không thu hồi, kèm lý do.", incoming
        )
    held = list(incoming.files.exclude(blob=None).values_list("blob", flat=True))
    move(incoming, "recall", by=by, at=at, payload={"reason": request.reason, "sha256": held})
    withdraw_all(incoming, by=by, at=at, reason="Nơi gửi thu hồi văn bản")
    if incoming.signature_verdict == "unknown":  # nothing is left that could be checked later
        incoming.signature_verdict = ""
        incoming.save(update_fields=["signature_verdict"])
    answer(request, incoming, AGREED, _CANCELLED, by=by, at=at)
    _destroy_files(incoming, at=at)


@transaction.atomic
def refuse(incoming: Incoming, *, by: Post, at: datetime, reason: str) -> None:
    """The paper stays; the sender reads why. Owes 16."""
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi rõ lý do từ chối (ít nhất 10 ký tự).")
    lock(incoming)
    request = waiting(incoming)
    if not may(by, "answer_recall", incoming):
        raise PermissionDenied("Chỉ văn thư của cơ quan trả lời yêu cầu thu hồi.")
    record("keep", incoming, by=by, at=at, payload={"reason": reason})
    answer(request, incoming, REFUSED, reason, by=by, at=at)


def sent_back(incoming: Incoming, *, by: Post, at: datetime, secret: bool) -> None:
    """The paper goes back to its sender anyway: that answers the request too. Inside the caller's transaction.

    Of a secret nothing more is told than the refusal itself; its content is destroyed by `purge`.
    """
    put_aside(incoming, _SENT_BACK, at=at)
    request = open_request(incoming)
    if request is None:
        return
    answer(request, incoming, AGREED, _SENT_BACK, by=by, at=at, told=not secret)
    if not secret:
        _destroy_files(incoming, at=at)


def _destroy_files(incoming: Incoming, *, at: datetime) -> None:
    """Before the commit: a process killed after it would leave the bytes for ever. The rows of the bytes are held, in
    one order, so that of two desks that let go at the same moment the second destroys them."""
    keys = list(incoming.files.exclude(blob=None).values_list("blob", flat=True))
    held = list(Blob.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    incoming.files.update(blob=None, name="(đã hủy)")
    CertifiedCopy.objects.filter(document=incoming).exclude(text="").update(text="")
    for blob in held:
        blobs.destroy(blob)
    gone(incoming, at=at)
