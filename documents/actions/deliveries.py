"""The way of an issued paper to each recipient, and what they answer."""

from datetime import datetime

from django.db import transaction

from documents.actions.incoming import Arrival, NewFile, receive
from documents.journey import record
from documents.models import Delivery, DeliveryStep, File, Incoming, StatusReport
from documents.states import STATUS_STATES

ORDER = ["queued", "sent", "arrived", "accepted", "assigned", "processing", "completed"]
FINAL = {"completed", "rejected"}


@transaction.atomic
def hand_over(
    delivery_id: int, *, at: datetime, verdict: str = "", report: dict | None = None
) -> Incoming | None:
    """Lays an issued paper on the desk of a recipient inside the city: its own record, the same bytes.

    `verdict` and `report` say what was found when its signatures were checked for this recipient.

    Safe to run twice and by two workers: the row is locked, and one delivery makes one incoming paper.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("outgoing__issuer", "recipient")
        .filter(pk=delivery_id, channel=Delivery.Channel.CITY, state="queued")
        .first()
    )
    if delivery is None:
        return None
    outgoing = delivery.outgoing
    incoming = receive(
        delivery.recipient,
        _arrival(outgoing, verdict, report or {}),
        source=Incoming.Source.CITY,
        files=_files(outgoing),
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
    _, news = DeliveryStep.objects.get_or_create(
        delivery=delivery,
        code=code,
        defaults={"at": said_at, "heard_at": at, "description": description[:1000]},
    )
    state = STATUS_STATES.get(code)
    if not news or state is None:
        return news
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("outgoing").get(pk=delivery.pk)
    if _is_later(state, locked.state):
        locked.state = state
        locked.problem = description[:1000] if state == "rejected" else ""
        locked.save(update_fields=["state", "problem"])
    payload = {"code": code, "recipient": locked.recipient_name, "description": description[:300]}
    record("status", locked.outgoing, by=None, at=at, payload=payload)
    return True


@transaction.atomic
def tell_inside(report_id: int, *, at: datetime) -> bool:
    """Carries a status to a sender inside the city. Claimed by the row's lock; told once."""
    report = (
        StatusReport.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("incoming__delivery")
        .filter(pk=report_id, passed_on=False)
        .first()
    )
    if report is None or report.incoming.delivery is None:
        return False
    hear(report.incoming.delivery, code=report.code, said_at=report.at, at=at, description=report.description)
    StatusReport.objects.filter(pk=report.pk).update(passed_on=True)
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
