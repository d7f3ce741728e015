"""Uploaded files are never trusted: size, kind and content are looked at before anything is kept."""

from dataclasses import replace
from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.module_loading import import_string

from documents import blobs
from documents.actions.incoming.scanning import scan
from documents.arrival import NewFile
from documents.danger import look
from documents.models import Blob, File
from documents.pdf import PdfError, PdfFacts, clean_picture, inspect, word_marks
from ui.text import nfc

ALLOWED = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".odt": (b"PK\x03\x04", "application/vnd.oasis.opendocument.text"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".zip": (b"PK\x03\x04", "application/zip"),
    ".png": (b"\x89PNG", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".doc": (b"\xd0\xcf\x11\xe0", "application/msword"),
    ".xls": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
}
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
MAX_PICTURE = 5 * 1024 * 1024


def main_pdf(upload: UploadedFile, *, most: int | None = None) -> tuple[bytes, int, str]:
    """The bytes, the number of pages, the secrecy marks of page one; `most` bytes instead of a paper's. Raises
    ValidationError."""
    data, facts = _inspected(upload, most)
    return data, facts.pages, ", ".join(facts.marks)


def kept_pdf(name: str, data: bytes, pages: int) -> NewFile:
    return NewFile(safe_name(name), _stored(name, data), File.Part.MAIN, pages)


def signatures_in(pdf: bytes) -> tuple[str, dict]:
    """The verdict on the signatures of a scan and its report. When it bears none, the letter on paper counts: "", and
    a report of nothing but what else is in the file.

    The floor above can tell; settings name it.
    """
    verdict, report = import_string(settings.SIGNATURE_CHECK)(pdf)
    if verdict == "invalid" or report["signatures"]:
        return verdict, report
    return "", {"remarks": report["remarks"]} if report["remarks"] else {}


def attachment(upload: UploadedFile) -> NewFile:
    """An attachment of a known kind whose first bytes agree with its name."""
    data = _bounded(upload)
    suffix = "." + upload.name.rsplit(".", 1)[-1].lower()
    magic, content_type = ALLOWED.get(suffix.replace(".jpeg", ".jpg"), (None, ""))
    if magic is None:
        raise ValidationError(f"Không nhận loại tệp “{suffix}”. Hãy dùng: {', '.join(ALLOWED)}.")
    if not data.startswith(magic):
        raise ValidationError(f"Tệp “{upload.name}” không đúng định dạng {suffix}.")
    return NewFile(safe_name(upload.name), _stored(upload.name, data, content_type))


def only_looked_at(upload: UploadedFile) -> bytes:
    """The bytes of a PDF or a .docx that is read and not kept. Raises ValidationError."""
    data = _bounded(upload)
    suffix = "." + upload.name.rsplit(".", 1)[-1].lower()
    if suffix not in (".pdf", ".docx") or not data.startswith(ALLOWED[suffix][0]):
        raise ValidationError(f"Tệp “{upload.name}” không phải PDF hoặc Word (.docx).")
    return data


def own_attachment(upload: UploadedFile, *, signed: bool = True) -> NewFile:
    """A file that goes with what is written here. A PDF is opened; one with a secrecy mark is never kept. Of a paper
    (`signed`) nor one that is locked: the agency has to sign it (decree 30 Appendix I.III.1d)."""
    if not upload.name.lower().endswith(".pdf"):
        _refuse_marks(upload.name, marks_of_word(upload))
        return attachment(upload)
    _, facts = _inspected(upload)
    pages, marks = facts.pages, ", ".join(facts.marks)
    if facts.encrypted and signed:
        raise ValidationError(
            f"Tệp “{upload.name}” bị khóa nên cơ quan không ký số được. Hãy gỡ khóa (lưu lại không đặt mật khẩu,"
            " không hạn chế sửa) rồi đính kèm lại."
        )
    _refuse_marks(upload.name, marks)
    upload.seek(0)
    return replace(attachment(upload), pages=pages)


def marks_of_word(upload: UploadedFile) -> str:
    """The secrecy marks at the head of a .docx; "" for another kind, and for one that cannot be read here."""
    if not upload.name.lower().endswith(".docx"):
        return ""
    try:
        return ", ".join(word_marks(_bounded(upload)))
    except PdfError:
        return ""
    finally:
        upload.seek(0)


def _refuse_marks(name: str, marks: str) -> None:
    if marks:
        raise ValidationError(
            f"Tệp “{name}” có dấu “{marks}” ở trang đầu. Văn bản mật không được đưa vào hệ thống."
        )


def picture(upload: UploadedFile) -> Blob:
    """A picture for a draft: PNG or JPEG by its content, written anew. Raises ValidationError."""
    if upload.size > MAX_PICTURE:
        raise ValidationError(
            f"Ảnh lớn hơn {MAX_PICTURE // 1024 // 1024} MB. Hãy thu nhỏ hoặc lưu dạng JPEG rồi chèn lại."
        )
    data = upload.read()
    kind = next((kind for magic, kind in PICTURES.items() if data.startswith(magic)), None)
    if kind is None:
        raise ValidationError("Chỉ chèn được ảnh PNG hoặc JPEG.")
    try:
        return _stored(upload.name, clean_picture(data), kind)
    except PdfError as error:
        raise ValidationError(str(error)) from error


def looked_at(upload: UploadedFile) -> bytes:
    """The bytes of a file that is read and not kept. Raises ValidationError for one that is too large, empty or runs."""
    return _bounded(upload)


def safe_name(name: str) -> str:
    """A name that is safe on any disk and in any header."""
    clean = "".join("-" if c in '/\\:*?"<>|' else c for c in nfc(name)).strip(". ")
    return clean[-150:] or "van-ban.pdf"


def _inspected(upload: UploadedFile, most: int | None = None) -> tuple[bytes, PdfFacts]:
    data = _bounded(upload, most)
    try:
        return data, inspect(data)
    except PdfError as error:
        raise ValidationError(str(error)) from error


def _bounded(upload: UploadedFile, most: int | None = None) -> bytes:
    limit = most or settings.MAX_FILE_BYTES
    if upload.size > limit:
        raise ValidationError(f"Tệp “{upload.name}” lớn hơn {limit // 1024 // 1024} MB.")
    if not upload.size:
        raise ValidationError(f"Tệp “{upload.name}” rỗng.")
    data = upload.read()
    seen = look(upload.name, BytesIO(data))
    if seen.held:  # whoever chose it is here and can choose another
        raise ValidationError(f"Không nhận tệp “{upload.name}”: {seen.words}. Hãy gửi bản không có mã chạy.")
    return data


def _stored(name: str, data: bytes, content_type: str = "application/pdf") -> Blob:
    """Kept, and seen by the virus scanner where there is one. Raises ValidationError for what it recognises; while it is
    away the file is kept, marked, and looked at later."""
    blob = scan(blobs.store(data, content_type), at=timezone.now())
    if blob.scan == Blob.Scan.INFECTED:
        blobs.destroy(blob)
        raise ValidationError(f"Không nhận tệp “{name}”: máy quét vi-rút nhận ra “{blob.scan_words}”.")
    return blob
