"""For what reason somebody sees a paper, or that there is none. The rule is `documents.models.sight`, here it is told."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from documents.models import Document, Incoming, Outgoing
from documents.models.incoming import SIGHT as OF_INCOMING
from documents.models.outgoing import SIGHT as OF_OUTGOING
from documents.models.sight import LOOKS_AT, Sight
from orgs.models import Post, Role

WITHOUT_WORK = frozenset({"asked", "granted"})


def sight_of(paper: Incoming | Outgoing) -> Sight:
    return OF_OUTGOING if paper.direction == Document.Direction.OUT else OF_INCOMING


def readers(paper: Incoming | Outgoing, day: date) -> QuerySet[Post]:
    """The posts that see the paper on that day; of people whose account is locked, none."""
    held = Post.objects.on(day).filter(user__is_active=True)
    return held.filter(sight_of(paper).of_paper(paper)).with_names()


def reasons(paper: Incoming | Outgoing, posts: Iterable[Post]) -> dict[Post, list[str]]:
    """Why each of these posts, with whoever is at its keyboard, sees the paper; an empty list: it does not. A query for each
    kind of reason, however many posts."""
    sight, posts = sight_of(paper), list(posts)
    here = [post for post in posts if post.organisation_id == paper.organisation_id]
    found: dict[Post, list[str]] = {post: [] for post in posts}
    for post in here:
        if words := sight.by_role(post, paper):
            found[post].append(words)
    for reason in sight.open_of(paper):
        told = reason.told(paper.pk)
        for post in here:
            if reason.is_for(post):
                found[post] += told.get(LOOKS_AT[reason.looks_at](post), [])
    return found


def sees_readers(post: Post, paper: Incoming | Outgoing) -> bool:
    """Who has the paper in their work sees who else reads it: by post, by task, as author or signer. Who was only asked
    about it, or allowed to read it, sees nothing of the others."""
    sight = sight_of(paper)
    if sight.by_role(post, paper):
        return post.organisation_id == paper.organisation_id
    at_work = [one for one in sight.open_of(paper) if one.name not in WITHOUT_WORK and one.is_for(post)]
    return any(one.papers(post).filter(**{one.paper: paper.pk}).exists() for one in at_work)


def asks_why_not(post: Post, paper: Incoming | Outgoing) -> bool:
    """The clerk and the leaders, of a colleague by name."""
    return post.role in (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER) and sees_readers(post, paper)
