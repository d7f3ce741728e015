"""What a scan's own words propose for the fields of its form: from its text, or read from its picture."""

from dataclasses import dataclass

from documents.issuers import body_of_letterhead
from documents.pdf import Head, Line, PdfError, head_lines, head_of, secrecy_marks, seen_lines

NO_TEXT = "Bản quét không có lớp chữ nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
NOT_READ = "Không đọc được chữ trong bản quét nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
NOTHING = "Phần đầu trang không theo mẫu nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
NOT_SEEN = (
    "Không nhận dạng được chữ trên ảnh quét nên không đề xuất được mục nào. Hãy ghi theo trang bên cạnh."
)
FROM_FILE = "đọc từ tệp"
FROM_PICTURE = "nhận dạng từ ảnh quét"


@dataclass(frozen=True)
class Proposals:
    """`values` by field, as they stand on the form; `words`: what to say when there are none; `source`: where they were
    read; `marks`: secrecy marks seen in the picture, where that was read. Not `recognised`: nobody has seen what is in it."""

    values: dict[str, str]
    words: str = ""
    source: str = FROM_FILE
    marks: str = ""
    recognised: bool = True


def proposals_from(pdf: bytes) -> Proposals:
    """Reads the first page by the process that reads strangers' files. Never raises for what is in it."""
    try:
        lines = head_lines(pdf)
    except PdfError:
        return Proposals({}, NOT_READ)
    return _proposed(lines) if _says(lines) else Proposals({}, NO_TEXT)


def proposals_of_scan(pdf: bytes) -> Proposals:
    """As `proposals_from`; a page without text is recognised, which takes seconds. Never raises for what is in it, nor
    when the process that reads it is lost: that is said by `recognised`."""
    try:
        if _says(lines := head_lines(pdf)):
            return _proposed(lines)
        lines = seen_lines(pdf)
    except PdfError:
        return Proposals({}, NOT_SEEN, recognised=False)
    return _proposed(lines, FROM_PICTURE, ", ".join(secrecy_marks("\n".join(line.text for line in lines))))


def _says(lines: list[Line]) -> bool:
    return any(line.text.strip() for line in lines)


def _proposed(lines: list[Line], source: str = FROM_FILE, marks: str = "") -> Proposals:
    values = _values(head_of(lines))
    return Proposals(values, "" if values else NOTHING, source, marks)


def _values(head: Head) -> dict[str, str]:
    body = body_of_letterhead(head.letterhead)
    found = {
        "kind": head.kind,
        "number": head.number,
        "notation": head.notation,
        "issued_on": f"{head.issued_on:%d/%m/%Y}" if head.issued_on else "",
        "issuer": str(body.pk) if body else "",
        "subject": head.subject,
    }
    return {name: value for name, value in found.items() if value}
