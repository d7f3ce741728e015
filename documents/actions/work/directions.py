"""A direction that was given: taken back while nobody has begun, amended afterwards. What was written stays written."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents.access import FALLEN, may
from documents.actions.work import parts
from documents.actions.work.assignments import (
    assign,
    branch_of,
    check_below,
    check_due,
    last_day,
    latest,
    named,
    promise,
    seen_at,
    withdraw_branch,
)
from documents.actions.work.receivers import INFO, LEAD, Receiver, receivers, who
from documents.journey import STEPS, NotAllowedNow, check, lock, move, record, row_of, too_late
from documents.models import Assignment, Direction, Incoming, Task
from documents.models.assignment import matter_name
from orgs.actions.notices import tell_each
from orgs.models import Post, Unit
from orgs.models.notice import WORK


@transaction.atomic
def retract(matter: Incoming | Task, *, by: Post, at: datetime, reason: str, seen: int | None = None) -> None:
    """Takes the whole direction back, as long as nobody has begun: every task ends, the paper is `by`'s to direct again.

    `seen`: the direction that was looked at. Raises ValidationError without a reason; NotAllowedNow when it was amended
    meanwhile, or when somebody has begun or handed on, which then says who.
    """
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do rút lại.")
    _hold(matter, "retract", by=by)
    chain = _standing(matter)
    if seen is not None and chain and chain[0].pk != seen:
        raise too_late(matter, "retract", kinds=("amend", "direct"))
    if started := begun(matter):
        raise NotAllowedNow(
            f"Không thể “{STEPS[type(matter)]['retract'].label}”: {started.assignee.user} đã {_BEGUN[started.state]}."
            " Hãy sửa chỉ đạo, hoặc thu hồi từng việc.",
            matter,
        )
    held = parts.held_parts_of(matter) if isinstance(matter, Task) else []
    given = _day_given(matter)  # with what was granted since
    tasks = list(matter.assignments.open().select_related("assignee__user", "by__user", "incoming", "task"))
    text = f"{by.operator} đã rút lại chỉ đạo về {named(matter)}; bạn không còn việc với {matter.noun} này. Lý do: {reason}"
    _tell(tasks, text, by=by, at=at, matter=matter)
    for task in tasks:
        withdraw_branch(task, by=_giver(task, by), at=at, reason=reason)
    # Else the sender or the clerk has changed it since; and no whole goes back to a day before its parts.
    if given and matter.due_on == given and not last_day(matter):
        before = chain[-1].due_before
        promise(matter, given if parts.later_than(before, held) else before)
    matter.directions.filter(pk__in=[one.pk for one in chain]).update(taken_back_at=at)
    move(matter, "retract", by=by, at=at, holder=by, payload={"reason": reason})


@transaction.atomic
def amend(
    matter: Incoming | Task,
    *,
    by: Post,
    at: datetime,
    text: str,
    lead: Post | Unit | None,
    support: list[Post | Unit] = (),
    info: list[Post | Unit] = (),
    due_on: date | None = None,
    product: str = "",
    seen: int | None = None,
    pull_in: bool = False,
) -> None:
    """Puts other words, another day or other people in the place of those of the direction that stands.

    Tasks of those who stay go on; of those who are no longer named they end, with all that was given on from them.
    Everybody concerned is told. `seen`: the direction that was looked at. `pull_in`: parts of a task that would end after it
    follow it to the earlier day. Raises ValidationError, PartsLater when they may not; NotAllowedNow when somebody amended
    it meanwhile.
    """
    _hold(matter, "amend", by=by)
    held = parts.held_parts_of(matter) if isinstance(matter, Task) else []
    last = matter.directions.standing().select_related("by__user").last()
    if seen is not None and last is not None and last.pk != seen:
        raise too_late(matter, "amend", kinds=("amend", "direct"))
    if lead is None:
        raise ValidationError(
            "Việc đã giao phải có người chủ trì. Muốn chỉ chuyển để biết, hãy rút lại chỉ đạo."
        )
    today = timezone.localdate(at)
    people = receivers(lead, support, info, by=by, today=today, matter=matter)
    if isinstance(matter, Task):
        check_below(by, people)
    before = _day_given(matter)
    limit = latest(matter)
    due_on = due_on or limit
    if due_on != before:  # what is late already is amended late
        check_due(due_on, today, limit=limit)
    change = _change(matter, people, text=text, before=before, due_on=due_on, product=product)
    if not change.words and last is not None and text == last.text and due_on == before:
        raise ValidationError("Chưa có gì thay đổi.")
    words = _words(change, last, text, before, due_on)
    ends_on = _ends_on(matter, last, before, due_on)
    pulled = parts.to_pull_in(ends_on, held, agreed=pull_in)
    _tell_of(change, words, by=by, at=at, matter=matter, of_parts=parts.told_of(pulled, ends_on, by=by))
    for task in change.removed:
        withdraw_branch(task, by=_giver(task, by), at=at, reason="Chỉ đạo đã sửa")
    if ends_on != matter.due_on:
        promise(matter, ends_on)
    for task in change.kept + change.below:
        task.save(update_fields=["instruction", "product", "due_on", "unit"])
    if isinstance(matter, Task):
        row_of(matter).update(content=text, product=product)
    assign(matter, None, change.added, by=by, at=at, text=text, due_on=due_on, product=product)
    Direction.objects.create(
        by=by, text=text, at=at, amends=last, due_on=due_on, due_before=last.due_before if last else None,
        **{matter_name(matter): matter},
    )  # fmt: skip
    payload = who(text, people, due_on) | {"amended": words}
    leads = next((one.post for one in change.added if one.role == LEAD), None)
    if leads is not None:
        move(matter, "amend", by=by, at=at, holder=leads, payload=payload)
    else:
        record("amend", matter, by=by, at=at, payload=payload)
    parts.shorten(pulled, ends_on, by=by, at=at)


def _ends_on(
    matter: Incoming | Task, last: Direction | None, before: date | None, due_on: date | None
) -> date | None:
    """The deadline of the whole follows, unless another organisation gave it."""
    if last_day(matter):
        return matter.due_on
    if due_on and due_on != before:  # the sender or the clerk may have changed the paper's own since
        return due_on
    if before and not due_on and matter.due_on == before:
        return last.due_before if last else None
    return matter.due_on


def _standing(matter: Incoming | Task) -> list[Direction]:
    """The direction that holds now and what it amends, the latest first. Earlier ones, of tasks that were given back or taken
    back one by one, are over."""
    known = {one.pk: one for one in matter.directions.standing()}
    chain, one = [], max(known.values(), key=lambda one: (one.at, one.pk), default=None)
    while one is not None:
        chain.append(one)
        one = known.get(one.amends_id)
    return chain


def begun(matter: Incoming | Task) -> Assignment | None:
    """A task of the direction that is no longer only lying there. To have read what is "để biết" is not to begin."""
    tasks = matter.assignments.exclude(role=INFO).exclude(state__in=["new", *FALLEN])
    return tasks.select_related("assignee__user").first()


_BEGUN = {
    "in_progress": "bắt đầu xử lý",
    "forwarded": "chuyển tiếp việc",
    "reported": "báo cáo kết quả",
    "done": "hoàn thành việc của mình",
}


@dataclass
class _Change:
    """What an amendment does to the tasks; nothing of it is written yet."""

    kept: list[Assignment] = field(default_factory=list)
    removed: list[Assignment] = field(default_factory=list)
    added: list[Receiver] = field(default_factory=list)
    below: list[Assignment] = field(default_factory=list)  # given on, whose day follows
    words: list[str] = field(default_factory=list)


def _day_given(matter: Incoming | Task) -> date | None:
    """The day that stands: the leading task's."""
    leading = matter.assignments.filter(parent=None, role=LEAD).exclude(state__in=FALLEN)
    return leading.values_list("due_on", flat=True).first()


