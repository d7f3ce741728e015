"""What goes with a whole: its parts end with it when it is called off, and none ends after it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q

from documents.actions.work.assignments import branch_of, named, promise
from documents.actions.work.receivers import INFO
from documents.journey import lock, record
from documents.models import Direction, Task
from documents.states import TaskState
from orgs.actions.notices import hold, tell_each
from orgs.models import Post, User
from orgs.models.notice import WORK

WITH_THE_WHOLE = "theo nhiệm vụ lớn"
NAMED = 5  # parts in a sentence


class PartsLater(ValidationError):
    """The whole would end on a day before these parts of it do; said at the tick that pulls them in."""

    def __init__(self, parts: list[Task], day: date):
        self.parts = parts
        named_parts = [f"“{part}” ({_day(part.due_on)})" for part in parts[:NAMED]]
        if len(parts) > NAMED:
            named_parts.append(f"{len(parts) - NAMED} phần việc khác")
        sentence = (
            f"Phần việc sẽ muộn hơn nhiệm vụ, nay hạn {day:%d/%m/%Y}: {', '.join(named_parts)}."
            " Hãy đánh dấu để kéo hạn của chúng về ngày đó, hoặc chọn ngày khác."
        )
        super().__init__({"pull_in": [sentence]})


def held_parts_of(task: Task) -> list[Task]:
    """Everything below it that still goes on, held, as it stands. A whole is older than its parts: the order of locks
    stays one."""
    found = []
    for part in task.parts.filter(state__in=TaskState.IN_HAND).select_related("by__user").order_by("pk"):
        lock(part)
        part.refresh_from_db(fields=["state", "due_on"])
        if part.state in TaskState.IN_HAND:
            found += [part, *held_parts_of(part)]
    return found


def working_on(task: Task) -> list[User]:
    first = task.assignments.filter(parent=None).open().exclude(role="info").select_related("assignee__user")
    return [one.assignee.user for lead in first for one in branch_of(lead)]


def later_than(day: date | None, parts: Iterable[Task]) -> list[Task]:
    """Those that would end after a whole of that day; a part without a day ends whenever it likes."""
    return [part for part in parts if day and (part.due_on is None or part.due_on > day)]


def to_pull_in(day: date | None, parts: Iterable[Task], *, agreed: bool) -> list[Task]:
    """Those that have to follow the whole to that day. Raises PartsLater unless that was `agreed`."""
    later = later_than(day, parts)
    if later and not agreed:
        raise PartsLater(later, day)
    return later


def told_of(parts: list[Task], day: date, *, by: Post) -> list[tuple[dict[int, str], str]]:
    """Of each part: what whoever gave it or works on it is told, by account; and where it is seen."""
    found = []
    for part in parts:
        text = f"{by.operator} kéo hạn {named(part)} về {day:%d/%m/%Y} {WITH_THE_WHOLE}."
        accounts = {part.by.user_id, *(user.pk for user in working_on(part))} - {by.operator.pk}
        found.append((dict.fromkeys(accounts, text), part.get_absolute_url()))
    return found


def tell(told: list[tuple[dict[int, str], str]], *, at: datetime, besides: Iterable[int] = ()) -> None:
    """`besides`: the accounts that are told of the whole. All are held before the first is told: one order of locks."""
    hold({*besides, *(account for texts, _ in told for account in texts)})
    for texts, url in told:
        tell_each(texts, at=at, url=url, kind=WORK)


def shorten(parts: list[Task], day: date, *, by: Post, at: datetime) -> None:
    """The parts end on that day, with all work on them that would end later. A direction of its own, as an amendment is."""
    for part in parts:
        days = f"Thời hạn: {_day(part.due_on)} → {_day(day)}"
        promise(part, day)
        later = part.assignments.open().exclude(role=INFO).filter(Q(due_on=None) | Q(due_on__gt=day))
        later.update(due_on=day)
        last = part.directions.standing().last()
        if last is not None:
            Direction.objects.create(
                task=part, by=by, text=last.text, at=at, amends=last, due_on=day, due_before=last.due_before
            )
        payload = {"note": WITH_THE_WHOLE.capitalize(), "amended": [days], "due_on": day.isoformat()}
        record("amend", part, by=by, at=at, payload=payload)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "không có hạn"
