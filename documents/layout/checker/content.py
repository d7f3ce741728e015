"""The content: rows put together to paragraphs, with what can be measured of them."""

import itertools
import re
from math import inf
from statistics import median

from .values import MM, Line, Paper, Paragraph, Sheet

_WIDE = 100.0
_FULL, _FOOT = 150.0, 50.0
_PAGE_NUMBER = re.compile(r"^[-–\s]*\d{1,3}[-–\s]*$")
_BEGINS = re.compile(
    r"^(Điều \d+[a-zđ]?[.:]|\d+(\.\d+)*[.)]\s|[a-zđ][.)]\s|[-–+•*]\s|[IVXLC]+\.\s|(Phần|Chương|Mục) [IVXLC\d]+)"
)


def rows_between(paper: Paper, start: tuple[int, int], end: tuple[int, int] | None) -> list[list[Line]]:
    """The rows from one (page, row) up to another, without numbers of pages, tables and what is no row of text."""
    found = []
    for sheet in paper.sheets:
        notes = _footnotes(sheet)
        for index, row in enumerate(sheet.rows):
            here = (sheet.number, index)
            if here < start or (end and here >= end) or is_page_number(sheet, row):
                continue
            if sheet.in_table(row[0]) or not sheet.portrait:
                continue
            if row[0].base < notes and not _below_the_page(sheet, row[0]):
                found.append(row)
    return found


def _below_the_page(sheet: Sheet, line: Line) -> bool:
    """Box 13: the address under a line that goes from margin to margin, at the foot of the first page."""
    return sheet.number == 1 and any(
        one.along and one.wide > _FULL and sheet.height - _FOOT < one.top < line.base for one in sheet.strokes
    )


def _footnotes(sheet: Sheet) -> float:
    """How far down the page its notes begin: below a short line at the left, in letters smaller than the content's."""
    for one in sorted(sheet.strokes, key=lambda stroke: -stroke.top):
        below = [row[0] for row in sheet.rows if one.top < row[0].base and not is_page_number(sheet, row)]
        if (
            one.along
            and one.left < 45
            and 30 < one.wide < 80
            and below
            and not any(0 <= one.top - row[0].base < 1.5 for row in sheet.rows)  # words underlined
            and all(0 < line.size < 12.5 for line in below)
        ):
            return one.top
    return inf


def is_page_number(sheet: Sheet, row: list[Line]) -> bool:
    margins = row[0].base < 24 or row[0].base > sheet.height - 27
    return margins and len(row) == 1 and bool(_PAGE_NUMBER.match(row[0].text))


def edges(rows: list[list[Line]]) -> tuple[float, float] | None:
    """Where most wide rows begin and end, first lines of paragraphs aside; None where there are too few to tell."""
    wide = [(row[0].left, row[-1].right) for row in rows if row[-1].right - row[0].left > _WIDE]
    if len(wide) < 4:
        return None
    rights = sorted(right for _, right in wide)
    right = _outermost(rights[::-1], max(2, len(rights) // 8))
    following = _following(rows, right)
    lefts = following or [left for left, _ in wide]
    return _outermost(sorted(lefts), max(2, len(lefts) // 8)), right


def sure_left(rows: list[list[Line]]) -> float | None:
    """The left edge where rows that go on after a full one tell it."""
    sides = edges(rows)
    if sides is None:
        return None
    near = [left for left in _following(rows, sides[1]) if abs(left - sides[0]) < 0.8]
    return sides[0] if len(near) > 2 else None


def _following(rows: list[list[Line]], right: float) -> list[float]:
    pairs = itertools.pairwise(rows)
    return [
        row[0].left
        for before, row in pairs
        if before[-1].right > right - 2 and before[-1].page == row[0].page
    ]


def _outermost(values: list[float], enough: int) -> float:
    """The first of these, in their order, that has as many like it."""
    for value in values:
        near = [one for one in values if abs(one - value) < 0.6]
        if len(near) >= enough:
            return median(near)
    return values[0]


def paragraphs_of(paper: Paper, rows: list[list[Line]], sides: tuple[float, float] | None) -> list[Paragraph]:
    return _typed(paper, rows) if paper.form == "docx" else _laid_out(rows, sides)


def _typed(paper: Paper, rows: list[list[Line]]) -> list[Paragraph]:
    typed = {(one[9], one[10]): one for one in reversed(paper.paragraphs)}
    found, after = [], 0.0
    for row in rows:
        if (own := typed.get((row[0].base, row[0].left))) is None:
            continue
        align, first, before, next_after, pitch, _, numbered = own[2:9]
        align = {"both": "both", "distribute": "both", "center": "centre", "end": "right"}.get(align, align)
        gap = before + after if found else None
        found.append(Paragraph(row, align, first, gap, pitch, numbered))
        after = next_after
    return found


def _laid_out(rows: list[list[Line]], sides: tuple[float, float] | None) -> list[Paragraph]:
    lines = [Line(row[0].page, [span for one in row for span in one.spans]) for row in rows]
    pitches = [
        after.base - line.base for line, after in itertools.pairwise(lines)
        if after.page == line.page and 3 < after.base - line.base < 12 and sides and line.right > sides[1] - 3
    ]  # fmt: skip
    pitch = median(pitches) if pitches else 6.5
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _new(groups[-1][-1], line, sides, pitch):
            groups[-1].append(line)
        else:
            groups.append([line])
    found = []
    for index, group in enumerate(groups):
        before = groups[index - 1][-1] if index else None
        found.append(_measured(group, before, sides, pitch))
    return found


def _new(before: Line, line: Line, sides: tuple[float, float] | None, pitch: float) -> bool:
    if sides is None:
        return True
    left, right = sides
    if line.page == before.page and line.base - before.base > 1.45 * pitch:
        return True
    if before.right < right - 12 or line.left > left + 4:
        return True
    return before.right < right - 3 and bool(_BEGINS.match(line.text))


def _measured(group: list[Line], before: Line | None, sides, pitch: float) -> Paragraph:
    found = Paragraph(group)
    if sides is None:
        return found
    if before is not None and before.page == group[0].page:
        found.gap = (group[0].base - before.base - pitch) / MM
    inner = [b.base - a.base for a, b in itertools.pairwise(group) if a.page == b.page]
    if inner and group[0].size:
        found.pitch = median(inner) / (group[0].size * MM)
    left, right = sides
    line = group[0]
    middle = abs(line.centre - (left + right) / 2) < 3
    if len(group) == 1:
        found.align = "centre" if middle and line.left > left + 16 else ""
        found.first = line.left - left
        return found
    found.first = line.left - left
    full = group[:-1]
    own = max(one.right for one in full)  # a list may end further in than the rest
    if all(abs(one.right - right) < 1.3 for one in full) or (
        len(full) > 1 and all(own - one.right < 0.7 for one in full)
    ):
        found.align = "both"
    elif all(abs(one.centre - (left + right) / 2) < 2 for one in group) and line.left > left + 2:
        found.align = "centre"
    else:
        found.align = "left"
    return found
