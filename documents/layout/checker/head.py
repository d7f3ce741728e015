"""The boxes of the letterhead, and what comes between it and the content."""

import re

from .sheets import split
from .values import Line, Paper, Parts, Sheet
from .words import CIRCULATION, URGENT, bare, kind_titled

_STATE = re.compile(r"CONGH[OA]+XAHOICHUNGHIAVIETNAM")
_NUMBER = re.compile(r"^S[ốỐ]\s*[:.]?(\s|\d|/|[.…]|$)", re.IGNORECASE)
_DAY = re.compile(r"\bngày\b.*\b(tháng|năm)\b|\bngày\s+\d", re.IGNORECASE)
_ABOUT = re.compile(r"^V\s*/\s*v\b", re.IGNORECASE)
_TO = re.compile(r"^Kính\s+gửi", re.IGNORECASE)
_STARTS = re.compile(r"^(Căn cứ|Theo đề nghị|Xét|Kính gửi|\(Kèm theo|Thực hiện|Điều 1\b)", re.IGNORECASE)
_MOST_ROWS, _MOST_PIECES = 60, 300
_DECIDES = ("QUYETDINH", "QUYETNGHI")
_NO_SUBJECT = ("GGT", "GNP")  # samples 1.8 and 1.10
_BODY_OF = (
    "SỞ ",
    "PHÒNG ",
    "CỤC ",
    "CHI CỤC",
    "TRƯỜNG ",
    "TRUNG TÂM",
    "BAN QUẢN LÝ",
    "VĂN PHÒNG",
    "THANH TRA",
    "BỆNH VIỆN",
)
_HIGHER = ("UBND", "ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "BỘ ", "SỞ ", "TỔNG CỤC", "HĐND")


def state_on(sheet: Sheet) -> tuple[int, Line, list[Line]] | None:
    """The row of the state's name, that line, what stands at its left; None where there is none, or it is not a column
    of its own (somebody has typed the paper anew)."""
    for index, row in enumerate(sheet.rows[:_MOST_ROWS]):
        spans = [span for line in row for span in line.spans]
        if len(spans) > _MOST_PIECES:
            continue
        for start in range(len(spans)):
            if not bare(spans[start].text).startswith(("C", "CONG")):
                continue
            rest = Line(sheet.number, spans[start:])
            if _STATE.fullmatch(bare(rest.text)):
                before = [Line(sheet.number, spans[:start])] if start else []
                return index, rest, before
    return None


def read_head(paper: Paper, sheet: Sheet, parts: Parts) -> int:
    """Fill in the boxes 1 to 5; the index of the first row below them."""
    index, parts.state, before = state_on(sheet)
    edge = (before[-1].right + parts.state.left) / 2 if before else parts.state.left - 4
    left: list[tuple[int, Line]] = []
    last = index
    for at, row in enumerate(sheet.rows[: index + 14]):
        line = Line(sheet.number, [span for one in row for span in one.spans])
        if line.base < parts.state.base - 5 and at < index:
            continue  # in the top margin
        pieces = [*before, parts.state] if at == index else split(line, edge)
        if at > last + 6 and parts.motto and (parts.number or parts.day):
            break
        for piece in pieces:
            if at == index and piece is parts.state:
                continue
            if piece.left > edge - 10:
                last = max(last, _right(piece, parts, at, last))
            elif piece.right < edge + 14:
                numbered = any(_NUMBER.match(line.text) for _, line in left)
                left.append((at, piece))
                last = max(last, at) if _NUMBER.match(piece.text) and not numbered else last
    below = _left(left, parts, last)
    return _titled(paper, sheet, parts, max(last, below) + 1, last + 1)


def _right(piece: Line, parts: Parts, at: int, last: int) -> int:
    if parts.motto is None and bare(piece.text).startswith("DOCLAP"):
        parts.motto = piece
        return at
    if parts.day is None and len(piece.text) < 80 and _DAY.search(piece.text):
        parts.day = piece
        return at
    return last


def _left(left: list[tuple[int, Line]], parts: Parts, last: int) -> int:
    """Box 2, 3 and 5b; the last row that belongs to them."""
    at = next((i for i, (_, line) in enumerate(left) if _NUMBER.match(line.text)), None)
    names = [line for row, line in (left if at is None else left[:at]) if row <= last and len(line.text) > 2]
    names = [
        line
        for line in names
        if re.search(r"[^\W\d_]{2}", line.text)
        and not line.text.startswith("(")
        and "DUTHAO" not in bare(line.text)
    ]
    first = next((i for i, line in enumerate(names) if line.bold), max(len(names) - 1, 0))
    if (
        first == 0
        and len(names) > 1
        and names[0].text.startswith(_HIGHER)
        and names[1].text.startswith(_BODY_OF)
    ):
        first = 1
    parts.superior, parts.issuer = names[:first], names[first:]
    if at is None:
        return last
    row, parts.number = left[at]
    below = row
    for after, line in left[at + 1 :]:
        previous = parts.about[-1] if parts.about else parts.number
        if line.base - previous.base > 2.2 * 13 * 0.3528 or not (parts.about or _ABOUT.match(line.text)):
            break
        if kind_titled(line.text) or line.caps or _TO.match(line.text):
            break
        if line.italic and parts.about and not parts.about[0].italic:
            break  # "(Dự thảo lần 2)": of another look
        parts.about.append(line)
        below = after
    return below


def _titled(paper: Paper, sheet: Sheet, parts: Parts, start: int, from_date: int) -> int:
    """Box 5a: the kind, what the paper is about, who decides."""
    rows = sheet.rows
    at = next((i for i in range(from_date, min(start + 10, len(rows))) if _title(rows[i], parts)), None)
    if at is None:
        to = next((i for i in range(start, min(start + 8, len(rows))) if _TO.match(rows[i][0].text)), None)
        own = any(_own_title(row) for row in rows[from_date : start if to is None else to])
        # Whoever asks for something begins with "Kính gửi" as well; an office's letter has a number.
        if (parts.about or (to is not None and parts.number)) and not own:
            parts.kind = "CV"
        return start if to is None else to
    parts.title = rows[at][0]
    parts.kind = kind_titled(parts.title.text)
    at += 1
    while at < len(rows) and len(rows[at]) == 1 and _goes_on(rows[at][0], parts):
        parts.subject.append(rows[at][0])
        at += 1
    while (
        at < len(rows) and len(parts.between) < 4 and len(rows[at]) == 1 and _said_below(rows[at][0], parts)
    ):
        parts.between.append(rows[at][0])
        at += 1
    while (
        at < len(rows)
        and len(rows[at]) == 1
        and parts.kind in ("QĐ", "NQ")
        and _authority(rows[at][0], parts)
    ):
        parts.authority.append(rows[at][0])
        at += 1
    return at


def _own_title(row: list[Line]) -> bool:
    """A name that is none of the 29: a form of the office's own ("PHIẾU TRÌNH")."""
    return any(
        line.caps and line.size > 11.5 and 90 < line.centre < 130 and line.text not in (*URGENT, *CIRCULATION)
        for line in row
    )


def _title(row: list[Line], parts: Parts) -> bool:
    return (
        len(row) == 1
        and bool(kind_titled(row[0].text))
        and not row[0].text.endswith(":")
        and row[0] is not parts.number
        and 80 < row[0].centre < 140
    )


def _starts(line: Line) -> bool:
    """Whether the content begins here. What a paper is about may say "thực hiện" too, and is bold."""
    found = _STARTS.match(line.text)
    if found and found[0].lower() == "thực hiện":
        return line.text[0].isupper() and line.bold is not True
    return bool(found)


def _goes_on(line: Line, parts: Parts) -> bool:
    before = (parts.subject or [parts.title])[-1]
    far = 19 if not parts.subject and not line.caps else 11  # an empty line may stand below the kind
    if _starts(line) or not 90 < line.centre < 130 or line.base - before.base > far:
        return False
    if not re.search(r"[^\W_]", line.text):
        return False
    if not parts.subject and parts.kind in _NO_SUBJECT and line.bold is False:
        return False
    capitals = bool(parts.subject) and line.caps and not parts.subject[-1].caps
    plain = bool(parts.subject) and line.bold is False and parts.subject[-1].bold is not False
    return not capitals and not plain and not bare(line.text).startswith(_DECIDES)


def _said_below(line: Line, parts: Parts) -> bool:
    """Plain words in the middle below the subject: a place, "(Kèm theo …)"."""
    before = (parts.between or parts.subject or [parts.title])[-1]
    near = line.base - before.base < 11 and 90 < line.centre < 130 and line.left > 40
    return near and line.bold is False and not line.caps and not _starts(line)


def _authority(line: Line, parts: Parts) -> bool:
    before = (parts.authority or parts.between or parts.subject or [parts.title])[-1]
    near = line.base - before.base < (9 if parts.authority else 40)
    if re.match(r"(V\s*/\s*v|Về việc|Ban hành|Phê duyệt)\b", line.text, re.IGNORECASE) or not parts.subject:
        return False  # that is what it is about
    words = re.search(r"[^\W\d_]{2}", line.text) and bare(line.text) not in _DECIDES
    return (
        bool(words)
        and near
        and not _starts(line)
        and (line.caps or line.bold is True)
        and 90 < line.centre < 130
    )
