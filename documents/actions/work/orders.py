"""A task given to other organisations: taken up or refused there, its result approved or returned here.

Whoever acts writes his own office's record and the row between the two (models/order.py). The other office's record
follows by `tell_orders`, in a transaction and a chain of events of its own: no act waits for another office.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.work import between
from documents.actions.work.assignments import check_due, named
from documents.actions.work.parts import held_parts_of, working_on
from documents.journey import NotAllowedNow, carried, check, lock, move, record
from documents.models import Assignment, Order, Task
from documents.states import TaskState
from orgs.actions.notices import tell
from orgs.models import Organisation, Post, Role
from orgs.models.notice import WORK

State = Order.State
logger = logging.getLogger(__name__)
AT_ONCE = 500  # orders of one run
MOST = 300  # organisations in one go: more than the city has communes and departments together
SHORTEST = 10  # letters of a reason that another office reads


@transaction.atomic
def give_to_offices(
    *, by: Post, at: datetime, title: str, text: str, offices: list[Organisation], due_on: date | None = None,
    product: str = "", urgency: int = 0, meeting: str = "", met_on: date | None = None,
) -> Task:  # fmt: skip
    """Giao nhiệm vụ cho cơ quan trực thuộc. One record here; each of them gets its own when `tell_orders` runs.

    Raises PermissionDenied; ValidationError without a title, text or anybody, for too many, for one that is not below
    this organisation, is closed or has no clerk, or for a day that is past.
    """
    if not may(by, "give_to_offices"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng mới giao nhiệm vụ cho cơ quan khác.")
    today = timezone.localdate(at)
    if not title.strip() or not text.strip():
        raise ValidationError("Hãy ghi tên và nội dung nhiệm vụ.")
    if not offices or len(offices) > MOST:
        raise ValidationError(f"Hãy chọn từ 1 đến {MOST} cơ quan nhận.")
    below = set(offices_below(by.organisation, today).values_list("pk", flat=True))
    if wrong := [str(one) for one in offices if one.pk not in below]:
        raise ValidationError(
            f"Không giao được cho {', '.join(wrong[:3])}: không trực thuộc, đã đóng hoặc không có văn thư."
        )
    check_due(due_on, today)
    task = Task.objects.create(
        organisation_id=by.organisation_id, by=by, holder=by, held_since=at, created_at=at, state=TaskState.ASSIGNED,
        title=title.strip(), content=text, product=product, urgency=urgency, due_on=due_on, outward=True,
        meeting=meeting.strip(), met_on=met_on if meeting.strip() else None,
    )  # fmt: skip
    Order.objects.bulk_create(Order(task=task, receiver=one, due_on=due_on, sent_at=at) for one in offices)
    payload = {"text": text, "offices": [str(one) for one in offices], "due_on": f"{due_on or ''}"}
    record("direct", task, by=by, at=at, payload=payload)
    return task


def offices_below(organisation: Organisation, today: date):
    """Whom this organisation may give tasks to: those under it that are open and have a clerk's desk."""
    below = Organisation.objects.on(today).gates().inside().exclude(pk=organisation.pk)
    return below.filter(parent=organisation) | below.filter(parent__parent=organisation)


@transaction.atomic
def take_up(task: Task, *, by: Post, at: datetime, to: Post) -> None:
    """The clerk, the head of the office or the head takes up what was given from above; `to` gives it on.

    Raises ValidationError for somebody who gives no work here; NotAllowedNow when it was taken up or called off.
    """
    order = _held(task)
    check(task, "take_up", by=by)
    if to.organisation_id != task.organisation_id or to.role not in (Role.LEADER, Role.OFFICE_HEAD):
        raise ValidationError("Hãy chọn lãnh đạo hoặc chánh văn phòng của cơ quan.")
    _step(order, State.TAKEN_UP, by=by, at=at)
    if to.user_id != by.operator.pk:
        text = f"{by.operator} trình nhiệm vụ do {task.giver} giao, chờ bạn giao việc."
        tell([to.user], text, at=at, url=task.get_absolute_url(), kind=WORK)
    move(task, "take_up", by=by, at=at, holder=to)


