"""The axis's own lists beside ours: what it has of us (getSentEdocList), and what it holds for us. Statuses are not
compared: one sent twice does no harm."""

from collections.abc import Iterable

from django.db.models import F, Q

from documents import deliveries
from documents.models import Delivery
from interop.models import Inbound, Outbound, Unexplained
from interop.reconciliation.window import Found, Window
from interop.transport.axis import AxisClient, SentItem

ASKED_ONE_BY_ONE = 50
_BATCH = 1000
Kind, State = Unexplained.Kind, Outbound.State


def compare(
    client: AxisClient, items: list[SentItem], window: Window, pending: dict[str, list[str]]
) -> dict[str, Found]:
    _note_fetched(items, window)
    return {
        Kind.NOT_ON_THE_AXIS: _lost(client, items, window, pending.get(Kind.NOT_ON_THE_AXIS, [])),
        Kind.NOT_OURS: _strangers(items, window, pending.get(Kind.NOT_OURS, [])),
        Kind.NOT_FETCHED: _not_fetched(client, window),
    }


def _lost(client: AxisClient, items: list[SentItem], window: Window, pending: list[str]) -> Found:
    """Sent by us, unknown to the axis. Its list may be cut short, so of the first few it is asked one by one."""
    there = {item.sender_doc_id for item in items}
    sent = Outbound.objects.filter(message_type="edoc", state=State.SENT)
    sent = sent.filter(window.over("sent_at") | Q(pk__in=pending)).order_by("sent_at")
    rows = sent.values_list("pk", "axis_doc_id", "sent_at", "message_id", "sender_code")
    missing = [row for row in rows if row[1] not in there]
    few = missing[:ASKED_ONE_BY_ONE]
    known = {doc_id for _, doc_id, *_ in few if doc_id and client.list_sent("edoc", doc_id)}
    return {
        str(pk): (sent_at, f"Gói tin {uid} ({sender}) ghi đã gửi, nhưng trục liên thông không có mã {doc_id or 'trống'}.")
        for pk, doc_id, sent_at, uid, sender in missing
        if doc_id not in known
    }  # fmt: skip


def _strangers(items: list[SentItem], window: Window, pending: list[str]) -> Found:
    """Sent in our name, unknown to us. A package whose answer was lost still waits here, and asks before it is sent
    again; a recall or an update that was sent twice is the same one."""
    asked = set(pending)
    there = {i.sender_doc_id: i for i in items if i.sent_time in window or i.sender_doc_id in asked}
    for batch in _batches(list(there)):
        for doc_id in Outbound.objects.filter(axis_doc_id__in=batch).values_list("axis_doc_id", flat=True):
            del there[doc_id]
    waiting = _on_their_way() if there else set()
    return {
        doc_id: (
            item.sent_time or window.until,
            f"Trục liên thông có văn bản {item.notation} gửi bằng mã {item.from_code} của thành phố, nhưng hệ thống này"
            " không có gói tin nào như vậy.",
        )
        for doc_id, item in there.items()
        if (item.from_code, item.notation) not in waiting
    }


def _not_fetched(client: AxisClient, window: Window) -> Found:
    """The poll asks every few seconds: what it has not brought by now, the axis does not give."""
    items = {i.doc_id: i for i in client.list_received("edoc") if (i.created or window.since) < window.until}
    for batch in _batches(list(items)):
        for doc_id in Inbound.objects.filter(axis_doc_id__in=batch).values_list("axis_doc_id", flat=True):
            del items[doc_id]
    return {
        doc_id: (
            item.created or window.until,
            f"Trục liên thông giữ gói tin {doc_id} của {item.sender} gửi {item.to}, nhưng hệ thống này chưa lấy được.",
        )
        for doc_id, item in items.items()
    }


def _on_their_way() -> set[tuple[str, str]]:
    """Sender and notation of what may be on the axis without our knowing it yet."""
    tried = Outbound.objects.filter(message_type="edoc", attempts__gt=0)
    twice = tried.filter(outgoing=None, attempts__gt=1)
    rows = tried.filter(state__in=[State.QUEUED, State.SENDING]) | twice
    papers = rows.select_related("outgoing", "revoked", "update__outgoing")
    return {(row.sender_code, row.paper.code) for row in papers}


def _note_fetched(items: list[SentItem], window: Window) -> None:
    """When the receiver took it, as the axis says."""
    fetched = {
        (i.sender_doc_id, i.to_code): i.received_time
        for i in items
        if i.receive_status == "done" and i.received_time and (i.sent_time or window.since) >= window.since
    }
    for batch in _batches(sorted({doc_id for doc_id, _ in fetched})):
        rows = Delivery.objects.filter(
            channel="axis", fetched_at=None, outgoing__package__axis_doc_id__in=batch
        )
        known = []
        for delivery in rows.annotate(doc_id=F("outgoing__package__axis_doc_id")).order_by("pk"):
            at = fetched.get((delivery.doc_id, delivery.recipient_code))
            if at:
                # The axis counts in whole seconds: nothing is fetched before it was sent.
                delivery.fetched_at = max(at, delivery.sent_at or at)
                known.append(delivery)
        deliveries.note_each(known, "fetched_at", batch_size=_BATCH)


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[n : n + _BATCH] for n in range(0, len(keys), _BATCH))
