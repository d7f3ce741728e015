"""An issued paper is taken back: frozen here, cancelled wherever it went (decree 30 art. 18.4, Appendix VI III.8)."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from documents.actions.recall import ask_back
from documents.journey import move
from documents.models import Delivery, Outgoing, RecallRequest
from documents.signals import wake_exchange
from orgs.models import Post

ASKED_WITHIN = timedelta(days=30)  # by then every desk has long been asked; the query stays small


@transaction.atomic
def revoke(outgoing: Outgoing, *, by: Post, at: datetime, reason: str) -> None:
    """Nothing of the paper changes any more. What still waits for a desk of the city does not go there; the exchange
    asks everybody else to cancel it. `reason` names the order it rests on."""
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi căn cứ và lý do thu hồi (ít nhất 10 ký tự).")
    move(outgoing, "revoke", by=by, at=at, payload={"reason": reason})
    # A desk that is being served at this moment holds its row: it has the paper first, and is asked like the others.
    queued = outgoing.deliveries.filter(channel=Delivery.Channel.CITY, state="queued")
    queued.update(state="cancelled", problem="")
    wake_exchange(urgent=True)


def why(outgoing: Outgoing) -> str:
    """As it was written at the revocation, for the recipients."""
    return outgoing.events.filter(kind="revoke").latest("pk").payload["reason"]


def ask_desks(*, at: datetime) -> int:
    """Puts the recall before every desk of the city that has the paper, one transaction each. Safe to run twice."""
    revoked = {"outgoing__state": "revoked", "outgoing__held_since__gt": at - ASKED_WITHIN}
    there = {"incoming__isnull": False, "incoming__recall_requests": None}
    waiting = Delivery.objects.filter(channel=Delivery.Channel.CITY, **revoked, **there)
    waiting = waiting.exclude(state__in=["cancelled", "rejected"]).select_related(
        "incoming__organisation", "outgoing"
    )
    done = 0
    for delivery in waiting.order_by("pk")[:1000]:
        ask_back(delivery.incoming, kind=RecallRequest.Kind.RECALL, reason=why(delivery.outgoing), at=at)
        done += 1
    return done