@transaction.atomic
def refuse(task: Task, *, by: Post, at: datetime, reason: str) -> None:
    """It is not ours to do: back to the organisation that gave it, with the reason."""
    check_reason(reason)
    order = _held(task)
    check(task, "refuse_task", by=by)
    _step(order, State.REFUSED, by=by, at=at, said=reason)
    move(task, "refuse_task", by=by, at=at, payload={"reason": reason})


@transaction.atomic
def approve_order(order: Order, *, by: Post, at: datetime) -> None:
    """The result of another organisation is taken; when it was the last, the task is done."""
    _judged(order, State.APPROVED, by=by, at=at)
    note = f"{order.receiver}: {order.said}"
    record("approve_order", order.task, by=by, at=at, payload={"note": note, "order": order.pk})
    _settle(order.task, by=by, at=at)


@transaction.atomic
def return_order(order: Order, *, by: Post, at: datetime, reason: str) -> None:
    """The result does not do: back to the organisation, to go on."""
    check_reason(reason)
    _judged(order, State.RETURNED, by=by, at=at, said=reason)
    payload = {"note": f"{order.receiver}", "reason": reason, "order": order.pk}
    record("return_order", order.task, by=by, at=at, payload=payload)


def call_off_orders(task: Task, *, by: Post, at: datetime, reason: str) -> None:
    """With the task itself, under its lock."""
    for order in task.orders.open():
        between.move(order, State.CALLED_OFF, by=by.operator, at=at, said=reason)


