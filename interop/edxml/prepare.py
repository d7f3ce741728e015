"""What may leave: values cleaned, cut to the format's lengths and checked before writing (§1.12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from .attachments import MAX_ATTACHMENTS, safe_name
from .fields import clean
from .model import (
    VIETNAM,
    Attachment,
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
from .secrecy import begins_with_label, is_label
from .tables import ADMINISTRATIVE, PRIORITIES, REASONED_STATUSES, STATUS_NAMES, TYPE_NAMES, type_detail_for

_ORGAN_ID, _DOCUMENT_ID = 35, 200
# Describing texts are cut (the signed file carries the full text); identifiers never are.
_ORGAN_MAX = {
    "in_charge": 200,
    "name": 200,
    "address": 250,
    "email": 100,
    "telephone": 20,
    "fax": 20,
    "website": 100,
}
_STAFF_MAX = {"department": 300, "staff": 300, "mobile": 30, "email": 100}
_EDOC_MAX = {
    "place": 50,
    "type_name": 100,
    "subject": 500,
    "content": 500,
    "signer_competence": 100,
    "signer_position": 100,
    "signer_name": 50,
    "sphere": 100,
    "typer_notation": 10,
    "business_reason": 500,
}
_STATUS_TEXT = 1000
_REQUIRED = {
    "place": ("PromulgationInfo.Place", "Văn bản chưa có địa danh."),
    "date": ("PromulgationInfo.PromulgationDate", "Văn bản chưa có ngày ban hành."),
    "type_name": ("DocumentType.TypeName", "Văn bản chưa có tên loại."),
    "subject": ("Subject", "Văn bản chưa có trích yếu."),
}


def prepare_status(message: Status, at: dt.datetime) -> Status:
    """A status as it will be written. Raises EdxmlError on what the other side could not act on."""
    description = clean(message.description)[:_STATUS_TEXT].strip()
    if message.status_code not in STATUS_NAMES:
        raise EdxmlError(
            "R.MessageHeader.StatusCode", f"Mã trạng thái “{message.status_code}” không có trong quy chuẩn."
        )
    if message.status_code in REASONED_STATUSES and not description:
        raise EdxmlError("N.MessageHeader.Description", "Trạng thái này phải kèm lý do.")
    response = _response(message.response_for)
    if not response.organ_id or not response.document_id:
        raise EdxmlError(
            "N.MessageHeader.ResponseFor",
            "Trạng thái phải nói rõ văn bản được phản hồi và cơ quan nhận phản hồi.",
        )
    return Status(
        sender=_organ(message.sender, "From"),
        response_for=response,
        status_code=message.status_code,
        description=description,
        timestamp=_moment(message.timestamp or at, "MessageHeader.Timestamp"),
        staff=_staff(message.staff),
    )


def prepare_edoc(message: Edoc, at: dt.datetime) -> Edoc:
    """A document package as it will be written. Raises EdxmlError on what may not or cannot be sent."""
    texts = {name: clean(getattr(message, name))[:limit].strip() for name, limit in _EDOC_MAX.items()}
    ready = replace(
        message,
        **texts,
        sender=_organ(message.sender, "From"),
        receivers=[_organ(organ, "To") for organ in message.receivers],
        document_id=_identifier(message.document_id, "MessageHeader.DocumentId", _DOCUMENT_ID),
        number=_identifier(clean(message.number), "MessageHeader.Code.CodeNumber", 11),
        notation=_identifier(clean(message.notation), "MessageHeader.Code.CodeNotation", 30),
        steering_type=message.steering_type or 0,
        to_places=_lines(message.to_places, 150),
        appendixes=_lines(message.appendixes, 250),
        response_for=[r for r in map(_response, message.response_for) if r != ResponseFor()],
        traces=_traces(message, at),
        staff=_staff(message.staff),
        attachments=_attachments(message.attachments),
        warnings=[],
    )
    if ready.type_detail is None and ready.type_code == ADMINISTRATIVE:
        ready.type_detail = type_detail_for(ready.type_name)
    _check_header(ready)
    _check_secrecy(ready)
    return _prepare_business(ready)


def _check_header(message: Edoc) -> None:
    for name, (element, reason) in _REQUIRED.items():
        if not getattr(message, name):
            raise EdxmlError(f"N.MessageHeader.{element}", reason)
    codes = [organ.organ_id for organ in message.receivers]
    if not codes:
        raise EdxmlError("N.MessageHeader.To", "Văn bản chưa có nơi nhận trên trục.")
    if len(set(codes)) < len(codes):
        raise EdxmlError("R.MessageHeader.To.OrganId", "Có nơi nhận bị ghi lặp.")
    _within(message.type_code, TYPE_NAMES, "DocumentType.Type", "Loại văn bản")
    _within(message.type_detail, range(100), "DocumentType.TypeDetail", "Số của tên loại", optional=True)
    _within(message.priority, PRIORITIES, "OtherInfo.Priority", "Độ khẩn")
    _within(message.steering_type, range(3), "SteeringType", "Loại chỉ đạo")
    _within(message.promulgation_amount, range(1000), "OtherInfo.PromulgationAmount", "Số bản", optional=True)
    _within(message.page_amount, range(1000), "OtherInfo.PageAmount", "Số trang", optional=True)


def _check_secrecy(message: Edoc) -> None:
    """State secrets never leave by this road (QĐ 28/2018 Art. 1)."""
    labelled = is_label(message.sphere) or is_label(message.type_name) or begins_with_label(message.subject)
    if message.secrecy_claim or labelled:
        raise EdxmlError("R.MessageHeader", "Văn bản mang dấu độ mật, không được gửi qua trục liên thông.")


def _prepare_business(message: Edoc) -> Edoc:
    """Keep only what belongs to the business type, and insist on what the receiver needs for it."""
    kind, path = BusinessType(message.business_type), "TraceHeaderList.Bussiness"
    update, replacement = kind is BusinessType.UPDATE, kind is BusinessType.REPLACEMENT
    identified = kind is not BusinessType.NEW and bool(message.business_document_id)
    ready = replace(
        message,
        business_type=kind,
        business_document_id=_exact(message.business_document_id, path, _DOCUMENT_ID) if identified else "",
        document_info=bool(message.document_info) if update else None,
        receiver_changes=[_change(change) for change in message.receiver_changes] if update else [],
        replacements=[_replacement(item) for item in message.replacements] if replacement else [],
    )
    if kind is BusinessType.RECALL and not ready.response_for:
        raise EdxmlError("N.MessageHeader.ResponseFor", "Thông báo thu hồi phải nói rõ văn bản bị thu hồi.")
    if kind is BusinessType.RECALL and not ready.business_reason:
        raise EdxmlError(f"N.{path}.BussinessDocReason", "Thông báo thu hồi phải kèm lý do.")
    if update and not ready.business_document_id:
        raise EdxmlError(f"N.{path}.DocumentId", "Thông báo cập nhật phải nói rõ văn bản được cập nhật.")
    if replacement and not ready.replacements:
        raise EdxmlError(f"N.{path}.ReplacementInfoList", "Văn bản thay thế phải nói rõ văn bản bị thay thế.")
    return ready


def _within(value: int | None, allowed: object, element: str, name: str, *, optional: bool = False) -> None:
    if value is None and optional:
        return
    if value is None or value not in allowed:
        raise EdxmlError(f"R.MessageHeader.{element}", f"{name} “{value}” không có trong quy chuẩn.")


def _organ(organ: Organ, element: str) -> Organ:
    texts = {name: clean(getattr(organ, name))[:limit].strip() for name, limit in _ORGAN_MAX.items()}
    organ_id = _identifier(organ.organ_id, f"MessageHeader.{element}.OrganId", _ORGAN_ID)
    return Organ(organ_id=organ_id, **texts)


def _staff(staff: Staff | None) -> Staff | None:
    if staff is None:
        return None
    ready = Staff(**{name: clean(getattr(staff, name))[:limit].strip() for name, limit in _STAFF_MAX.items()})
    return None if ready == Staff() else ready


def _response(response: ResponseFor) -> ResponseFor:
    path = "MessageHeader.ResponseFor"
    return ResponseFor(
        organ_id=_exact(response.organ_id, f"{path}.OrganId", _ORGAN_ID),
        code=_exact(clean(response.code), f"{path}.Code", 42),
        promulgation_date=response.promulgation_date,
        document_id=_exact(response.document_id, f"{path}.DocumentId", _DOCUMENT_ID),
    )


def _replacement(item: Replacement) -> Replacement:
    path = "TraceHeaderList.Bussiness.ReplacementInfoList.ReplacementInfo"
    return Replacement(
        _identifier(item.document_id, f"{path}.DocumentId", _DOCUMENT_ID),
        [_identifier(organ_id, f"{path}.OrganIdList.OrganId", _ORGAN_ID) for organ_id in item.organ_ids],
    )


def _change(change: tuple[str, int]) -> tuple[str, int]:
    path = "TraceHeaderList.Bussiness.BussinessDocumentInfo.ReceiverList.Receiver"
    organ_id, kind = change
    if kind not in (0, 1):
        raise EdxmlError(f"R.{path}.ReceiverType", "Thay đổi nơi nhận chỉ có thể là bớt (0) hoặc thêm (1).")
    return _identifier(organ_id, f"{path}.OrganId", _ORGAN_ID), int(kind)


def _traces(message: Edoc, at: dt.datetime) -> list[Trace]:
    """Stations passed; a package that carries none starts at its sender."""
    path = "TraceHeaderList.TraceHeader"
    traces = message.traces or [Trace(message.sender.organ_id, at)]
    return [
        Trace(
            _exact(trace.organ_id, f"{path}.OrganId", _ORGAN_ID),
            _moment(trace.timestamp, f"{path}.Timestamp") if trace.timestamp else None,
        )
        for trace in traces
    ]


def _attachments(files: list[Attachment]) -> list[Attachment]:
    if len(files) > MAX_ATTACHMENTS:
        raise EdxmlError("R.AttachmentEncoded", f"Văn bản có quá {MAX_ATTACHMENTS} tệp đính kèm.")
    ready = [_attachment(file, number) for number, file in enumerate(files, 1)]
    if len({file.content_id for file in ready}) < len(ready):
        raise EdxmlError("R.AttachmentEncoded.Attachment.ContentId", "Có hai tệp đính kèm cùng mã nội dung.")
    return ready


def _attachment(file: Attachment, number: int) -> Attachment:
    path = f"AttachmentEncoded.Attachment[{number}]"
    name = safe_name(file.name)
    if not name:
        raise EdxmlError(f"N.{path}.AttachmentName", f"Tệp đính kèm thứ {number} chưa có tên.")
    if not file.size:
        raise EdxmlError(f"N.{path}.ContentTransferEncoded", f"Tệp đính kèm “{name}” rỗng.")
    content_id = _exact(file.content_id.removeprefix("cid:"), f"{path}.ContentId", 200)
    return replace(
        file,
        name=name,
        content_id=content_id or f"{number}.{file.sha256[:16]}",
        description=clean(file.description)[:500].strip(),
    )


def _lines(values: list[str], limit: int) -> list[str]:
    return [line for line in (clean(value)[:limit].strip() for value in values) if line]


def _identifier(value: str, path: str, limit: int) -> str:
    exact = _exact(value, path, limit)
    if not exact:
        raise EdxmlError(f"N.{path}", "Thiếu mã bắt buộc trong gói tin.")
    return exact


def _exact(value: str, path: str, limit: int) -> str:
    """An identifier as it is: a mended one would name something else, so a bad one is refused."""
    exact = value.strip()
    if len(exact) > limit:
        raise EdxmlError(f"R.{path}", f"Mã “{exact[:40]}…” dài quá {limit} ký tự.")
    if not exact.isprintable():
        raise EdxmlError(f"M.{path}", "Mã có ký tự không in được.")
    return exact


def _moment(moment: dt.datetime, path: str) -> dt.datetime:
    if moment.tzinfo is None:
        raise EdxmlError(f"T.{path}", "Thời điểm phải kèm múi giờ.")
    return moment.astimezone(VIETNAM).replace(microsecond=0)
