"""Before we sign a file it must be complete by itself: what is signed with a place left open can be filled later.

Word files, scans and whatever else is brought may name objects that nobody has defined. A file that nobody has
signed is written anew, in a process that may fail; one that somebody has signed cannot be.
"""

import logging

from documents.layout import PdfError, rewrite
from signatures.errors import SigningError
from signatures.verification.pdf import File, Unreadable
from signatures.verification.pdf.encryption import NeedsPassword
from signatures.verification.pdf.whole import open_end

_OPEN = (
    "Tệp PDF chưa trọn vẹn: có chỗ còn bỏ ngỏ, có thể viết thêm vào sau khi ký mà chữ ký không hay."
    " Hãy xuất lại tệp từ phần mềm soạn thảo rồi ký tệp mới."
)
_log = logging.getLogger(__name__)


def closed(pdf: bytes) -> bytes:
    """The file, or the same written anew, with nothing left open. Raises SigningError when that cannot be had."""
    if _is_closed(pdf):
        return pdf
    try:
        pdf = rewrite(pdf)
    except PdfError as error:
        raise SigningError(_OPEN) from error
    check_closed(pdf)
    return pdf


def check_closed(pdf: bytes) -> None:
    """Raises SigningError unless nothing is left open in the file."""
    if not _is_closed(pdf):
        raise SigningError(_OPEN)


def _is_closed(pdf: bytes) -> bool:
    try:
        why = open_end(File(pdf))
    except (Unreadable, NeedsPassword, RecursionError) as error:
        why = str(error) or "locked"
    if why:
        _log.info("a file to be signed is not closed: %s", why)
    return not why
