"""What an operator knows and no machine can: why one side has a document that another has not, and what was done about
a package that had to be looked at."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents.journey import record
from documents.models import Document
from interop.models import Inbound, Unexplained
from orgs.models import Post

SHOWN_FOR = timedelta(days=90)
Kind = Unexplained.Kind
# Where the paper of a finding is, by the key of the finding. An opened package, or one of the axis that is not ours, has none.
_PAPER = {
    Kind.NOT_PACKED: ("pk",),
    Kind.FROM_NOWHERE: ("pk",),
    Kind.SENT_BUT_QUEUED: ("outgoing__deliveries",),
    Kind.NOT_HANDED_OVER: ("outgoing__deliveries",),
    Kind.NOT_REPORTED: ("incoming__reports",),
    Kind.NOT_ON_THE_AXIS: ("outgoing__package", "outgoing__recall_package"),
}


@transaction.atomic
def explain(finding: Unexplained, words: str, *, by: Post, at: datetime) -> bool:
    """Once, and into the history of the paper; False when somebody else, or a comparison, explained it before."""
    still = Unexplained.objects.open().filter(pk=finding.pk)
    if not still.update(explained_at=at, explained_by=by, explanation=words):
        return False
    paper = _paper_of(finding)
    said = {"kind": finding.kind, "key": finding.key, "finding": finding.sentence, "text": words}
    office = None if paper else by.organisation
    record("explain", paper, by=by, at=at, payload=said, organisation=office)
    return True


@transaction.atomic
def close(inbound: Inbound, words: str, *, by: Post, at: datetime) -> bool:
    """A package that a person had to look at was dealt with outside the system; nothing more is done with it here.
    False when it waits for nobody any more."""
    waits = Inbound.objects.filter(pk=inbound.pk, state=Inbound.State.INVALID)
    if not waits.update(state=Inbound.State.CLOSED, closed_at=at, closed_by=by, closing_words=words):
        return False
    said = {"sha256": inbound.sha256, "finding": inbound.reason, "text": words}
    record("close_package", None, by=by, at=at, payload=said, organisation=by.organisation)
    return True


def explained_lately():
    return Unexplained.objects.explained().filter(explained_at__gte=timezone.now() - SHOWN_FOR)


def _paper_of(finding: Unexplained) -> Document | None:
    where = Q()
    for path in _PAPER.get(finding.kind, ()):
        where |= Q(**{path: finding.key})
    return Document.objects.filter(where).first() if where else None
