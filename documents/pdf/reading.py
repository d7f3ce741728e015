"""Reading PDF files from anywhere: facts, page images, secrecy marks.

PDFium is native code, not thread-safe, and the files come from strangers: every reading runs in a
process of its own with a limit on time and memory (worker.py), so a hostile file costs one refusal. That
process is a fork of one that is kept: starting an interpreter takes longer than reading a paper.
"""

import atexit
import json
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from documents.fonts import FONTS
from documents.pdf.errors import PdfError, ReaderLost
from documents.pdf.process_pool import Pool, Worker

MAX_PAGES = 500
MAX_WIDTH = 3000
_SECONDS = 20
_OCR_SECONDS = 60
_WORKER = Path(__file__).with_name("worker.py")
_REASONS = {
    2: "Tệp không phải PDF hoặc đã hỏng.",
    3: "Tệp PDF đặt mật khẩu, không đọc được. Đề nghị nơi gửi bỏ mật khẩu rồi gửi lại.",
    7: "Tệp PDF được mã hóa bằng chứng thư số cho riêng người nhận nên không đọc được. Đề nghị nơi gửi gửi bản không mã hóa.",
    4: "Không có trang này trong tệp.",
    6: "Tệp đã có chữ ký số nên không viết lại được.",
    8: "Máy chủ chưa cài chương trình nhận dạng chữ.",
    9: "Tệp không phải Word (.docx) hoặc đã hỏng.",
    10: "Tệp Word có macro. Hãy lưu lại dạng .docx không có macro.",
    11: "Tệp Word quá lớn khi giải nén, không phải một văn bản.",
    12: "Tệp không phải ảnh PNG hoặc JPEG, hoặc đã hỏng.",
    13: "Ảnh có quá nhiều điểm ảnh (hơn 100 triệu). Hãy thu nhỏ rồi chèn lại.",
    5: "Tệp có quá nhiều trang nên hệ thống không so hình ảnh từng trang.",
}
_NOT_WHOLE = "Tệp PDF không trọn vẹn, có thể bị đứt khi truyền. Đề nghị gửi lại."
_TOO_HEAVY = "Tệp quá nặng hoặc bất thường, không đọc được trong thời gian cho phép."
_OLE = b"\xd0\xcf\x11\xe0"
_OLD_WORD = "Tệp Word đặt mật khẩu hoặc ở dạng cũ (.doc). Hãy mở bằng Word rồi lưu lại dạng .docx, không đặt mật khẩu."
_HEAD_LINES = 40  # of a Word file: about its first page
_MARKS = {"MẬT": "MẬT", "TỐIMẬT": "TỐI MẬT", "TUYỆTMẬT": "TUYỆT MẬT"}


