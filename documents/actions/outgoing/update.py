"""After the issue: somebody more is sent the paper, somebody less, or the date of reply changes (edXML business type 2).

What was signed stays as it is: another text is another paper, which replaces this one or corrects it (decree 30 art. 18.3).
"""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from documents import deliveries
from documents.actions.outgoing.approval import deliveries_to
from documents.actions.outgoing.drafts import why_not
from documents.actions.outgoing.revoke import ask_desk
from documents.actions.requests.change import ask_to_change
from documents.journey import lock, move
from documents.models import Delivery, Outgoing, Update
from documents.signals import wake_exchange
from documents.states import DeliveryState
from orgs.models import Organisation, Post

CITY, AXIS = Delivery.Channel.CITY, Delivery.Channel.AXIS
ON_PAPER = (
    "Văn bản này đã ký và phát hành trên giấy; trên hệ thống chỉ có bản quét, không gửi thay văn bản điện tử được."
    " Hãy gửi bản giấy cho nơi nhận thêm."
)
GONE = (*DeliveryState.GIVEN_BACK, DeliveryState.FAILED)  # has nothing of this paper


@transaction.atomic
def update(
    outgoing: Outgoing,
    *,
    by: Post,
    at: datetime,
    reason: str,
    due_on: date | None,
    add: Collection[Organisation] = (),
    remove: Collection[Delivery] = (),
) -> Update:
    """The new recipients get the paper, those taken off are asked to cancel it, the others are asked to note another
    date of reply. They answer 15 or 16.

    Raises ValidationError by field; of a paper that left by hand nobody is sent the unsigned scan.
    """
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Hãy ghi lý do cập nhật (ít nhất 10 ký tự)."})
    lock(outgoing)
    outgoing.refresh_from_db(fields=["state", "due_on"])
    # Held, a delivery is before us or after us: what is handed over later bears the new date by itself.
    rows = {
        delivery.recipient_id: delivery for delivery in outgoing.deliveries.select_for_update().order_by("pk")
    }
    due_changed = due_on != outgoing.due_on
    removed = [rows[one.recipient_id] for one in remove if one.recipient_id in rows]
    _check(outgoing, rows, add, removed, due_changed, due_on, timezone.localdate(at))
    change = Update(
        outgoing=outgoing, reason=reason, at=at, by=by, due_changed=due_changed, due_on=due_on,
        added=[body.code for body in add], withdrawn=[delivery.recipient_code for delivery in removed],
    )  # fmt: skip
    said = {
        "reason": reason,
        "added": [b.full_name for b in add],
        "withdrawn": [w.recipient_name for w in removed],
    }
    if due_changed:
        said["due_on"] = [day.isoformat() if day else None for day in (outgoing.due_on, due_on)]
    move(outgoing, "update", by=by, at=at, payload=said)
    outgoing.due_on = due_on
    outgoing.save(update_fields=["due_on"])
    deliveries_to(add, outgoing, at=at)
    there = [
        delivery for delivery in rows.values() if delivery.state not in GONE and delivery.withdrawn_at is None
    ]
    _withdraw(removed, at)
    change.desks = [
        delivery.pk
        for delivery in there
        if delivery.channel == CITY
        and delivery.state != DeliveryState.QUEUED
        and (due_changed or delivery in removed)
    ]
    change.packed = not any(
        delivery.channel == AXIS and (due_changed or delivery in removed) for delivery in there
    ) and not any(body.external for body in add)
    change.save()
    wake_exchange(urgent=outgoing.urgency > 0)
    return change


def updates_to_tell() -> QuerySet[Update]:
    """Those with desks of the city that are still to be asked."""
    return Update.objects.exclude(desks=[]).select_related("outgoing").order_by("pk")


@transaction.atomic
def tell_desk(update_id: int, delivery_id: int, *, at: datetime) -> bool:
    """Asks one desk of the city, once: a transaction of its own. False when somebody else has done it."""
    change = Update.objects.select_for_update(of=("self",)).select_related("outgoing").get(pk=update_id)
    if delivery_id not in change.desks:
        return False
    delivery = Delivery.objects.select_related("incoming__organisation").get(pk=delivery_id)
    if change.outgoing.state == "issued":  # of a revoked paper everything is asked back anyway
        if delivery.recipient_code in change.withdrawn:
            ask_desk(delivery, change.reason, since=change.at, at=at)
        elif delivery.withdrawn_at is None:
            ask_to_change(delivery.incoming, {"due_on": change.due_on}, reason=change.reason, at=at)
    change.desks.remove(delivery_id)
    change.save(update_fields=["desks"])
    return True


def _check(outgoing, rows, add, removed, due_changed, due_on, today) -> None:
    if add and outgoing.on_paper:
        raise ValidationError({"recipients": ON_PAPER})
    problems = [why for body in add if (why := why_not(body, outgoing.organisation_id, today))]
    problems += [_there_already(rows[body.pk], body) for body in add if body.pk in rows]
    if problems:
        raise ValidationError({"recipients": problems})
    for delivery in removed:
        if not _has(delivery):
            raise ValidationError(
                {"remove": f"{delivery.recipient_name} không còn là nơi nhận của văn bản này."}
            )
    if due_changed and due_on and due_on < today:
        raise ValidationError({"due_on": "Hạn trả lời đã qua."})
    if due_changed and due_on is None and any(delivery.channel == AXIS for delivery in rows.values()):
        raise ValidationError({"due_on": "Trục liên thông không có cách báo bỏ hạn; hãy ghi một hạn mới."})
    if not (add or removed or due_changed):
        raise ValidationError("Chưa có gì thay đổi. Hãy đổi hạn trả lời, thêm hoặc bớt nơi nhận.")
    if removed and not add and all(delivery in removed or not _has(delivery) for delivery in rows.values()):
        raise ValidationError("Không còn nơi nhận nào: hãy dùng “Thu hồi văn bản”.")


def _has(delivery: Delivery) -> bool:
    """It is a recipient still, reached or not."""
    return delivery.withdrawn_at is None and delivery.state not in DeliveryState.GIVEN_BACK


def _there_already(delivery: Delivery, body: Organisation) -> str:
    if _has(delivery):
        return f"{body.name} đã là nơi nhận của văn bản này."
    return f"{body.name} đã trả lại hoặc đã bị rút khỏi nơi nhận của văn bản này; hãy gửi bằng văn bản khác."


def _withdraw(removed: list[Delivery], at: datetime) -> None:
    """Whoever was not reached yet gets nothing; of the others it is noted from when on."""
    unsent = [
        delivery.pk
        for delivery in removed
        if delivery.state == DeliveryState.FAILED
        or (delivery.state == DeliveryState.QUEUED and delivery.channel == CITY)
    ]
    deliveries.move(Delivery.objects.filter(pk__in=unsent), DeliveryState.CANCELLED)
    deliveries.note(Delivery.objects.filter(pk__in=[delivery.pk for delivery in removed]), withdrawn_at=at)
