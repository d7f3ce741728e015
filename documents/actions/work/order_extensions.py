"""A later day of a task that another organisation gave: asked of that one, which grants it, another day, or none.

The second of two levels: a person asks his own head (extensions.py), who grants no day after the one his office was given.
Whoever acts writes his own office's record and the request, under the row of the order, which both sides hold; the other
office's record follows by `tell_extensions`.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import has_left
from documents.actions.work import between
from documents.actions.work.assignments import check_due, promise
from documents.actions.work.extensions import head_of
from documents.actions.work.orders import AT_ONCE, check_reason
from documents.journey import NotAllowedNow, check, lock, move, record
from documents.models import Extension, Order, Task
from orgs.actions.notices import tell
from orgs.models import Post, User
from orgs.models.notice import WORK


@transaction.atomic
def ask_above(task: Task, *, by: Post, at: datetime, due_on: date, reason: str) -> Extension:
    """Puts the request to whoever gave the task there, or leads that organisation now; the deadline stays until it is granted.

    Raises ValidationError for a day that is no later or past, without a reason, or beyond the giver's number; NotAllowedNow
    when the task has been reported or ended, or another request waits.
    """
    lock(task)
    task.refresh_from_db(fields=["state", "due_on"])
    check(task, "ask_above", by=by)
    order = task.order
    between.hold(order)
    if order.state not in Order.UNDER_WAY:
        raise NotAllowedNow(_over(order), task)
    if waits := order.extensions.waiting().first():
        raise NotAllowedNow(
            f"Đã có đề nghị gia hạn đến {waits.due_asked:%d/%m/%Y} đang chờ {task.giver} duyệt."
            " Muốn xin ngày khác, hãy rút đề nghị đó trước.",
            task,
        )
    check_reason(reason)
    _check_number(order)
    if due_on <= order.due_on:
        raise ValidationError(f"Ngày xin phải sau thời hạn hiện tại ({order.due_on:%d/%m/%Y}).")
    today = timezone.localdate(at)
    check_due(due_on, today)
    giver = order.task.by
    to = (head_of(giver.organisation_id, today) or giver) if has_left(giver) else giver
    asked = Extension.objects.create(
        order=order, by=by, to=to, at=at, reason=reason, due_before=order.due_on, due_asked=due_on
    )
    payload = {"reason": reason, "note": f"{asked}, trình {task.giver}", "extension": asked.pk}
    move(task, "ask_above", by=by, at=at, payload=payload)
    return asked


@transaction.atomic
def grant_above(extension: Extension, *, by: Post, at: datetime, due_on: date | None = None) -> None:
    """That organisation has until `due_on`, by default the day that was asked for; the whole here, where it ended before.

    Raises ValidationError for a day that does not lie after the deadline and up to the one asked for, or is past;
    NotAllowedNow when it was decided or withdrawn, or the task has been reported or ended.
    """
    order = _open(extension, "grant_extension", by=by)
    before, due_on = order.due_on, due_on or extension.due_asked
    if not before < due_on <= extension.due_asked:
        raise ValidationError(
            f"Hạn mới phải sau hạn hiện tại ({before:%d/%m/%Y}) và không sau ngày được xin"
            f" ({extension.due_asked:%d/%m/%Y})."
        )
    check_due(due_on, timezone.localdate(at))
    _check_number(order)
    between.extend(order, due_on)
    if order.task.due_on and order.task.due_on < due_on:
        promise(order.task, due_on)
    fills = {"due_before": before, "due_granted": due_on, "decided_by": by, "decided_at": at}
    note = f"{order.receiver}: {before:%d/%m/%Y} → {due_on:%d/%m/%Y}, lần thứ {order.extended}"
    payload = {"note": note, "due_before": before.isoformat(), "due_on": due_on.isoformat()}
    move(extension, "grant_extension", by=by, at=at, fills=fills, payload=payload)


@transaction.atomic
def refuse_above(extension: Extension, *, by: Post, at: datetime, reason: str) -> None:
    """The deadline stays. Raises ValidationError without a reason; NotAllowedNow as for granting."""
    check_reason(reason)
    order = _open(extension, "refuse_extension", by=by)
    fills = {"refusal_reason": reason, "decided_by": by, "decided_at": at}
    payload = {"note": f"{order.receiver}", "reason": reason}
    move(extension, "refuse_extension", by=by, at=at, fills=fills, payload=payload)


@transaction.atomic
def withdraw_above(extension: Extension, *, by: Post, at: datetime) -> None:
    """By whoever may ask, as long as nobody there has decided."""
    _open(extension, "withdraw_extension", by=by)
    move(extension, "withdraw_extension", by=by, at=at, fills={"decided_by": by, "decided_at": at})


def left_to_grant(order: Order) -> int:
    """How often the giving organisation may still put the deadline off."""
    return max(order.task.organisation.extension_limit - order.extended, 0)


def tell_extensions(*, at: datetime) -> int:
    """Has the other side of every request told how it stands. Safe to run twice and at once; how many were told."""
    found = Extension.objects.untold().order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_tell(pk, at) for pk in list(found))


@transaction.atomic
def _tell(pk: int, at: datetime) -> bool:
    order = Order.objects.select_related("task", "received").get(extensions=pk)
    lock(order.task, order.received)
    both = ("order__receiver", "order__task__organisation", "order__received__giver", "by__organisation")
    one = Extension.objects.for_paper().select_related(*both).get(pk=pk)  # as it stands now
    if one.told == one.state:
        return False
    if one.state == "asked" and one.order.state not in Order.UNDER_WAY:
        return False  # it asks for nothing; it does again, and is told, when the task comes back
    Extension.objects.filter(pk=pk).update(told=one.state)
    if one.state == "withdrawn" and not one.told:
        return False  # nobody there ever heard of it
    _TELL[one.state](one, at)
    return True


def _asked(one: Extension, at: datetime) -> None:
    order = one.order
    text = f"{order.receiver} xin gia hạn nhiệm vụ bạn giao: {one}, chờ bạn duyệt."
    _heard(order.task, "order_asks_extension", one, text, to=one.to.user, at=at, said={"reason": one.reason})


def _withdrawn(one: Extension, at: datetime) -> None:
    text = f"{one.order.receiver} rút đề nghị gia hạn nhiệm vụ bạn giao."
    _heard(one.order.task, "order_withdraws_extension", one, text, to=one.to.user, at=at, said={})


def _granted(one: Extension, at: datetime) -> None:
    """The day that bounds every day given inside. Work there keeps its own until its head gives it more."""
    received = one.order.received
    promise(received, one.due_granted)
    text = f"{received.giver} đồng ý gia hạn nhiệm vụ đã giao: {one}."
    said = {"due_before": one.due_before.isoformat(), "due_on": one.due_granted.isoformat()}
    _heard(received, "extended_above", one, text, to=_asker(one, at), at=at, said=said)


def _refused(one: Extension, at: datetime) -> None:
    text = f"{one.order.received.giver} không đồng ý gia hạn nhiệm vụ đã giao. Lý do: {one.refusal_reason}"
    said = {"reason": one.refusal_reason}
    _heard(one.order.received, "not_extended_above", one, text, to=_asker(one, at), at=at, said=said)


_TELL = {"asked": _asked, "withdrawn": _withdrawn, "granted": _granted, "refused": _refused}


def _heard(task: Task, kind: str, one: Extension, text: str, *, to: User, at: datetime, said: dict) -> None:
    """Into the record of the side that did not act, and to whom it concerns there."""
    tell([to], text, at=at, url=task.get_absolute_url(), kind=WORK)
    other = one.order.receiver if task.outward else task.giver
    payload = said | {"note": f"{other}: {one}", "extension": one.pk}
    record(kind, task, by=None, at=at, payload=payload)


def _asker(one: Extension, at: datetime) -> User:
    """Whoever asked; when he has left, who leads there now."""
    head = head_of(one.by.organisation_id, timezone.localdate(at)) if has_left(one.by) else None
    return (head or one.by).user


def _open(extension: Extension, step: str, *, by: Post) -> Order:
    """The order, held, of a request that may be decided now; and the task of whoever acts."""
    order = extension.order
    own = order.received if step == "withdraw_extension" else order.task
    lock(own)
    own.refresh_from_db(fields=["state", "due_on"])
    between.hold(order)
    extension.refresh_from_db(fields=["state"])
    check(extension, step, by=by)
    if order.state not in Order.UNDER_WAY:
        raise NotAllowedNow(_over(order), own)
    return order


def _over(order: Order) -> str:
    return (
        f"Nhiệm vụ giao {order.receiver} hiện ở trạng thái “{order.get_state_display()}”;"
        " không còn gia hạn được, đề nghị gia hạn không còn cần quyết định."
    )


def _check_number(order: Order) -> None:
    order.task.organisation.refresh_from_db(fields=["extension_limit"])
    if not left_to_grant(order):
        giver = order.task.organisation
        raise ValidationError(
            f"Nhiệm vụ này đã được gia hạn {order.extended} lần; {giver} cho phép nhiều nhất"
            f" {giver.extension_limit} lần. Nơi giao thu hồi và giao lại khi cần."
        )
