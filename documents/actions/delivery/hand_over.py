"""The way of an issued paper to each recipient, and what they answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from documents import deliveries
from documents.actions.incoming.reception import create_incoming
from documents.actions.outgoing.drafts import why_not
from documents.actions.requests.replacement import link_replaced
from documents.arrival import Arrival, NewFile
from documents.journey import record_all, unwritten
from documents.models import (
    ChangeRequest,
    Delivery,
    DeliveryStep,
    File,
    Incoming,
    Outgoing,
    StatusReport,
    Update,
)
from documents.states import ANSWERS, STATUS_STATES, DeliveryState


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


def parcel_of(outgoing: Outgoing, *, verdict: str = "", report: dict | None = None) -> Parcel:
    """`verdict` and `report` say what was found when its signatures were checked as a recipient would."""
    newer = outgoing.replaced_by.filter(state="issued")
    replaces, replaced_by = (
        tuple(papers.values_list("document_uid", flat=True)) for papers in (outgoing.replaces, newer)
    )
    arrival = _arrival(outgoing, verdict, report or {})
    return Parcel(outgoing.organisation_id, arrival, _files(outgoing), replaces, replaced_by)


def hand_over(delivery_id: int, parcel: Parcel, *, at: datetime) -> Incoming | None:
    """As `hand_over_all`, to one recipient; None when somebody else has done it."""
    return next(iter(hand_over_all([delivery_id], parcel, at=at)), None)


@transaction.atomic
def hand_over_all(delivery_ids: list[int], parcel: Parcel, *, at: datetime) -> list[Incoming]:
    """Lays an issued paper on the desks of recipients inside the city: for each its own record, the same bytes.

    Safe to run twice and by two workers: the rows are locked, and one delivery makes one incoming paper. The chains
    of the offices are taken in one order. Raises CannotTake for an office that has been closed since the issue.
    """
    ways = (
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
    ways = list(ways)
    arrival = replace(parcel.arrival, due_on=_due_now(ways)) if ways else parcel.arrival
    for way in ways:
        if problem := why_not(way.recipient, parcel.sender_id, timezone.localdate(at)):
            raise CannotTake(problem)
        incoming = create_incoming(
            way.recipient,
            arrival,
            source=Incoming.Source.CITY,
            files=parcel.files,
            at=at,
            delivery=way,
        )
        link_replaced(incoming, parcel.replaces, at=at)
        for newer in _there_before(incoming, parcel.replaced_by):
            link_replaced(newer, [incoming.document_uid], at=at)
        handed.append(incoming)
    done = [incoming.delivery_id for incoming in handed]
    deliveries.move(Delivery.objects.filter(pk__in=done), DeliveryState.SENT, sent_at=at)
    return handed


def _there_before(incoming: Incoming, uids: Iterable[str]) -> Iterable[Incoming]:
    """Those of the same sender at the same desk."""
    same = {"organisation": incoming.organisation_id, "sender_code": incoming.sender_code, "direction": "in"}
    return Incoming.objects.filter(document_uid__in=uids, **same).order_by("pk") if uids else ()


def _due_now(ways: list[Delivery]) -> date | None:
    """The date of reply as it stands while these rows are held: an update waits for them, or was before them."""
    return Outgoing.objects.values_list("due_on", flat=True).get(pk=ways[0].outgoing_id)


@transaction.atomic
def record_status(
    delivery: Delivery, *, code: str, said_at: datetime, at: datetime, description: str = ""
) -> bool:
    """Takes down a status from the recipient. Repeats are ignored; late ones never move a state back.

    Returns whether it was news.
    """
    return record_statuses([ReportedStatus(delivery.pk, code, said_at, description)], at=at) > 0


@transaction.atomic
def tell_inside(*report_ids: int, at: datetime) -> int:
    """Carries statuses to senders inside the city, in one transaction. Claimed by the rows' locks; told once."""
    reports = list(
        StatusReport.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=report_ids, passed_on=False, incoming__delivery__isnull=False)
        .order_by("pk")
        .values_list("pk", "incoming__delivery", "code", "at", "description", "request__kind")
    )
    record_statuses([ReportedStatus(*said) for _, *said in reports], at=at)
    _note_arrival_numbers([delivery for _, delivery, code, *_ in reports if code == "03"])
    return StatusReport.objects.filter(pk__in=[pk for pk, *_ in reports]).update(passed_on=True)


