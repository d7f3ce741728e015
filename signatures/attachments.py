"""What can be done with the files that go with a paper: a PDF of our own carries the agency's signature."""

import io

from django.core.cache import cache
from pyhanko.pdf_utils.misc import PdfError as PyHankoPdfError

from documents import blobs
from documents.models import Blob, File
from documents.pdf import PdfError, inspect
from signatures.appearance.fields import Writer

OURS, SIGNED, OTHER, UNUSABLE = "ours", "signed", "other", "unusable"
_REMARKS = {
    OURS: ("calm", "Văn thư ký số của cơ quan khi đóng dấu."),
    SIGNED: ("calm", "Đã có chữ ký số từ trước: giữ nguyên, không ký thêm."),
    OTHER: ("warn", "Không phải PDF nên không mang chữ ký số của cơ quan."),
    UNUSABLE: ("bad", "PDF bị khóa hoặc hỏng, không ký số được. Hãy thay tệp khác."),
}
_KEPT_FOR = 30 * 24 * 3600  # seconds; bytes do not change, the answer does not either


def nature(blob: Blob) -> str:
    """OURS: a PDF to be signed; SIGNED: one that somebody signed before; OTHER: no PDF; UNUSABLE: locked, broken.

    A stranger's file is opened once, by a process that may fail; the answer is remembered by its hash.
    """
    if blob.content_type != "application/pdf":
        return OTHER
    return cache.get_or_set(f"attachment:{blob.sha256}", lambda: _look(blobs.read(blob)), _KEPT_FOR)


def remark(file: File) -> dict:
    """What is said beside an attachment: {tone, text}."""
    if file.stage == File.Stage.SEALED:
        return {"tone": "ok", "text": "Đã ký số của cơ quan."}
    if file.stage != File.Stage.DRAFT:
        return {}
    try:
        tone, text = _REMARKS[nature(file.blob)]
    except OSError:
        return {"tone": "warn", "text": "Kho tệp không trả lời, chưa xem được tệp này."}
    return {"tone": tone, "text": text}


def _look(data: bytes) -> str:
    try:
        facts = inspect(data)
        if facts.signatures:
            return SIGNED
        pages = Writer(io.BytesIO(data)).root["/Pages"]["/Kids"]
    except (PdfError, PyHankoPdfError, ValueError, OSError, KeyError, TypeError):
        return UNUSABLE
    return OURS if len(pages) and not facts.encrypted else UNUSABLE
