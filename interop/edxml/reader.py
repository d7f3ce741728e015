"""Packages to values: tolerant of order, spelling, namespace and missing parts (§1.10, §1.11)."""

from __future__ import annotations

import io
from typing import BinaryIO

from . import attachments
from .content import EMPTY, Spool
from .fields import clean, date_at, flag_at, identifier, identifier_at, integer_at, short, text_at, time_at
from .model import (
    BusinessType,
    Edoc,
    EdxmlError,
    Organ,
    Replacement,
    ResponseFor,
    Staff,
    Status,
    Trace,
)
from .pairing import Part, pair
from .secrecy import claim_in
from .tables import PRIORITIES, STATUS_NAMES, TYPE_NAMES
from .xmltree import CONTENT, Node, parse


def read(source: bytes | BinaryIO) -> Edoc | Status:
    """Decode a package. Raises EdxmlError, and nothing else, whatever the bytes are.

    A stream is read to its end, a little at a time; attachments wait in a temporary file (its own errors, as of
    a full disk, are OSError) for as long as somebody holds them. Required are only From/OrganId, To/OrganId, DocumentId or Code and Subject (a status: From/OrganId,
    ResponseFor and StatusCode); everything else odd ends up in `warnings`, in Vietnamese.
    """
    package = parse(io.BytesIO(source) if isinstance(source, bytes) else source)
    root = package.root
    header = root.first("messageheader")
    if header is None:
        raise EdxmlError("N.MessageHeader", "Tệp không phải gói tin edXML: không có phần MessageHeader.")
    return _status(header) if _is_status(header) else _edoc(root, header, package.size)


def _is_status(header: Node) -> bool:
    if header.find("statuscode") is not None:
        return header.find("subject") is None
    return header.find("responsefor") is not None and not (header.find("to") or header.find("subject"))


def _status(header: Node) -> Status:
    warnings: list[str] = []
    answered = _responses(header, warnings)
    if not answered or not (answered[0].document_id or answered[0].code):
        raise EdxmlError("N.MessageHeader.ResponseFor", "Gói trạng thái không nói phản hồi cho văn bản nào.")
    return Status(
        sender=_sender(header),
        response_for=answered[0],
        status_code=_status_code(header, warnings),
        description=text_at(header, "description"),
        timestamp=time_at(header, warnings, "timestamp"),
        staff=_staff(header.find("staffinfo")),
        warnings=warnings,
    )


def _status_code(header: Node, warnings: list[str]) -> str:
    written = text_at(header, "statuscode")
    if not written:
        raise EdxmlError("N.MessageHeader.StatusCode", "Gói trạng thái không có mã trạng thái.")
    if not (written.isascii() and written.isdigit() and len(written.lstrip("0")) <= 2):
        raise EdxmlError("R.MessageHeader.StatusCode", f"Mã trạng thái “{short(written)}” không hợp lệ.")
    code = (written.lstrip("0") or "0").zfill(2)
    if code not in STATUS_NAMES:
        warnings.append(f"Mã trạng thái {code} không có trong quy chuẩn.")
    return code


def _edoc(root: Node, header: Node, package_size: int) -> Edoc:
    warnings: list[str] = []
    number, notation = _code(header)
    document_id = identifier_at(header, "documentid")
    if not document_id and not (number or notation):
        raise EdxmlError(
            "N.MessageHeader.DocumentId", "Văn bản không có mã định danh, cũng không có số, ký hiệu."
        )
    subject = text_at(header, "subject")
    if not subject:
        raise EdxmlError("N.MessageHeader.Subject", "Văn bản không có trích yếu.")
    message = Edoc(
        sender=_sender(header),
        receivers=_receivers(header, warnings),
        document_id=document_id,
        number=number,
        notation=notation,
        place=text_at(header, "promulgationinfo", "place"),
        date=date_at(header, warnings, "promulgationinfo", "promulgationdate"),
        type_code=_type_code(header, warnings),
        type_detail=integer_at(header, warnings, "documenttype", "typedetail"),
        type_name=text_at(header, "documenttype", "typename"),
        subject=subject,
        response_for=_responses(header, warnings),
        secrecy_claim=claim_in(root),
        warnings=warnings,
    )
    _fill_header(message, header)
    _fill_business(message, root)
    message.traces = _traces(root, warnings)
    message.attachments = _attachments(root, package_size, warnings)
    return message


