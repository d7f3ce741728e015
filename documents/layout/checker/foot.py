"""The boxes below the content: to whom it goes, who signs."""

import re

from .sheets import split
from .values import Line, Paper, Parts, Sheet

_TO_WHOM = re.compile(r"^Nơi\s+nhận\s*:?\s*($|-)", re.IGNORECASE)
_POWERS = re.compile(r"^(TM|KT|TL|TUQ|Q)\s*[./]", re.IGNORECASE)
SIGNED = re.compile(r"^\W*đã ký\b", re.IGNORECASE)
_MIDDLE = 95.0
_ABOVE = 16.0  # mm; how far the power may stand above "Nơi nhận"
_ROOM = 75.0  # mm; a signature takes no more


def read_foot(paper: Paper, sheets: list[Sheet], start: int, parts: Parts) -> tuple[int, int] | None:
    """Fill in boxes 7 and 9b; (page, row) of the first row that belongs to them, None where there is no list of
    recipients. The first row of the first sheet that may do so is `start`."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows):
            if sheet is sheets[0] and index < start:
                continue
            if _TO_WHOM.match(_halves(row)[0].text) and _halves(row)[0].left < 60:
                return sheet.number, _read(sheet, index, parts, start if sheet is sheets[0] else 0)
    return None


def _halves(row: list[Line]) -> list[Line]:
    line = Line(row[0].page, [span for one in row for span in one.spans])
    pieces = split(line, _MIDDLE)
    return pieces if len(pieces) == 2 and pieces[1].left > 78 else [line]


def _read(sheet: Sheet, index: int, parts: Parts, start: int) -> int:
    two = _two_signers(sheet, max(start, index - 10), index)
    begin = max(start, index - 4) if two is None else two
    level = _halves(sheet.rows[index if two is None else two])[0].base
    first, right = index if two is None else two, []
    for at in range(begin, len(sheet.rows)):
        pieces = _halves(sheet.rows[at])
        for piece in pieces:
            if piece.left > 78 and piece.centre > 100 and level - _ABOVE < piece.base < level + _ROOM:
                if (
                    two is None
                    and at < index
                    and not (piece.caps and piece.bold is not False and len(pieces) == 1)
                ):
                    continue  # the end of the content
                right.append(piece)
                first = min(first, at)
            elif at >= index:
                _recipient(piece, parts)
    _signed(right, parts)
    return first


def _two_signers(sheet: Sheet, start: int, index: int) -> int | None:
    """The row where two sign side by side, above "Nơi nhận": the secretary and the chair of minutes, two parties."""
    for at in range(start, index):
        pieces = _halves(sheet.rows[at])
        if len(pieces) == 2 and all(piece.caps and piece.bold is not False for piece in pieces):
            return at
    return None


def _recipient(piece: Line, parts: Parts) -> None:
    if parts.recipients:
        before = parts.recipients[-1]
        if piece.base - before.base > 9 or (
            re.match(r"^- Lưu\b", before.text) and piece.left > before.left + 12
        ):
            return
        if parts.recipients[-1].text.startswith("- Lưu") and parts.recipients[-1].text.endswith((".", ")")):
            return
    parts.recipients.append(piece)


def _signed(right: list[Line], parts: Parts) -> None:
    for line in right:
        if SIGNED.match(line.text):
            continue  # said in the place of the signature
        if (
            parts.signer is None
            and line.caps
            and len(line.text) > 3  # less is of a stamp
            and (not parts.capacity or line.base - parts.capacity[-1].base < 11)
        ):
            parts.capacity.append(line)
        elif parts.capacity and _name(line) and line.base - parts.capacity[-1].base > 8:
            parts.signer = line
            return


def _name(line: Line) -> bool:
    """Two to six words, all with a capital, none with a figure; the word of a stamp has others around it."""
    words = line.text.split()
    titled = sum(word[:1].isupper() for word in words)
    return (
        2 <= len(words) <= 7
        and titled >= len(words) - 1
        and not re.search(r"[\d:;@/]", line.text)
        and not line.caps
    )


def powers_elsewhere(paper: Paper) -> list[Line]:
    """Lines that begin with TM., KT. … in the left half of the page."""
    return [
        line
        for line in paper.lines
        if _POWERS.match(line.text) and line.caps and line.centre < 100 and line.wide < 80
    ]
