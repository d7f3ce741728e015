"""The way of an issued paper to each recipient, and what they answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from documents.actions.drafts import why_not
from documents.actions.incoming import Arrival, NewFile, lay_on_desk
from documents.journey import record
from documents.models import Delivery, DeliveryStep, Document, File, Incoming, Outgoing, StatusReport
from documents.states import STATUS_STATES

ORDER = ["queued", "sent", "arrived", "accepted", "assigned", "processing", "completed"]
FINAL = {"completed", "rejected"}


class CannotTake(Exception):
    """The recipient takes no papers any more; the message says why, in Vietnamese."""


@dataclass(frozen=True)
class Parcel:
    """What every recipient of one paper inside the city is given: read once, however many they are."""

    sender_id: int
    arrival: Arrival
    files: list[NewFile]


def parcel_of(outgoing: Outgoing, *, verdict: str = "", report: dict | None = None) -> Parcel:
    """`verdict` and `report` say what was found when its signatures were checked as a recipient would."""
    return Parcel(outgoing.organisation_id, _arrival(outgoing, verdict, report or {}), _files(outgoing))


@transaction.atomic
def hand_over(delivery_id: int, parcel: Parcel, *, at: datetime) -> Incoming | None:
    """Lays an issued paper on the desk of a recipient inside the city: its own record, the same bytes.

    Safe to run twice and by two workers: the row is locked, and one delivery makes one incoming paper.
    Raises CannotTake for an office that has been closed since the issue.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("recipient__parent")
        .filter(pk=delivery_id, channel=Delivery.Channel.CITY, state="queued")
        .first()
    )
    if delivery is None:
        return None
    problem = why_not(delivery.recipient, parcel.sender_id, timezone.localdate(at))
    if problem:
        raise CannotTake(problem)
    incoming = lay_on_desk(
        delivery.recipient,
        parcel.arrival,
        source=Incoming.Source.CITY,
        files=parcel.files,
        at=at,
        delivery=delivery,
    )
    Delivery.objects.filter(pk=delivery.pk).update(state="sent")
    return incoming


@transaction.atomic
def hear(delivery: Delivery, *, code: str, said_at: datetime, at: datetime, description: str = "") -> bool:
    """Takes down a status from the recipient. Repeats are ignored; late ones never move a state back.

    Returns whether it was news.
    """
    return _hear(Delivery.objects.filter(pk=delivery.pk), code, said_at, at, description)


@transaction.atomic
def tell_inside(report_id: int, *, at: datetime) -> bool:
    """Carries a status to a sender inside the city. Claimed by the row's lock; told once."""
    report = (
        StatusReport.objects.select_for_update(skip_locked=True).filter(pk=report_id, passed_on=False).first()
    )
    if report is None:
        return False
    way = Delivery.objects.filter(incoming=report.incoming_id)
    _hear(way, report.code, report.at, at, report.description)
    StatusReport.objects.filter(pk=report.pk).update(passed_on=True)
    return True


def _hear(one, code: str, said_at: datetime, at: datetime, description: str) -> bool:
    """`one`: the delivery as a query. Its lock decides who is first with a code."""
    delivery = one.select_for_update(of=("self",)).get()
    if delivery.steps.filter(code=code).exists():
        return False
    DeliveryStep.objects.create(
        delivery=delivery, code=code, at=said_at, heard_at=at, description=description[:1000]
    )
    state = STATUS_STATES.get(code)
    if state is None:
        return True
    if _is_later(state, delivery.state):
        delivery.state = state
        delivery.problem = description[:1000] if state == "rejected" else ""
        delivery.save(update_fields=["state", "problem"])
    payload = {"code": code, "recipient": delivery.recipient_name, "description": description[:300]}
    paper = Document.objects.only("organisation").get(pk=delivery.outgoing_id)
    record("status", paper, by=None, at=at, payload=payload)
    return True


def _is_later(new: str, old: str) -> bool:
    if old in FINAL:
        return False
    if new == "rejected" or old == "failed":
        return True
    return ORDER.index(new) > ORDER.index(old)


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
    attached = outgoing.files.filter(part=File.Part.ATTACHMENT).exclude(blob=None).select_related("blob")
    return files + [NewFile(file.name, file.blob, File.Part.ATTACHMENT, file.pages) for file in attached]
