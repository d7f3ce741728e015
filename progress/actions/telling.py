"""Who must know of what happened: events become notices, each once, however often and by how many this is run."""

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents.models import Document, Event, Urgency
from orgs.actions.notices import hold, put_up
from orgs.models import Assistant, Delegation, Notice, Post, Role
from progress.kinds import CLERKS, KINDS, of_event, read_from
from progress.models import Bookmark, behind, next_events, open_bookmarks

logger = logging.getLogger(__name__)
OFFICES, EACH = 100, 50  # in one transaction, at most: so many offices, so many events of each


def follow(*, at: datetime) -> int:
    """Reads on in every office's history and tells whom it concerns. How many notices were put up."""
    open_bookmarks()
    told, more = 0, True
    while more:
        found, more = tell_some(at=at)
        told += found
    return told


@transaction.atomic
def tell_some(*, at: datetime) -> tuple[int, bool]:
    """The next events of many offices at once, and their bookmarks, in one transaction: all of it or nothing. How many
    notices, and whether there may be more to tell; what somebody else is at is his."""
    marks = behind(OFFICES)
    if not marks:
        return 0, False
    events = list(next_events(marks, EACH).select_related("document", "task", "user"))
    notices = _notices([one for one in events if one.kind in read_from()], at=at)
    _put_up(notices)
    read = Counter(event.organisation_id for event in events)
    ends = {event.organisation_id: event.seq for event in events}
    Bookmark.objects.bulk_create(
        [Bookmark(pk=pk, seq=seq) for pk, seq in ends.items()],
        update_conflicts=True, unique_fields=["organisation"], update_fields=["seq"],
    )  # fmt: skip
    return len(notices), len(marks) == OFFICES or max(read.values(), default=0) == EACH


def _notices(events: list[Event], *, at: datetime) -> list[Notice]:
    """Whoever did it is not told; who is told twice by one act, in two posts, is told once."""
    told = [(event, *one) for event in events for one in _told(event)]
    posts = {one.who for *_, one in told if one.who != CLERKS}
    gates = {event.organisation_id for event, *_, one in told if one.who == CLERKS}
    receivers = _Receivers(posts, gates, timezone.localdate(at))
    marked = _marked(events) if receivers.has_assistants else set()
    known = set(
        Notice.objects.filter(event__in=[event.pk for event in events]).values_list("event", "user", "kind")
    )
    found = {}
    for event, name, kind, one in told:
        for to in receivers.of(one.who, event.organisation_id, kind.business):
            key = (event.pk, to.user, name)
            if to.beside and event.document_id in marked:
                continue
            if to.user != event.user_id and key not in known and key not in found:
                text = f"Cùng nhận với {to.beside}: {one.text}" if to.beside else one.text
                found[key] = _notice(event, name, kind, text, to.post, to.user)
    return list(found.values())


def _told(event: Event) -> list:
    """One event that cannot be told must not keep an office from hearing of all others."""
    try:
        return list(of_event(event))
    except (AttributeError, KeyError, TypeError, ValueError):
        logger.exception("event %s cannot be told", event.pk)
        return []


def _notice(event: Event, name: str, kind, text: str, post: int, user: int) -> Notice:
    paper = event.document or event.task
    urgent = kind.urgent or (paper is not None and paper.urgency >= Urgency.VERY_URGENT)
    return Notice(
        user_id=user, kind=name, text=text[:500], at=event.at, urgent=urgent, post_id=post, event=event.pk,
        paper=event.document_id, url=event.task.get_absolute_url() if event.task else kind.list_url,
    )  # fmt: skip


def _marked(events: list[Event]) -> set[int]:
    """The papers on which a mark of secrecy was seen, whatever the clerk said of it, and what answers them: no assistant
    hears of them."""
    papers = {event.document_id for event in events if event.document_id}
    seen = (
        Q(incoming__secrecy_marks__gt="")
        | Q(outgoing__in_reply_to__secrecy_marks__gt="")
        | Q(outgoing__mends_answer_to__secrecy_marks__gt="")
    )
    return set(Document.objects.filter(seen, pk__in=papers).values_list("pk", flat=True))