def _note_arrival_numbers(keys: list[int]) -> None:
    """Inside the city the number in the recipient's book is known, whatever its report says."""
    book = Incoming.objects.filter(delivery=OuterRef("pk"), arrival_number__isnull=False)
    number = Subquery(book.values(text=Cast("arrival_number", CharField()))[:1])
    numbered = Delivery.objects.filter(pk__in=keys, incoming__arrival_number__isnull=False)
    deliveries.note(Delivery.objects.filter(pk__in=numbered.values("pk")), their_number=number)


class ReportedStatus(NamedTuple):
    """One status as a recipient said it."""

    delivery_id: int
    code: str
    at: datetime
    description: str
    about: str | None = None  # the kind of request it answers, when that is known: over the axis nobody says


@transaction.atomic
def record_statuses(said: list[ReportedStatus], *, at: datetime) -> int:
    """Takes down many, as `record_status` does, in a fixed number of queries. Returns how many were news.

    The deliveries' locks decide who is first with a code.
    """
    ways = Delivery.objects.select_for_update(of=("self",)).annotate(
        paper_state=F("outgoing__state"), paper_since=F("outgoing__held_since")
    )
    ways = {way.pk: way for way in ways.filter(pk__in={one.delivery_id for one in said}).order_by("pk")}
    known = DeliveryStep.objects.filter(delivery__in=ways).values_list("delivery_id", "code", "at")
    heard = {_key(*step) for step in known}
    steps, events, moved = [], [], {}
    for one in said:
        way, words = ways[one.delivery_id], one.description[:1000]
        key = _key(one.delivery_id, one.code, one.at)
        if key in heard:
            # A consent that was heard before anybody asked counts when it is given again.
            if one.code == "15" and _gives_back(way, one) and way.state != DeliveryState.CANCELLED:
                way.state = DeliveryState.CANCELLED
                moved[way.pk] = way.state, ""
            continue
        heard.add(key)
        steps.append(DeliveryStep(delivery=way, code=one.code, at=one.at, heard_at=at, description=words))
        state = STATUS_STATES.get(one.code)
        if state is None and one.code not in ANSWERS:
            continue
        # "Cancelled" is an answer: of a paper that nobody asked back it is only written down.
        given_back = state != DeliveryState.CANCELLED or _gives_back(way, one)
        if state and given_back and way.state in deliveries.STEPS[state]:
            way.state, way.problem = state, words if state == DeliveryState.REJECTED else ""
            moved[way.pk] = way.state, way.problem
        payload = {"code": one.code, "recipient": way.recipient_name, "description": words[:300]}
        events.append(unwritten("status", way.sender_id, way.outgoing_id, by=None, at=at, payload=payload))
    DeliveryStep.objects.bulk_create(steps)
    for state, problem in set(moved.values()):
        keys = [pk for pk, last in moved.items() if last == (state, problem)]
        deliveries.move(Delivery.objects.filter(pk__in=keys), state, problem=problem)
    record_all(events)
    return len(steps)


def _key(delivery_id: int, code: str, at: datetime) -> tuple:
    """What makes a repeat: an answer may be given to one request after the other."""
    return (delivery_id, code, at) if code in ANSWERS else (delivery_id, code)


def _gives_back(way: Delivery, said: ReportedStatus) -> bool:
    """Whether a consent is to the recall, not to an update that was asked for before. The format does not say."""
    asked_at = way.withdrawn_at or (way.paper_since if way.paper_state == "revoked" else None)
    if asked_at is None:
        return False
    if said.about:
        return said.about != ChangeRequest.Kind.UPDATE
    really = way.recall_asked_at
    if (
        really and really >= asked_at and said.at >= really.replace(microsecond=0)
    ):  # the axis counts in whole seconds
        return True
    earlier = Update.objects.filter(outgoing=way.outgoing_id, due_changed=True, at__lt=asked_at)
    return not earlier.exists()


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