@dataclass(frozen=True)
class PdfFacts:
    """`text_first_page` is NFC, `marks` are the secrecy marks on it, also those that annotations write there;
    `signatures` counts signed fields, checked by nobody yet; `encrypted` is true for a file that opens without a
    password but restricts its use."""

    pages: int
    text_first_page: str
    marks: list[str]
    signatures: int
    encrypted: bool


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class Line(NamedTuple):
    """A line of text and its place, in parts of the page from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def inspect(data: bytes) -> PdfFacts:
    """Facts about a PDF. Raises PdfError for a file that is not one, is cut, needs a password,
    has more than MAX_PAGES pages, or takes too long."""
    if b"%PDF-" not in data[:1024]:
        raise PdfError("Tệp không phải PDF.")
    if b"%%EOF" not in data[-4096:]:
        raise PdfError(_NOT_WHOLE)
    facts = json.loads(_work(data, "facts"))
    if facts["pages"] > MAX_PAGES:
        raise PdfError(f"Tệp có {facts['pages']} trang, nhiều hơn mức {MAX_PAGES} trang cho phép.")
    text, notes = (
        unicodedata.normalize("NFC", facts[name].replace("\r\n", "\n")) for name in ("text", "notes")
    )
    marks = secrecy_marks(text) or secrecy_marks(notes)
    return PdfFacts(facts["pages"], text, marks, facts["signatures"], facts["encrypted"])


def preview_pages(pdf: bytes, width: int) -> int:
    """Number of pages that can be shown at this width. Raises PdfError."""
    _check_width(width)
    return min(inspect(pdf).pages, MAX_PAGES)


def page_image(pdf: bytes, number: int, width: int) -> bytes:
    """Page `number` (from 1) as PNG, `width` pixels wide, form fields and annotations drawn.

    Raises PdfError for a file that cannot be read or a page that does not exist.
    """
    _check_width(width)
    return _work(pdf, "image", number, width)


def text_lines(pdf: bytes) -> list[list[str]]:
    """The lines of text of every page, NFC, as a person would read them out. Raises PdfError."""
    pages = json.loads(_work(pdf, "lines"))
    return [[unicodedata.normalize("NFC", line) for line in page] for page in pages]


def head_lines(pdf: bytes) -> list[Line]:
    """The first lines of page one with their places, NFC, in the order the file draws them. Raises PdfError."""
    return _as_lines(_work(pdf, "head"))


def measured(data: bytes) -> dict:
    """Runs of letters with font, size and place, lines and pictures of a PDF or a .docx, as measuring.py and word.py have
    them. Raises PdfError."""
    word = data.startswith(b"PK")
    if not word and b"%PDF-" not in data[:1024]:
        raise PdfError("Tệp không phải PDF hoặc Word (.docx).")
    return json.loads(_work(data, "typed" if word else "measured"))


def clean_picture(data: bytes) -> bytes:
    """A PNG or JPEG written anew: upright, no larger than a page needs, without whatever else was in the file. Raises
    PdfError, also for more pixels than are ever unpacked."""
    return _work(data, "picture")


def word_text(data: bytes) -> dict:
    """Paragraphs and tables of a .docx, and what was left out, as word_text.py has them. Raises PdfError."""
    if data.startswith(_OLE):
        raise PdfError(_OLD_WORD)
    if not data.startswith(b"PK"):
        raise PdfError(_REASONS[9])
    return json.loads(_work(data, "word"))


def word_lines(told: dict) -> Iterator[str]:
    """The lines of what `word_text` tells, cells of tables and text boxes with them."""
    for block in told["blocks"]:
        cells = [one for row in block.get("rows", ()) for cell in row for one in cell] or [block]
        for one in cells:
            yield from "".join(text for text, *_ in one.get("runs", ())).split("\n")
    yield from told["boxes"]


def word_marks(data: bytes) -> list[str]:
    """Secrecy marks at the head of a .docx, as `inspect` looks at the first page of a PDF. Raises PdfError."""
    told = word_text(data)
    head = islice((line for line in word_lines(told) if line.strip()), _HEAD_LINES)
    return secrecy_marks("\n".join([*head, *told["boxes"]]))


def difference(first: bytes, second: bytes, width: int) -> dict[str, list[list[Box]]]:
    """Where two files look different: {"first": boxes of every page that both have, "second": …}.

    A box is what only that file shows at its place, in parts of the page from the top left. A line that has
    merely moved is none. Raises PdfError, also for more pages than can be compared.
    """
    _check_width(width)
    found = json.loads(_work(first + second, "difference", len(first), width))
    return {side: [[Box(*box) for box in page] for page in pages] for side, pages in found.items()}


def rewrite(pdf: bytes) -> bytes:
    """The same document written anew: every reference leads somewhere, nothing lies beside what the index names.

    A signature in it would be lost. Raises PdfError, also for a file that is signed.
    """
    return _work(pdf, "rewritten")


def sheets(pdf: bytes, first: int, count: int) -> list[str]:
    """Of each of these pages of a scan (from 1): "blank", "sheet" for a separator sheet, "page", or "page 90", "page 180",
    "page 270" with the degrees by which it has to be turned clockwise. A second or two each. Raises PdfError."""
    return json.loads(_work(pdf, "sheets", first, count, seconds=_OCR_SECONDS))


def cut(pdf: bytes, first: int, last: int, turns: Sequence[int] = ()) -> bytes:
    """Pages `first` to `last` (from 1) as a file of their own, each turned clockwise by the degrees of `turns`; a signature
    in it is lost. Raises PdfError."""
    return _work(pdf, "cut", first, last, list(turns))


def joined(first: bytes, second: bytes) -> bytes:
    """The pages of both, one file after the other; signatures are lost. Raises PdfError."""
    return _work(first + second, "joined", len(first))


def stamped(pdf: bytes, stamp: bytes) -> bytes:
    """Page one with the stamp (a page of ours) over it, where there is room, for print. Raises PdfError."""
    return _work(pdf + stamp, "stamped", len(pdf))


def copied(pdf: bytes, block: bytes = b"", pages: Sequence[int] = ()) -> bytes:
    """These pages (from 1; all of them when none is named) as they are printed, and the block of a copy (the top of a page
    of ours) below the end of the last one, or on a page of its own. Signatures are lost. Raises PdfError."""
    return _work(pdf + block, "copied", len(pdf), list(pages))


def marked(pdf: bytes, marks: bytes) -> bytes:
    """All pages as they are printed, with the first page of `marks` (two of ours) over the first and the second over the
    others. Signatures are lost. Raises PdfError."""
    return _work(pdf + marks, "marked", len(pdf))


class Scanned(NamedTuple):
    """The picture that a page of a scan is: dots an inch, and whether it has colours."""

    page: int
    dpi: int
    coloured: bool


def scanned(pdf: bytes) -> list[Scanned]:
    """Of every page that is one picture. Raises PdfError."""
    return [Scanned(*found) for found in json.loads(_work(pdf, "scanned"))]


def seen_lines(pdf: bytes) -> list[Line]:
    """As `head_lines` of a scan without text: what Tesseract reads in the upper half of page one, two to four seconds.
    Raises PdfError, also where it is not installed."""
    return _as_lines(_work(pdf, "words", seconds=_OCR_SECONDS))


def seen_text(pdf: bytes, number: int) -> str:
    """What Tesseract reads on page `number` (from 1) of a scan without text, two to four seconds. Raises PdfError, also where
    it is not installed."""
    return _work(pdf, "page_words", number, seconds=_OCR_SECONDS).decode("utf-8", "replace")


def secrecy_marks(text: str) -> list[str]:
    """Secrecy marks standing alone on a line: such a paper may not enter the system at all.

    Letters may be spaced out or in a drawn box. "BẢO MẬT" broken over two lines is not a mark.
    """
    found, before = [], ""
    for line in unicodedata.normalize("NFC", text).splitlines():
        bare = re.sub(r"[^\w]|_", "", line)
        if not bare:
            continue
        if bare in _MARKS and not re.search(r"(BẢO|BÍ)\W*$", before) and _MARKS[bare] not in found:
            found.append(_MARKS[bare])
        before = line
    return found


def _check_width(width: int) -> None:
    if not 1 <= width <= MAX_WIDTH:
        raise PdfError(f"Chiều rộng ảnh phải từ 1 đến {MAX_WIDTH} điểm ảnh.")


def _as_lines(found: bytes) -> list[Line]:
    return [Line(unicodedata.normalize("NFC", text), *place) for text, *place in json.loads(found)]


def _work(data: bytes, *task: str | int | list[int], seconds: float | None = None) -> bytes:
    """`seconds`: what is allowed; without a wish the same for all."""
    try:
        with _readers.one() as reader:
            reader.start()
            deadline = time.monotonic() + (seconds or _SECONDS)
            reader.send(json.dumps(task).encode(), deadline)
            reader.send(data, deadline)
            answer = reader.answer(deadline)
    except (OSError, EOFError, TimeoutError) as error:
        raise ReaderLost(_TOO_HEAVY) from error
    if answer[0]:
        raise PdfError(_REASONS.get(answer[0], _TOO_HEAVY))
    return answer[1:]


_SHOWN = [_WORKER.parent, FONTS]
_readers = Pool(lambda: Worker("-I", str(_WORKER), cwd=_WORKER.parent, shown=_SHOWN), most=4)
atexit.register(_readers.close)
