"""A paper that came over the axis: onto the desks it is addressed to, or answered with the reason why not."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import Arrival, NewFile, receive
from documents.actions.replace import link_replaced
from documents.journey import lock, record
from documents.models import ChangeRequest, Incoming, StatusReport
from interop import purge, recalls, updates
from interop.addresses import is_of_the_city, organisations_by_code, why_not
from interop.edxml import Edoc, document_id_for
from interop.edxml.model import BusinessType
from interop.models import Inbound, Outbound
from interop.reading import arrival_of, missing_files
from orgs.models import Organisation

State = Inbound.State
CLOCKS_DIFFER = timedelta(minutes=15)  # ours and that of the axis
_SECRET = "Từ chối tiếp nhận: văn bản mang dấu độ mật, không được gửi qua hệ thống này. Nội dung đã bị hủy."
_NOT_OURS = "Gửi sai nơi nhận: không có cơ quan nào của thành phố Hà Nội."
_CHANGES = "Nơi gửi cập nhật văn bản; đã chuyển văn thư trả lời."
_MORE = "Cùng mã với văn bản đã nhận; đã giao thêm cho nơi nhận mới."
_ASKED_BACK = "Nơi gửi yêu cầu thu hồi; đã chuyển văn thư trả lời."
_REPEAT = "Trùng với văn bản đã nhận; đã trả lời lại trạng thái."


def document_uid_of(message: Edoc) -> str:
    """The id to answer by; without one, what tells papers apart: sender, date, number and notation."""
    if message.document_id:
        return message.document_id
    if message.date:
        return document_id_for(message.sender.organ_id, message.date, message.code)
    return f"{message.sender.organ_id},,{message.code}"


def paper_uid_of(message: Edoc) -> str:
    """Of an update, the id of the paper it changes, which need not be its own."""
    update = message.business_type == BusinessType.UPDATE
    return (updates.uid_of(message) if update else "") or document_uid_of(message)


def message_id_of(message: Edoc, sha256: str) -> str:
    """What makes a repeat recognisable. A recall or an update carries the id of the paper it changes, so it
    is told apart by its kind and bytes."""
    uid = paper_uid_of(message)
    changes = message.business_type in (BusinessType.RECALL, BusinessType.UPDATE)
    return f"{uid}#{int(message.business_type)}.{sha256[:12]}" if changes else uid


def take_in(inbound: Inbound, message: Edoc, *, at: datetime) -> None:
    """Does everything a package asks for in one transaction. Slow reading is done before it begins."""
    if message.secrecy_claim or _purged_before(message):
        _refuse_secret(inbound, message, at)
        purge.destroy_refused()
        return
    if message.business_type == BusinessType.RECALL and _recall(inbound, message, at):
        return
    replaced = [one.document_id for one in message.replacements]
    recalls.wait_for_paper(message.sender.organ_id, replaced, before=inbound)
    if message.business_type == BusinessType.UPDATE:
        updates.wait_for_answer(message)
    missing = missing_files(message)
    # A recall of something we never had is no second paper of that id: a person sees it under its own.
    recall = message.business_type == BusinessType.RECALL
    uid = inbound.message_id[:200] if recall else paper_uid_of(message)
    arrival, files = arrival_of(message, uid) if not missing else (None, [])
    with transaction.atomic():
        if not _still_waiting(inbound):
            return
        desks, refusals = _sort_receivers(message, timezone.localdate(at), missing)
        for code, reason in refusals.items():
            _answer(inbound, code, "02", f"Từ chối tiếp nhận: {reason}", message, at)
        if not desks:
            return _close(inbound, State.RETURNED, " ".join(dict.fromkeys(refusals.values())))
        _deliver(inbound, message, desks, arrival, files, at)


@transaction.atomic
def _recall(inbound: Inbound, message: Edoc, at: datetime) -> bool:
    """Puts a recall before the clerks, before any of its files is kept; False of papers that are not here.

    The very same message again is answered again, not asked again.
    """
    papers = recalls.meant_by(message)
    # Some desks may have it, and others in a package of their own that was not opened yet.
    before = inbound if papers else None
    recalls.wait_for_paper(message.sender.organ_id, recalls.ids_of(message), before=before)
    if not papers:
        return False
    if not _still_waiting(inbound):
        return True
    if _before(inbound).exists():
        for paper in papers:
            if paper.change_requests.exclude(answer="").exists():
                _answer_again(inbound, paper.organisation, paper, message, at)
        _close(inbound, State.DUPLICATE, _REPEAT)
    else:
        _close(inbound, State.UNPACKED, _ASKED_BACK)
        recalls.ask_for_recall(message, papers, at=at)
    return True


def _deliver(
    inbound: Inbound,
    message: Edoc,
    desks: list[Organisation],
    arrival: Arrival,
    files: list[NewFile],
    at: datetime,
) -> None:
    """Each desk gets its own paper. Desks that have it already answer once more where they stand, or are asked to
    change it."""
    first = _before(inbound).select_for_update().first()
    update = message.business_type == BusinessType.UPDATE
    if update:
        updates.wait_for_earlier(inbound, message)
    have = (
        updates.papers_at(desks, message) if update else _papers_of(arrival, desks, inbound) if first else {}
    )
    lock(*have.values())
    for desk in desks:
        if desk.pk in have and first:
            _answer_again(inbound, desk, have[desk.pk], message, at)
        elif desk.pk in have:
            updates.ask(have[desk.pk], inbound, message, arrival, files, at=at)
        elif update and updates.is_taken_off(message, desk) and not files:
            _answer(inbound, desk.code, "15", updates.NEVER_HERE, message, at)
        else:
            paper = receive(desk, arrival, source=Incoming.Source.AXIS, files=files, at=at)
            named = [
                one.document_id
                for one in message.replacements
                if not one.organ_ids or desk.code in one.organ_ids
            ]
            link_replaced(paper, named, at=at)
    if first:
        _close(inbound, State.DUPLICATE, _MORE if len(have) < len(desks) else _REPEAT)
    else:
        _close(inbound, State.UNPACKED, _CHANGES if update and have else "")
    for paper in have.values():
        if paper.state == "recalled":  # its bytes have come once more
            purge.drop_recalled(paper)
    for file in files if update or first else ():  # what no desk has kept of it goes; the others hold theirs
        blobs.destroy(file.blob)


def _before(inbound: Inbound):
    """The package of this very message that was opened before, if there was one."""
    same = {"sender_code": inbound.sender_code, "message_id": inbound.message_id}
    return Inbound.objects.filter(state=State.UNPACKED, **same)


def _papers_of(arrival: Arrival, desks: list[Organisation], inbound: Inbound) -> dict[int, Incoming]:
    """The desks' papers of this id, but those that were sent back and now come anew."""
    same = {"sender_code": arrival.sender_code, "document_uid": arrival.document_uid}
    papers = Incoming.objects.filter(organisation__in=desks, direction="in", **same).order_by("pk")
    latest = {paper.organisation_id: paper for paper in papers}
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