def _fill_header(message: Edoc, header: Node) -> None:
    """The optional half of MessageHeader."""
    warnings, other = message.warnings, header.find("otherinfo")
    message.content = text_at(header, "content")
    message.signer_competence = text_at(header, "signerinfo", "competence")
    message.signer_position = text_at(header, "signerinfo", "position")
    message.signer_name = text_at(header, "signerinfo", "fullname")
    message.due_date = date_at(header, warnings, "duedate")
    message.to_places = _lines(header.find("toplaces"), "place")
    message.steering_type = integer_at(header, warnings, "steeringtype")
    message.priority = _priority(other, warnings)
    message.sphere = text_at(other, "sphereofpromulgation")
    message.typer_notation = text_at(other, "typernotation")
    message.promulgation_amount = integer_at(other, warnings, "promulgationamount")
    message.page_amount = integer_at(other, warnings, "pageamount")
    message.appendixes = _lines(other.find("appendixes") if other else None, "appendix")


def _fill_business(message: Edoc, root: Node) -> None:
    """Bussiness; each part only for its own type, because senders leave the others filled with samples."""
    business = root.first("business")
    if business is None:
        return
    kind = message.business_type = _business_type(business, message.warnings)
    message.business_reason = text_at(business, "businessdocreason")
    message.paper_follows = flag_at(business, "paper") or False
    message.staff = _staff(business.find("staffinfo"))
    if kind is not BusinessType.NEW:
        message.business_document_id = identifier_at(business, "documentid")
    if kind is BusinessType.UPDATE:
        message.document_info = flag_at(business, "businessdocumentinfo", "documentinfo")
        message.receiver_changes = _receiver_changes(business, message.warnings)
    if kind is BusinessType.REPLACEMENT:
        message.replacements = _replacements(business)


def _sender(header: Node) -> Organ:
    sender = _organ(header.find("from"))
    if not sender.organ_id:
        raise EdxmlError("N.MessageHeader.From.OrganId", "Gói tin không có mã định danh của cơ quan gửi.")
    return sender


def _receivers(header: Node, warnings: list[str]) -> list[Organ]:
    named = [organ for organ in map(_organ, header.all("to")) if organ.organ_id]
    if not named:
        raise EdxmlError("N.MessageHeader.To.OrganId", "Gói tin không có mã định danh của cơ quan nhận.")
    if len(named) < len(header.all("to")):
        warnings.append("Có nơi nhận không mang mã định danh, bỏ qua.")
    unique: dict[str, Organ] = {}
    for organ in named:
        unique.setdefault(organ.organ_id, organ)
    if len(unique) < len(named):
        warnings.append("Có nơi nhận bị ghi lặp, chỉ lấy một lần.")
    return list(unique.values())


def _organ(node: Node | None) -> Organ:
    return Organ(
        organ_id=identifier_at(node, "organid"),
        in_charge=text_at(node, "organizationincharge"),
        name=text_at(node, "organname"),
        address=text_at(node, "organadd"),
        email=text_at(node, "email"),
        telephone=text_at(node, "telephone"),
        fax=text_at(node, "fax"),
        website=text_at(node, "website"),
    )


def _code(header: Node) -> tuple[str, str]:
    """Number and notation; also from a Code written as one string."""
    code = header.find("code")
    if code is not None and not code.children:
        number, _, notation = clean(code.text).partition("/")
        return number.strip(), notation.strip()
    return text_at(code, "codenumber"), text_at(code, "codenotation")


def _responses(header: Node, warnings: list[str]) -> list[ResponseFor]:
    """The documents spoken of; senders also write empty ones, which say nothing."""
    found = []
    for node in header.all("responsefor"):
        number, notation = _code(node)
        response = ResponseFor(
            organ_id=identifier_at(node, "organid"),
            code=f"{number}/{notation}" if notation else number,
            promulgation_date=date_at(node, warnings, "promulgationdate"),
            document_id=identifier_at(node, "documentid"),
        )
        if response != ResponseFor():
            found.append(response)
    return found


