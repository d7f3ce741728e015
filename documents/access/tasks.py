"""What a post may do with a task, and with a request for more time."""

from documents.access.people import has_left, here, stands_above
from documents.states import TaskState
from orgs.models import Role

FALLEN = ("returned", "withdrawn")  # tasks that bind nobody any more


def assignee(post, assignment):
    return assignment.assignee_id == post.pk


def hands_on(post, assignment):
    return assignee(post, assignment) and (
        post.role in (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.LEADER) and assignment.role != "info"
    )


def withdraws(post, assignment):
    """Whoever gave the task or one above it; the head of the organisation, the head of the office."""
    if not here(post, assignment.matter):
        return False
    above = assignment
    while above is not None:
        if above.by_id == post.pk:
            return True
        above = above.parent
    return stands_above(post)


def works(post, assignment):
    """Who is only told has nothing to report on."""
    return assignee(post, assignment) and assignment.role != "info"


def asks_for_time(post, assignment):
    return works(post, assignment) and assignment.due_on is not None


def judges_extension(post, extension):
    """Whom it was put to, who gave the task; whoever stands above him, once he has left. Nobody for himself, also not by an
    inbox that was lent to him."""
    task = extension.assignment
    if extension.to_id != post.pk:
        above = has_left(extension.to) and task.assignee_id != post.pk and withdraws(post, task)
        if not above:
            return False
    return post.operator.pk != task.assignee.user_id


def asked(post, extension):
    return extension.assignment.assignee_id == post.pk


def reminds(post, assignment):
    """Whoever could take it back, and who follows the work of the office (law-and-practice §4.1); nobody himself."""
    if assignee(post, assignment) or assignment.role == "info":
        return False
    follows = post.role == Role.MONITOR and here(post, assignment.matter)
    return follows or withdraws(post, assignment)


def pauses(post, assignment):
    """Whoever gave the task, or those above; who leads it, where its day follows from a rule (documents/actions/work/pausing_work.py)."""
    if assignment.role == "info":
        return False
    return withdraws(post, assignment) or (assignee(post, assignment) and assignment.role == "lead")


def judges(post, assignment):
    """Whoever gave the task on from their own, and has it back to judge; of a task without a paper also whoever gave it
    first, or those above once he has left."""
    above = assignment.parent
    if above is not None:
        return above.assignee_id == post.pk
    if assignment.task_id is None or assignment.task.state not in TaskState.IN_HAND:
        return False
    return assignment.by_id == post.pk or (has_left(assignment.by) and withdraws(post, assignment))
