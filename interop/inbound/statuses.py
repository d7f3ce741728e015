"""A status that came: about a paper of ours, from one of its recipients (edXML §1.8)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from documents import deliveries
from documents.actions.delivery.statuses import ReportedStatus, record_status, record_statuses
from documents.models import Delivery, Outgoing
from documents.states import ANSWERS, STATUS_STATES
from interop.directory.addresses import organisations_by_code
from interop.edxml import STATUS_NAMES, Edoc, ResponseFor, Status
from interop.inbound.recalls import ask_to_take_back
from interop.models import Inbound
from interop.outbound.status_reports import note_their_number, their_number
from orgs.models import Organisation
from ui.text import fold

_UNKNOWN_PAPER = "Không tìm thấy văn bản đi mà trạng thái này nói đến."
_ASKED_BACK = "Nơi gửi yêu cầu lấy lại; đã chuyển văn thư trả lời."
_NOT_A_RECIPIENT = "Cơ quan gửi trạng thái không có trong nơi nhận của văn bản."


@transaction.atomic
def open_status(inbound: Inbound, message: Status, *, at: datetime) -> None:
    """Writes the status at its delivery; one that fits nowhere stays for a person to look at."""
    if not Inbound.objects.select_for_update().filter(pk=inbound.pk, state=Inbound.State.RECEIVED).exists():
        return
    if message.status_code == "13" and ask_to_take_back(message, at=at):
        return _close(inbound, Inbound.State.UNPACKED, _ASKED_BACK)
    outgoing = _paper(message.response_for)
    delivery = _delivery(outgoing, message.sender.organ_id) if outgoing else None
    if delivery is None:
        reason = _unknown_here(message) or (_NOT_A_RECIPIENT if outgoing else _UNKNOWN_PAPER)
        return _close(inbound, Inbound.State.INVALID, reason)
    said_at = min(message.timestamp or inbound.received_at, at)
    code, words = message.status_code, message.description
    record_status(delivery, code=code, said_at=said_at, at=at, description=words)
    note_their_number(delivery.pk, code, words)
    reason = "" if code in STATUS_STATES or code in ANSWERS else _unsupported(code)
    _close(inbound, Inbound.State.INVALID if reason else Inbound.State.UNPACKED, reason)


@transaction.atomic
def open_statuses(came: Sequence[tuple[Inbound, Edoc | Status]], *, at: datetime) -> int:
    """Those that report about papers of ours by their ids, in a fixed number of queries; the others stay as they are.
    Returns how many were taken down."""
    plain = {inbound.pk: message for inbound, message in came if _plain(message)}
    rows = Inbound.objects.select_for_update(skip_locked=True).filter(
        pk__in=plain, state=Inbound.State.RECEIVED
    )
    rows = list(rows.order_by("pk"))
    offices = organisations_by_code(code for row in rows for code in _named(plain[row.pk].response_for))
    senders = organisations_by_code(plain[row.pk].sender.organ_id for row in rows)
    by_uid = defaultdict(list)
    uids = {plain[row.pk].response_for.document_id for row in rows}
    found = Delivery.objects.filter(outgoing__document_uid__in=uids, outgoing__direction="out")
    for delivery in found.annotate(uid=F("outgoing__document_uid"), office=F("outgoing__organisation")):
        by_uid[delivery.uid].append(delivery)
    said, numbers, closed = [], {}, []
    for row in rows:
        message = plain[row.pk]
        named = {offices[code].pk for code in _named(message.response_for) if code in offices}
        ours = [one for one in by_uid[message.response_for.document_id] if one.office in named]
        delivery = _said_by(ours, message.sender.organ_id, senders)
        if delivery is None:
            continue
        said_at = min(message.timestamp or row.received_at, at)
        said.append(ReportedStatus(delivery.pk, message.status_code, said_at, message.description))
        number = their_number(message.status_code, message.description)
        if number and not delivery.their_number:
            numbers[delivery.pk] = number
        closed.append(row.pk)
    record_statuses(said, at=at)
    for pk, number in numbers.items():
        deliveries.note(Delivery.objects.filter(pk=pk, their_number=""), their_number=number)
    Inbound.objects.filter(pk__in=closed).update(state=Inbound.State.UNPACKED, reason="")
    return len(closed)


def _plain(message: Edoc | Status) -> bool:
    if not isinstance(message, Status) or not message.response_for.document_id:
        return False
    return message.status_code in STATUS_STATES or message.status_code in ANSWERS


def _said_by(rows: list[Delivery], sender: str, known: dict[str, Organisation]) -> Delivery | None:
    """The delivery to whoever says it, in the form of its code that the paper was sent to or in another."""
    for row in rows:
        if row.recipient_code == sender:
            return row
    body = known.get(sender)
    return next((row for row in rows if body is not None and row.recipient_id == body.pk), None)


def _named(response: ResponseFor) -> list[str]:
    return [response.organ_id, response.document_id.split(",", 1)[0]]


def _paper(response: ResponseFor) -> Outgoing | None:
    """By document id; else by number, notation and date. Both inside the office that the id or code names."""
    offices = {organisation.pk for organisation in organisations_by_code(_named(response)).values()}
    papers = Outgoing.objects.filter(organisation__in=offices, direction="out")
    found = papers.filter(document_uid=response.document_id).first() if response.document_id else None
    if found or not (response.code and response.promulgation_date):
        return found
    key, day = fold(response.code)[:60], response.promulgation_date
    same = list(papers.filter(code_key=key, issued_on=day)[:2])
    return same[0] if len(same) == 1 else None


def _delivery(outgoing: Outgoing, sender_code: str) -> Delivery | None:
    exact = outgoing.deliveries.filter(recipient_code=sender_code).first()
    if exact:
        return exact
    known = organisations_by_code([sender_code]).get(sender_code)
    return outgoing.deliveries.filter(recipient=known).first() if known else None


def _unknown_here(message: Status) -> str:
    """13 is said by the sender of a paper we hold; this one we do not."""
    if message.status_code != "13":
        return ""
    return f"Nơi gửi yêu cầu lấy lại một văn bản không có ở đây. Văn bản: {message.response_for.code}. Lý do: {message.description}"[
        :1000
    ]


def _unsupported(code: str) -> str:
    return f"Trạng thái {code} ({STATUS_NAMES.get(code, 'không rõ')}): chưa hỗ trợ tự động."


def _close(inbound: Inbound, state: str, reason: str) -> None:
    Inbound.objects.filter(pk=inbound.pk).update(state=state, reason=reason)
