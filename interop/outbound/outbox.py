"""What leaves: issued papers to desks inside the city, packages to the axis. The rows are the queue."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby

from django.db import OperationalError, connection, transaction
from django.db.models import F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from documents import blobs, deliveries
from documents.actions.delivery.hand_over import CannotTake, Parcel, hand_over_all, parcel_of
from documents.actions.outgoing.revoke import ask_desk, desks_to_ask, why
from documents.actions.outgoing.update import tell_desk, updates_to_tell
from documents.models import Delivery, File, Outgoing, Update
from documents.states import DeliveryState
from interop import task_time
from interop.models import Outbound
from interop.outbound import sending, status_reports
from interop.outbound.enqueue import enqueue
from interop.outbound.package_of import carried_by
from interop.transport.adapter import Adapter
from signatures.actions import check, check_attachments
from ui.faults import note_fault

log = logging.getLogger(__name__)
_BATCH, _PARCELS, _ROWS = 200, 50, 1000
_TOGETHER = 10  # desks in one transaction: an office waits so long at most for the chain of its events


def relay(client: Adapter | None, *, at: datetime, turn: float = task_time.SECONDS) -> int:
    """Delivers what is queued, urgent first, for two minutes at most, on the axis for one `turn` of seconds. Returns how
    many rows it moved.

    Safe to run twice and by several workers: each row is claimed by one. Without a client only the city's.
    """
    done = relay_inside(at=at)
    enqueue(at=at)
    if client is not None:
        done += sending.send_queued(client, seconds=turn)
    return done + ask_desks(at=at)


def waits_for_the_axis() -> bool:
    """Whether an issued paper has not gone to all its recipients on the axis."""
    return Delivery.objects.filter(channel=Delivery.Channel.AXIS, state=DeliveryState.QUEUED).exists()


def relay_inside(*, at: datetime) -> int:
    """Lays issued papers on the desks of recipients inside the city, a few in one transaction.

    Their "đã đến" is told to the sender in the same pass.
    """
    done, end = 0, time.monotonic() + task_time.SECONDS
    parcels: dict[int, Parcel] = {}
    with _without_waiting_for_the_disk():
        while time.monotonic() < end:
            moved = sum(_hand_over(some, paper, parcels, at) for paper, some in _next_desks())
            done += moved
            if not moved:  # nothing left, or all of it is in the hands of other workers
                break
            status_reports.report_waiting(at=at)
    return done


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """A commit here only moves rows of ours. If the server loses its power, the last ones are still queued
    and are moved again; whatever was done after them is lost with them, never without them."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


def ask_desks(*, at: datetime) -> int:
    """Puts updates and recalls before the desks of the city that have the paper. A fault of one stops nobody else."""
    done = 0
    for update in updates_to_tell()[:_ROWS]:
        for delivery_id in update.desks:
            asked = status_reports.isolated(
                lambda one=update.pk, desk=delivery_id: tell_desk(one, desk, at=at),
                f"update {update.pk} at delivery {delivery_id}",
            )
            done += asked is True
    for outgoing, waiting in groupby(desks_to_ask(at)[:_ROWS], key=lambda delivery: delivery.outgoing):
        reason = why(outgoing)
        for delivery in waiting:
            asked = status_reports.isolated(
                lambda one=delivery, words=reason, since=outgoing.held_since: ask_desk(
                    one, words, since=since, at=at
                ),
                f"recall at delivery {delivery.pk}",
            )
            done += asked is not None
    return done


