"""What the day itself brings to a task: its deadline is near, has passed, and at last the next head hears of it.

Only rows and events; upper floors tell people. Safe to run twice, also at once: the batches take turns, and the database
keeps one row for a task, a rule and a day of deadline.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from documents.deadlines import late_since, soon_until
from documents.journey import record_all, unwritten
from documents.models import Assignment, DeadlineReminder
from orgs.calendar import Calendar, working_days
from orgs.models import Post, Role

RULE = DeadlineReminder.Rule
LATE = ((RULE.LATE_1, 1), (RULE.LATE_3, 3), (RULE.LATE_7, 7))  # working days
ESCALATED_AFTER = 5  # working days late: a week in which whoever gave it could act
BATCH = 500  # the chain of an office is held no longer than so many events take
EVENTS = {RULE.SOON: "near_deadline", RULE.ESCALATED: "escalate"}  # the rest: past_deadline
_TURN = 7_304_191  # of the advisory lock
_COLUMNS = (
    "pk", "due_on", "incoming_id", "task_id", "assignee__organisation_id", "assignee_id", "assignee__user__full_name", "by_id",
    "parent__by_id", "parent__by__valid_to", "parent__by__user__is_active",
)  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The deadlines that a rule speaks of today."""

    rule: str
    since: date
    until: date


def remind_by_deadline(*, at: datetime) -> int:
    """Writes what is due today and was not written yet; how much that was. On a day off nothing.

    Of several days late only the last rule is written: who comes back after a standstill is not told three times.
    """
    calendar, today = working_days(), timezone.localdate(at)
    if not calendar.is_working(today):
        return 0
    return sum(_all(window, today, at) for window in windows(today, calendar))


def windows(today: date, calendar: Calendar) -> list[Window]:
    found, until = [Window(RULE.SOON, today, soon_until(today, calendar))], {}
    for rule, days in LATE:
        until[rule] = late_since(today, days, calendar)
    for (rule, _), later in zip(LATE, [*LATE[1:], None], strict=True):
        since = until[later[0]].toordinal() + 1 if later else date.min.toordinal()
        found.append(Window(rule, date.fromordinal(since), until[rule]))
    return [*found, Window(RULE.ESCALATED, date.min, late_since(today, ESCALATED_AFTER, calendar))]


def _all(window: Window, today: date, at: datetime) -> int:
    count, since = 0, window.since
    while True:
        rows = _batch(window, since, today, at)
        count += len(rows)
        if len(rows) < BATCH:
            return count
        since = rows[-1]["due_on"]  # what was written of that day is found no more


@transaction.atomic
def _batch(window: Window, since: date, today: date, at: datetime) -> list[dict]:
    """The next ones by deadline. No row of a task is held: acts hold the paper first, and would wait for us with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
    there = DeadlineReminder.objects.filter(
        assignment=OuterRef("pk"), rule=window.rule, due_on=OuterRef("due_on")
    )
    tasks = Assignment.objects.in_hand().filter(due_on__range=(since, window.until)).exclude(role="info")
    if window.rule == RULE.ESCALATED:  # an office without a head waits for the next one
        tasks = tasks.filter(
            Exists(_head_of(OuterRef("assignee__organisation"), today)) | Q(parent__isnull=False)
        )
    rows = list(tasks.filter(~Exists(there)).order_by("due_on", "pk").values(*_COLUMNS)[:BATCH])
    heads = _heads(rows, today) if window.rule == RULE.ESCALATED else {}
    for row in rows:
        row["to"] = _next_head(row, heads, today) if window.rule == RULE.ESCALATED else None
    DeadlineReminder.objects.bulk_create(
        DeadlineReminder(
            assignment_id=row["pk"], rule=window.rule, due_on=row["due_on"], to_id=row["to"], at=at
        )
        for row in rows
    )
    # Where nobody stands above, nobody is told; the row says that it was looked at.
    record_all([_event(row, window, at) for row in rows if row["to"] or window.rule != RULE.ESCALATED])
    return rows


def _head_of(office, today: date):
    return Post.objects.on(today).filter(
        organisation=office, role=Role.LEADER, head=True, user__is_active=True
    )


def _heads(rows: Iterable[dict], today: date) -> dict[int, int]:
    """Who heads each of the offices."""
    offices = {row["assignee__organisation_id"] for row in rows}
    heads = Post.objects.on(today).filter(
        organisation__in=offices, role=Role.LEADER, head=True, user__is_active=True
    )
    return dict(heads.values_list("organisation_id", "pk"))


def _next_head(row: dict, heads: dict[int, int], today: date) -> int | None:
    """The giver's giver; the head of the organisation where there is none, or he has left."""
    ended = row["parent__by__valid_to"]
    if row["parent__by_id"] and row["parent__by__user__is_active"] and not (ended and ended <= today):
        return row["parent__by_id"]
    head = heads.get(row["assignee__organisation_id"])
    return head if head not in (row["by_id"], row["assignee_id"]) else None


def _event(row: dict, window: Window, at: datetime):
    """`told`: the posts it is for."""
    told = [row["to"]] if row["to"] else [row["assignee_id"]]
    if window.rule not in EVENTS and row["by_id"] != row["assignee_id"]:
        told.append(row["by_id"])
    words = (
        RULE(window.rule).label
        if window.rule != RULE.ESCALATED
        else f"Quá hạn {ESCALATED_AFTER} ngày làm việc"
    )
    payload = {
        "task": row["pk"], "rule": str(window.rule), "due_on": row["due_on"].isoformat(), "told": told,
        "note": f"{row['assignee__user__full_name']}: {words.lower()}, hạn {row['due_on']:%d/%m/%Y}",
    }  # fmt: skip
    kind = EVENTS.get(window.rule, "past_deadline")
    return unwritten(
        kind,
        row["assignee__organisation_id"],
        row["incoming_id"],
        by=None,
        at=at,
        payload=payload,
        task_id=row["task_id"],
    )
