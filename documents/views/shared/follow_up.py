"""Around the tasks of a paper: requests for more time, urgings, progress. Reads only, at a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from documents.boxes import Moment
from documents.models import (
    Assignment,
    Extension,
    Order,
    ProgressReport,
    Reminder,
    ReportFile,
    Task,
)
from documents.states import ASSIGNMENT_OPEN
from documents.views.shared.rows import buttons, work_rows
from orgs.models import Post


def follow_ups(tasks: list[Assignment], post: Post) -> dict[int, dict]:
    """By task: what _follow_up.html shows. Of a paper without any, one query."""
    keys = [task.pk for task in tasks]
    extensions = _by_task(Extension.objects.filter(assignment__in=keys).for_paper())
    reminders = _by_task(
        Reminder.objects.filter(assignment__in=[task.pk for task in tasks if task.reminded])
        .select_related("by__user").order_by("-number")
    )  # fmt: skip
    told = [task.pk for task in tasks if task.percent is not None]
    reports = _by_task(with_files(ProgressReport.objects.filter(assignment__in=told).for_page()))
    return {
        task.pk: {
            "extensions": [_extension(one, task, post) for one in extensions[task.pk]],
            "first_due": next(
                (one.due_before for one in extensions[task.pk] if one.state == "granted"), None
            ),
            "reminders": reminders[task.pk],
            "reports": reports[task.pk],
        }
        for task in tasks
    }


def with_files(reports: Iterable[ProgressReport]) -> list[ProgressReport]:
    """As they are (`for_page`), with what goes with them: one query more, when there is anything."""
    found = list(reports)
    files = Prefetch("files", ReportFile.objects.select_related("blob"))
    prefetch_related_objects([report for report in found if report.has_files], files)
    return found


def waits_for_scan(tree: Iterable[dict]) -> bool:
    """Whether a file of somebody's report is still to be looked at (`assignment_tree`): the scanner's word is no event."""
    return any(
        any(
            file.waits_for_scan
            for report in node["follow"]["reports"]
            if report.has_files
            for file in report.files.all()
        )
        or waits_for_scan(node["children"])
        for node in tree
    )


def waiting_extensions(tasks: Iterable[Assignment], post: Post) -> list[Extension]:
    """Requests that wait, as far as this post asked or may decide. Of tasks `with_request`: nothing is asked."""
    found = []
    for task in tasks:
        if task.more_time and task.state in ASSIGNMENT_OPEN:
            task.more_time.assignment = task
            task.more_time.steps = buttons(post, task.more_time, "assignment")
            found += [task.more_time] if task.more_time.steps else []
    return found


def orders_of(task: Task, post: Post) -> list[dict]:
    """What a task was given to other organisations as, each with what it asked of us (_orders.html). Two queries."""
    orders = list(task.orders.select_related("receiver", "said_by"))
    asked = defaultdict(list)
    by_key = {order.pk: order for order in orders}
    for one in Extension.objects.filter(order__in=by_key).for_paper():
        one.order = by_key[one.order_id]
        one.order.task = task
        asked[one.order_id].append(_shown(one, post, "order", one.order.state in Order.UNDER_WAY))
    return [{"row": order, "extensions": asked[order.pk]} for order in orders]


def asked_above(task: Task, post: Post) -> list[dict]:
    """What we asked of the organisation that gave it. One query."""
    found = list(Extension.objects.filter(order__received=task).for_paper().select_related("order"))
    for one in found:
        one.order.received = task
    return [_shown(one, post, "order", one.order.state in Order.UNDER_WAY) for one in found]


def extension_rows(tasks: Iterable[Assignment], now: Moment) -> list[dict]:
    """Lines of tasks (`for_rows_of_requests`): who asks, until when; each opens the decision."""
    tasks = list(tasks)
    rows = work_rows(tasks, now)
    for row, task in zip(rows, tasks, strict=True):
        row["holder"] = f"{task.assignee.user} xin đến {task.asked_until:%d/%m/%Y}"
        row["url"] = reverse("assignment_grant_extension", args=[task.asked])
    return rows


def _by_task(rows) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.assignment_id].append(row)
    return found


def _extension(one: Extension, task: Assignment, post: Post) -> dict:
    one.assignment = task
    return _shown(one, post, "assignment", task.state in ASSIGNMENT_OPEN)


def _shown(one: Extension, post: Post, url_name: str, goes_on: bool) -> dict:
    waits = one.state == "asked" and goes_on
    return {
        "row": one,
        "over": one.state == "asked" and not waits,
        "steps": buttons(post, one, url_name) if waits else [],
    }
