"""Why one person's task has the day it has: who gave it or which rule, then every pause and every extension, in their order. Reads
only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from documents.due.reckoning import Line, off_days
from documents.due.rules import Answer, answers, matter_of, pauses_of
from documents.models import Assignment, DuePause, Extension
from orgs.calendar import DAY, Calendar
from orgs.models import DayOff


@dataclass(frozen=True)
class Step:
    """Something that moved the day, and when that was done."""

    at: datetime
    before: date
    after: date
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explained:
    """`rule`: from which the first day follows, or nothing; the last line is the day that holds."""

    rule: Answer | None
    lines: tuple[Line, ...]


def explained_work(task: Assignment, calendar: Calendar, at: datetime) -> Explained:
    """Five questions, however often it was moved. Of a task with a day."""
    names = dict(DayOff.objects.filter(working=False).values_list("date", "name"))
    steps = sorted([*_pauses(task, calendar, names), *_extensions(task)], key=lambda step: step.at)
    now = steps[0].before if steps else task.due_on
    rule = rule_of(task, now, calendar, at, names=names)
    if rule:
        lines = [*rule.reckoning.lines[:-1], Line("given", f"Hạn theo quy tắc: {now:%d/%m/%Y}.")]
    else:
        lines = [Line("start", f"{task.by.user} giao ngày {task.created_at:%d/%m/%Y}, hạn {now:%d/%m/%Y}.")]
    for step in steps:
        lines += _again(now, step.before)
        lines += step.lines
        now = step.after
    lines += _again(now, task.due_on)
    return Explained(rule, (*lines, Line("result", f"Hạn: hết {task.due_on:%d/%m/%Y}.")))


def rule_of(
    task: Assignment, day: date | None, calendar: Calendar, at: datetime, *, names=None
) -> Answer | None:
    """The rule of its paper, where that gives this very day: as it was when the task was given, or with the pauses of the paper."""
    paper = task.incoming
    if paper is None or day is None:
        return None
    for pauses in (pauses_of(paper), []):
        found = answers(matter_of(paper, at), calendar, pauses=pauses, names=names)
        if found and found[0].reckoning.due == day:
            return found[0]
        if not pauses:
            return None
    return None


def _pauses(task: Assignment, calendar: Calendar, names) -> Iterable[Step]:
    for one in task.due_pauses.select_related("by__user"):
        yield Step(one.at, one.due_before, one.due_after, tuple(_of_pause(one, calendar, names)))


def _of_pause(one: DuePause, calendar: Calendar, names) -> list[Line]:
    about = f"{one.get_why_display().lower()}, {one.note} ({one.by.user} ghi)"
    if one.last < one.first:
        return [Line("pause", f"Tạm dừng ngày {one.first:%d/%m/%Y}, tính tiếp ngay trong ngày: {about}.")]
    counted = f"từ {one.first:%d/%m/%Y} đến hết {one.last:%d/%m/%Y}"
    moved = (
        f"hạn {one.due_before:%d/%m/%Y} thành {one.due_after:%d/%m/%Y}, số ngày làm việc còn lại giữ nguyên"
    )
    return [
        Line("pause", f"Không tính {counted}: {about}; {moved}."),
        *off_days(one.last + DAY, one.due_after, calendar, names),
    ]


def _extensions(task: Assignment) -> Iterable[Step]:
    rows = Extension.objects.filter(assignment=task, state="granted").select_related("decided_by__user")
    for one in rows:
        words = f"Gia hạn từ {one.due_before:%d/%m/%Y} đến {one.due_granted:%d/%m/%Y}: {one.decided_by.user} đồng ý, lý do: {one.reason}"
        yield Step(one.decided_at, one.due_before, one.due_granted, (Line("extension", words),))


def _again(now: date, then: date) -> list[Line]:
    """By a direction that was amended, or with the deadline of the paper."""
    return [] if now == then else [Line("given", f"Hạn được ghi lại: {then:%d/%m/%Y}.")]
