"""A paper takes the place of another, or mends it: the link stands on both, and in the history of the older one."""

from collections.abc import Iterable
from datetime import datetime

from documents.journey import record
from documents.models import Correction, Incoming, Outgoing
from orgs.models import Post

EVENTS = {Correction.Kind.RECTIFIES: "rectified", Correction.Kind.AMENDS: "amended"}


def say_replaced(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    """At the issue of the newer paper, inside its transaction."""
    for old in outgoing.replaces.all():
        record("replaced", old, by=by, at=at, payload={"by": outgoing.code})
    for one in outgoing.corrects.select_related("of"):
        record(EVENTS[one.kind], one.of, by=by, at=at, payload={"by": outgoing.code})


def link_replaced(incoming: Incoming, uids: Iterable[str], *, at: datetime) -> None:
    """At the desk that has both; only what the same sender sent before is meant."""
    for old in _of_the_same_sender(incoming, uids):
        incoming.replaces.add(old)
        record("replaced", old, by=None, at=at, payload={"by": incoming.code})


def link_corrected(incoming: Incoming, kind: str, uids: Iterable[str], *, at: datetime) -> None:
    """As `link_replaced`, of what it puts right or amends."""
    for old in _of_the_same_sender(incoming, uids):
        Correction.objects.create(paper=incoming, of=old, kind=kind)
        record(EVENTS[kind], old, by=None, at=at, payload={"by": incoming.code})


def _of_the_same_sender(incoming: Incoming, uids: Iterable[str]) -> Iterable[Incoming]:
    named = [uid for uid in uids if uid and uid != incoming.document_uid]
    same = {"organisation": incoming.organisation_id, "sender_code": incoming.sender_code, "direction": "in"}
    return Incoming.objects.filter(document_uid__in=named, **same).order_by("pk") if named else ()
