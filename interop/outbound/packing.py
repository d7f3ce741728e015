"""Rows into packages: an issued paper as Edoc, a report or an answer as Status (edXML §1.3, §1.8, §1.12)."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from django.db.models import Prefetch, prefetch_related_objects

from documents import blobs
from documents.models import Correction, File, Incoming, Outgoing, StatusReport, Update
from documents.models.document import attached
from documents.models.outgoing import main_files
from interop.edxml import Attachment, Edoc, InFile, Organ, ResponseFor, Staff, Status, read, write_to
from interop.edxml.model import BusinessType, Replacement
from interop.models import Outbound
from orgs.models import Organisation

_PAPER = (
    "deliveries",
    "replaces",
    Prefetch("corrects", Correction.objects.select_related("of")),
    Prefetch("files", main_files(File.objects), to_attr="mains"),
    Prefetch("files", attached(File.objects), to_attr="goes_with"),
)


def load(outbounds: Sequence[Outbound]) -> None:
    """Reads what packing these will ask for, in a fixed number of queries; no file is opened."""
    papers = Outgoing.objects.select_related("organisation__parent", "signer__user", "in_reply_to")
    reports = StatusReport.objects.select_related("incoming__organisation__parent")
    papers = papers.prefetch_related(*_PAPER)
    updates = Update.objects.prefetch_related(Prefetch("outgoing", papers))
    for field, rows in (("outgoing", papers), ("report", reports), ("update", updates)):
        wanted = {getattr(one, f"{field}_id"): one for one in outbounds if getattr(one, f"{field}_id")}
        for row in rows.filter(pk__in=wanted) if wanted else ():
            setattr(wanted[row.pk], field, row)


def pack(outbound: Outbound) -> BinaryIO:
    """The package of this row in a temporary file that is gone when it is closed; the same bytes at every attempt.

    Raises EdxmlError when it cannot be sent.
    """
    package = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        write_to(_message_of(outbound), package, at=outbound.created_at)
    except BaseException:
        package.close()
        raise
    package.seek(0)
    return package


def _message_of(outbound: Outbound) -> Edoc | Status:
    if outbound.outgoing_id:
        return edoc_of(outbound.outgoing, outbound.receivers)
    if outbound.revoked_id:
        return recall_of(outbound.revoked, outbound.receivers, outbound.description)
    if outbound.update_id:
        return update_of(outbound.update, outbound.receivers)
    return status_of(outbound.report) if outbound.report_id else answer_of(outbound)


def edoc_of(outgoing: Outgoing, receivers: list[str], *, files: bool = True) -> Edoc:
    """An issued paper to those of its recipients whose codes are given. The main file is the first one."""
    prefetch_related_objects([outgoing], *_PAPER)
    names = {way.recipient_code: way.recipient_name for way in outgoing.deliveries.all()}
    competence = " ".join(outgoing.signer_lines.splitlines()[:-1])
    return Edoc(
        sender=_organ(outgoing.organisation),
        receivers=[Organ(code, name=names.get(code, "")) for code in receivers],
        document_id=outgoing.document_uid,
        number=outgoing.number,
        notation=outgoing.notation,
        place=outgoing.organisation.place or "Hà Nội",
        date=outgoing.issued_on,
        type_code=2,
        type_detail=None,
        type_name=outgoing.kind_label,
        subject=outgoing.subject,
        signer_competence=competence,
        signer_position=outgoing.signer_title or outgoing.signer.title,
        signer_name=outgoing.signer_name or str(outgoing.signer.user),
        due_date=outgoing.due_on,
        to_places=outgoing.other_recipients.splitlines(),
        priority=outgoing.urgency,
        page_amount=outgoing.pages,
        response_for=_answered(outgoing.in_reply_to),
        attachments=_files(outgoing) if files else [],
        **_replacing(outgoing, receivers),
    )


def _replacing(outgoing: Outgoing, receivers: list[str]) -> dict:
    """What makes it business type 3: the papers whose place it takes, for every receiver. What puts another right or
    amends it is a new paper (type 0): the other stays in force, and the reason names it."""
    olds = [old.document_uid for old in outgoing.replaces.all()]
    if not olds:
        said = [f"{one.get_kind_display()} văn bản {one.of.code}" for one in outgoing.corrects.all()]
        return {"business_reason": "; ".join(said)[:500] or "Văn bản điện tử mới"}
    return {
        "business_type": BusinessType.REPLACEMENT,
        "business_reason": "Văn bản thay thế",
        "replacements": [Replacement(uid, list(receivers)) for uid in olds],
    }


def recall_of(outgoing: Outgoing, receivers: list[str], reason: str) -> Edoc:
    """The same header without its files, as business type 1 (§1.7). D4: whom ResponseFor names is open; each receiver
    is named, with the id of the paper, and the id stands in Bussiness too."""
    asked = [
        ResponseFor(code, outgoing.code, outgoing.issued_on, outgoing.document_uid) for code in receivers
    ]
    return replace(
        edoc_of(outgoing, receivers, files=False),
        business_type=BusinessType.RECALL,
        business_reason=reason,
        business_document_id=outgoing.document_uid,
        response_for=asked,
        replacements=[],
    )


def update_of(update: Update, receivers: list[str]) -> Edoc:
    """The header as it is now, as business type 2 (§1.7): whether its data changed, and who joined (1) or left (0) the
    list of receivers (D3). The files go along for those who have not had them."""
    added = [code for code in receivers if code in update.added]
    left = [(code, 0) for code in receivers if code in update.withdrawn]
    header = edoc_of(update.outgoing, receivers, files=bool(added))
    return replace(
        header,
        business_type=BusinessType.UPDATE,
        business_reason=update.reason,
        business_document_id=update.outgoing.document_uid,
        document_info=update.due_changed,
        # An update made later than this one has a package of its own.
        due_date=update.due_on,
        receiver_changes=left + [(code, 1) for code in added],
        replacements=[],
    )


def status_of(report: StatusReport) -> Status:
    """What an office reports about a paper it received, to the paper's sender."""
    incoming = report.incoming
    return Status(
        sender=_organ(incoming.organisation),
        response_for=_response_for(incoming),
        status_code=report.code,
        description=report.description,
        timestamp=report.at,
        staff=Staff(staff=report.staff) if report.staff else None,
    )


