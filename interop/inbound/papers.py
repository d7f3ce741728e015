"""A paper that came over the axis: onto the desks it is addressed to, or answered with the reason why not."""

from datetime import timedelta

from django.db import transaction

from documents.actions.incoming.reception import receive
from documents.actions.requests.replacement import link_replaced
from documents.arrival import Arrival, NewFile
from documents.journey import lock
from documents.models import Incoming
from interop.edxml.model import BusinessType
from interop.inbound import recalls
from interop.inbound.package import (
    MORE,
    REPEAT,
    Package,
    State,
    admit,
    answer_again,
    claim,
    close,
    let_go,
    opened_before,
)
from interop.inbound.to_arrival import arrival_of, missing_files
from interop.models import Inbound, Outbound
from orgs.models import Organisation

CLOCKS_DIFFER = timedelta(minutes=15)  # ours and that of the axis


def open_paper(package: Package) -> None:
    """Each desk gets its own paper; one that has it already answers once more where it stands. In one transaction; the
    slow reading is done before it begins. Raises PaperOnItsWay."""
    recalls.wait_for_paper(package.sender, package.replaced, before=package.inbound)
    missing = missing_files(package.message)
    # A recall of something we never had is no second paper of that id: a person sees it under its own.
    recall = package.business == BusinessType.RECALL
    uid = package.inbound.message_id[:200] if recall else package.paper_uid
    arrival, files = arrival_of(package.message, uid) if not missing else (None, [])
    with transaction.atomic():
        if not claim(package) or not (desks := admit(package, missing)):
            return
        first = opened_before(package).select_for_update().first()
        have = _papers_of(arrival, desks, package.inbound) if first else {}
        lock(*have.values())
        for desk in desks:
            if desk.pk in have:
                answer_again(package, have[desk.pk])
            else:
                deliver(package, desk, arrival, files)
        if first:
            close(package, State.DUPLICATE, MORE if len(have) < len(desks) else REPEAT)
        else:
            close(package, State.UNPACKED, "")
        let_go(have.values(), files if first else ())


def deliver(package: Package, desk: Organisation, arrival: Arrival, files: list[NewFile]) -> None:
    paper = receive(desk, arrival, source=Incoming.Source.AXIS, files=files, at=package.at)
    link_replaced(paper, package.replaced_at(desk), at=package.at)


def _papers_of(arrival: Arrival, desks: tuple[Organisation, ...], inbound: Inbound) -> dict[int, Incoming]:
    """The desks' papers of this id, but those that were sent back and now come anew."""
    same = {"sender_code": arrival.sender_code, "document_uid": arrival.document_uid}
    papers = Incoming.objects.filter(organisation__in=desks, direction="in", **same).order_by("pk")
    latest = {paper.organisation_id: paper for paper in papers.select_related("organisation")}
    return {pk: paper for pk, paper in latest.items() if not _comes_anew(paper, inbound)}


def _comes_anew(paper: Incoming, inbound: Inbound) -> bool:
    """What was sent back may be sent again. The very bytes that came before, laid on the axis before its sender can have
    read the refusal, are a repeat of the transport: on the clerk's desk they would be a paper he has refused already."""
    if paper.state != "rejected":
        return False
    package = {"sender_code": inbound.sender_code, "message_id": inbound.message_id, "sha256": inbound.sha256}
    told = Outbound.objects.filter(report__incoming=paper, status_code="02").values_list("sent_at", flat=True)
    if not Inbound.objects.filter(pk__lt=inbound.pk, **package).exists():
        return True
    heard = [at + CLOCKS_DIFFER for at in told if at]
    return bool(heard) and (inbound.laid_at or inbound.received_at) > max(heard)
