"""Register, outbox, axis and statuses laid side by side: every document is explained, or stands on a list.

What waits in a queue, failed with a cause or lies before a person is explained. Nothing younger than the grace is judged:
its second half may be on its way. A finding stays until a later comparison explains it, however old it grows, or a person
does (`explain`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Left

from documents.models import Delivery, Incoming, StatusReport
from documents.states import DeliveryState
from interop.models import Comparison, Inbound, Outbound, Unexplained
from interop.outbound.package_of import carried_by
from interop.reconciliation import axis_lists
from interop.reconciliation.window import Found, Window
from interop.transport.axis import AxisClient, AxisError

DAYS = 7
GRACE = timedelta(minutes=15)
_COMPARING = 0x6578_706C  # the lock of whoever compares
Kind = Unexplained.Kind


def compare(client: AxisClient | None, *, at: datetime, days: int = DAYS) -> Comparison | None:
    """Looks at the last days and again at every finding; None when another comparison is under way.

    An axis that is away leaves what is known of it as it was, and the moment it was last compared.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_COMPARING])
        if not cursor.fetchone()[0]:
            return None
    try:
        return _write(*_look(client, at, days), at)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_COMPARING])


def _look(client: AxisClient | None, at: datetime, days: int) -> tuple[dict[str, Found], bool]:
    """What each rule found, and whether the axis answered. The axis first: our rows are then at least as new."""
    window = Window(at - timedelta(days=days), at - GRACE)
    pending: dict[str, list[str]] = {}
    for kind, key in Unexplained.objects.open().values_list("kind", "key"):
        pending.setdefault(kind, []).append(key)
    try:
        items = client.list_sent("edoc") if client else None
        found = axis_lists.compare(client, items, window, pending) if client else {}
    except AxisError:
        items, found = None, {}
    return found | {
        kind: rule(window, pending.get(kind, [])) for kind, rule in RULES.items()
    }, items is not None


@transaction.atomic
def _write(found: dict[str, Found], axis_answered: bool, at: datetime) -> Comparison:
    for kind, findings in found.items():
        Unexplained.objects.open().filter(kind=kind).exclude(key__in=findings).delete()
        rows = [
            Unexplained(kind=kind, key=key, since=since, sentence=sentence[:500], found_at=at)
            for key, (since, sentence) in findings.items()
        ]
        Unexplained.objects.bulk_create(rows, ignore_conflicts=True)
    values = {"at": at, "unexplained": Unexplained.objects.open().count()}
    if axis_answered:
        values["axis_at"] = at
    return Comparison.objects.update_or_create(pk=1, defaults=values)[0]


def _not_packed(window: Window, pending: list[str]) -> Found:
    rows = Delivery.objects.filter(~carried_by(), channel="axis")
    rows = rows.exclude(state__in=[DeliveryState.FAILED, DeliveryState.CANCELLED])
    rows = rows.filter(window.over("queued_at") | Q(outgoing__in=pending))
    return {
        str(delivery.outgoing_id): (
            delivery.queued_at,
            f"Văn bản {delivery.outgoing.code} của {delivery.sender.name} có nơi nhận trên trục nhưng không có gói tin đi.",
        )
        for delivery in rows.select_related("outgoing", "sender")
    }


def _sent_but_queued(window: Window, pending: list[str]) -> Found:
    sent = carried_by(state=Outbound.State.SENT, sent_at__lt=window.until)
    rows = Delivery.objects.filter(
        sent, channel="axis", state=DeliveryState.QUEUED
    )  # the queue is short: no older limit
    return {
        str(delivery.pk): (
            delivery.queued_at,
            f"Gói tin của văn bản {delivery.outgoing.code} ({delivery.sender.name}) đã gửi, nhưng nơi nhận {delivery.recipient_name}"
            " vẫn ghi là chờ gửi.",
        )
        for delivery in rows.select_related("outgoing", "sender")
    }


def _not_handed_over(window: Window, pending: list[str]) -> Found:
    rows = Delivery.objects.filter(channel="city", incoming=None)
    rows = rows.exclude(state__in=DeliveryState.UNSENT).exclude(state=DeliveryState.CANCELLED, sent_at=None)
    rows = rows.filter(window.over("queued_at") | Q(pk__in=pending))
    return {
        str(delivery.pk): (
            delivery.sent_at or delivery.queued_at,
            f"Văn bản {delivery.outgoing.code} của {delivery.sender.name} ghi đã giao {delivery.recipient_name}, nhưng nơi đó không có"
            " văn bản đến.",
        )
        for delivery in rows.select_related("outgoing", "sender")
    }


def _from_nowhere(window: Window, pending: list[str]) -> Found:
    papers = Incoming.objects.filter(source="city", delivery=None, arrived_at__lt=window.until)
    return {
        str(paper.pk): (
            paper.arrived_at,
            f"{paper.organisation.name} có văn bản đến {paper.code} từ trong thành phố mà không nơi nào gửi.",
        )
        for paper in papers.select_related("organisation")
    }


def _opened_in_vain(window: Window, pending: list[str]) -> Found:
    """A paper that was opened lies on a desk, or its sender has an answer. What changes a paper bears its id before "#"."""
    uid = Func(F("message_id"), Value("#"), Value(1), function="split_part", output_field=CharField())
    papers = Incoming.objects.filter(document_uid__in=[OuterRef("uid"), OuterRef("whole")])
    opened = Inbound.objects.filter(message_type="edoc", state=Inbound.State.UNPACKED, reason="")
    opened = opened.annotate(uid=uid, whole=Left("message_id", 200)).exclude(Exists(papers))
    opened = opened.filter(window.over("received_at") | Q(pk__in=pending), answers=None)
    return {
        str(row.pk): (
            row.received_at,
            f"Gói tin {row.message_id or row.axis_doc_id} từ {row.sender_code} đã mở, nhưng không có văn bản đến, cũng"
            " không có trả lời.",
        )
        for row in opened.defer("raw")
    }


def _not_reported(window: Window, pending: list[str]) -> Found:
    reports = StatusReport.objects.filter(passed_on=True, package=None, incoming__source="axis")
    reports = reports.filter(window.over("at") | Q(pk__in=pending))
    return {
        str(report.pk): (
            report.at,
            f"Trạng thái {report.code} của văn bản đến {report.incoming.code} ({report.incoming.organisation.name}) ghi là"
            " đã báo, nhưng không có gói tin đi.",
        )
        for report in reports.select_related("incoming__organisation")
    }


RULES: dict[str, Callable[[Window, list[str]], Found]] = {
    Kind.NOT_PACKED: _not_packed,
    Kind.SENT_BUT_QUEUED: _sent_but_queued,
    Kind.NOT_HANDED_OVER: _not_handed_over,
    Kind.FROM_NOWHERE: _from_nowhere,
    Kind.OPENED_IN_VAIN: _opened_in_vain,
    Kind.NOT_REPORTED: _not_reported,
}