def _change(
    matter: Incoming | Task,
    people: list[Receiver],
    *,
    text: str,
    before: date | None,
    due_on: date | None,
    product: str,
) -> _Change:
    """A day of its own that a task was granted since stays, unless the day of the direction is another now."""
    tasks = matter.assignments.filter(parent=None).exclude(state__in=FALLEN)
    current = {(task.role, task.assignee_id): task for task in tasks.select_related("assignee__user", "by__user", "incoming", "task", "unit")}  # fmt: skip
    wanted = {one.key: one for one in people}
    change = _Change(added=[one for key, one in wanted.items() if key not in current])
    change.words += [f"Thêm {one.role.label.lower()}: {one}" for one in change.added]
    for key, task in current.items():
        if task.state == "done":
            continue
        if key not in wanted:
            change.removed.append(task)
            change.words.append(f"Thôi {task.get_role_display().lower()}: {task.given_to}")
            continue
        change.kept.append(task)
        if task.unit != wanted[key].unit:
            change.words.append(f"{task.get_role_display()}: {task.given_to} → {wanted[key]}")
        if task.role == LEAD and task.product != product:
            change.words.append("Sản phẩm được viết lại")
        task.unit = wanted[key].unit
        if task.role != INFO:
            task.instruction, task.product = text, product
            if due_on != before or task.due_on == before:
                if task.due_on not in (before, due_on):
                    change.words.append(f"Thời hạn của {task.given_to}: {_day(task.due_on)} → {_day(due_on)}")
                change.below += _below(task, due_on)
                task.due_on = due_on
    return change


