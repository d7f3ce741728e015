"""The request of a sender that lies before the clerk, and its answer (edXML status 15 or 16). Inside the caller's
transaction, where nothing else is said."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents import blobs
from documents.journey import NotAllowedNow, lock, owe, record
from documents.models import Blob, ChangeRequest, File, Incoming
from documents.signals import wake_exchange
from orgs.models import Post, Role

PROPOSED = File.Stage.PROPOSED
_GONE = "Không có yêu cầu nào của nơi gửi đang chờ trả lời; có thể bạn hoặc một người khác vừa trả lời."


def open_request(incoming: Incoming) -> ChangeRequest | None:
    return incoming.change_requests.filter(answer="").first()


def waiting(incoming: Incoming, *, update: bool = False) -> ChangeRequest:
    """The open request, an update or not. Raises NotAllowedNow when there is none, or none any more."""
    request = open_request(incoming)
    if request is None or request.is_update != update:
        raise NotAllowedNow(_GONE, incoming)
    return request


def answer(
    request: ChangeRequest,
    incoming: Incoming,
    code: str,
    words: str,
    *,
    by: Post | None,
    at: datetime,
    told: bool = True,
) -> None:
    ChangeRequest.objects.filter(pk=request.pk).update(
        answer=code, words=words[:1000], answered_at=at, answered_by=by
    )
    if told:
        owe(incoming, code, by=by, at=at, description=words, request=request)
        wake_exchange()


def answered_for_closed_office(request: ChangeRequest, incoming: Incoming, *, at: datetime) -> bool:
    """Says no where no clerk is left who could say anything; nothing is destroyed for anybody."""
    words = _nobody_left(incoming, at=at)
    if not words:
        return False
    record(
        "keep_as_it_is" if request.is_update else "keep", incoming, by=None, at=at, payload={"reason": words}
    )
    answer(request, incoming, ChangeRequest.Answer.REFUSED, words, by=None, at=at)
    if request.is_update:
        take_off(proposed(incoming))
    return True


@transaction.atomic
def _answer_if_open(incoming: Incoming, *, at: datetime) -> bool:
    lock(incoming)
    request = open_request(incoming)
    return request is not None and answered_for_closed_office(request, incoming, at=at)


def answer_for_closed_offices(*, at: datetime) -> int:
    """Requests that lay open when their office was closed. Returns how many were answered."""
    closed = Q(incoming__organisation__valid_to__lte=timezone.localdate(at))
    waiting = ChangeRequest.objects.filter(closed, answer="").select_related("incoming__organisation")
    return sum(_answer_if_open(request.incoming, at=at) for request in waiting.order_by("pk"))


def _nobody_left(incoming: Incoming, *, at: datetime) -> str:
    """Why no clerk will ever answer here, for the sender: the office was closed. "" while one may."""
    office, day = incoming.organisation, timezone.localdate(at)
    clerks = Post.objects.on(day).filter(organisation=office, role=Role.CLERK)
    if office.open_on(day) or clerks.exists():
        return ""
    links = office.successor_links.select_related("successor").order_by("on", "pk")
    names = ", ".join(f"{link.successor.name} (mã {link.successor.code})" for link in links)
    onward = f" Đề nghị liên hệ {names}." if names else ""
    return (
        f"{office.name} đã đóng mã định danh, không còn văn thư trả lời yêu cầu; văn bản còn nguyên.{onward}"
    )


def put_aside(incoming: Incoming, words: str, *, at: datetime) -> None:
    """The paper goes: an update that waits has nothing left to change. The sender hears of the greater thing only."""
    request = open_request(incoming)
    if request and request.is_update:
        answer(request, incoming, ChangeRequest.Answer.REFUSED, words, by=None, at=at, told=False)
        take_off(proposed(incoming))


def proposed(incoming: Incoming):
    """The files that an update would add."""
    return incoming.files.filter(stage=PROPOSED).exclude(blob=None).select_related("blob").order_by("pk")


def take_off(files: Iterable[File]) -> None:
    """The bytes go when nobody else has them. Their rows are held in one order, as `recall` does."""
    gone = list(files)
    keys = [file.blob_id for file in gone]
    held = list(Blob.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    File.objects.filter(pk__in=[file.pk for file in gone]).delete()
    for blob in held:
        blobs.destroy(blob)