def try_again(outbounds, *, at: datetime) -> int:
    """Puts failed packages back in the queue, with their deliveries; they ask the axis before they send. Who was taken off
    the list meanwhile is left out."""
    with transaction.atomic():
        stands = Q(outgoing=None) | Q(outgoing__state="issued")
        stands &= Q(update=None) | Q(update__outgoing__state="issued")
        wanted = outbounds.filter(stands, state=Outbound.State.FAILED).order_by("pk")
        rows = list(wanted.select_for_update(of=("self",)).select_related("outgoing", "update__outgoing"))
        papers = {row.paper.pk for row in rows if row.paper}
        theirs = Delivery.objects.filter(outgoing__in=papers, channel=Delivery.Channel.AXIS)
        theirs = list(theirs.select_for_update().order_by("pk"))  # held: an update is before us or after us
        gone = {
            (delivery.outgoing_id, delivery.recipient_code)
            for delivery in theirs
            if delivery.withdrawn_at and delivery.state == DeliveryState.CANCELLED
        }
        again = []
        for row in rows:
            rest = [code for code in row.receivers if row.paper is None or (row.paper.pk, code) not in gone]
            if rest:
                Outbound.objects.filter(pk=row.pk).update(
                    receivers=rest,
                    state=Outbound.State.QUEUED,
                    attempts=1,
                    next_attempt_at=at,
                    claimed_at=None,
                )
                again.append(row.pk)
        # A later update may have left since: what is sent now must not bring an older date back.
        date = Subquery(Outgoing.objects.filter(pk=OuterRef("outgoing")).values("due_on"))
        Update.objects.filter(package__in=again).update(due_on=date)
        failed = Delivery.objects.filter(outgoing__in=papers, channel=Delivery.Channel.AXIS)
        deliveries.move(failed.filter(carried_by(pk__in=again)), DeliveryState.QUEUED)
    return len(again)


def _next_desks() -> list[tuple[int, list[int]]]:
    """Papers with a few deliveries each: the urgent first, and of equal urgency one of each office's in turn, so that
    nobody waits behind another's mass sending."""
    turn = Window(RowNumber(), partition_by=["urgency", "sender"], order_by=["queued_at", F("pk").asc()])
    in_turn = Delivery.objects.filter(channel=Delivery.Channel.CITY, state=DeliveryState.QUEUED).annotate(
        turn=turn
    )
    found = in_turn.order_by("-urgency", "turn", "queued_at", "pk").values_list("outgoing_id", "pk")
    desks = defaultdict(list)
    for paper, delivery in found[:_BATCH]:
        desks[paper].append(delivery)
    return [(paper, some) for paper, pks in desks.items() for some in _batched(pks, _TOGETHER)]


def _hand_over(keys: list[int], outgoing_id: int, parcels: dict, at: datetime) -> int:
    """A few of one paper; when one is at fault, each for itself, so that it stops nobody else. A fault of the
    database stops the run. Returns how many were moved on."""
    try:
        if outgoing_id not in parcels:
            if len(parcels) >= _PARCELS:
                parcels.clear()
            parcels[outgoing_id] = _parcel(outgoing_id)
        return len(hand_over_all(keys, parcels[outgoing_id], at=at))
    except OperationalError:
        raise
    except Exception as error:
        if len(keys) > 1:
            return sum(_hand_over([one], outgoing_id, parcels, at) for one in keys)
        if not isinstance(error, CannotTake):
            note_fault(log, error, "delivery %s", keys[0])
        unknown = f"Lỗi khi giao văn bản trong thành phố ({type(error).__name__})."
        problem = str(error) if isinstance(error, CannotTake) else unknown
    deliveries.move(Delivery.objects.filter(pk__in=keys), DeliveryState.FAILED, problem=problem)
    return 1


def _batched(keys: list[int], size: int) -> Iterator[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _parcel(outgoing_id: int) -> Parcel:
    """The paper with its signatures checked, once for all recipients, as each of them would find them."""
    papers = Outgoing.objects.select_related("organisation", "issuer", "signer__user")
    outgoing = papers.get(pk=outgoing_id)
    sender = outgoing.organisation
    verdict, report = check(blobs.read(outgoing.current_file().blob), sender=sender)
    attached = outgoing.files.filter(part=File.Part.ATTACHMENT).exclude(blob=None).select_related("blob")
    report["attachments"] = check_attachments(
        ((one.name, blobs.read(one.blob)) for one in attached), sender=sender
    )
    return parcel_of(outgoing, verdict=verdict, report=report)