def tell_orders(*, at: datetime) -> int:
    """Has the other side of every order told how it stands. Safe to run twice and at once; how many were told."""
    told = 0
    for pk in list(Order.objects.untold().order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        try:
            told += _tell(pk, at)
        except NotAllowedNow:  # of one task that was changed past the acts, the others need not wait for it
            logger.exception("order %s cannot be told", pk)
    return told


@transaction.atomic
def _tell(pk: int, at: datetime) -> bool:
    found = Order.objects.select_related(
        "task__by__user", "task__organisation", "received__organisation", "receiver"
    ).get(pk=pk)
    lock(*[one for one in (found.task, found.received) if one is not None])
    order = Order.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if order is None or order.told == order.state:
        return False
    order.task, order.received, order.receiver = found.task, found.received, found.receiver
    _TELL[State(order.state)](order, at)
    return True


def _arrives(order: Order, at: datetime) -> None:
    whole = order.task
    received = Task.objects.create(
        organisation=order.receiver, giver=whole.organisation, by=whole.by, state=TaskState.ARRIVED, held_since=at,
        created_at=at, title=whole.title, content=whole.content, product=whole.product, due_on=order.due_on,
        urgency=whole.urgency, meeting=whole.meeting, met_on=whole.met_on,
    )  # fmt: skip
    between.arrived(order, received)
    payload = {"note": f"{whole.organisation} giao ({whole.by.user}, {whole.by.title})"}
    record("task_arrives", received, by=None, at=at, payload=payload)


def _hears(kind: str, sentence: str) -> Callable[[Order, datetime], None]:
    """The giver's office is told what the receiver did."""

    def hears(order: Order, at: datetime) -> None:
        whole = order.task
        between.told(order, order.state)
        text = f"{order.receiver} {sentence} nhiệm vụ bạn giao."
        tell([whole.by.user], text, at=at, url=whole.get_absolute_url(), kind=WORK)
        said = order.said if order.state in (State.REFUSED, State.REPORTED) else ""
        record(
            kind,
            whole,
            by=None,
            at=at,
            payload={"note": f"{order.receiver}", "text": said, "order": order.pk},
        )
        if order.state == State.REFUSED:
            _settle(whole, by=None, at=at)

    return hears


def _approved(order: Order, at: datetime) -> None:
    between.told(order, order.state)
    note = {"note": f"{order.task.organisation}"}
    if (lead := _passed_up(order)) is not None:
        carried(lead, "approve_result", at=at, payload=note)
    carried(order.received, "approved_above", at=at, payload=note)


def _returned(order: Order, at: datetime) -> None:
    """To whoever led it, to go on; whoever gave it to him hears it too."""
    received, lead = order.received, _passed_up(order)
    text = f"{order.task.organisation} trả lại kết quả {named(received)} để làm tiếp: {order.said}"
    if lead is not None:
        tell({lead.assignee.user, lead.by.user}, text, at=at, url=received.get_absolute_url(), kind=WORK)
        carried(lead, "return_result", at=at, payload={"reason": order.said})
        Assignment.objects.filter(pk=lead.pk).update(done_at=None)
    payload = {"note": f"{order.task.organisation}", "reason": order.said}
    carried(received, "returned_above", at=at, holder=lead.assignee if lead else None, payload=payload)
    between.move(order, State.TAKEN_UP, by=None, at=at)
    between.told(order, State.TAKEN_UP)


def _passed_up(order: Order) -> Assignment | None:
    """The work whose result was passed up."""
    leads = order.received.assignments.filter(role="lead", parent=None, state="reported")
    return leads.select_related("assignee__user", "by__user", "task__by__user").first()


def _called_off(order: Order, at: datetime) -> None:
    received = order.received
    between.told(order, order.state)
    if received is None or not Task.objects.filter(pk=received.pk, state__in=TaskState.OPEN).exists():
        return
    wholes = [received, *held_parts_of(received)]
    text = f"{order.task.organisation} thu hồi nhiệm vụ đã giao; không còn phải làm. Lý do: {order.said}"
    working = {user for whole in wholes for user in working_on(whole)}
    tell(working, text, at=at, url=received.get_absolute_url(), kind=WORK)
    for whole in wholes:
        for one in whole.assignments.open().select_related("task").order_by("pk"):
            carried(one, "withdraw", at=at, payload={"reason": order.said})
        whole.refresh_from_db(fields=["state"])
        carried(whole, "called_off_above", at=at, payload={"reason": order.said})


_TELL: dict[State, Callable[[Order, datetime], None]] = {
    State.SENT: _arrives,
    State.TAKEN_UP: _hears("order_taken_up", "đã tiếp nhận"),
    State.REFUSED: _hears("order_refused", "trả lại"),
    State.REPORTED: _hears("order_reported", "báo cáo kết quả"),
    State.APPROVED: _approved,
    State.RETURNED: _returned,
    State.CALLED_OFF: _called_off,
    State.ARRIVED: lambda order, at: between.told(order, order.state),
}


def _held(task: Task) -> Order:
    lock(task)
    task.refresh_from_db(fields=["state"])
    return Order.objects.select_for_update(of=("self",)).get(received=task)


def _judged(order: Order, to: State, *, by: Post, at: datetime, said: str = "") -> None:
    lock(order.task)
    order.task.refresh_from_db(fields=["state"])
    if not may(by, "judge_order", order.task):
        raise PermissionDenied("Người giao nhiệm vụ mới duyệt hoặc trả lại kết quả của cơ quan nhận.")
    _step(order, to, by=by, at=at, said=said)


def _step(order: Order, to: State, *, by: Post, at: datetime, said: str = "") -> None:
    if between.move(order, to, by=by.operator, at=at, said=said):
        return
    order.refresh_from_db(fields=["state"])
    raise NotAllowedNow(
        f"Nhiệm vụ giao {order.receiver} hiện ở trạng thái “{order.get_state_display()}”; có thể một người khác vừa xử lý.",
        order.task if by.organisation_id == order.task.organisation_id else order.received,
    )


def _settle(task: Task, *, by: Post | None, at: datetime) -> None:
    """When nobody works on it any more and somebody's result was taken, the whole is done. It may be already: a refusal is
    told later than it was made. Under its lock."""
    task.refresh_from_db(fields=["state"])
    if not task.is_open:
        return
    standing = set(task.orders.values_list("state", flat=True))
    if standing & set(Order.OPEN) or State.APPROVED not in standing:
        return
    if by is not None:
        move(task, "complete", by=by, at=at)
    else:
        carried(task, "complete", at=at)


def check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST:
        raise ValidationError(f"Hãy ghi lý do, ít nhất {SHORTEST} ký tự; cơ quan kia đọc nguyên văn.")
