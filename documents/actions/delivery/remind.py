"""Đôn đốc: a recipient that has not answered is asked for it, once a day.

Inside the city the request stands on the arrival, before the clerk of that office. The axis has no message for it: the
urging is written down, and somebody calls.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from documents import deliveries
from documents.access import may
from documents.journey import record_all, unwritten
from documents.models import Delivery, Incoming
from documents.states import DeliveryState
from orgs.models import Post

NAMED = 20  # in the sentence of the history; the keys stand beside it


def awaited(delivery: Delivery) -> bool:
    """Whether the recipient has something to answer: the paper, or that it is taken back. Of a row `for_ledger`."""
    if asked_back(delivery):
        there = delivery.state not in DeliveryState.NOT_THERE
        return there and not delivery.keeps_it
    return delivery.outgoing.state == "issued" and delivery.state in DeliveryState.AWAITED


def asked_back(delivery: Delivery) -> bool:
    return delivery.outgoing.state == "revoked" or delivery.withdrawn_at is not None


def urged_today(delivery: Delivery, at: datetime) -> bool:
    return delivery.urged_at is not None and timezone.localdate(delivery.urged_at) == timezone.localdate(at)


@transaction.atomic
def urge(keys: Iterable[int], *, by: Post, at: datetime) -> list[Delivery]:
    """Urges those of them that have something to answer and were not urged today; returns these.

    The rows are locked in one order: of two presses at once the second finds that today's urging is done.
    """
    if not may(by, "follow_deliveries"):
        raise PermissionDenied("Chỉ văn thư và lãnh đạo của cơ quan phát hành đôn đốc nơi nhận.")
    rows = Delivery.objects.of(by).filter(pk__in=list(keys)).for_ledger()
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    due = [row for row in locked if awaited(row) and not urged_today(row, at)]
    deliveries.note(Delivery.objects.filter(pk__in=[row.pk for row in due]), urged_at=at, urged_by=by)
    record_all(_events(due, by, at))
    return due


def _events(due: list[Delivery], by: Post, at: datetime) -> list:
    """One at each paper of ours, naming the recipients; one at each arrival inside the city."""
    urged = defaultdict(list)
    for row in due:
        urged[row.outgoing_id].append(row)
    events = [
        unwritten("urge", by.organisation_id, paper, by=by, at=at, payload=_named(rows))
        for paper, rows in urged.items()
    ]
    arrivals = Incoming.objects.filter(delivery__in=[row.pk for row in due])
    for pk, office, issuer in arrivals.values_list("pk", "organisation_id", "issuer_name"):
        events.append(unwritten("urged", office, pk, by=None, at=at, payload={"text": issuer}))
    return events


def _named(rows: list[Delivery]) -> dict:
    names = "; ".join(row.recipient_name for row in rows[:NAMED])
    more = f" và {len(rows) - NAMED} nơi nhận khác" if len(rows) > NAMED else ""
    return {"text": names + more, "deliveries": [row.pk for row in rows]}