def _below(task: Assignment, due_on: date | None) -> list[Assignment]:
    """What was given on with the same day gets the new one; with a later one, which can be no more, too."""
    found = []
    for child in branch_of(task)[1:]:
        if child.role != INFO and (
            child.due_on == task.due_on or (due_on and (child.due_on or date.max) > due_on)
        ):
            child.due_on = due_on
            found.append(child)
    return found


def _words(
    change: _Change, last: Direction | None, text: str, before: date | None, due_on: date | None
) -> list[str]:
    """What is different, for the history and for those who are told."""
    words = list(change.words)
    if due_on != before:
        words.insert(0, f"Thời hạn: {_day(before)} → {_day(due_on)}")
    if last is None or text != last.text:
        words.insert(0, "Nội dung giao được viết lại")
    return words


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "không có"


def _tell_of(
    change: _Change, words: list[str], *, by: Post, at: datetime, matter: Incoming | Task, of_parts: list
) -> None:  # fmt: skip
    """`of_parts`: what is told besides (`parts.told_of`)."""
    about = f"về {named(matter)}"
    texts = {}  # by account: who keeps something is not told that there is nothing left
    for task in change.removed:
        for one in branch_of(task):
            texts[one.assignee.user_id] = (
                f"{by.operator} đã sửa chỉ đạo {about}; bạn không còn việc với {matter.noun} này."
            )
    for task in change.kept:
        for one in branch_of(task):
            texts[one.assignee.user_id] = f"{by.operator} đã sửa chỉ đạo {about}. {'; '.join(words)}."
    for one in change.added:
        texts[one.post.user_id] = f"{by.operator} đã sửa chỉ đạo {about}; nay bạn {one.role.label.lower()}."
    texts.pop(by.operator.pk, None)
    parts.tell(of_parts, at=at, besides=texts)
    tell_each(texts, at=at, url=seen_at(matter), kind=WORK)


def _tell(tasks: list[Assignment], text: str, *, by: Post, at: datetime, matter: Incoming | Task) -> None:
    texts = {task.assignee.user_id: text for task in tasks}
    texts.pop(by.operator.pk, None)
    tell_each(texts, at=at, url=seen_at(matter), kind=WORK)


def _hold(matter: Incoming | Task, step: str, *, by: Post) -> None:
    """From here on the paper is as it is read; the step is still open to this post."""
    lock(matter)
    matter.refresh_from_db(fields=["state", "due_on", "holder"])
    matter.__dict__.pop("directed_by", None)
    check(matter, step, by=by)


def _giver(task: Assignment, by: Post) -> Post:
    """Who may end the task: oneself, or, with one's own hands, whoever gave it."""
    return by if may(by, "withdraw_assignment", task) else task.by.used_by(by.operator)
