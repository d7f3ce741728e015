"""Packages the edXML tests start from."""

import base64
import datetime as dt
import io
import zipfile
from pathlib import Path

from interop.edxml import VIETNAM, Attachment, Edoc, Organ, ResponseFor, Staff, Status, Trace

SAMPLES = Path(__file__).parents[2] / "samples" / "edxml"
UUID = "32da2890-1a55-4ccd-9ac9-cd0d98559e67"
NOTICE = "V/v triển khai kế hoạch <2026> & báo cáo"


def sample(name: str) -> bytes:
    return next(SAMPLES.glob(f"{name}*.edxml")).read_bytes()


def full_edoc(**changes) -> Edoc:
    values = {
        "sender": Organ(
            "H26.10", "UBND Thành phố", "Sở Nội vụ", "18B Lê Lai", "a@b.vn", "024", "025", "w.vn"
        ),
        "receivers": [Organ("H26.20", name="Sở Tư pháp"), Organ("000.00.00.H41")],
        "document_id": "H26.10,2026/11/20,125/SNV-TCBC",
        "number": "125",
        "notation": "SNV-TCBC",
        "place": "Hà Nội",
        "date": dt.date(2026, 11, 20),
        "type_code": 2,
        "type_detail": 18,
        "type_name": "Công văn",
        "subject": NOTICE,
        "content": "Nội dung\ntóm tắt",
        "signer_competence": "KT. GIÁM ĐỐC",
        "signer_position": "Phó Giám đốc",
        "signer_name": "Vũ Phương Thảo",
        "due_date": dt.date(2026, 12, 1),
        "to_places": ["Như trên", "Lưu: VT, TCBC"],
        "priority": 3,
        "sphere": "Lưu hành nội bộ",
        "typer_notation": "TQM",
        "promulgation_amount": 5,
        "page_amount": 12,
        "appendixes": ["Phụ lục I"],
        "response_for": [ResponseFor("H26.20", "7/STP", dt.date(2026, 11, 1), "H26.20,2026/11/01,7/STP")],
        "steering_type": 2,
        "traces": [Trace("H26.10", dt.datetime(2026, 11, 20, 9, 30, 1, tzinfo=VIETNAM))],
        "business_reason": "Văn bản điện tử mới",
        "paper_follows": True,
        "staff": Staff("Văn phòng", "Nguyễn Thị Lan", "0912", "lan@hanoi.gov.vn"),
        "attachments": [
            Attachment("125-SNV.pdf", b"%PDF-1.7 paper", content_id="1", description="Văn bản"),
            Attachment("Phụ lục.docx", zipped({"word/document.xml": b"x", "a": b"y"}), _DOCX, "2"),
        ],
    }
    return Edoc(**(values | changes))


def full_status(**changes) -> Status:
    values = {
        "sender": Organ("H26.20", name="Sở Tư pháp"),
        "response_for": ResponseFor("H26.10", "125/SNV", dt.date(2026, 11, 20), "H26.10,2026/11/20,125/SNV"),
        "status_code": "02",
        "description": "Gửi sai nơi nhận",
        "timestamp": dt.datetime(2026, 11, 20, 10, 0, 0, tzinfo=VIETNAM),
        "staff": Staff(staff="Văn thư"),
    }
    return Status(**(values | changes))


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def package(
    *,
    head: str = "",
    sender: str = "<From><OrganId>H26.10</OrganId></From>",
    to: str = "<To><OrganId>H26.20</OrganId></To>",
    document_id: str = "<DocumentId>H26.10,2026/11/20,1/SNV</DocumentId>",
    subject: str = "<Subject>Trích yếu</Subject>",
    trace: str = "",
    manifest: str = "",
    files: str = "",
) -> bytes:
    """The smallest readable package, without prefixes, each part replaceable."""
    return (
        f"<edXML><edXMLEnvelope><edXMLHeader><MessageHeader>{sender}{to}{document_id}{subject}{head}"
        f"</MessageHeader>{trace}</edXMLHeader><edXMLBody><edXMLManifest>{manifest}</edXMLManifest></edXMLBody>"
        f"</edXMLEnvelope><AttachmentEncoded>{files}</AttachmentEncoded></edXML>"
    ).encode()


def attachment(data: bytes | str, name: str = "a.pdf", content_type: str = "", content_id: str = "") -> str:
    text = data if isinstance(data, str) else base64.b64encode(data).decode()
    return (
        f"<Attachment><ContentId>{content_id}</ContentId><AttachmentName>{name}</AttachmentName>"
        f"<ContentType>{content_type}</ContentType><ContentTransferEncoded>{text}</ContentTransferEncoded></Attachment>"
    )


def reference(name: str = "", content_id: str = "") -> str:
    return (
        f"<Reference><ContentId>{content_id}</ContentId><AttachmentName>{name}</AttachmentName></Reference>"
    )


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
