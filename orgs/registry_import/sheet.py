"""A list of organisations as CSV: bytes in, rows and problems out. Knows no database, guesses nothing."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from orgs.codes import is_code, is_code_2018, level_of
from ui.text import nfc

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 20_000
KINDS = {
    "thanh_pho": "thanh_pho",
    "so_ban_nganh": "so_ban_nganh",
    **dict.fromkeys(("quan_huyen", "quan", "huyen", "thi_xa"), "quan_huyen"),
    **dict.fromkeys(("xa_phuong", "xa", "phuong", "thi_tran"), "xa_phuong"),
    **dict.fromkeys(("don_vi", "don_vi_truc_thuoc"), "don_vi"),
    "bo_nganh": "bo_nganh",
    "tinh": "tinh",
    "khac": "khac",
}
_YES_NO = {
    **dict.fromkeys(("1", "x", "có", "true", "yes"), True),
    **dict.fromkeys(("0", "không", "false", "no"), False),
}
_NOTHING = frozenset({"n/a", "#n/a", "null", "-"})  # what programs and people write into an empty cell
_LENGTHS = {
    "name": 200,
    "parent_name": 200,
    "abbreviation": 30,
    "address": 250,
    "email": 254,
    "phone": 20,
    "website": 100,
}


@dataclass(frozen=True)
class RowProblem:
    line: int  # of the file, the heading is line 1; 0 is the file as a whole
    field: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """One body as the file gives it. None or "" is a cell left empty: it changes nothing."""

    line: int
    code: str
    name: str
    code_2018: str = ""
    level: int = 0
    parent_code: str = ""
    parent_name: str = ""
    kind: str = ""
    gate: bool | None = None
    abbreviation: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    address: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass
class Sheet:
    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # headings that mean nothing here


class Unreadable(ValueError):
    """The file as a whole is not a list; the sentence says what to do."""


def read(data: bytes) -> Sheet:
    """Every row that can be read and every problem of those that cannot. Never raises for the content."""
    sheet = Sheet()
    try:
        lines = _lines(_text(data))
        headings = _headings(next(lines, (1, []))[1])
    except Unreadable as error:
        sheet.problems.append(RowProblem(0, "", str(error)))
        return sheet
    sheet.ignored = [heading for heading in headings if heading and heading not in COLUMNS]
    try:
        for line, cells in lines:
            _read_row(sheet, line, headings, cells)
    except Unreadable as error:
        sheet.problems.append(RowProblem(0, "", str(error)))
    if not sheet.rows and not sheet.problems:
        sheet.problems.append(RowProblem(0, "", "Tệp chỉ có dòng tiêu đề, không có cơ quan nào."))
    return sheet


def _text(data: bytes) -> str:
    if not data.strip():
        raise Unreadable("Tệp rỗng.")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB; hãy chia thành nhiều tệp.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("Đây là tệp Excel. Hãy lưu lại dưới dạng “CSV UTF-8” rồi nhập.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"Tệp không phải bảng mã UTF-8 (dòng {line}). Hãy lưu lại “CSV UTF-8”.") from None
    if "\0" in text:
        raise Unreadable("Đây không phải tệp văn bản CSV.")
    return text


def _lines(text: str):
    """Number of the line in the file and its cells; a first line "sep=;", as Excel writes it, names the separator."""
    named = re.match(r"sep=([,;\t])\r?\n", text, re.IGNORECASE)
    heading = text.lstrip("\r\n").partition("\n")[0]
    separator = named[1] if named else max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        start = 1
        for cells in reader:
            if named and start == 1:
                start = 2
                continue
            if any(cell.strip() for cell in cells):
                yield start, [_cell(cell) for cell in cells]
            start = reader.line_num + 1
    except csv.Error:
        raise Unreadable(f"Dòng {reader.line_num}: dấu ngoặc kép đặt sai, không đọc tiếp được.") from None


def _cell(written: str) -> str:
    cell = nfc(written)
    return "" if cell.lower() in _NOTHING else cell


def _headings(cells: list[str]) -> list[str]:
    headings = [cell.lower() for cell in cells]
    missing = [name for name in ("code", "name") if name not in headings]
    if missing:
        raise Unreadable(
            f"Không thấy cột {' và '.join(missing)}. Dòng đầu phải là tên cột: {', '.join(COLUMNS)}."
        )
    twice = {heading for heading in headings if heading and headings.count(heading) > 1}
    if twice:
        raise Unreadable(f"Cột {', '.join(sorted(twice))} xuất hiện hai lần.")
    return headings


def _read_row(sheet: Sheet, line: int, headings: list[str], cells: list[str]) -> None:
    if len(sheet.rows) >= MAX_ROWS:
        raise Unreadable(f"Nhiều hơn {MAX_ROWS} dòng; hãy chia thành nhiều tệp.")
    if len(cells) > len(headings):
        sentence = (
            f"Có {len(cells)} ô nhưng chỉ có {len(headings)} cột; tên có dấu phẩy phải đặt trong ngoặc kép."
        )
        sheet.problems.append(RowProblem(line, "", sentence))
        return
    values, bad = {}, []
    for name, cell in zip(headings, cells, strict=False):
        if name in COLUMNS and (cell or name in ("code", "name")):
            try:
                values[name] = COLUMNS[name](_short(name, cell))
            except ValueError as error:
                bad.append(RowProblem(line, name, str(error)))
    values.setdefault("code", "")
    values.setdefault("name", "")
    bad += _against_itself(line, values) if not bad else []
    sheet.problems += bad
    if not bad:
        sheet.rows.append(Row(line=line, **values))


def _against_itself(line: int, row: dict) -> list[RowProblem]:
    """What one row says must agree with itself."""
    found = []
    if not row["name"]:
        found.append(RowProblem(line, "name", "Thiếu tên cơ quan."))
    if not row["code"]:
        found.append(RowProblem(line, "code", "Thiếu mã định danh."))
    elif row.get("level", level_of(row["code"])) != level_of(row["code"]):
        sentence = f"Ghi cấp {row['level']} nhưng mã {row['code']} là mã cấp {level_of(row['code'])}."
        found.append(RowProblem(line, "level", sentence))
    start, end = row.get("valid_from"), row.get("valid_to")
    if start and end and end <= start:
        found.append(
            RowProblem(line, "valid_to", f"Ngày đóng {end:%d/%m/%Y} không sau ngày mở {start:%d/%m/%Y}.")
        )
    return found


def _short(name: str, cell: str) -> str:
    if len(cell) > _LENGTHS.get(name, 500):
        raise ValueError(f"Dài {len(cell)} ký tự, tối đa {_LENGTHS.get(name, 500)}.")
    return cell


def _code(cell: str) -> str:
    if cell and not is_code(cell):
        raise ValueError(
            f"“{cell}” không đúng dạng mã: chữ in hoa và số, các nhóm cách bằng dấu chấm, ví dụ H26.09.03,"
            " tối đa 35 ký tự."
        )
    if level_of(cell) > 4:
        raise ValueError(f"Mã {cell} có {level_of(cell)} cấp; danh mục chỉ dùng cấp 1 đến 4.")
    return cell


def _code_2018(cell: str) -> str:
    if not is_code_2018(cell):
        raise ValueError(f"“{cell}” không đúng dạng mã cũ 13 ký tự, ví dụ 000.03.09.H26.")
    return cell


def _level(cell: str) -> int:
    if cell not in ("1", "2", "3", "4"):
        raise ValueError(f"Cấp “{cell}” phải là 1, 2, 3 hoặc 4.")
    return int(cell)


def _kind(cell: str) -> str:
    if cell.lower() not in KINDS:
        raise ValueError(
            f"Không có loại “{cell}”. Dùng một trong: {', '.join(dict.fromkeys(KINDS.values()))}."
        )
    return KINDS[cell.lower()]


def _gate(cell: str) -> bool:
    if cell.lower() not in _YES_NO:
        raise ValueError(f"“{cell}” phải là “có” hoặc “không”.")
    return _YES_NO[cell.lower()]


def _date(cell: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    raise ValueError(f"Ngày “{cell}” không có; ghi dạng 17/08/2022 hoặc 2022-08-17.")


def _email(cell: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", cell):
        raise ValueError(f"“{cell}” không phải địa chỉ thư điện tử.")
    return cell


COLUMNS: dict[str, Callable[[str], object]] = {
    "code": _code,
    "code_2018": _code_2018,
    "name": str,
    "level": _level,
    "parent_code": _code,
    "parent_name": str,
    "kind": _kind,
    "gate": _gate,
    "abbreviation": str,
    "valid_from": _date,
    "valid_to": _date,
    "address": str,
    "email": _email,
    "phone": str,
    "website": str,
}
