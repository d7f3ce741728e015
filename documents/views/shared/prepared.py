"""What assistants have prepared, as the leader and they themselves see it. Reads only."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from documents.access import may
from documents.actions.work.prepared import prepared_at, waiting, why_not, why_void
from documents.boxes import Moment
from documents.deadlines import due_words
from documents.models import Incoming, PreparedDirection
from orgs.models import Business, Post, Role
from ui.ids import parse_id

_STATE = PreparedDirection.State


def confirmable(paper: Incoming, post: Post, *, sent: str) -> PreparedDirection | None:
    """What this post may confirm on that paper: on a press the one the form was filled with (`sent`), which may be void by
    then and is refused with the reason; on a look the one that waits and holds."""
    if sent:
        found = PreparedDirection.objects.filter(pk=parse_id(sent) or 0, incoming=paper.pk, leader=post)
        ready = found.select_related("by__user", "leader__user", "incoming").first()
    else:
        ready = waiting(paper, post) if paper.holder_id == post.pk else None
        if ready is not None and why_void(ready, at=timezone.now()):
            return None
    if ready is None or not may(post, "confirm_direction", ready):
        return None
    ready.incoming = paper
    return ready


def on_papers(papers: Iterable[Incoming], post: Post, now: Moment) -> dict[int, dict]:
    """By paper what waits on it for the word of whoever it lies with, in plain values. Of papers with `ready_pk`: nothing
    is asked where there is nothing."""
    keys = [paper.ready_pk for paper in papers if paper.ready_pk]
    rows = prepared_at(timezone.now()).filter(pk__in=keys) if keys else []
    return {one.incoming_id: _shown(one, post, now) for one in rows}


def ready_key() -> Subquery:
    """Of a paper: the key of what was prepared for whoever it lies with, and waits."""
    waits = PreparedDirection.objects.filter(
        incoming=OuterRef("pk"), leader=OuterRef("holder"), state=_STATE.WAITING
    )
    return Subquery(waits.values("pk")[:1])


def panel(paper: Incoming, post: Post, now: Moment) -> dict:
    """For the page of a paper: `ready`, what waits there for the leader's word, if it is this post's business."""
    if paper.state != "awaiting_direction":
        return {"ready": _mine_of_before(paper, post, now)}
    its_own = paper.holder_id == post.pk and post.covers(Business.DIRECTION)
    if not its_own and not may(post, "prepare_direction", paper):
        return {"ready": None}
    rows = prepared_at(timezone.now()).filter(incoming=paper, leader=paper.holder_id, state=_STATE.WAITING)
    return {"ready": next((_shown(one, post, now) for one in rows), None)}


def _mine_of_before(paper: Incoming, post: Post, now: Moment) -> dict | None:
    """What the assistant prepared and nobody confirmed before the paper went on: it says so."""
    if post.role != Role.ASSISTANT:
        return None
    mine = prepared_at(timezone.now()).filter(incoming=paper, by=post, state=_STATE.WAITING).last()
    return _shown(mine, post, now) if mine else None


def _shown(one: PreparedDirection, post: Post, now: Moment) -> dict:
    void = why_not(one)
    due = due_words(one.due_on, now.today, now.calendar) if one.due_on else None
    return {
        "by": str(one.by.user),
        "at": one.at,
        "leader": str(one.leader.user),
        "text": one.text,
        "lead": one.named("lead"),
        "support": one.named("support"),
        "info": one.named("info"),
        "due_on": one.due_on,
        "due": due.words if due else "",
        "product": one.product,
        "void": void,
        "confirm_url": reverse("prepared_confirm", args=[one.pk]) if not void and may(post, "confirm_direction", one) else "",
        "withdraw_url": reverse("prepared_withdraw", args=[one.pk]) if one.by_id == post.pk and post.in_person else "",
        "change_url": reverse("incoming_direct", args=[one.incoming_id]),
    }  # fmt: skip
