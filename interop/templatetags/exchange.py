"""What of the exchange calls for an operator, where he looks anyway: on his desk."""

from django import template
from django.urls import reverse

from documents.models import Delivery
from documents.states import DeliveryState
from interop.models import Inbound, Outbound, Unexplained
from interop.transport.connection import axis_state

register = template.Library()


@register.simple_tag
def axis_away() -> dict | None:
    """{since, reason} while the axis does not answer, for whoever sends; costs no query."""
    axis = axis_state()
    return axis if axis and not axis["ok"] else None


@register.inclusion_tag("interop/_desk_notice.html")
def exchange_notice() -> dict:
    """Is the axis there, what waits to leave, and what waits for a person. Five counts."""
    axis, here = axis_state(), reverse("exchange")
    sending = Delivery.objects.filter(state=DeliveryState.QUEUED)
    counts = [
        ("Lượt gửi không thành công", Delivery.objects.filter(state=DeliveryState.FAILED), here),
        ("Văn bản lệch đối chiếu", Unexplained.objects.open(), here),
        ("Gói tin đến cần người xem", Inbound.objects.filter(state=Inbound.State.INVALID), here),
        (
            "Gói tin đi thất bại",
            Outbound.objects.filter(state=Outbound.State.FAILED),
            reverse("exchange_packages"),
        ),
    ]
    tiles = [
        {"label": label, "count": (n := rows.count()), "url": url, "tone": "bad" if n else ""}
        for label, rows, url in counts
    ]
    tiles.insert(0, {"label": "Lượt gửi đang chờ", "count": sending.count(), "url": here, "tone": "info"})
    return {"axis": axis if axis and not axis["ok"] else None, "link": here, "tiles": tiles}
