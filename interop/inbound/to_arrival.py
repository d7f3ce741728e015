"""What a paper's package says, in the words of the clerk's desk. Slow: PDF files of strangers are opened."""

import time
from contextlib import suppress

from django.utils import timezone

from documents import blobs
from documents.actions.incoming.scanning import scan
from documents.arrival import Arrival, NewFile
from documents.danger import look
from documents.kinds import OTHER, kind_named
from documents.models import File
from documents.pdf import PdfError, inspect, word_marks
from documents.uploads import ALLOWED, safe_name
from interop.directory.addresses import organisations_by_code
from interop.edxml import Attachment, Edoc
from interop.edxml.model import BusinessType
from orgs.models import Organisation
from signatures.actions import check, check_attachments
from ui.text import nfc

_LOOKING = 30  # seconds for the first pages of all attachments
_UNSEEN = "Có tệp đính kèm chưa xem được dấu độ mật; hãy mở để kiểm tra."
_MISSING = "Thiếu tệp đính kèm"  # how the codec begins its warning about a reference without its file
_CHANGES = {
    BusinessType.RECALL: "Nơi gửi thu hồi văn bản",
    BusinessType.UPDATE: "Nơi gửi cập nhật văn bản",
    BusinessType.REPLACEMENT: "Thay thế văn bản",
}


def missing_files(message: Edoc) -> str:
    """Why the package is not whole; "" when it is. A recall or an update needs no file (edXML §6, D4)."""
    if message.business_type in (BusinessType.RECALL, BusinessType.UPDATE):
        return ""
    if not any(file.size for file in message.attachments):
        return "thiếu tệp văn bản."
    lacking = [warning for warning in message.warnings if warning.startswith(_MISSING)]
    return f"thiếu tệp văn bản. {' '.join(lacking)}" if lacking else ""


def arrival_of(message: Edoc, document_uid: str) -> tuple[Arrival, list[NewFile]]:
    """All that can be filled in before the clerk looks (decree 30 art. 21.2a), and the stored files."""
    issuer = organisations_by_code([message.sender.organ_id]).get(message.sender.organ_id)
    issuer_name = nfc(message.sender.name or (issuer.name if issuer else message.sender.organ_id))[:200]
    main = next((file for file in message.attachments if _is_pdf(file)), None)
    pages, marks, found, problem = _look_at(main, issuer)
    attached = [file for file in message.attachments if file is not main and _begins_as_pdf(file)]
    word = [file for file in message.attachments if _is_word(file)]
    more, all_seen = _marks_in([*attached, *word])
    marks = ", ".join(dict.fromkeys([*marks, *more]))[:100]
    problem = problem if all_seen else f"{problem} {_UNSEEN}".strip()
    # One after another: only the one that is looked at is in memory.
    others = ((safe_name(file.name), file.data) for file in attached)
    if checked := check_attachments(others, sender=issuer):
        found[1]["attachments"] = checked
    readable = main is not None and pages is not None
    arrival = Arrival(
        **header_of(message),
        issuer=issuer,
        issuer_name=issuer_name,
        pages=pages,
        note=nfc(" ".join(_notes(message, problem)))[:500],
        document_uid=document_uid,
        sender_code=message.sender.organ_id,
        secrecy_marks=marks,
        signature_verdict=found[0],
        signature_report=found[1],
    )
    whole = [file for file in message.attachments if file.size]
    return arrival, [_keep(file, pages if file is main and readable else None) for file in whole]


def header_of(message: Edoc) -> dict:
    """What a sender may change about its paper later on."""
    kind = kind_named(message.type_name)
    return {
        "subject": nfc(message.subject)[:2000],
        "kind": kind,
        "kind_name": nfc(message.type_name)[:100] if kind == OTHER else "",
        "number": message.number[:11],
        "notation": message.notation[:30],
        "issued_on": message.date,
        "signer_name": nfc(message.signer_name)[:100],
        "signer_title": nfc(f"{message.signer_competence} {message.signer_position}").strip()[:200],
        "urgency": min(message.priority, 3),
        "due_on": message.due_date,
    }


def _look_at(
    main: Attachment | None, sender: Organisation | None
) -> tuple[int | None, list[str], tuple[str, dict], str]:
    """Pages, secrecy marks, what the signatures are worth, and why it cannot be opened."""
    if main is None:
        return None, [], ("unknown", {}), "Gói tin không có tệp PDF."
    try:
        data = main.data
        facts = inspect(data)
    except PdfError as error:
        return None, [], ("unknown", {}), f"Không mở được tệp PDF “{main.name}”: {error}"
    return facts.pages, facts.marks, check(data, sender=sender), ""


def _marks_in(files: list[Attachment]) -> tuple[list[str], bool]:
    """On the first pages of what is attached, and whether all of them were seen: hostile files take their time."""
    found, seen, end = [], 0, time.monotonic() + _LOOKING
    for file in files:
        if time.monotonic() > end:
            break
        with suppress(PdfError):
            data = file.data
            found += inspect(data).marks if b"%PDF-" in data[:1024] else word_marks(data)
            seen += 1
    return found, seen == len(files)


def _keep(file: Attachment, pages: int | None) -> NewFile:
    """A stranger's word on the kind of a file is not taken: name and first bytes must agree. A program, a script or a macro
    is kept and held back: the clerk sees that it came, and why nobody can open it."""
    suffix = "." + file.name.rsplit(".", 1)[-1].lower().replace("jpeg", "jpg")
    magic, content_type = ALLOWED.get(suffix, (None, ""))
    agreed = content_type if magic and file.content.head(len(magic)) == magic else "application/octet-stream"
    part = File.Part.ATTACHMENT if pages is None else File.Part.MAIN
    kept = agreed if pages is None else "application/pdf"
    with file.content.open() as content:
        seen = look(file.name, content)
        blob = scan(blobs.store_file(content, kept), at=timezone.now())
    return NewFile(safe_name(file.name), blob, part, pages, seen.held, seen.words)


def _is_pdf(file: Attachment) -> bool:
    return _begins_as_pdf(file) or (file.name.lower().endswith(".pdf") and bool(file.size))


def _is_word(file: Attachment) -> bool:
    return file.name.lower().endswith(".docx") and bool(file.size) and not _begins_as_pdf(file)


def _begins_as_pdf(file: Attachment) -> bool:
    return b"%PDF-" in file.content.head(1024)


def _notes(message: Edoc, problem: str) -> list[str]:
    notes = [problem] if problem else []
    if message.business_type in _CHANGES:
        named = [response.code for response in message.response_for] + [message.business_document_id]
        named += [replaced.document_id for replaced in message.replacements]
        what = ", ".join(name for name in named if name) or message.code
        undone = " Chưa xử lý tự động." if message.business_type == BusinessType.RECALL else ""
        notes.append(f"{_CHANGES[message.business_type]} {what}: {message.business_reason}.{undone}")
    elif message.response_for:
        notes.append(f"Trả lời văn bản {', '.join(r.code or r.document_id for r in message.response_for)}.")
    if len(message.number) > 11 or len(message.notation) > 30:
        notes.append(f"Số, ký hiệu đầy đủ: {message.code}.")
    return notes + message.warnings
