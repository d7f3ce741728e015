"""One package to the axis: claimed, sent, and its outcome written, whatever dies in between.

No transaction is open while the axis is called. Whether a package went out is never guessed: every attempt
after the first asks the axis what it already has.
"""

import hashlib
import logging
import random
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from documents.models import Delivery, StatusReport
from interop import connection, packing, purge
from interop.axis import AxisClient, AxisError
from interop.connection import problem_of
from interop.edxml import EdxmlError
from interop.models import Inbound, Outbound
from orgs.text import nfc

log = logging.getLogger(__name__)
# A task ends or is ended within four minutes (tasks.py): an older claim belongs to nobody.
STUCK_AFTER = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=4)
MAX_ATTEMPTS = 16  # with these pauses, about 32 hours
UNKNOWN_RECEIVER = "18"  # edXML §3.5
_CLOCKS_DIFFER = timedelta(minutes=15)
_NOT_ON_THE_AXIS = "Trục liên thông không có mã nơi nhận này (mã 18); các nơi nhận khác vẫn được gửi."
State = Outbound.State


def send_queued(client: AxisClient, *, seconds: float = 60) -> int:
    """Sends what is due, urgent first, until the queue is empty, the axis is away or the time is up.

    Returns how many attempts were made.
    """
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        outbound = claim(at=timezone.now())
        if outbound is None or not send(client, outbound):
            break
        done += 1
    return done


def claim(*, at: datetime) -> Outbound | None:
    """Takes the next package for this worker alone. Statuses of one paper leave in their order."""
    earlier = StatusReport.objects.filter(
        Q(passed_on=False) | Q(package__state__in=[State.QUEUED, State.SENDING]),
        incoming=OuterRef("report__incoming"),
        pk__lt=OuterRef("report"),
    )
    with transaction.atomic():
        outbound = (
            Outbound.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(Q(report=None) | ~Exists(earlier), state=State.QUEUED, next_attempt_at__lte=at)
            .order_by("-urgency", "next_attempt_at", "pk")
            .first()
        )
        if outbound is not None:
            outbound.state, outbound.claimed_at = State.SENDING, at
            outbound.attempts += 1
            outbound.save(update_fields=["state", "claimed_at", "attempts"])
    return outbound


def send(client: AxisClient, outbound: Outbound) -> bool:
    """One attempt with a claimed package. Returns False when the axis is away and others should wait too."""
    try:
        with packing.pack(outbound) as package:
            doc_id = _taken_before(client, outbound) if outbound.attempts > 1 else ""
            doc_id = doc_id or client.send(
                package, messagetype=outbound.message_type, sender=outbound.sender_code
            )
            package.seek(0)
            sha256 = hashlib.file_digest(package, "sha256").hexdigest()
    except AxisError as error:
        return _refused(client, outbound, error)
    except (EdxmlError, ValueError) as error:
        _fail(outbound, getattr(error, "reason", "Gói tin có giá trị không gửi được."))
    except Exception as error:
        log.exception("package %s", outbound.pk)
        _later(outbound, f"Lỗi khi đóng gói hoặc gửi ({type(error).__name__}).")
    else:
        _sent(outbound, doc_id, sha256)
    return True


def revive(*, at: datetime) -> int:
    """Takes back what a dead worker had claimed. The next attempt asks the axis first."""
    stuck = Outbound.objects.filter(state=State.SENDING, claimed_at__lt=at - STUCK_AFTER)
    problem = "Tiến trình gửi bị dừng giữa chừng; sẽ hỏi trục liên thông trước khi gửi lại."
    return stuck.update(state=State.QUEUED, claimed_at=None, next_attempt_at=at, problem=problem)


def _refused(client: AxisClient, outbound: Outbound, error: AxisError) -> bool:
    if error.not_let_in:
        # Not this package's fault: it costs no attempt, however long nobody mends it.
        connection.lost(error, timezone.now())
        _back(outbound, problem_of(error), FIRST_PAUSE, attempts=outbound.attempts - 1)
        return False
    if error.retryable:
        _later(outbound, problem_of(error))
        return False
    strangers = _strangers(client, outbound) if error.code == UNKNOWN_RECEIVER else []
    if strangers:
        _leave_out(outbound, strangers)
    elif len(outbound.receivers) > 1:
        _fail(
            outbound, f"{problem_of(error)} Cả gói bị từ chối, chưa nơi nhận nào trên trục nhận được."[:1000]
        )
    else:
        _fail(outbound, problem_of(error))
    return True


