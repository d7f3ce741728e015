"""An issued paper is taken back: frozen here, cancelled wherever it went (decree 30 art. 18.4, Appendix VI III.8)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from documents.actions.recall import ask_back
from documents.journey import move
from documents.models import Delivery, Outgoing, RecallRequest
from documents.signals import wake_exchange
from orgs.models import Post


@transaction.atomic
def revoke(outgoing: Outgoing, *, by: Post, at: datetime, reason: str) -> None:
    """Nothing of the paper changes any more. What still waits to leave is not sent inside the city; every desk of the
    city that has it is asked to cancel it; the exchange asks the others. `reason` names the order it rests on."""
    if len(reason.strip()) < 10:
        raise ValidationError("Hãy ghi căn cứ và lý do thu hồi (ít nhất 10 ký tự).")
    move(outgoing, "revoke", by=by, at=at, payload={"reason": reason})
    here = (
        outgoing.deliveries.select_for_update(of=("self",))
        .filter(channel=Delivery.Channel.CITY)
        .order_by("pk")
    )
    here.filter(state="queued").update(state="cancelled", problem="")
    for delivery in here.exclude(state__in=["cancelled", "failed"]).select_related("incoming__organisation"):
        ask_back(delivery.incoming, kind=RecallRequest.Kind.RECALL, reason=reason, at=at)
    wake_exchange(urgent=True)
