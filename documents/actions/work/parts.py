"""What goes with a whole when it is called off: its parts, and the people who work on them."""

from documents.actions.work.assignments import branch_of
from documents.journey import lock
from documents.models import Task
from documents.states import TaskState
from orgs.models import User


def held_parts_of(task: Task) -> list[Task]:
    """Everything below it that still goes on, held. A whole is older than its parts: the order of locks stays one."""
    found = []
    for part in task.parts.filter(state__in=TaskState.IN_HAND).select_related("by__user").order_by("pk"):
        lock(part)
        found += [part, *held_parts_of(part)]
    return found


def working_on(task: Task) -> list[User]:
    first = task.assignments.filter(parent=None).open().exclude(role="info").select_related("assignee__user")
    return [one.assignee.user for lead in first for one in branch_of(lead)]
