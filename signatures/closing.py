"""Before we sign a file it must be complete by itself: what is signed with a place left open can be filled later.

Word files, scans and whatever else is brought may name objects that nobody has defined. A file that nobody has
signed is written anew, in a process that may fail; one that somebody has signed cannot be.
"""

import logging

from documents.pdf import PdfError, rewrite
from signatures.errors import SigningError
from signatures.verification.pdf import File, Unreadable
from signatures.verification.pdf.encryption import NeedsPassword
from signatures.verification.pdf.whole import open_end

_OPEN = (
    "Tệp PDF chưa trọn vẹn: có chỗ còn bỏ ngỏ, có thể viết thêm vào sau khi ký mà chữ ký không hay."
    " Hãy xuất lại tệp từ phần mềm soạn thảo rồi ký tệp mới."
)
_UNREADABLE = (
    "Tệp PDF không đọc được nên không ký được. Hãy xuất lại tệp từ phần mềm soạn thảo rồi ký tệp mới."
)
_log = logging.getLogger(__name__)


def closed(pdf: bytes) -> bytes:
    """The file, or the same written anew, with nothing left open. Raises SigningError when that cannot be had."""
    if not _fault(pdf):
        return pdf
    try:
        pdf = rewrite(pdf)
    except PdfError as error:
        raise SigningError(_fault(pdf)) from error
    check_closed(pdf)
    return pdf


def check_closed(pdf: bytes) -> None:
    """Raises SigningError unless nothing is left open in the file."""
    if fault := _fault(pdf):
        raise SigningError(fault)


def _fault(pdf: bytes) -> str:
    """The sentence for whoever wants it signed."""
    try:
        why, fault = open_end(File(pdf)), _OPEN
    except (Unreadable, NeedsPassword, RecursionError) as error:
        why, fault = str(error) or "locked", _UNREADABLE
    if why:
        _log.info("a file to be signed is not closed: %s", why)
    return fault if why else ""
