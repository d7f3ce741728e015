"""A status that came: about a paper of ours, from one of its recipients (edXML §1.8)."""

from datetime import datetime

from django.db import transaction

from documents.actions.deliveries import ANSWERS, hear
from documents.models import Delivery, Outgoing
from documents.states import STATUS_STATES
from interop.addresses import organisations_by_code
from interop.edxml import STATUS_NAMES, ResponseFor, Status
from interop.feedback import note_their_number
from interop.models import Inbound
from interop.recalls import ask_to_take_back
from orgs.text import fold

_UNKNOWN_PAPER = "Không tìm thấy văn bản đi mà trạng thái này nói đến."
_ASKED_BACK = "Nơi gửi yêu cầu lấy lại; đã chuyển văn thư trả lời."
_NOT_A_RECIPIENT = "Cơ quan gửi trạng thái không có trong nơi nhận của văn bản."


@transaction.atomic
def take_down(inbound: Inbound, message: Status, *, at: datetime) -> None:
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
    hear(delivery, code=code, said_at=said_at, at=at, description=words)
    note_their_number(delivery.pk, code, words)
    reason = "" if code in STATUS_STATES or code in ANSWERS else _unsupported(code)
    _close(inbound, Inbound.State.INVALID if reason else Inbound.State.UNPACKED, reason)


def _paper(response: ResponseFor) -> Outgoing | None:
    """By document id; else by number, notation and date. Both inside the office that the id or code names."""
    named = [response.organ_id, response.document_id.split(",", 1)[0]]
    offices = {organisation.pk for organisation in organisations_by_code(named).values()}
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
