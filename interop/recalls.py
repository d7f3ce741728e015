"""A sender wants a paper back: edXML business type 1 (the axis), status 13 (the lighter way); §1.7, §1.8.

D4 of the format is open: whom a recall's ResponseFor names. The paper is looked for by every id the message gives, at
the desks it is addressed to, and only among what this very sender sent.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from documents.actions.recall import ask_back
from documents.models import Incoming, RecallRequest
from interop.addresses import organisations_by_code
from interop.edxml import Edoc, ResponseFor, Status
from orgs.models import Organisation
from orgs.text import fold

Kind = RecallRequest.Kind


def ask_for_recall(message: Edoc, desks: Iterable[Organisation], *, at: datetime) -> bool:
    """Puts a recall before the clerks of the desks that have the paper; False when none of them has."""
    named = [one.document_id for one in message.response_for]
    named += [message.business_document_id, message.document_id]
    papers = _papers(message.sender.organ_id, named, message.response_for).filter(organisation__in=desks)
    return _ask(papers, Kind.RECALL, message.business_reason or message.content or message.subject, at)


def ask_to_take_back(message: Status, *, at: datetime) -> bool:
    """Puts a status 13 before the clerk it is addressed to; of a paper we do not have, False."""
    about = message.response_for
    papers = _papers(message.sender.organ_id, [about.document_id], [about])
    desk = organisations_by_code([about.organ_id]).get(about.organ_id)
    if desk is not None and not desk.external:
        papers = papers.filter(organisation=desk)
    return _ask(papers, Kind.TAKE_BACK, message.description, at)


def _papers(sender: str, ids: Iterable[str], also: Iterable[ResponseFor]):
    """What this sender sent us under one of these ids; without any id, by number, notation and date."""
    known, held = [one for one in ids if one], Incoming.objects.filter(direction="in", sender_code=sender)
    found = held.filter(document_uid__in=known)
    if found.exists():
        return found
    codes = [one for one in also if one.code and one.promulgation_date]
    keys = [fold(one.code)[:60] for one in codes]
    return held.filter(code_key__in=keys, issued_on__in=[one.promulgation_date for one in codes])


@transaction.atomic
def _ask(papers, kind: str, reason: str, at: datetime) -> bool:
    found = list(papers.filter(purged_at=None).select_related("organisation").order_by("organisation", "pk"))
    for paper in found:
        ask_back(paper, kind=kind, reason=reason, at=at)
    return bool(found)
