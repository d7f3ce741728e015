"""What a post may do with a task that was given without a paper."""

from documents.access.incoming import tasks
from documents.access.people import clerk, here, stands_above
from orgs.models import Role

GIVERS = (Role.LEADER, Role.OFFICE_HEAD, Role.UNIT_HEAD)  # who gives work without a paper


def above(post, task):
    return here(post, task) and stands_above(post)


def gave(post, task):
    """Whoever gave it; whoever may direct all work here; of what another organisation gave, the leader who directed it."""
    return here(post, task) and (task.by_id == post.pk or stands_above(post) or directed(post, task))


def directed(post, task):
    return task.giver_id is not None and post.role == Role.LEADER and post.pk in task.directed_by


def directs(post, task):
    mine = task.holder_id == post.pk or gave(post, task)
    return here(post, task) and post.role in GIVERS and mine and not task.outward


def amends(post, task):
    """What other organisations were given is called off and given anew."""
    return gave(post, task) and not task.outward


def calls_off(post, task):
    """Not what another organisation gave: that one's to call off."""
    return gave(post, task) and task.giver_id is None


def asks_above(post, task):
    """A later day of the organisation that gave it: whoever leads this one or its office, and directs the task."""
    if task.giver_id is None or task.due_on is None or post.role not in (Role.LEADER, Role.OFFICE_HEAD):
        return False
    return here(post, task) and (task.holder_id == post.pk or gave(post, task))


def asked_above(post, extension):
    return asks_above(post, extension.order.received)


def judges_extension(post, extension):
    """Whoever may judge the result; nobody what he asked for himself, at whichever of his posts."""
    return gave(post, extension.order.task) and post.operator.pk != extension.by.user_id


def takes_up(post, task):
    """What another organisation gave: the clerk, who lays it before a leader; the head of the office, the head."""
    return clerk(post, task) or above(post, task)


def takes_back(post, task):
    return directs(post, task) or (here(post, task) and task.directions.filter(by=post).exists())


def handles(post, task):
    """Whoever leads a branch of it; whoever gave it, who may judge its result."""
    leads = any(one.assignee_id == post.pk and one.role == "lead" for one in tasks(task))
    return here(post, task) and (leads or gave(post, task))


def ends_recurring(post, recurring):
    """Whoever set it up; the head of the organisation, the head of its office."""
    if recurring.by_id == post.pk:
        return True
    return stands_above(post) and recurring.by.organisation_id == post.organisation_id


def adds_part(post, task):
    """A task within the task: by whoever gave it, or leads a branch of it and may give work."""
    return task.is_open and not task.outward and post.role in GIVERS and handles(post, task)
