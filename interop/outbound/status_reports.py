"""Progress told back to senders: inside the city at once, over the axis as a status package."""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import OperationalError, transaction

from documents import deliveries
from documents.actions.delivery.statuses import tell_inside
from documents.models import Delivery, Incoming, StatusReport
from interop.models import Outbound
from interop.secrecy import purge
from ui.faults import note_fault

log = logging.getLogger(__name__)
_BATCH = 500
_THEIR_NUMBER = re.compile(r"(?:đến số|số đến)\D{0,3}(\d{1,10})", re.IGNORECASE)


class Waiting(NamedTuple):
    pk: int
    source: str


def report_waiting(*, at: datetime) -> int:
    """Carries out the reports that offices left, oldest first. Safe to run twice and by several workers."""
    waiting = StatusReport.objects.filter(passed_on=False).order_by("pk")
    found = waiting.values_list("pk", "incoming__source")
    rows = [Waiting(*row) for row in found[:_BATCH]]
    axis = [row for row in rows if row.source == Incoming.Source.AXIS]
    inside = [row for row in rows if row.source != Incoming.Source.AXIS]
    done = sum(isolated(lambda row=row: _pack(row.pk, at), f"report {row.pk}") or 0 for row in axis)
    told = isolated(lambda: tell_inside(*[row.pk for row in inside], at=at), "all reports") if inside else 0
    if told is None:  # one of them is at fault: find out which, and tell the others
        told = sum(
            isolated(lambda row=row: tell_inside(row.pk, at=at), f"report {row.pk}") or 0 for row in inside
        )
    return done + told


def their_number(code: str, description: str) -> str:
    """The arrival number that a recipient names when it accepts; "" when it names none."""
    named = _THEIR_NUMBER.search(description) if code == "03" else None
    return named[1] if named else ""


def note_their_number(delivery_id: int, code: str, description: str) -> None:
    number = their_number(code, description)
    if number:
        deliveries.note(Delivery.objects.filter(pk=delivery_id, their_number=""), their_number=number)


def isolated(act: Callable[[], Any], name: object) -> Any:
    """None when it failed. A fault of one stops nobody else; a fault of the database stops the run."""
    try:
        return act()
    except OperationalError:
        raise
    except Exception as error:
        note_fault(log, error, "%s", name)
        return None


def _pack(report_id: int, at: datetime) -> bool:
    """One package row per report, in the transaction that marks the report as passed on."""
    with transaction.atomic():
        report = (
            StatusReport.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("incoming__organisation", "request")
            .filter(pk=report_id, passed_on=False)
            .first()
        )
        if report is None:
            return False
        incoming = report.incoming
        Outbound.objects.create(
            report=report,
            message_type="status",
            status_code=report.code,
            description=report.description,
            sender_code=incoming.organisation.code,
            message_id=incoming.document_uid,
            receivers=[incoming.sender_code],
            urgency=incoming.urgency,
            created_at=at,
            next_attempt_at=at,
        )
        StatusReport.objects.filter(pk=report.pk).update(passed_on=True)
        if incoming.purged_at:
            purge.refuse_packages_of(incoming)
        if report.code == "15":
            purge.drop_recalled(incoming)
        if report.code == "16" and report.request and report.request.secrecy_marks:
            purge.drop_marked_updates(incoming)
    if incoming.purged_at:
        purge.destroy_refused()
    return True
