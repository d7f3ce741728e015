"""Values to packages: letter case, prefixes and order of the axis vendor's kit (§1.2, §1.3, §1.12)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO
from xml.sax.saxutils import escape

from .attachments import Budget, unwrapped, wire_type, wrap
from .content import EMPTY, Content, Spool
from .model import VIETNAM, Attachment, BusinessType, Edoc, EdxmlError, Organ, ResponseFor, Staff, Status
from .prepare import prepare_edoc, prepare_status
from .reader import read
from .transfer import encoded, encoded_size

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
_OPENING = f'<edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">'


def write(message: Edoc | Status, *, at: dt.datetime | None = None) -> bytes:
    """Encode a message, UTF-8. A message that carries its time gives the same bytes every time.

    `at` (default: now) is the time for one that carries none: first trace of an edoc, timestamp of a status.
    Raises EdxmlError when the message misses something the receiver needs, names a receiver twice, is
    marked secret, or would not come back the same when read again.
    """
    out = io.BytesIO()
    write_to(message, out, at=at)
    return out.getvalue()


def write_to(message: Edoc | Status, out: BinaryIO, *, at: dt.datetime | None = None) -> None:
    """As `write`, a little at a time. Nothing is written of a message that is refused."""
    moment = at or dt.datetime.now(VIETNAM)
    ready = prepare_edoc(message, moment) if isinstance(message, Edoc) else prepare_status(message, moment)
    # The package with its files left out: each belongs where one opening tag meets its end.
    frame = _frame(ready).encode("utf-8")
    files = getattr(ready, "attachments", [])
    wires = [wrap(file) for file in files]
    if _comparable(read(frame)) != _comparable(ready) or not _all_come_back(files, wires, len(frame)):
        raise EdxmlError("M.edXML", "Gói tin đọc lại không khớp với văn bản, chưa được gửi.")
    for piece in _filled(frame, wires):
        out.write(piece)


def _comparable(message: Edoc | Status) -> Edoc | Status:
    """The message without its files, and without what the wire does not carry: warnings, and media types."""
    if isinstance(message, Status):
        return replace(message, warnings=[])
    files = [replace(file, content=EMPTY, content_type="") for file in message.attachments]
    return replace(message, warnings=[], attachments=files)


def _all_come_back(files: list[Attachment], wires: list[Content], frame_size: int) -> bool:
    """Would a reader take each file out of what goes over the wire, no more and no less? base64 is trusted."""
    budget = Budget(frame_size + sum(map(encoded_size, wires)))
    for number, (file, wire) in enumerate(zip(files, wires, strict=True), 1):
        path = f"AttachmentEncoded.Attachment[{number}].ContentTransferEncoded"
        if unwrapped(wire, file.name, wire_type(file), path, budget, Spool(), []) != file.content:
            return False
    return True


def _frame(message: Edoc | Status) -> str:
    if isinstance(message, Status):
        return _package(_status_header(message), "", "")
    return _package(_header(message), _manifest(message), _carried(message.attachments))


def _filled(frame: bytes, wires: list[Content]) -> Iterator[bytes]:
    """The frame with the text of each file in its place."""
    # What stands in texts is escaped, so a tag in the frame is a tag of ours.
    first, *rest = frame.split(_OPENING.encode())
    yield first
    for wire, after in zip(wires, rest, strict=True):
        yield _OPENING.encode()
        size = 0
        for piece in encoded(wire):
            size += len(piece)
            yield piece
        if size != encoded_size(wire):
            raise OSError("a file has become shorter while it was packed")
        yield after


def _package(header: str, body: str, files: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<edXML xmlns="{NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}">'
        f"<edXML:edXMLHeader>{header}</edXML:edXMLHeader>{body}</edXML:edXMLEnvelope>{files}</edXML>\n"
    )


def _header(message: Edoc) -> str:
    content = [
        _organ("From", message.sender),
        *(_organ("To", receiver) for receiver in message.receivers),
        _leaf("DocumentId", message.document_id),
        _node("Code", _leaf("CodeNumber", message.number), _leaf("CodeNotation", message.notation)),
        _node("PromulgationInfo", _leaf("Place", message.place), _leaf("PromulgationDate", message.date)),
        _node(
            "DocumentType",
            _leaf("Type", message.type_code),
            _optional("TypeDetail", message.type_detail),
            _leaf("TypeName", message.type_name),
        ),
        _leaf("Subject", message.subject),
        _leaf("Content", message.content),
        _node(
            "SignerInfo",
            _leaf("Competence", message.signer_competence),
            _leaf("Position", message.signer_position),
            _leaf("FullName", message.signer_name),
        ),
        _leaf("DueDate", message.due_date),
        _other_info(message),
        *(_response(response) for response in message.response_for),
        _leaf("SteeringType", message.steering_type),
        _node("ToPlaces", *(_leaf("Place", place) for place in message.to_places)),
    ]
    return _node("MessageHeader", *content) + _trace_list(message)


def _other_info(message: Edoc) -> str:
    return _node(
        "OtherInfo",
        _leaf("Priority", message.priority),
        _leaf("SphereOfPromulgation", message.sphere),
        _leaf("TyperNotation", message.typer_notation),
        _optional("PromulgationAmount", message.promulgation_amount),
        _optional("PageAmount", message.page_amount),
        _node("Appendixes", *(_leaf("Appendix", name) for name in message.appendixes)),
    )


def _trace_list(message: Edoc) -> str:
    traces = [
        _node("TraceHeader", _leaf("OrganId", trace.organ_id), _leaf("Timestamp", trace.timestamp))
        for trace in message.traces
    ]
    return _node("TraceHeaderList", *traces, _business(message))


def _business(message: Edoc) -> str:
    return _node(
        "Bussiness",  # the format's own spelling
        _optional("DocumentId", message.business_document_id or None),
        _leaf("BussinessDocType", int(message.business_type)),
        _leaf("BussinessDocReason", message.business_reason),
        _leaf("Paper", int(message.paper_follows)),
        _document_info(message) if message.business_type is BusinessType.UPDATE else "",
        _replacements(message) if message.business_type is BusinessType.REPLACEMENT else "",
        _staff(message.staff),
    )


def _document_info(message: Edoc) -> str:
    changes = [
        _node("Receiver", _leaf("OrganId", organ_id), _leaf("ReceiverType", kind))
        for organ_id, kind in message.receiver_changes
    ]
    return _node(
        "BussinessDocumentInfo",
        _leaf("DocumentInfo", int(bool(message.document_info))),
        _leaf("DocumentReceiver", int(bool(changes))),
        _node("ReceiverList", *changes),
    )


def _replacements(message: Edoc) -> str:
    infos = [
        _node(
            "ReplacementInfo",
            _leaf("DocumentId", item.document_id),
            _node("OrganIdList", *(_leaf("OrganId", organ_id) for organ_id in item.organ_ids)),
        )
        for item in message.replacements
    ]
    return _node("ReplacementInfoList", *infos)


def _manifest(message: Edoc) -> str:
    references = [
        _node(
            "Reference",
            _leaf("ContentId", f"cid:{file.content_id}"),
            _leaf("ContentType", wire_type(file)),
            _optional("Description", file.description or None),
            _leaf("AttachmentName", file.name),
        )
        for file in message.attachments
    ]
    manifest = f'<edXML:edXMLManifest version="1.0">{"".join(references)}</edXML:edXMLManifest>'
    return _node("edXMLBody", manifest)


def _carried(files: list[Attachment]) -> str:
    return f"<AttachmentEncoded>{''.join(map(_attachment, files))}</AttachmentEncoded>"


def _attachment(file: Attachment) -> str:
    description = f"<Description>{escape(file.description)}</Description>" if file.description else ""
    return (
        f"<Attachment><ContentId>cid:{escape(file.content_id)}</ContentId>"
        f"<AttachmentName>{escape(file.name)}</AttachmentName>{description}"
        f"<ContentType>{wire_type(file)}</ContentType>{_OPENING}</edXML:ContentTransferEncoded></Attachment>"
    )


def _status_header(message: Status) -> str:
    return _node(
        "MessageHeader",
        _organ("From", message.sender),
        _response(message.response_for),
        _staff(message.staff),
        _leaf("StatusCode", message.status_code),
        _leaf("Description", message.description),
        _leaf("Timestamp", message.timestamp),
    )


def _organ(name: str, organ: Organ) -> str:
    """All eight elements, empty when unknown: old centres refuse a party without them."""
    return _node(
        name,
        _leaf("OrganId", organ.organ_id),
        _leaf("OrganizationInCharge", organ.in_charge),
        _leaf("OrganName", organ.name),
        _leaf("OrganAdd", organ.address),
        _leaf("Email", organ.email),
        _leaf("Telephone", organ.telephone),
        _leaf("Fax", organ.fax),
        _leaf("Website", organ.website),
    )


def _response(response: ResponseFor) -> str:
    return _node(
        "ResponseFor",
        _leaf("OrganId", response.organ_id),
        _leaf("Code", response.code),
        _leaf("PromulgationDate", response.promulgation_date),
        _leaf("DocumentId", response.document_id),
    )


def _staff(staff: Staff | None) -> str:
    person = staff or Staff()
    return _node(
        "StaffInfo",
        _leaf("Department", person.department),
        _leaf("Staff", person.staff),
        _leaf("Mobile", person.mobile),
        _leaf("Email", person.email),
    )


def _node(name: str, *content: str) -> str:
    return f"<edXML:{name}>{''.join(content)}</edXML:{name}>"


def _optional(name: str, value: str | int | None) -> str:
    return "" if value is None else _leaf(name, value)


def _leaf(name: str, value: str | int | dt.date | None) -> str:
    return _node(name, escape(_written(value)))


def _written(value: str | int | dt.date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y/%m/%d %H:%M:%S}"
    return f"{value:%Y/%m/%d}" if isinstance(value, dt.date) else str(value)
