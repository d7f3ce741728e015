"""An issued paper is taken back: frozen here, cancelled wherever it went (decree 30 art. 18.4, Appendix VI III.8)."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from documents import deliveries
from documents.actions.requests.recall import ask_back
from documents.journey import lock, move
from documents.models import ChangeRequest, Delivery, Outgoing
from documents.signals import wake_exchange
from documents.states import DeliveryState
from orgs.models import Post

ASKED_WITHIN = timedelta(days=30)  # by then everybody has long been asked; the queries stay small


@transaction.atomic
def revoke(outgoing: Outgoing, *, by: Post, at: datetime, reason: str) -> None:
    """Nothing of the paper changes any more. What still waits for a desk of the city does not go there; the exchange
    asks everybody else to cancel it. `reason` names the order it rests on."""
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi căn cứ và lý do thu hồi (ít nhất 10 ký tự).")
    lock(outgoing)
    # A desk that is being served at this moment holds its row: it has the paper first, and is asked like the others.
    unsent = outgoing.deliveries.filter(channel=Delivery.Channel.CITY, state__in=DeliveryState.UNSENT)
    deliveries.move(unsent, DeliveryState.CANCELLED)
    move(outgoing, "revoke", by=by, at=at, payload={"reason": reason})
    wake_exchange(urgent=True)


def revoked_lately(at: datetime) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(state="revoked", held_since__gt=at - ASKED_WITHIN)


def why(outgoing: Outgoing) -> str:
    """As it was written at the revocation, for the recipients."""
    return outgoing.events.filter(kind="revoke").latest("pk").payload["reason"]


def desks_to_ask(at: datetime) -> QuerySet[Delivery]:
    """The desks of the city that have a paper revoked lately and were not asked yet. One query for all of them: most
    have long answered, and the question is asked every few seconds."""
    revoked = Delivery.objects.filter(
        outgoing__state="revoked", outgoing__held_since__gt=at - ASKED_WITHIN, channel=Delivery.Channel.CITY
    )
    there = revoked.exclude(recall_asked_at__gte=F("outgoing__held_since")).filter(incoming__isnull=False)
    asked = ChangeRequest.objects.exclude(kind=ChangeRequest.Kind.UPDATE).filter(
        Q(answer="") | Q(asked_at__gte=OuterRef("outgoing__held_since")), incoming=OuterRef("incoming")
    )
    there = there.filter(~Exists(asked)).exclude(state__in=DeliveryState.GIVEN_BACK)
    return there.select_related("outgoing", "incoming__organisation").order_by("outgoing", "pk")


@transaction.atomic
def ask_desk(delivery: Delivery, reason: str, *, since: datetime, at: datetime) -> ChangeRequest:
    """Puts the recall before the clerk of one desk: a transaction of its own, once whoever repeats it since then."""
    at = max(at, since)  # a worker's run may have begun, or its clock be, before the moment it carries out
    # The delivery's lock first, as whoever hears of it or urges it takes it.
    new = Q(recall_asked_at=None) | Q(recall_asked_at__lt=since)
    deliveries.note(Delivery.objects.filter(new, pk=delivery.pk), recall_asked_at=at)
    return ask_back(delivery.incoming, kind=ChangeRequest.Kind.RECALL, reason=reason, at=at, since=since)
