"""A task without a paper: given, and called off. What happens between is as with a paper (assignments.py, directions.py)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import may
from documents.actions.work import parts
from documents.actions.work.assignments import check_due, direct, latest, named, seen_at, withdraw_all
from documents.actions.work.orders import call_off_orders
from documents.actions.work.parts import WITH_THE_WHOLE, held_parts_of, working_on
from documents.actions.work.receivers import receivers
from documents.journey import NotAllowedNow, carried, check, lock, move
from documents.models import Recurring, Task
from orgs.actions.notices import tell
from orgs.models import Post, Unit
from orgs.models.notice import WORK


@transaction.atomic
def give_task(
    *,
    by: Post,
    at: datetime,
    title: str,
    text: str,
    lead: Post | Unit,
    support: list[Post | Unit] = (),
    info: list[Post | Unit] = (),
    due_on: date | None = None,
    product: str = "",
    urgency: int = 0,
    meeting: str = "",
    met_on: date | None = None,
    parent: Task | None = None,
    recurring: Recurring | None = None,
    turn_on: date | None = None,
    foreign_code: str = "",
) -> Task:
    """Giao nhiệm vụ: from nothing, from a meeting, or as a part of another task, which it cannot outlast.

    Raises PermissionDenied; ValidationError without a title or anybody to lead it, for a day that is past or after the
    whole's; NotAllowedNow when the whole has ended.
    """
    if not may(by, "give_task"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng và trưởng phòng giao nhiệm vụ.")
    if not title.strip():
        raise ValidationError("Hãy ghi tên nhiệm vụ.")
    if parent is not None:
        _hold_whole(parent, by=by)
        check_due(due_on, timezone.localdate(at), limit=parent.due_on)
        due_on = due_on or parent.due_on
    task = Task.objects.create(
        organisation_id=by.organisation_id, by=by, held_since=at, created_at=at, title=title.strip(), content=text,
        product=product, urgency=urgency, meeting=meeting.strip(), met_on=met_on if meeting.strip() else None,
        parent=parent, holder=by, recurring=recurring, turn_on=turn_on, foreign_code=foreign_code,
    )  # fmt: skip
    note = f"Theo nhiệm vụ định kỳ, kỳ {turn_on:%d/%m/%Y}" if recurring else ""
    direct(
        task, by=by, at=at, text=text, lead=lead, support=support, info=info, due_on=due_on, product=product, note=note
    )  # fmt: skip
    return task


@transaction.atomic
def give_again(
    task: Task, *, by: Post, at: datetime, due_on: date | None = None, pull_in: bool = False, **given
) -> None:
    """After it came back, with all that `direct` takes. `pull_in`: parts that would end after it follow it to its day.

    Raises PartsLater when they may not, and what `direct` raises.
    """
    lock(task)
    task.refresh_from_db(fields=["state", "due_on"])
    check(task, "direct", by=by)
    ends_on = task.last_day or due_on or latest(task) or task.due_on
    pulled = parts.to_pull_in(ends_on, held_parts_of(task), agreed=pull_in)
    if pulled:
        besides = _accounts(task, by=by, at=at, **given)
        parts.tell(parts.told_of(pulled, ends_on, by=by), at=at, besides=besides)
    direct(task, by=by, at=at, due_on=due_on, **given)
    parts.shorten(pulled, ends_on, by=by, at=at)


def _accounts(
    task: Task, *, by: Post, at: datetime, lead: Post | Unit | None, support=(), info=(), **_
) -> set[int]:
    """Of those who get it. Raises what `direct` raises for them."""
    if lead is None:
        return set()  # `direct` refuses it
    people = receivers(lead, support, info, by=by, today=timezone.localdate(at), matter=task)
    return {one.post.user_id for one in people}


class LineRefused(ValidationError):
    """One of many does not fit; `number` counts from 0. Nothing was given."""

    def __init__(self, number: int, error: ValidationError):
        self.number = number
        super().__init__(error.messages)


@transaction.atomic
def give_conclusions(
    *, by: Post, at: datetime, meeting: str, met_on: date, lines: dict[int, dict]
) -> list[Task]:
    """Kết luận cuộc họp: a task for each line, all of them or none. `lines`: by number, what `give_task` takes.

    Raises PermissionDenied; ValidationError without a meeting or lines; LineRefused.
    """
    if not meeting.strip():
        raise ValidationError("Hãy ghi tên cuộc họp.")
    if not lines:
        raise ValidationError("Hãy ghi ít nhất một việc.")
    given = []
    for number, line in lines.items():
        try:
            given.append(give_task(by=by, at=at, meeting=meeting, met_on=met_on, **line))
        except ValidationError as error:
            raise LineRefused(number, error) from error
    return given


@transaction.atomic
def call_off(task: Task, *, by: Post, at: datetime, reason: str) -> None:
    """Nothing more is to be done: the task ends, and with it all that was given on from it and every part of it.

    Raises ValidationError without a reason; NotAllowedNow when it has ended.
    """
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do thu hồi.")
    lock(task)
    task.refresh_from_db(fields=["state"])
    check(task, "call_off", by=by)
    held = held_parts_of(task)
    told = {user for whole in (task, *held) for user in working_on(whole)} - {by.operator}
    text = f"{by.operator} thu hồi {named(task)}; không còn phải làm. Lý do: {reason}"
    tell(sorted(told, key=lambda user: user.pk), text, at=at, url=seen_at(task), kind=WORK)
    call_off_orders(task, by=by, at=at, reason=reason)
    withdraw_all(task, by=by, at=at, reason=reason)
    move(task, "call_off", by=by, at=at, payload={"reason": reason})
    for part in held:
        withdraw_all(part, by=by, at=at, reason=reason, note=WITH_THE_WHOLE)
        carried(part, "call_off", by=by, at=at, payload={"reason": reason, "note": WITH_THE_WHOLE})


def _hold_whole(whole: Task, *, by: Post) -> None:
    lock(whole)
    whole.refresh_from_db(fields=["state", "due_on"])
    if not whole.is_open:
        raise NotAllowedNow(
            f"Nhiệm vụ lớn hiện ở trạng thái “{whole.state_label}”; không thêm được phần việc.", whole
        )
    if not may(by, "add_part", whole):
        raise PermissionDenied("Người giao hoặc người chủ trì nhiệm vụ mới chia được thành các phần việc.")
