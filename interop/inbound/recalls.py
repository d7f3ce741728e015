"""A sender wants a paper back: edXML business type 1 (the axis), status 13 (the lighter way); §1.7, §1.8.

D4 of the format is open: whom a recall's ResponseFor names. The paper is looked for by every id the message gives, at
the offices it is addressed to, and only among what this very sender sent over the axis.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from documents.actions.requests.recall import ask_back
from documents.journey import lock
from documents.models import ChangeRequest, Incoming
from interop.directory.addresses import organisations_by_code
from interop.edxml import Edoc, ResponseFor, Status
from interop.inbound.package import REPEAT, Package, State, answer_again, claim, close, opened_before
from interop.models import Inbound
from interop.secrecy import purge
from orgs.models import Organisation
from ui.text import fold

Kind = ChangeRequest.Kind
_ASKED_BACK = "Nơi gửi yêu cầu thu hồi; đã chuyển văn thư trả lời."


class PaperOnItsWay(Exception):
    """The paper itself waits to be opened: the request comes after it, and is tried again."""


@transaction.atomic
def open_recall(package: Package) -> bool:
    """Puts a recall before the clerks, before any of its files is kept; False of papers that are not here.

    The very same message again is answered again, not asked again. Raises PaperOnItsWay.
    """
    message, ids = package.message, _ids_of(package.message)
    papers = _papers(package.sender, ids, message.response_for, package.offices)
    # Some desks may have it, and others in a package of their own that was not opened yet.
    wait_for_paper(package.sender, ids, before=package.inbound if papers else None)
    if not papers:
        return False
    if not claim(package):
        return True
    if opened_before(package).exists():
        for paper in papers:
            if paper.change_requests.exclude(answer="").exists():
                answer_again(package, paper)
        close(package, State.DUPLICATE, REPEAT)
    else:
        close(package, State.UNPACKED, _ASKED_BACK)
        reason = message.business_reason or message.content or message.subject
        _ask(papers, Kind.RECALL, reason, package.at)
    return True


def ask_to_take_back(message: Status, *, at: datetime) -> bool:
    """Puts a status 13 before the clerk it is addressed to; of a paper we do not have, False. Raises PaperOnItsWay."""
    about, sender = message.response_for, message.sender.organ_id
    desk = organisations_by_code([about.organ_id]).get(about.organ_id)
    desks = [desk] if desk is not None and not desk.external else None
    papers = _papers(sender, [about.document_id] if about.document_id else [], [about], desks)
    if not papers:
        wait_for_paper(sender, [about.document_id])
    _ask(papers, Kind.TAKE_BACK, message.description, at)
    return bool(papers)


def wait_for_paper(sender: str, ids: Iterable[str], *, before: Inbound | None = None) -> None:
    """Raises PaperOnItsWay while a package with one of these papers has come, earlier than `before`, and was not opened
    yet."""
    named = [one for one in ids if one]
    coming = Inbound.objects.filter(sender_code=sender, message_id__in=named, message_type="edoc")
    if before is not None:
        coming = coming.filter(pk__lt=before.pk)
    if coming.filter(state=Inbound.State.RECEIVED).exists():
        raise PaperOnItsWay


def _ids_of(message: Edoc) -> list[str]:
    named = [one.document_id for one in message.response_for]
    return [one for one in (*named, message.business_document_id, message.document_id) if one]


def _papers(
    sender: str, ids: list[str], also: Iterable[ResponseFor], desks: Iterable[Organisation] | None
) -> list[Incoming]:
    """What this sender sent under one of these ids; only when no id is given, by number and date."""
    held = Incoming.objects.filter(
        direction="in", source=Incoming.Source.AXIS, sender_code=sender, purged_at=None
    )
    if desks is not None:
        held = held.filter(organisation__in=desks)
    meant = Q(document_uid__in=ids)
    if not ids:
        meant = Q(pk=None)
        for one in also:
            if one.code and one.promulgation_date:
                meant |= Q(code_key=fold(one.code)[:60], issued_on=one.promulgation_date)
    # One that was sent back may have come again: of the two the later is meant.
    latest = {
        (paper.organisation_id, paper.document_uid): paper for paper in _with_office(held.filter(meant))
    }
    return list(latest.values())


def _with_office(papers: QuerySet[Incoming]) -> QuerySet[Incoming]:
    # In one order for every message: each office's chain of events stays locked until all are asked.
    return papers.select_related("organisation").order_by("organisation", "pk")


def _ask(papers: list[Incoming], kind: str, reason: str, at: datetime) -> None:
    lock(*papers)
    for paper in papers:
        request = ask_back(paper, kind=kind, reason=reason, at=at)
        if request.answer:  # nobody needs to look: what came again goes again
            purge.drop_recalled(paper)
