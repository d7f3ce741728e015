"""What a post may do with a paper, whichever way it goes: share it, ask others about it."""

from documents.access.incoming import tasks
from documents.access.outgoing import checks_format, edits
from documents.access.people import clerk, has_left, here, stands_above
from orgs.models import Role


def shares(post, document):
    """The clerk, the leaders, and whoever the paper lies with."""
    return here(post, document) and (
        post.role in (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER) or document.holder_id == post.pk
    )


def consults(post, paper):
    """Whoever has it in hand: it lies with them, they do it, they gave it to somebody, or it is their own draft."""
    if not here(post, paper):
        return False
    if paper.holder_id == post.pk:
        return True
    if paper.direction == "out":
        return paper.drafter_id == post.pk
    return any(post.pk in (task.assignee_id, task.by_id) for task in tasks(paper))


def mutes(post, paper):
    """Who may say that a finding about its form is none: the clerk; of our own paper also whoever writes it."""
    if paper.direction == "in":
        return clerk(post, paper)
    return edits(post, paper) or checks_format(post, paper)


def fills(post, paper):
    """Who writes into the office's own fields of a paper that is in the book or under way: the clerk; of our own paper also whoever
    wrote it, once the form of the draft is no more."""
    if paper.direction == "in":
        in_book = paper.arrival_number and not paper.purged_at and paper.state not in ("rejected", "recalled")
        return clerk(post, paper) and bool(in_book)
    ours = clerk(post, paper) or paper.drafter_id == post.pk
    return here(post, paper) and ours and paper.state not in ("draft", "returned", "cancelled")


def conducts(post, asking):
    """Whoever asked, or made the slip; of one who has left, those above, so that nobody is asked for ever."""
    if asking.by_id == post.pk:
        return True
    if not stands_above(post) or post.organisation_id != asking.by.organisation_id:
        return False
    return has_left(asking.by)
