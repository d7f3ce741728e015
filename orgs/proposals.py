"""What goes by two: every kind of act that one proposes and another confirms.

A floor registers its own kinds in its AppConfig; this one knows none of them by name. Reads only:
`orgs.actions.proposals` writes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from orgs.access import RIGHTS, leads, may
from orgs.models import Post, Proposal, Role

KINDS: dict[str, "Kind"] = {}
NEW_WAY_IN = (
    "Cách vào tài khoản"  # the fact that one person alone set the password of whoever is given a power
)


@dataclass(frozen=True)
class Kind:
    """`check` raises Refused when it cannot be done at that moment; `facts`, in words, are what it rests on; `do` does it,
    by the confirming post, and gives back what that person alone is shown once (the second half of a password), or "".
    """

    name: str
    label: str
    right: str  # of orgs.access.RIGHTS: who proposes and who confirms
    check: Callable[[Proposal, datetime], None]
    do: Callable[[Proposal, Post, datetime], str]
    facts: Callable[[Proposal, datetime], dict[str, str]] = field(default=lambda proposal, at: {})
    leaders: bool = False  # also whoever leads the organisation
    halves: bool = False  # a new password, one half for each of the two
    picture: str = (
        ""  # name of the address, by the proposal's key, of what must be seen before it is confirmed
    )
    also: Callable[[Post, Proposal, datetime], bool] = field(default=lambda post, proposal, at: False)

    def holders(self, at: datetime) -> Q:
        """The posts of an organisation that confirm it there; operators apart."""
        mine = Q(role__in=RIGHTS[self.right] - {Role.SYS_ADMIN})
        return mine | leads(at) if self.leaders else mine

    def may_confirm(self, post: Post, proposal: Proposal, at: datetime) -> bool:
        """Whether this post could have proposed it by its office; persons are asked about in the action."""
        if not post.in_person:
            return False
        if post.role == Role.SYS_ADMIN and may(post, self.right):
            return True
        if proposal.operators_only or post.organisation_id != proposal.organisation_id:
            return False
        return _in_office(at).filter(self.holders(at), pk=post.pk).exists()

    def may_propose(self, post: Post, proposal: Proposal, at: datetime) -> bool:
        return self.may_confirm(post, proposal, at) or (post.in_person and self.also(post, proposal, at))


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def in_halves(proposal: Proposal) -> bool:
    """Whether its confirmation makes a new password, of which each of the two is shown one half."""
    return KINDS[proposal.kind].halves or NEW_WAY_IN in proposal.facts


def confirmers(proposal: Proposal, at: datetime) -> QuerySet[Post]:
    """Who of the organisation itself may confirm: not who proposed it, not whom it concerns."""
    if proposal.operators_only:
        return Post.objects.none()
    there = _in_office(at).filter(KINDS[proposal.kind].holders(at), organisation=proposal.organisation_id)
    return there.exclude(user__in=_parties(proposal)).with_names()


def operators(at: datetime) -> QuerySet[Post]:
    return _in_office(at).filter(role=Role.SYS_ADMIN).with_names()


def called_on(proposal: Proposal, at: datetime) -> list[Post]:
    """The organisation's own people; the operators only where nobody of it is left to confirm."""
    there = list(confirmers(proposal, at))
    return there or list(operators(at).exclude(user__in=_parties(proposal)))


def waiting_for(post: Post, at: datetime) -> QuerySet[Proposal]:
    """The proposals this post is called on to confirm; one query, whatever their number."""
    rows = Proposal.objects.open(at).exclude(proposed_user=post.user_id).exclude(subject=post.user_id)
    if not post.in_person:
        return rows.none()
    if post.role == Role.SYS_ADMIN:
        return rows.filter(Q(operators_only=True) | _nobody_there(at))
    own = [kind.name for kind in KINDS.values() if _fits(post, kind, at)]
    return rows.filter(organisation=post.organisation_id, operators_only=False, kind__in=own)


def _in_office(at: datetime) -> QuerySet[Post]:
    return Post.objects.on(timezone.localdate(at)).filter(user__is_active=True)


def _parties(proposal: Proposal) -> list[Any]:
    return [pk for pk in (proposal.proposed_user_id, proposal.subject_id) if pk is not None]


def _fits(post: Post, kind: Kind, at: datetime) -> bool:
    """As `holders` has it, of a post in hand: no query for a rail that every page shows."""
    if post.role in RIGHTS[kind.right]:
        return True
    return kind.leaders and post.role == Role.LEADER and post.head


def _nobody_there(at: datetime) -> Q:
    """Proposals for organisations without anybody who could confirm them."""
    found = Q(pk=None)
    groups: dict[tuple[str, bool], list[str]] = {}
    for kind in KINDS.values():
        groups.setdefault((kind.right, kind.leaders), []).append(kind.name)
    for names in groups.values():
        there = _in_office(at).filter(KINDS[names[0]].holders(at), organisation=OuterRef("organisation"))
        there = there.exclude(user=OuterRef("proposed_user")).exclude(user=OuterRef("subject"))
        found |= Q(kind__in=names) & ~Exists(there)
    return found
