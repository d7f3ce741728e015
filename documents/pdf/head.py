"""What the head of a Vietnamese administrative paper says of itself (decree 30/2020 Phụ lục I, boxes 2 to 5).

Pure: lines with their places come in, a `Head` goes out. Whatever is not where the decree puts it is left out: a clerk
reads over a wrong proposal more easily than over an empty field.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from documents.pdf.reading import Line
from orgs.kinds import KINDS
from ui.text import nfc

_TOP = 0.45  # of the page: below it is the body
_MIDDLE = 0.5
_NUMBER = re.compile(r"S[ốỐ]\s*[:.]?\s*(\d{0,6}[a-zđ]?)\s*([/-])\s*(.{2,30})$", re.IGNORECASE)
# A row of its own: "Hà Nội, ngày 05 tháng 3 năm 2026"; a letter may be read twice where a form field begins.
_DATE = re.compile(
    r"[^,\d]{2,40}[,.]\s*(?:n\s*)?n?gày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})\W*", re.IGNORECASE
)
# Read from a picture, its small v is often lost.
_ABOUT = re.compile(r"(v/\S{0,2}(?=[\s:.])|về việc)[\s:.]*", re.IGNORECASE)
_RULE = re.compile(r"[\W_]*")
_BODY = re.compile(r"(kính gửi|căn cứ|theo đề nghị|thực hiện|xét|điều 1)\b", re.IGNORECASE)
_KINDS = {name.upper(): code for code, (name, _) in KINDS.items()}
_MOST_ROWS = 8
_MOST_WORDS = 600


@dataclass(frozen=True)
class Head:
    """Empty where nothing was found. `letterhead`: the lines above the number, the superior's first."""

    number: str = ""
    notation: str = ""
    issued_on: date | None = None
    letterhead: tuple[str, ...] = ()
    kind: str = ""
    subject: str = ""


@dataclass(frozen=True)
class _Row:
    text: str
    top: float
    bottom: float


def head_of(lines: Iterable[Line]) -> Head:
    """Never raises for what the lines say."""
    top = sorted((line for line in lines if line.top < _TOP and line.text.strip()), key=lambda line: line.top)
    left = _rows(line for line in top if (line.left + line.right) / 2 < _MIDDLE)
    right = _rows(line for line in top if (line.left + line.right) / 2 >= _MIDDLE)
    every = _rows(top)
    at = next((i for i, row in enumerate(left) if _NUMBER.match(row.text)), None)
    number, notation = _number(left[at].text) if at is not None else ("", "")
    above = left[:at] if at is not None else left[:2]
    kind, subject = _titled(every)
    if not subject:
        subject = _about(left[at + 1 :] if at is not None else left)
        kind = kind or ("CV" if subject else "")
    return Head(number, notation, _date(right), _letterhead(above), kind, subject)


def _rows(lines: Iterable[Line]) -> list[_Row]:
    """Pieces at one height read as one row, from the left."""
    found: list[list[Line]] = []
    for line in lines:
        last = found[-1][-1] if found else None
        if last and abs((line.top + line.bottom) - (last.top + last.bottom)) < last.bottom - last.top:
            found[-1].append(line)
        else:
            found.append([line])
    return [
        _Row(nfc(" ".join(piece.text for piece in sorted(row, key=lambda piece: piece.left))), row[0].top, row[0].bottom)
        for row in found
    ]  # fmt: skip


def _number(text: str) -> tuple[str, str]:
    """ "Số: 15/BNV-VP", "Số: 15/2026/NĐ-CP", "Số 15-CV/TU"; a number left blank for the pen gives the notation alone."""
    found = _NUMBER.match(text)
    notation = re.sub(r"\s*([/-])\s*", r"\1", found[3]).strip(" ./")
    # A row of the other column, or a sentence, is no notation.
    return (found[1], notation) if re.fullmatch(r"[\w&./-]+", notation) else ("", "")


def _date(rows: list[_Row]) -> date | None:
    for row, below in pairwise([*rows, _Row("", 1, 1)]):
        # In a narrow column the year falls on the row below.
        if found := _DATE.fullmatch(row.text) or _DATE.fullmatch(f"{row.text} {below.text}"):
            try:
                return date(int(found[3]), int(found[2]), int(found[1]))
            except ValueError:
                return None
    return None


def _letterhead(rows: list[_Row]) -> tuple[str, ...]:
    """Names of bodies stand in capitals; what else is above the number (a mark of reception) is not one of them."""
    return tuple(row.text for row in rows if row.text.isupper())[-4:]


def _titled(rows: list[_Row]) -> tuple[str, str]:
    """Box 5a: the name of the kind in capitals on a row of its own, what it is about below."""
    for at, row in enumerate(rows):
        if kind := _KINDS.get(row.text):
            return kind, _joined(rows[at + 1 :], row)
    return "", ""


def _about(rows: list[_Row]) -> str:
    """Box 5b: "V/v …" under the number."""
    at = next((i for i, row in enumerate(rows) if _ABOUT.match(row.text)), None)
    return "" if at is None else _joined(rows[at:], rows[at])


def _joined(rows: list[_Row], before: _Row) -> str:
    """Rows of one paragraph: until a gap, a rule, or what begins the body."""
    found: list[str] = []
    for row in rows[:_MOST_ROWS]:
        height = before.bottom - before.top
        wide = row.top - before.bottom > max(1.2 * height, 0.012)
        if wide or _RULE.fullmatch(row.text) or _BODY.match(row.text) or _is_shout(row.text, found):
            break
        found.append(row.text)
        before = row
    text = (
        _ABOUT.sub("Về việc ", " ".join(found), count=1)
        if found and _ABOUT.match(found[0])
        else " ".join(found)
    )
    return nfc(text)[:_MOST_WORDS]


def _is_shout(text: str, found: list[str]) -> bool:
    """A row in capitals after words that are not: who decides, or a mark of urgency; no part of the subject."""
    return bool(found) and text.isupper() and len(text) > 3
