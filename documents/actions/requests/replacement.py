"""A paper takes the place of another: the link stands on both, and in the history of the older one."""

from collections.abc import Iterable
from datetime import datetime

from documents.journey import record
from documents.models import Incoming, Outgoing
from orgs.models import Post


def say_replaced(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    """At the issue of the newer paper, inside its transaction."""
    for old in outgoing.replaces.all():
        record("replaced", old, by=by, at=at, payload={"by": outgoing.code})


def link_replaced(incoming: Incoming, uids: Iterable[str], *, at: datetime) -> None:
    """At the desk that has both; only what the same sender sent before is meant."""
    named = [uid for uid in uids if uid and uid != incoming.document_uid]
    same = {"organisation": incoming.organisation_id, "sender_code": incoming.sender_code, "direction": "in"}
    for old in Incoming.objects.filter(document_uid__in=named, **same).order_by("pk") if named else ():
        incoming.replaces.add(old)
        record("replaced", old, by=None, at=at, payload={"by": incoming.code})