def _type_code(header: Node, warnings: list[str]) -> int | None:
    code = integer_at(header, warnings, "documenttype", "type")
    if code is not None and code not in TYPE_NAMES:
        warnings.append(f"Loại văn bản (Type) {code} không có trong quy chuẩn.")
    return code


def _priority(other: Node | None, warnings: list[str]) -> int:
    priority = integer_at(other, warnings, "priority") or 0
    if priority in PRIORITIES:
        return priority
    warnings.append(f"Độ khẩn {priority} không có trong quy chuẩn, coi là thường.")
    return 0


def _business_type(business: Node, warnings: list[str]) -> BusinessType:
    written = integer_at(business, warnings, "businessdoctype") or 0
    try:
        return BusinessType(written)
    except ValueError:
        warnings.append(f"Loại nghiệp vụ {written} không có trong quy chuẩn, coi là văn bản mới.")
        return BusinessType.NEW


def _receiver_changes(business: Node, warnings: list[str]) -> list[tuple[str, int]]:
    listed = business.find("businessdocumentinfo", "receiverlist")
    changes = []
    for receiver in listed.all("receiver") if listed else []:
        kind = integer_at(receiver, warnings, "receivertype")
        if identifier_at(receiver, "organid") and kind in (0, 1):
            changes.append((identifier_at(receiver, "organid"), kind))
        else:
            warnings.append("Có thay đổi nơi nhận không rõ cơ quan hoặc không rõ thêm hay bớt, bỏ qua.")
    return changes


def _replacements(business: Node) -> list[Replacement]:
    listed = business.find("replacementinfolist")
    found = []
    for info in listed.all("replacementinfo") if listed else []:
        organs = info.find("organidlist")
        ids = [identifier(organ.text) for organ in organs.all("organid")] if organs else []
        found.append(
            Replacement(identifier_at(info, "documentid"), [organ_id for organ_id in ids if organ_id])
        )
    return [replacement for replacement in found if replacement.document_id]


def _traces(root: Node, warnings: list[str]) -> list[Trace]:
    listed = root.first("traceheaderlist")
    stations = listed.all("traceheader") if listed else []
    traces = [
        Trace(identifier_at(node, "organid"), time_at(node, warnings, "timestamp")) for node in stations
    ]
    return [trace for trace in traces if trace != Trace("")]


def _staff(node: Node | None) -> Staff | None:
    staff = Staff(*(text_at(node, name) for name in ("department", "staff", "mobile", "email")))
    return None if staff == Staff() else staff


def _lines(node: Node | None, name: str) -> list[str]:
    written = [clean(child.text) for child in node.all(name)] if node else []
    return [line for line in written if line]


def _attachments(root: Node, package_size: int, warnings: list[str]) -> list[attachments.Attachment]:
    manifest = root.first("edxmlmanifest", "manifest")
    references = [_part(node) for node in manifest.all("reference")] if manifest else []
    encoded = [node for node in root.walk() if node.name == "attachmentencoded"]
    carried = [_part(node) for place in encoded for node in place.all("attachment")]
    if max(len(references), len(carried)) > attachments.MAX_ATTACHMENTS:
        raise EdxmlError(
            "R.AttachmentEncoded",
            f"Gói tin có quá {attachments.MAX_ATTACHMENTS} tệp đính kèm, không được chấp nhận.",
        )
    budget, spool = attachments.Budget(package_size), Spool()
    parts = pair(references, carried, warnings)
    return [attachments.decode(part, number, budget, spool, warnings) for number, part in enumerate(parts, 1)]


def _part(node: Node) -> Part:
    content = node.find(CONTENT)
    content_id = identifier_at(node, "contentid")
    return Part(
        content_id=content_id[4:].strip() if content_id.lower().startswith("cid:") else content_id,
        name=text_at(node, "attachmentname"),
        content_type=text_at(node, "contenttype"),
        description=text_at(node, "description"),
        content=EMPTY if content is None else content.content,
    )
