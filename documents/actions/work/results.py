"""What comes back from a task: a result to approve or return, and that somebody has read what he was only told of."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from documents.actions.work.assignments import complete, done, finish, hold, named, on_main_line
from documents.actions.work.receivers import INFO
from documents.journey import lock, move
from documents.models import Assignment
from orgs.actions.notices import hold as hold_accounts
from orgs.actions.notices import tell
from orgs.models import Post
from orgs.models.notice import WORK


@transaction.atomic
def approve_result(assignment: Assignment, *, by: Post, at: datetime) -> None:
    """The head takes the result for his own: both tasks are done, and it goes further up as his. What a task without a
    paper was first given for is done with it.

    Raises PermissionDenied, or NotAllowedNow when it was returned, taken back or approved meanwhile.
    """
    lock(assignment.matter)
    assignment.refresh_from_db(fields=["result", "reply"])
    hold_accounts(_above(assignment))
    done(assignment, "approve_result", by=by, at=at, result=assignment.result, reply=assignment.reply)
    if assignment.parent:
        finish(assignment.parent, by=by, at=at, result=assignment.result, reply=assignment.reply)
    else:
        complete(assignment.matter, by=by, at=at, result=assignment.result, reply=assignment.reply)


@transaction.atomic
def return_result(assignment: Assignment, *, by: Post, at: datetime, reason: str) -> None:
    """Back to whoever reported it, to go on; the head's task waits for it again."""
    if not reason.strip():
        raise ValidationError("Hãy ghi cần làm thêm gì.")
    matter = assignment.matter
    lock(matter)
    text = f"{by.operator} trả lại kết quả xử lý {named(matter)} để làm tiếp: {reason}"
    tell([assignment.assignee.user], text, at=at, url=matter.get_absolute_url(), kind=WORK)
    move(assignment, "return_result", by=by, at=at, payload={"reason": reason})
    if assignment.parent:
        move(assignment.parent, "hand_on", by=by, at=at, payload={"lead": str(assignment.assignee.user)})
    if on_main_line(assignment):
        hold(matter, assignment.assignee, at)


def read(tasks: Iterable[Assignment], *, by: Post, at: datetime) -> int:
    """Opening a paper sent "để biết", or saying that one has seen it, is all it asks: it leaves the desk.

    Tells how many left. What is no longer there to be read is passed over.
    """
    unread = [task for task in tasks if task.role == INFO and task.state == "new"]
    return _read(unread, by=by, at=at) if unread else 0  # a paper is opened often: no transaction for nothing


@transaction.atomic
def _read(unread: list[Assignment], *, by: Post, at: datetime) -> int:
    lock(*(task.matter for task in unread))
    waiting = Assignment.objects.filter(pk__in=[task.pk for task in unread], state="new")
    waiting = waiting.select_related("assignee", "incoming", "task")
    found = list(waiting.order_by("incoming", "task", "pk"))
    for task in found:
        done(task, "finish", by=by, at=at, result="", reply=None)
    return len(found)


def _above(assignment: Assignment) -> list[int]:
    """The accounts up the branch, and of whoever gave the first task."""
    found = []
    while (above := assignment.parent) is not None:
        found.append(above.assignee.user_id)
        assignment = above
    return [*found, assignment.by.user_id]
