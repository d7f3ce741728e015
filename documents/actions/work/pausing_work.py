"""Days that do not count towards one person's task, of a paper or without one: the rest of its time stays as it was."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents.access import may
from documents.actions.work.assignments import last_day, named, promise, seen_at
from documents.actions.work.extensions import beyond, check_last_day
from documents.actions.work.pausing import LONGEST
from documents.due.assigned import rule_of
from documents.due.reckoning import after_pause
from documents.due.rules import answers, matter_of
from documents.journey import NotAllowedNow, lock, record
from documents.models import Assignment, DuePause
from documents.states import ASSIGNMENT_OPEN
from orgs.actions.notices import tell
from orgs.calendar import DAY, Calendar, working_days
from orgs.models import Post
from orgs.models.notice import WORK


@transaction.atomic
def pause_work(task: Assignment, *, why: str, note: str, last: date, by: Post, at: datetime) -> DuePause:
    """From today until the end of `last` no day counts; the deadline moves on at once, and with it that of open tasks it was given on
    as, and of the whole, where they have the same day.

    Raises PermissionDenied; NotAllowedNow when it has ended, is late already, or is paused, also with its paper; ValidationError for
    a day behind us or too far ahead, one after the task above, the whole or the organisation that gave it has, and a rule without pauses.
    """
    _hold(task, by)
    today, calendar = timezone.localdate(at), working_days()
    if task.due_on is None or task.due_on < today:
        raise NotAllowedNow(
            "Việc không có hạn hoặc đã quá hạn; không còn ngày nào để tạm dừng. Hãy xin gia hạn.", task.matter
        )
    if open_pause(task, today) or (task.incoming and _paused(task.incoming.due_pauses, today)):
        raise NotAllowedNow(
            "Hạn của việc này đang tạm dừng. Muốn đổi ngày, hãy tính tiếp rồi tạm dừng lại.", task.matter
        )
    if not today <= last <= today + LONGEST:
        raise ValidationError({"last": f"Từ hôm nay đến {today + LONGEST:%d/%m/%Y}."})
    _may_follow(task, by, calendar, at)
    before, after = task.due_on, after_pause(task.due_on, today, last, calendar)
    _check_above(task, after)
    _check_law(task, after, calendar, at)
    made = DuePause.objects.create(
        assignment=task,
        why=why,
        note=note,
        first=today,
        last=last,
        due_before=before,
        due_after=after,
        by=by,
        at=at,
    )
    days = _move(task, after, by=by, at=at)
    said = f"{task.assignee.user}: {made.get_why_display().lower()}, {today:%d/%m/%Y}–{last:%d/%m/%Y}; hạn {days}"
    record("pause_due", task.matter, by=by, at=at, payload=_told(made, said) | {"reason": note})
    return made


@transaction.atomic
def resume_work(task: Assignment, *, by: Post, at: datetime) -> None:
    """From today on days count again, and the deadline is that much nearer; one that was written anew meanwhile stays.

    Raises PermissionDenied; NotAllowedNow when nothing is paused.
    """
    _hold(task, by)
    today = timezone.localdate(at)
    pause = open_pause(task, today)
    if pause is None:
        raise NotAllowedNow("Hạn của việc này không tạm dừng.", task.matter)
    after = after_pause(pause.due_before, pause.first, today - DAY, working_days())
    follows = task.due_on == pause.due_after
    changed = {"last": today - DAY, "ended_by": by, "ended_at": at} | (
        {"due_after": after} if follows else {}
    )
    DuePause.objects.filter(pk=pause.pk).update(**changed)
    days = _move(task, after, by=by, at=at) if follows else "giữ nguyên, vì đã được ghi khác"
    said = f"{task.assignee.user}: hạn {days}"
    record("resume_due", task.matter, by=by, at=at, payload=_told(pause, said))


def check_work(task: Assignment, *, by: Post) -> None:
    """Raises PermissionDenied, or NotAllowedNow for a task that has ended."""
    if not may(by, "pause_work", task):
        raise PermissionDenied(
            "Chỉ người giao việc, cấp trên, hoặc người chủ trì khi hạn tính theo quy tắc, tạm dừng tính hạn."
        )
    if task.state not in ASSIGNMENT_OPEN:
        raise NotAllowedNow("Việc này đã kết thúc; không còn hạn để tạm dừng.", task.matter)


def open_pause(task: Assignment, today: date) -> DuePause | None:
    return _paused(task.due_pauses, today)


def _paused(pauses, today: date) -> DuePause | None:
    return pauses.filter(ended_at=None, last__gte=today).first()


def _hold(task: Assignment, by: Post) -> None:
    lock(task.matter)
    task.refresh_from_db(fields=["state", "due_on"])
    task.matter.refresh_from_db(fields=["due_on"])
    if task.parent_id:
        task.parent.refresh_from_db(fields=["due_on"])
    check_work(task, by=by)


def _may_follow(task: Assignment, by: Post, calendar: Calendar, at: datetime) -> None:
    """What a rule says is paused as far as the rule is; a day that somebody gave is his to put off."""
    rule = rule_of(task, task.due_on, calendar, at)
    if rule and not rule.rule.pausable:
        raise ValidationError(f"“{rule.rule.name}” không được tạm dừng. Hãy xin gia hạn.")
    if rule and _whole(task):
        raise ValidationError(
            "Hạn này là hạn của văn bản, tính theo quy tắc. Hãy tạm dừng hạn của văn bản, ở “Vì sao hạn này?” của văn bản."
        )
    if rule is None and not may(by, "withdraw_assignment", task):
        raise PermissionDenied(
            f"Hạn này do {task.by.user} ghi. Hãy xin gia hạn, hoặc nhờ {task.by.user} tạm dừng."
        )


def _whole(task: Assignment) -> bool:
    """Whether the day of the paper or task is its own, and so moves with it."""
    return task.parent_id is None and task.role == "lead" and task.matter.due_on == task.due_on


def _check_above(task: Assignment, after: date) -> None:
    if late := beyond(task, after):
        raise ValidationError(
            f"Việc cấp trên giao cho {late.assignee.user} có hạn {late.due_on:%d/%m/%Y}; tạm dừng thế này thì hạn là {after:%d/%m/%Y}."
            " Hãy tạm dừng việc đó trước, hoặc chọn ngày sớm hơn."
        )
    check_last_day(task, after)
    whole = task.matter.due_on
    if whole and after > whole and not _whole(task):
        raise ValidationError(
            f"Hạn của {named(task.matter)} là {whole:%d/%m/%Y}; tạm dừng thế này thì hạn của việc là {after:%d/%m/%Y}."
            " Hãy tạm dừng hoặc gia hạn việc chủ trì trước, hoặc chọn ngày sớm hơn."
        )


def _check_law(task: Assignment, after: date, calendar: Calendar, at: datetime) -> None:
    """Whatever day was written for it: the paper is not put off past one that no pause moves."""
    if task.incoming is None:
        return
    fixed = [one for one in answers(matter_of(task.incoming, at), calendar) if not one.rule.pausable]
    if fixed and after > (last := fixed[0].reckoning.due):
        raise ValidationError(
            f"“{fixed[0].rule.name}” không được tạm dừng và hết hạn ngày {last:%d/%m/%Y}; tạm dừng thế này thì hạn là"
            f" {after:%d/%m/%Y}. Hãy chọn ngày sớm hơn, hoặc xin gia hạn."
        )


def _move(task: Assignment, after: date, *, by: Post, at: datetime) -> str:
    """In words: from, to. Who works on it is told."""
    before = task.due_on
    if after == before:
        return f"{before:%d/%m/%Y}"
    whole = _whole(task) and not last_day(task.matter)
    there = [task, *_below(task, after)]
    Assignment.objects.filter(pk__in=[one.pk for one in there]).update(due_on=after)
    if whole:
        promise(task.matter, after)
    days = f"{before:%d/%m/%Y} → {after:%d/%m/%Y}"
    for was in {one.due_on for one in there}:
        people = {one.assignee.user for one in there if one.due_on == was} - {by.operator}
        text = f"Hạn xử lý {named(task.matter)} nay là: {was:%d/%m/%Y} → {after:%d/%m/%Y}."
        tell(people, text, at=at, url=seen_at(task.matter), kind=WORK)
    task.due_on = after
    return days


def _below(task: Assignment, after: date) -> list[Assignment]:
    """Open tasks it was given on as, at whatever depth, with the same day, or a later one than it is to have. One question for
    each depth."""
    found: list[Assignment] = []
    level = [task.pk]
    while level:
        under = Assignment.objects.filter(parent__in=level, state__in=ASSIGNMENT_OPEN)
        moves = Q(due_on=task.due_on) | Q(due_on__gt=after)
        rows = list(under.filter(moves).select_related("assignee__user"))
        found += rows
        level = [one.pk for one in rows]
    return found


def _told(pause: DuePause, said: str) -> dict:
    return {"note": said, "pause": pause.pk, "task": pause.assignment_id}