def answer_of(outbound: Outbound) -> Status:
    """What is answered to a package that never became a paper of the office it was sent to."""
    organisation = Organisation.objects.filter(code=outbound.sender_code).first()
    sender = _organ(organisation) if organisation else Organ(outbound.sender_code)
    response = ResponseFor(outbound.receivers[0], document_id=outbound.message_id)
    same = {"sender_code": outbound.receivers[0], "document_uid": outbound.message_id}
    held = Incoming.objects.filter(organisation__code=outbound.sender_code, direction="in", **same)
    if outbound.message_id and (paper := held.order_by("pk").last()):
        response = _response_for(paper)  # a recall of it bears a number of its own
    elif outbound.inbound.raw:  # gone when the paper was refused as secret: then the id alone must do
        with blobs.path_of(outbound.inbound.raw).open("rb") as raw:
            paper = read(raw)
        response = ResponseFor(response.organ_id, paper.code, paper.date, response.document_id)
    return Status(
        sender=sender,
        response_for=response,
        status_code=outbound.status_code,
        description=outbound.description,
        timestamp=outbound.created_at,
    )


def _organ(organisation: Organisation) -> Organ:
    return Organ(
        organisation.code,
        in_charge=organisation.parent.name if organisation.parent else "",
        name=organisation.name,
        address=organisation.address,
        email=organisation.email,
        telephone=organisation.phone,
        website=organisation.website,
    )


def _answered(incoming: Incoming | None) -> list[ResponseFor]:
    known = incoming is not None and incoming.document_uid and incoming.sender_code
    return [_response_for(incoming)] if known else []


def _response_for(incoming: Incoming) -> ResponseFor:
    return ResponseFor(incoming.sender_code, incoming.code, incoming.issued_on, incoming.document_uid)


def _files(outgoing: Outgoing) -> list[Attachment]:
    name = f"{outgoing.code.replace('/', '-')}.pdf"
    files = [Attachment(name, _kept(outgoing.mains[0]))]
    return files + [Attachment(file.name, _kept(file), file.blob.content_type) for file in outgoing.goes_with]


def _kept(file: File) -> InFile:
    return InFile.at(blobs.path_of(file.blob))