def _strangers(client: AxisClient, outbound: Outbound) -> list[str]:
    """The receivers that the axis does not have; [] when that is all of them, or cannot be told."""
    try:
        agencies = client.directory()
    except AxisError:
        return []
    known = {code for agency in agencies for code in (agency.code, agency.old_code, agency.code102)}
    strangers = [code for code in outbound.receivers if code not in known]
    return strangers if len(strangers) < len(outbound.receivers) else []


def _leave_out(outbound: Outbound, strangers: list[str]) -> None:
    """One unknown code refuses the whole package, so the others are sent again without it."""
    rest = [code for code in outbound.receivers if code not in strangers]
    with transaction.atomic():
        if _finish(outbound, State.QUEUED, receivers=rest, next_attempt_at=timezone.now(), problem=""):
            _deliveries(outbound).filter(recipient_code__in=strangers).update(
                state="failed", problem=_NOT_ON_THE_AXIS
            )


def _taken_before(client: AxisClient, outbound: Outbound) -> str:
    """The transport id under which the axis already has this paper, or "".

    Statuses and recalls are not asked for: one sent twice does no harm.
    """
    if outbound.outgoing_id is None:
        return ""
    outgoing, since = outbound.outgoing, outbound.created_at - _CLOCKS_DIFFER
    for row in client.list_sent("edoc"):
        same = (row.from_code, row.notation) == (outbound.sender_code, outgoing.code)
        recent = row.sent_time is None or row.sent_time >= since
        # The axis shows the title as the package carried it: cut to the format's length.
        titled = nfc(outgoing.subject).startswith(nfc(row.title))
        if same and recent and titled and row.to_code in outbound.receivers:
            return row.sender_doc_id
    return ""


def _sent(outbound: Outbound, doc_id: str, sha256: str) -> None:
    at = timezone.now()
    with transaction.atomic():
        mine = _finish(
            outbound,
            State.SENT,
            sent_at=at,
            axis_doc_id=doc_id,
            problem="",
            sha256=sha256,
        )
        if mine and outbound.outgoing_id:
            _deliveries(outbound).update(state="sent", problem="")
        if mine and _speaks_of_a_secret(outbound):
            purge.forget(outbound)


def _speaks_of_a_secret(outbound: Outbound) -> bool:
    if outbound.report_id:
        return outbound.report.incoming.purged_at is not None
    return bool(outbound.inbound_id) and outbound.inbound.state == Inbound.State.REFUSED


def _fail(outbound: Outbound, problem: str) -> None:
    with transaction.atomic():
        if _finish(outbound, State.FAILED, problem=problem) and outbound.outgoing_id:
            _deliveries(outbound).update(state="failed", problem=problem)


def _later(outbound: Outbound, problem: str) -> None:
    """Back in the queue after a pause that doubles, with jitter so that rows do not march in step."""
    if outbound.attempts >= MAX_ATTEMPTS:
        return _fail(outbound, problem)
    _back(outbound, problem, min(FIRST_PAUSE * 2 ** (outbound.attempts - 1), LONGEST_PAUSE))


def _back(outbound: Outbound, problem: str, pause: timedelta, **fields) -> None:
    due = timezone.now() + pause * random.uniform(1, 1.3)
    with transaction.atomic():
        mine = _finish(outbound, State.QUEUED, problem=problem, next_attempt_at=due, **fields)
        if mine and outbound.outgoing_id:
            _deliveries(outbound).update(problem=problem)


def _finish(outbound: Outbound, state: str, **fields) -> bool:
    """Writes the outcome, unless the claim was taken from us meanwhile."""
    held = Outbound.objects.filter(pk=outbound.pk, state=State.SENDING, claimed_at=outbound.claimed_at)
    return held.update(state=state, **fields | {"claimed_at": None}) == 1


def _deliveries(outbound: Outbound):
    return Delivery.objects.filter(
        outgoing=outbound.outgoing_id, channel=Delivery.Channel.AXIS, state="queued"
    )
