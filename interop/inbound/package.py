"""A package of the axis, resolved once: who sent it, which paper it brings or speaks of, which desks it is for; and what
every kind of business does with it the same way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from documents import blobs
from documents.arrival import NewFile
from documents.models import ChangeRequest, Incoming, StatusReport
from interop.directory.addresses import is_of_the_city, organisations_by_code, why_not
from interop.edxml import Edoc, document_id_for
from interop.edxml.model import BusinessType
from interop.models import Inbound, Outbound
from interop.secrecy import purge
from orgs.models import Organisation

State = Inbound.State
MORE = "Cùng mã với văn bản đã nhận; đã giao thêm cho nơi nhận mới."
REPEAT = "Trùng với văn bản đã nhận; đã trả lời lại trạng thái."
_NOT_OURS = "Gửi sai nơi nhận: không có cơ quan nào của thành phố Hà Nội."
_REMOVED = 0  # edXML §1.7, and D3: that 0 takes a receiver off the list rests on one source


@dataclass(frozen=True)
class Package:
    inbound: Inbound
    message: Edoc
    at: datetime
    business: BusinessType
    sender: str
    own_uid: str  # what it is answered by
    paper_uid: str  # of the paper it brings or changes
    addressed: tuple[str, ...]  # the codes of the city that it names, as the office has them now
    offices: tuple[
        Organisation, ...
    ]  # those of them that we know, closed ones included; in one order for all packages
    desks: tuple[Organisation, ...]  # those of them that take papers today
    refusals: dict[str, str]  # for the codes of the city that cannot: why

    @property
    def replaced(self) -> list[str]:
        return [one.document_id for one in self.message.replacements]

    def replaced_at(self, desk: Organisation) -> list[str]:
        named = self.message.replacements
        return [one.document_id for one in named if not one.organ_ids or desk.code in one.organ_ids]

    def takes_off(self, desk: Organisation) -> bool:
        """Whether an update takes this desk off the list of receivers."""
        codes = {desk.code, desk.code_2018}
        return any(code in codes and change == _REMOVED for code, change in self.message.receiver_changes)


def resolve(inbound: Inbound, message: Edoc, *, at: datetime) -> Package:
    codes = [organ.organ_id for organ in message.receivers]
    known = organisations_by_code(codes)
    ours = [c for c in codes if is_of_the_city(c) or (c in known and not known[c].external)]
    named = {code: known[code].code if code in known else code for code in ours}
    day = timezone.localdate(at)
    refusals = {named[code]: why for code in ours if (why := why_not(known.get(code), code, day))}
    offices = sorted({o.pk: o for o in known.values() if not o.external}.items())
    return Package(
        inbound=inbound,
        message=message,
        at=at,
        business=message.business_type,
        sender=message.sender.organ_id,
        own_uid=document_uid_of(message),
        paper_uid=paper_uid_of(message),
        addressed=tuple(dict.fromkeys(named.values())),
        offices=tuple(office for _, office in offices),
        desks=tuple(office for _, office in offices if office.code not in refusals),
        refusals=refusals if ours else {settings.AXIS_SYSTEM_ID: _NOT_OURS},
    )


def document_uid_of(message: Edoc) -> str:
    """The id to answer by; without one, what tells papers apart: sender, date, number and notation."""
    if message.document_id:
        return message.document_id
    if message.date:
        return document_id_for(message.sender.organ_id, message.date, message.code)
    return f"{message.sender.organ_id},,{message.code}"


def paper_uid_of(message: Edoc) -> str:
    """Of an update, the id of the paper it changes, which need not be its own."""
    return (
        changed_uid_of(message) if message.business_type == BusinessType.UPDATE else ""
    ) or document_uid_of(message)


def changed_uid_of(message: Edoc) -> str:
    """The id of the paper that an update changes, as its sender names it; "" when it does not."""
    return (message.business_document_id or message.document_id)[:200]


def message_id_of(message: Edoc, sha256: str) -> str:
    """What makes a repeat recognisable. A recall or an update carries the id of the paper it changes, so it
    is told apart by its kind and bytes."""
    uid = paper_uid_of(message)
    changes = message.business_type in (BusinessType.RECALL, BusinessType.UPDATE)
    return f"{uid}#{int(message.business_type)}.{sha256[:12]}" if changes else uid


def claim(package: Package) -> bool:
    """Inside a transaction: whether it still waits to be opened. Nobody else opens it until the transaction ends."""
    waiting = Inbound.objects.select_for_update().filter(pk=package.inbound.pk, state=State.RECEIVED)
    return waiting.exists()


def close(package: Package, state: str, reason: str) -> None:
    Inbound.objects.filter(pk=package.inbound.pk).update(state=state, reason=reason[:1000])


def opened_before(package: Package):
    """The package of this very message that was opened before, if there was one."""
    same = {"sender_code": package.inbound.sender_code, "message_id": package.inbound.message_id}
    return Inbound.objects.filter(state=State.UNPACKED, **same)


def admit(package: Package, missing: str = "") -> tuple[Organisation, ...]:
    """Answers for the codes of the city that cannot take it, for all of them when files are missing, and gives the desks
    that can. Where none can the package is closed. Inside the transaction that has claimed it."""
    refusals = package.refusals | ({desk.code: missing for desk in package.desks} if missing else {})
    for code, reason in refusals.items():
        answer(package, code, "02", f"Từ chối tiếp nhận: {reason}")
    if missing or not package.desks:
        close(package, State.RETURNED, " ".join(dict.fromkeys(refusals.values())))
        return ()
    return package.desks


def answer(package: Package, sender_code: str, code: str, words: str, *, uid: str = "") -> None:
    """A status to the sender, about the paper `uid` or the message itself. Sent later, at least once."""
    Outbound.objects.create(
        inbound=package.inbound,
        message_type="status",
        status_code=code,
        description=words[:1000],
        sender_code=sender_code[:100],
        message_id=uid or package.own_uid,
        receivers=[package.sender],
        urgency=min(package.message.priority, 3),
        created_at=package.at,
        next_attempt_at=package.at,
    )


def answer_again(package: Package, paper: Incoming) -> None:
    """About the paper under its own id, whatever id the message bears."""
    last = _last_said(package, paper)
    code, words = (last.code, last.description) if last else ("01", "")
    answer(package, paper.organisation.code, code, words, uid=paper.document_uid)


def _last_said(package: Package, paper: Incoming) -> StatusReport | None:
    """To a recall or an update: how such a request was answered. To the paper, or while no such answer was given: where
    it stands, and that is no answer to something else."""
    said = StatusReport.objects.filter(incoming=paper).order_by("-pk")
    back = Q(request__kind__in=[ChangeRequest.Kind.RECALL, ChangeRequest.Kind.TAKE_BACK])
    asked = Q(pk=None)
    if package.business == BusinessType.RECALL or package.takes_off(paper.organisation):
        asked = back
    elif package.business == BusinessType.UPDATE:
        asked = Q(request__kind=ChangeRequest.Kind.UPDATE)
    return said.filter(asked).first() or said.filter(Q(request=None) | back & Q(code="15")).first()


def let_go(papers: Iterable[Incoming], files: Iterable[NewFile]) -> None:
    """What no desk has kept goes: bytes of a paper given back that have come once more, and files nobody took."""
    for paper in papers:
        if paper.state == "recalled":
            purge.drop_recalled(paper)
    for file in files:
        blobs.destroy(file.blob)  # held by those that have it
