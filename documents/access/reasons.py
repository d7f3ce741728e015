"""For what reason somebody sees a paper, or that there is none. The rule is `documents.models.sight`, here it is told."""

from datetime import date

from django.db.models import QuerySet

from documents.models import Document, Incoming, Outgoing
from documents.models.incoming import SIGHT as OF_INCOMING
from documents.models.outgoing import SIGHT as OF_OUTGOING
from documents.models.sight import LOOKS_AT, Sight
from orgs.models import Post, Role

# Who sees a paper for these alone sees nothing of the others who read it.
WITHOUT_WORK = frozenset({"asked", "granted"})


def sight_of(paper: Incoming | Outgoing) -> Sight:
    return OF_OUTGOING if paper.direction == Document.Direction.OUT else OF_INCOMING


def readers(paper: Incoming | Outgoing, day: date) -> QuerySet[Post]:
    """The posts that see the paper on that day; of people whose account is locked, none."""
    held = Post.objects.on(day).filter(user__is_active=True)
    return held.filter(sight_of(paper).of_paper(paper)).with_names()


class Reasons:
    """Why people see one paper, read once for a whole page."""

    def __init__(self, paper: Incoming | Outgoing):
        self._paper, self._sight = paper, sight_of(paper)
        self._told = self._sight.told(paper)

    def of(self, post: Post) -> list[str]:
        """The sentences for this post, with whoever is at its keyboard. None: it does not see the paper."""
        if post.organisation_id != self._paper.organisation_id:
            return []
        words = self._sight.by_role(post, self._paper)
        return ([words] if words else []) + [one for said in self._by_name(post).values() for one in said]

    def at_work(self, post: Post) -> bool:
        """Whether it has the paper in its work: by role, by task, as author, signer or head of their room."""
        if post.organisation_id != self._paper.organisation_id:
            return False
        return bool(self._sight.by_role(post, self._paper) or self._by_name(post).keys() - WITHOUT_WORK)

    def hides(self, post: Post) -> bool:
        """Whether no reason would help this post."""
        return self._sight.hides(post, self._paper)

    def _by_name(self, post: Post) -> dict[str, list[str]]:
        if self.hides(post):
            return {}
        found = {
            reason.name: self._told[reason.name].get(LOOKS_AT[reason.looks_at](post), [])
            for reason in self._sight.open_of(self._paper)
            if reason.is_for(post)
        }
        return {name: said for name, said in found.items() if said}


def asks_why_not(post: Post) -> bool:
    """Who asks about a colleague by name, of a paper in their work: the clerk and the leaders."""
    return post.role in (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER)
