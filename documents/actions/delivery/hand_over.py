"""The way of an issued paper to each recipient."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from documents import deliveries
from documents.actions.incoming.reception import create_incoming
from documents.actions.outgoing.drafts import why_not
from documents.actions.requests.replacement import link_corrected, link_replaced
from documents.arrival import Arrival, NewFile
from documents.models import (
    Delivery,
    File,
    Incoming,
    Outgoing,
)
from documents.states import DeliveryState


class CannotTake(Exception):
    """The recipient takes no papers any more; the message says why, in Vietnamese."""


@dataclass(frozen=True)
class Parcel:
    """What every recipient of one paper inside the city is given: read once, however many they are."""

    sender_id: int
    arrival: Arrival
    files: list[NewFile]
    replaces: tuple[str, ...] = ()  # ids of the papers whose place it takes
    replaced_by: tuple[str, ...] = ()  # … that take its place: an urgent one overtakes it
    corrects: tuple[
        tuple[str, str], ...
    ] = ()  # what it does to another (Correction.Kind) and the id of that one
    corrected_by: tuple[tuple[str, str], ...] = ()


def parcel_of(outgoing: Outgoing, *, verdict: str = "", report: dict | None = None) -> Parcel:
    """`verdict` and `report` say what was found when its signatures were checked as a recipient would."""
    newer = outgoing.replaced_by.filter(state="issued")
    replaces, replaced_by = (
        tuple(papers.values_list("document_uid", flat=True)) for papers in (outgoing.replaces, newer)
    )
    arrival = _arrival(outgoing, verdict, report or {})
    corrects = tuple(outgoing.corrects.values_list("kind", "of__document_uid"))
    newer = outgoing.corrected_by.filter(paper__state="issued")
    corrected_by = tuple(newer.values_list("kind", "paper__document_uid"))
    return Parcel(
        outgoing.organisation_id, arrival, _files(outgoing), replaces, replaced_by, corrects, corrected_by
    )


def hand_over(delivery_id: int, parcel: Parcel, *, at: datetime) -> Incoming | None:
    """As `hand_over_all`, to one recipient; None when somebody else has done it."""
    return next(iter(hand_over_all([delivery_id], parcel, at=at)), None)


@transaction.atomic
def hand_over_all(delivery_ids: list[int], parcel: Parcel, *, at: datetime) -> list[Incoming]:
    """Lays an issued paper on the desks of recipients inside the city: for each its own record, the same bytes.

    Safe to run twice and by two workers: the rows are locked, and one delivery makes one incoming paper. The chains
    of the offices are taken in one order. Raises CannotTake for an office that has been closed since the issue.
    """
    rows = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("recipient__parent")
        .filter(
            pk__in=delivery_ids,
            channel=Delivery.Channel.CITY,
            state=DeliveryState.QUEUED,
            outgoing__state="issued",
        )
        .order_by("recipient")
    )
    handed = []
    rows = list(rows)
    arrival = replace(parcel.arrival, due_on=_due_now(rows)) if rows else parcel.arrival
    for delivery in rows:
        if problem := why_not(delivery.recipient, parcel.sender_id, timezone.localdate(at)):
            raise CannotTake(problem)
        incoming = create_incoming(
            delivery.recipient,
            arrival,
            source=Incoming.Source.CITY,
            files=parcel.files,
            at=at,
            delivery=delivery,
        )
        link_replaced(incoming, parcel.replaces, at=at)
        for newer in _there_before(incoming, parcel.replaced_by):
            link_replaced(newer, [incoming.document_uid], at=at)
        for kind, uid in parcel.corrects:
            link_corrected(incoming, kind, [uid], at=at)
        for kind, uid in parcel.corrected_by:
            for newer in _there_before(incoming, [uid]):
                link_corrected(newer, kind, [incoming.document_uid], at=at)
        handed.append(incoming)
    done = [incoming.delivery_id for incoming in handed]
    deliveries.move(Delivery.objects.filter(pk__in=done), DeliveryState.SENT, sent_at=at)
    return handed


def _there_before(incoming: Incoming, uids: Iterable[str]) -> Iterable[Incoming]:
    """Those of the same sender at the same desk."""
    same = {"organisation": incoming.organisation_id, "sender_code": incoming.sender_code, "direction": "in"}
    return Incoming.objects.filter(document_uid__in=uids, **same).order_by("pk") if uids else ()


def _due_now(rows: list[Delivery]) -> date | None:
    """The date of reply as it stands while these rows are held: an update waits for them, or was before them."""
    return Outgoing.objects.values_list("due_on", flat=True).get(pk=rows[0].outgoing_id)


def _arrival(outgoing, verdict: str, report: dict) -> Arrival:
    return Arrival(
        subject=outgoing.subject,
        kind=outgoing.kind,
        kind_name=outgoing.kind_label,
        number=outgoing.number,
        notation=outgoing.notation,
        issued_on=outgoing.issued_on,
        issuer=outgoing.issuer,
        issuer_name=outgoing.issuer_name,
        signer_name=str(outgoing.signer.user),
        signer_title=outgoing.signer.title,
        urgency=outgoing.urgency,
        due_on=outgoing.due_on,
        pages=outgoing.pages,
        document_uid=outgoing.document_uid,
        sender_code=outgoing.organisation.code,
        signature_verdict=verdict,
        signature_report=report,
    )


def _files(outgoing) -> list[NewFile]:
    main = outgoing.current_file()
    name = f"{outgoing.code.replace('/', '-')}.pdf"
    files = [NewFile(name, main.blob, File.Part.MAIN, main.pages)]
    attached = outgoing.attachments()
    return files + [
        NewFile(file.name, file.blob, File.Part.ATTACHMENT, file.pages, file.held, file.seen)
        for file in attached
    ]
