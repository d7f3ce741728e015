"""A list of tasks as a file of rows, .xlsx or CSV: bytes in, rows and problems out. Knows no database, guesses nothing."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from lxml import etree

from documents.models import Urgency
from ui.days import parse_day
from ui.text import fold, nfc

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 500
MAX_PART = 20 * 1024 * 1024  # of one part of a workbook, unpacked
COLUMNS = {
    "ma nhiem vu": "code", "ma": "code", "ten nhiem vu": "title", "nhiem vu": "title", "noi dung": "text",
    "thoi han": "due_on", "han": "due_on", "san pham": "product", "do khan": "urgency", "chu tri": "lead",
}  # fmt: skip
MAX_NODES = 1_000_000  # of one part: each costs far more memory than the letters it is written in
MAX_COLUMNS = 50
LONGEST = {"code": 100, "title": 300, "text": 2000, "product": 300, "lead": 200}
_ENOUGH = max(LONGEST.values()) + 1  # letters of a cell that are kept: one more than any column takes
_LOOKED_AT = 5 * _ENOUGH  # of which they are taken: a letter may be written in several pieces
_URGENCY = {fold(label): value for value, label in Urgency.choices} | {"": 0}
_EPOCH = date(1899, 12, 30)  # from which a workbook counts its days
_CELL = re.compile(r"([A-Z]{1,3})\d{1,7}")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class NotASheet(ValueError):
    """Not a file of rows at all; the message says what to do."""


@dataclass
class Row:
    """One task. `problem`: why it cannot be taken, in a sentence; empty as far as the file alone can tell."""

    line: int
    code: str = ""
    title: str = ""
    text: str = ""
    due_on: str = ""  # ISO, so that a row travels as plain values
    product: str = ""
    urgency: int = 0
    lead: str = ""
    problem: str = ""


@dataclass
class Sheet:
    rows: list[Row] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # columns nobody asked for


def read(name: str, data: bytes) -> Sheet:
    """Raises NotASheet for what is no such file, is too big, or has no column of titles."""
    lines = lines_of(name, data)
    if len(lines) > MAX_ROWS + 1:
        raise NotASheet(f"Tệp có hơn {MAX_ROWS} dòng. Hãy chia thành nhiều tệp.")
    heading = [COLUMNS.get(fold(cell).strip(), "") for cell in lines[0][1]]
    if "title" not in heading:
        raise NotASheet("Dòng đầu phải là tên cột, trong đó có cột “Tên nhiệm vụ”.")
    twice = {name for name in heading if name and heading.count(name) > 1}
    if twice:
        raise NotASheet("Có hai cột cùng nghĩa. Hãy bỏ bớt một cột.")
    ignored = [cell for cell, name in zip(lines[0][1], heading, strict=True) if cell and not name]
    return Sheet([_row(number, heading, cells) for number, cells in lines[1:]], ignored)


def lines_of(name: str, data: bytes) -> list[tuple[int, list[str]]]:
    """The lines that say anything, each with its number. Raises NotASheet for what is no such file, too big, or empty."""
    if len(data) > MAX_BYTES:
        raise NotASheet("Tệp quá lớn (tối đa 2 MB). Hãy chia thành nhiều tệp.")
    lines = _workbook(data) if name.lower().endswith(".xlsx") else _csv(data)
    if found := [(number, cells) for number, cells in lines if any(cells)]:
        return found
    raise NotASheet("Tệp không có dòng nào.")


def _row(number: int, heading: list[str], cells: list[str]) -> Row:
    said = {name: cell for name, cell in zip(heading, cells, strict=False) if name}
    row = Row(number, **{name: said.get(name, "") for name in LONGEST})
    problems = [
        f"cột dài quá {most} ký tự" for name, most in LONGEST.items() if len(getattr(row, name)) > most
    ]
    if not row.title:
        problems.append("thiếu tên nhiệm vụ")
    if due := said.get("due_on", ""):
        day = _day(due)
        row.due_on = f"{day}" if day else ""
        problems += [] if day else [f"“{due[:30]}” không phải một ngày"]
    urgency = fold(said.get("urgency", "")).strip()
    row.urgency = _URGENCY.get(urgency, 0)
    problems += [] if urgency in _URGENCY else [f"không có độ khẩn “{said['urgency'][:30]}”"]
    row.problem = "; ".join(dict.fromkeys(problems))
    for name, most in LONGEST.items():  # what is refused is still shown
        setattr(row, name, getattr(row, name)[:most])
    return row


def _day(text: str) -> date | None:
    if re.fullmatch(r"\d{5}(\.0+)?", text):  # a workbook's own number of a day
        return _EPOCH + timedelta(days=int(float(text)))
    return parse_day(text)


def _clean(text: str) -> str:
    """As it is stored, and no more of it than tells that it is too long."""
    if len(text) > _LOOKED_AT:  # however little is left of it without its blanks
        return nfc(text[:_LOOKED_AT])[:_ENOUGH].ljust(_ENOUGH, "…")
    return nfc(text)[:_ENOUGH]


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotASheet("Tệp phải là .xlsx, hoặc CSV mã hóa UTF-8.") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
            if number > MAX_ROWS * 2:
                return
            yield number, [_clean(cell) for cell in cells[:MAX_COLUMNS]]
    except csv.Error as error:
        raise NotASheet("Tệp CSV bị hỏng.") from error


def _workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet. Nothing is unpacked beyond MAX_PART, no entity is resolved, nothing is fetched."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = sorted(
                name for name in parts.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)
            )
            shared = _shared(parts) if "xl/sharedStrings.xml" in parts.namelist() else []
            sheet = _part(parts, names[0])
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        UnicodeDecodeError,  # in the name of a part
        etree.XMLSyntaxError,
        IndexError,
        KeyError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise NotASheet("Tệp .xlsx bị hỏng hoặc có mật khẩu. Hãy lưu lại, hoặc xuất ra CSV.") from error
    for number, row in enumerate(sheet.iter(f"{_MAIN}row"), 1):
        if number > MAX_ROWS * 2:
            return
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_MAIN}c")):
            found = _CELL.fullmatch(cell.get("r", ""))
            column = _column(found[1]) if found else place
            if column < MAX_COLUMNS:
                cells[column] = _value(cell, shared)
        written = row.get("r", "")
        line = int(written) if written.isascii() and written.isdigit() and len(written) < 8 else number
        yield line, [cells.get(n, "") for n in range(max(cells, default=-1) + 1)]


def _part(parts: zipfile.ZipFile, name: str):
    if parts.getinfo(name).file_size > MAX_PART:
        raise NotASheet("Tệp .xlsx quá lớn khi mở ra. Hãy chia thành nhiều tệp.")
    with parts.open(name) as part:
        data = part.read(MAX_PART + 1)
    if len(data) > MAX_PART or data.count(b"<") > MAX_NODES:
        raise NotASheet("Tệp .xlsx quá lớn khi mở ra. Hãy chia thành nhiều tệp.")
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _shared(parts: zipfile.ZipFile) -> list[str]:
    """Cleaned here, once: thousands of cells may name the same one."""
    return [_clean(_text(one)) for one in _part(parts, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _value(cell, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _clean(_text(cell))
    said = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") != "s":
        return _clean(said)
    if len(said) > 9:  # no workbook has as many
        raise NotASheet("Tệp .xlsx bị hỏng. Hãy lưu lại, hoặc xuất ra CSV.")
    return shared[int(said)] if said.isascii() and said.isdigit() and int(said) < len(shared) else ""


def _text(within) -> str:
    return "".join(text.text or "" for text in within.iter(f"{_MAIN}t"))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
