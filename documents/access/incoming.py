"""What a post may do with a paper that came in."""

from django.utils import timezone

from documents.access.people import clerk, here, stands_above
from documents.access.tasks import FALLEN
from orgs.access import assists
from orgs.models import Role


def directs(post, incoming):
    """The leader it lies with; the head of the organisation; the head of the office, who distributes."""
    return here(post, incoming) and (incoming.holder_id == post.pk or stands_above(post))


def answers_recall(post, incoming):
    """The clerk, while the sender waits for an answer."""
    return clerk(post, incoming) and any(not one.answer and not one.is_update for one in requests(incoming))


def answers_change(post, incoming):
    return clerk(post, incoming) and any(not one.answer and one.is_update for one in requests(incoming))


# A paper has few tasks and requests. They are read whole, so that a page which shows them all reads them once
# (`prefetch_related`); an act, which gets its paper bare, asks anew.
def requests(incoming):
    return incoming.change_requests.all()


def tasks(incoming):
    return [task for task in incoming.assignments.all() if task.state not in FALLEN]


def prepares(post, incoming):
    """An assistant of the leader it lies with, in person and at that second."""
    return here(post, incoming) and assists(post, incoming.holder_id, timezone.now())


def confirms(post, prepared):
    """The leader it was prepared for, also in other hands; never those that prepared it."""
    return prepared.leader_id == post.pk and prepared.by.user_id != post.operator.pk


def handles(post, incoming):
    """Whoever leads a branch of the work; where nobody leads ("để biết" only), whoever directed it."""
    if not here(post, incoming):
        return False
    leads = [task.assignee_id for task in tasks(incoming) if task.role == "lead"]
    return post.pk in leads if leads else incoming.directions.filter(by=post).exists()


def amends(post, incoming):
    """Whoever gave the direction that stands; the head of the organisation, the head of the office."""
    if not here(post, incoming):
        return False
    if stands_above(post):
        return True
    return post.role == Role.LEADER and post.pk in incoming.directed_by  # nobody else directs


def pauses(post, incoming):
    """Whoever directs the work, or leads it."""
    return directs(post, incoming) or handles(post, incoming)


def takes_back(post, incoming):
    return directs(post, incoming) or (here(post, incoming) and incoming.directions.filter(by=post).exists())


def corrects(post, incoming):
    """What the clerk wrote himself, once it is in the book; never what a sender's package says."""
    written_here = incoming.source == "paper" and incoming.arrival_number and not incoming.purged_at
    return clerk(post, incoming) and bool(written_here) and incoming.state not in ("rejected", "recalled")


def drafts(post, incoming):
    return here(post, incoming) and (
        incoming.holder_id == post.pk or any(task.assignee_id == post.pk for task in tasks(incoming))
    )