@dataclass(frozen=True)
class _To:
    """One account that is told, as which post; `beside`: the leader it is told with, of an assistant."""

    post: int
    user: int
    lent_kinds: tuple[str, ...] = ()
    beside: str = ""


class _Receivers:
    """Behind a post: who holds it on that day, who looks after its inbox, and the assistants who are told with its
    holder. Nobody whose account is locked."""

    def __init__(self, posts: set[int], gates: set[int], day: date):
        wanted = Q(pk__in=posts) | Q(organisation__in=gates, role=Role.CLERK)
        found = list(Post.objects.on(day).filter(wanted).select_related("user")) if posts or gates else []
        self._clerks, self._people = defaultdict(list), defaultdict(list)
        for post in found:
            if post.role == Role.CLERK:
                self._clerks[post.organisation_id].append(post.pk)
            if post.user.is_active:
                self._people[post.pk].append(_To(post.pk, post.user_id))
        for to in _deputies({post.pk for post in found}, day):
            self._people[to.post].append(to)
        beside = _beside({post.pk for post in found if post.role in (Role.LEADER, Role.OFFICE_HEAD)}, day)
        self.has_assistants = bool(beside)
        for leader, to in beside:
            self._people[leader].append(to)

    def of(self, who: int | str, office: int, business: tuple[str, ...]) -> list[_To]:
        """Of those who look after an inbox for some business alone, those for one of these."""
        posts = self._clerks[office] if who == CLERKS else [who]
        people = [to for post in posts for to in self._people[post]]
        return [to for to in people if not to.lent_kinds or set(to.lent_kinds) & set(business)]


def _beside(leaders: set[int], day: date) -> list[tuple[int, _To]]:
    """Those whom a leader named to be told with him, as themselves: they act as assistants, not in his place."""
    if not leaders:
        return []
    named = Assistant.objects.on(day).filter(leader__in=leaders, told=True)
    rows = named.values_list("leader", "post", "post__user", "leader__user__full_name")
    return [(leader, _To(post, user, beside=name)) for leader, post, user, name in rows]


def _deputies(posts: set[int], day: date) -> list[_To]:
    """Who has left the organisation has left its inboxes too (orgs.access.posts_of)."""
    if not posts:
        return []
    lent = Delegation.objects.filter(
        post__in=posts, valid_from__lte=day, valid_to__gte=day, cancelled_at=None, to__is_active=True
    )
    found = list(lent.values_list("post", "to", "post__organisation", "kinds"))
    own = set(
        Post.objects.on(day).filter(user__in=[to for _, to, *_ in found]).values_list("user", "organisation")
    )
    return [
        _To(post, to, tuple(kinds)) for post, to, organisation, kinds in found if (to, organisation) in own
    ]


def _put_up(notices: list[Notice]) -> None:
    """What is counted grows on the notice that is there already, as long as nobody has looked at it."""
    if any(KINDS[one.kind].counted for one in notices):
        hold({one.user_id for one in notices})  # all at once: what is held later is held already
    counted = [one for one in notices if KINDS[one.kind].counted and not one.urgent]
    fresh = [one for one in notices if not (KINDS[one.kind].counted and not one.urgent)] + _counted_on(
        counted
    )
    put_up(fresh)


def _counted_on(notices: list[Notice]) -> list[Notice]:
    if not notices:
        return []
    unseen = Notice.objects.unseen().filter(
        user__in={one.user_id for one in notices}, kind__in={one.kind for one in notices}, urgent=False
    )
    there = {(one.user_id, one.post_id, one.kind): one for one in unseen.order_by("pk")}
    fresh, grown = [], {}
    for one in notices:
        key = (one.user_id, one.post_id, one.kind)
        if key in there:
            first = there[key]
            first.many += 1
            first.paper, first.at = None, one.at
            if first.pk:
                grown[first.pk] = first
        else:
            there[key] = one
            fresh.append(one)
    Notice.objects.bulk_update(grown.values(), ["many", "paper", "at"])
    return fresh
