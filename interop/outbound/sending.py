"""Packages to the axis: claimed, sent, and the outcome written, whatever dies in between.

No transaction is open while the axis is called. Whether a package went out is never guessed: every attempt
after the first asks the axis what it already has. An axis that is away is not tried again with every package:
the poll, which comes every few seconds, finds out when it is back (see `connection`).
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from documents.models import StatusReport
from interop import task_time
from interop.edxml import EdxmlError
from interop.models import Outbound
from interop.outbound import outcomes, packing
from interop.transport import connection
from interop.transport.adapter import Adapter, AxisError, SentItem
from interop.transport.connection import problem_of
from interop.transport.router import Lines
from ui.faults import note_fault
from ui.text import nfc

log = logging.getLogger(__name__)
# A task ends or is ended within four minutes (tasks.py): an older claim belongs to nobody.
STUCK_AFTER = timedelta(minutes=5)
BATCH = 32  # claimed at once: what a killed worker leaves in doubt
LINES = 4  # calls under way at once: so many packages lie ready
UNKNOWN_RECEIVER = "18"  # edXML §3.5
_CLOCKS_DIFFER = timedelta(minutes=15)
_STOPPED = "Tiến trình gửi bị dừng giữa chừng; sẽ hỏi trục liên thông trước khi gửi lại."
State = Outbound.State


def send_queued(client: Adapter, *, seconds: float = task_time.SECONDS) -> int:
    """Sends what is due, urgent first, until the queue is empty or the time is up; while the axis is away, what goes
    into folders. A package that goes over the axis too is laid there and waits for the axis with its first attempt made.

    Returns how many attempts were made.
    """
    done, end = 0, time.monotonic() + seconds
    with ThreadPoolExecutor(LINES, "axis") as lines:
        while time.monotonic() < end:
            adapter, only = _beside_the_axis() if connection.away() else (client, None)
            batch = claim(BATCH, at=timezone.now(), only=only)
            if not batch:
                break
            done += send(adapter, batch, lines)
    return done


def _beside_the_axis() -> tuple[Adapter | None, list[str]]:
    """The way that does not lead over the axis, and whom it reaches."""
    folder = connection.folder_exchange()
    try:
        return (Lines(None, folder), folder.codes()) if folder else (None, [])
    except AxisError as error:
        log.error("the folder exchange: %s", error.text)
        return None, []


def claim(most: int, *, at: datetime, only: list[str] | None = None) -> list[Outbound]:
    """Takes the next packages for this worker alone: the urgent first, and of equal urgency one of each sender in
    turn, so that nobody waits behind another's mass sending. Statuses of one paper leave in their order. With
    `only`, those packages that go to nobody else, and once those that go to others too."""
    if only == []:
        return []
    earlier = StatusReport.objects.filter(
        Q(passed_on=False) | Q(package__state__in=[State.QUEUED, State.SENDING]),
        incoming=OuterRef("report__incoming"),
        pk__lt=OuterRef("report"),
    )
    due = Outbound.objects.filter(
        Q(report=None) | ~Exists(earlier), state=State.QUEUED, next_attempt_at__lte=at
    )
    if only is not None:
        partly = Q(receivers__has_any_keys=only, attempts=0)
        due = due.filter(Q(receivers__contained_by=only) | partly)
    turn = Window(
        RowNumber(), partition_by=["urgency", "sender_code"], order_by=["next_attempt_at", F("pk").asc()]
    )
    in_turn = due.annotate(turn=turn).order_by("-urgency", "turn", "next_attempt_at", "pk")
    waiting = list(in_turn.values_list("pk", flat=True)[: 8 * most])
    for start in range(0, len(waiting), most):  # other workers have begun at the head of the same list
        if taken := _take(waiting[start : start + most], at):
            return taken
    return []


def send(client: Adapter, batch: list[Outbound], lines: ThreadPoolExecutor) -> int:
    """One attempt with each package of a claim. Returns how many were made."""
    packing.load(batch)
    attempts = _Attempts(client, lines)
    try:
        for outbound in batch:
            attempts.make(outbound)
        attempts.wait_for_all()
    finally:
        outcomes.sent(attempts.taken, at=timezone.now())
    return attempts.made


def revive(*, at: datetime) -> int:
    """Takes back what a dead worker had claimed. The next attempt asks the axis first."""
    stuck = Outbound.objects.filter(state=State.SENDING, claimed_at__lt=at - STUCK_AFTER)
    return stuck.update(state=State.QUEUED, claimed_at=None, next_attempt_at=at, problem=_STOPPED)


class _Attempts:
    """Those of one claim. Packed one after the other, sent a few at a time; `taken` is what the axis has."""

    def __init__(self, client: Adapter, lines: ThreadPoolExecutor):
        self.taken: list[outcomes.Taken] = []
        self.made = 0
        self._client, self._lines = client, lines
        self._known: list[SentItem] | None = None  # what the axis had when the first of them asked
        self._under_way: dict[Future[str], tuple[Outbound, BinaryIO, str]] = {}
        self._away = self._alive = False

    def make(self, outbound: Outbound) -> None:
        if len(self._under_way) >= LINES:
            self._settle()
        if self._away:
            return outcomes.untried(outbound)
        try:
            package = packing.pack(outbound)
            sha256 = hashlib.file_digest(package, "sha256").hexdigest()
            doc_id = self._taken_before(outbound) if outbound.attempts > 1 else ""
        except AxisError as error:
            self._refused(outbound, error)
        except (EdxmlError, ValueError) as error:
            outcomes.fail(outbound, getattr(error, "reason", "Gói tin có giá trị không gửi được."))
        except Exception as error:
            self._broken(outbound, error)
        else:
            if doc_id:
                package.close()
                self.taken.append(outcomes.Taken(outbound, doc_id, sha256))
            else:
                self._send(outbound, package, sha256)
        self.made += 1

    def wait_for_all(self) -> None:
        while self._under_way:
            self._settle()

    def _send(self, outbound: Outbound, package: BinaryIO, sha256: str) -> None:
        call = self._lines.submit(
            self._client.send, package, messagetype=outbound.message_type, sender=outbound.sender_code
        )
        self._under_way[call] = outbound, package, sha256

    def _settle(self) -> None:
        for call in wait(self._under_way, return_when=FIRST_COMPLETED).done:
            outbound, package, sha256 = self._under_way.pop(call)
            package.close()
            try:
                self.taken.append(outcomes.Taken(outbound, call.result(), sha256))
            except AxisError as error:
                self._refused(outbound, error)
            except ValueError:
                outcomes.fail(outbound, "Gói tin có giá trị không gửi được.")
            except Exception as error:
                self._broken(outbound, error)

    def _broken(self, outbound: Outbound, error: Exception) -> None:
        note_fault(log, error, "package %s", outbound.pk)
        outcomes.later(outbound, f"Lỗi khi đóng gói hoặc gửi ({type(error).__name__}).")

    def _refused(self, outbound: Outbound, error: AxisError) -> None:
        problem = problem_of(error)
        if error.not_let_in:
            # Not this package's fault: it costs no attempt, however long nobody mends it.
            self._lost(error)
            return outcomes.untried(outbound, problem)
        if error.retryable:
            if self._still_there(error):
                return outcomes.later(outbound, problem)
            return outcomes.cut_off(outbound, problem)
        strangers = self._strangers(outbound) if error.code == UNKNOWN_RECEIVER else []
        if strangers:
            outcomes.leave_out(outbound, strangers)
        elif len(outbound.receivers) > 1:
            whole = f"{problem} Cả gói bị từ chối, chưa nơi nhận nào trên trục nhận được."
            outcomes.fail(outbound, whole[:1000])
        else:
            outcomes.fail(outbound, problem)

    def _still_there(self, error: AxisError) -> bool:
        """Whether one call failed or the axis is away; asked by a cheap call, once for a claim while it answers."""
        if self._away or self._alive:
            return self._alive
        try:
            self._client.ping()
            self._alive = True
        except AxisError:
            self._lost(error)
        return self._alive

    def _lost(self, error: AxisError) -> None:
        self._away, self._alive = True, False
        connection.lost(error, timezone.now())

    def _strangers(self, outbound: Outbound) -> list[str]:
        """The receivers that the axis does not have; [] when that is all of them, or cannot be told."""
        try:
            agencies = self._client.directory()
        except AxisError:
            return []
        known = {code for agency in agencies for code in (agency.code, agency.old_code, agency.code102)}
        strangers = [code for code in outbound.receivers if code not in known]
        return strangers if len(strangers) < len(outbound.receivers) else []

    def _taken_before(self, outbound: Outbound) -> str:
        """The transport id under which the axis already has this paper, or "".

        Statuses and recalls are not asked for: one sent twice does no harm. What is asked once holds for the whole
        claim: all its earlier attempts had ended, or been given up, before.
        """
        if outbound.outgoing_id is None:
            return ""
        if self._known is None:
            self._known = self._client.list_sent("edoc")
        return next(_sent_as(outbound, self._known), "")


def _sent_as(outbound: Outbound, known: list[SentItem]) -> Iterator[str]:
    outgoing, since = outbound.outgoing, outbound.created_at - _CLOCKS_DIFFER
    for row in known:
        same = (row.from_code, row.notation) == (outbound.sender_code, outgoing.code)
        recent = row.sent_time is None or row.sent_time >= since
        # The axis shows the title as the package carried it: cut to the format's length.
        titled = nfc(outgoing.subject).startswith(nfc(row.title))
        if same and recent and titled and row.to_code in outbound.receivers:
            yield row.sender_doc_id


def _take(wanted: list[int], at: datetime) -> list[Outbound]:
    """Those of the wanted that nobody else has taken, in that order."""
    with transaction.atomic():
        free = Outbound.objects.select_for_update(of=("self",), skip_locked=True)
        found = {row.pk: row for row in free.filter(pk__in=wanted, state=State.QUEUED)}
        taken = [found[pk] for pk in wanted if pk in found]
        for row in taken:
            row.state, row.claimed_at, row.attempts = State.SENDING, at, row.attempts + 1
        mine = Outbound.objects.filter(pk__in=found)
        mine.update(state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1)
    return taken