def _sort_receivers(message: Edoc, day, missing: str) -> tuple[list[Organisation], dict[str, str]]:
    """The desks that take the paper; for the codes of the city that cannot: why."""
    codes = [organ.organ_id for organ in message.receivers]
    known = organisations_by_code(codes)
    ours = [c for c in codes if is_of_the_city(c) or (c in known and not known[c].external)]
    desks: dict[int, Organisation] = {}
    refusals = {} if ours else {settings.AXIS_SYSTEM_ID: _NOT_OURS}
    for code in ours:
        reason = why_not(known.get(code), code, day) or missing
        if reason:
            refusals[known[code].code if code in known else code] = reason
        else:
            desks[known[code].pk] = known[code]
    # In one order for every package: each desk's chain of events stays locked until all have theirs.
    return sorted(desks.values(), key=lambda desk: desk.pk), refusals


def _purged_before(message: Edoc) -> bool:
    """A repeat of a paper whose content was destroyed is destroyed too, and an update of it under an id of its own."""
    offices = organisations_by_code(organ.organ_id for organ in message.receivers).values()
    sender, uids = message.sender.organ_id, [document_uid_of(message), paper_uid_of(message)]
    known = [*uids, *(purge.hash_of(sender, uid) for uid in uids)]
    same = {"sender_code": sender, "document_uid__in": known}
    papers = Incoming.objects.filter(organisation__in=offices, direction="in", **same)
    return papers.filter(purged_at__isnull=False).exists()


@transaction.atomic
def _refuse_secret(inbound: Inbound, message: Edoc, at: datetime) -> None:
    """Status 02 from every office addressed, one event at each; the row keeps time, sender and hash."""
    if not _still_waiting(inbound):
        return
    codes = [organ.organ_id for organ in message.receivers]
    known = {code: office for code, office in organisations_by_code(codes).items() if not office.external}
    ours = [code for code in codes if code in known or is_of_the_city(code)]
    named = [known[code].code if code in known else code for code in ours] or [settings.AXIS_SYSTEM_ID]
    for code in dict.fromkeys(named):
        _answer(inbound, code, "02", _SECRET, message, at)
    said = {"source": "axis", "from": inbound.sender_code, "sha256": [inbound.sha256]}
    for _, office in sorted({office.pk: office for office in known.values()}.items()):
        record("purge", None, by=None, at=at, payload=said, organisation=office)
    Inbound.objects.filter(pk=inbound.pk).update(state=State.REFUSED, reason=purge.REASON, message_id="")


def _answer_again(inbound: Inbound, desk: Organisation, paper: Incoming, message: Edoc, at: datetime) -> None:
    """About the paper under its own id, whatever id the message bears."""
    last = _last_said(desk, paper, message)
    code, words = (last.code, last.description) if last else ("01", "")
    _answer(inbound, desk.code, code, words, message, at, uid=paper.document_uid)


def _last_said(desk: Organisation, paper: Incoming, message: Edoc) -> StatusReport | None:
    """To a recall or an update: how such a request was answered. To the paper, or while no such answer was given: where
    it stands, and that is no answer to something else."""
    said = StatusReport.objects.filter(incoming=paper).order_by("-pk")
    back = Q(request__kind__in=[ChangeRequest.Kind.RECALL, ChangeRequest.Kind.TAKE_BACK])
    asked = Q(pk=None)
    if message.business_type == BusinessType.RECALL or updates.is_taken_off(message, desk):
        asked = back
    elif message.business_type == BusinessType.UPDATE:
        asked = Q(request__kind=ChangeRequest.Kind.UPDATE)
    return said.filter(asked).first() or said.filter(Q(request=None) | back & Q(code="15")).first()


def _answer(
    inbound: Inbound, sender_code: str, code: str, words: str, message: Edoc, at: datetime, *, uid: str = ""
) -> None:
    Outbound.objects.create(
        inbound=inbound,
        message_type="status",
        status_code=code,
        description=words[:1000],
        sender_code=sender_code[:100],
        message_id=uid or document_uid_of(message),
        receivers=[message.sender.organ_id],
        urgency=min(message.priority, 3),
        created_at=at,
        next_attempt_at=at,
    )


def _still_waiting(inbound: Inbound) -> bool:
    return Inbound.objects.select_for_update().filter(pk=inbound.pk, state=State.RECEIVED).exists()


def _close(inbound: Inbound, state: str, reason: str) -> None:
    Inbound.objects.filter(pk=inbound.pk).update(state=state, reason=reason[:1000])
