"""From what was measured (documents/pdf/measuring.py, word.py) to pages of lines."""

from bisect import bisect_left
from statistics import median

from .values import MM, Font, Frame, Line, Paper, Picture, Sheet, Span, Stroke

_COLUMN = 8.0  # mm; a gap this wide is between columns
_SMALL = 9.5  # points; what is smaller may be a figure raised, or an index lowered
_WATERMARK = 40.0  # points
_DARK = 0x60
_LAID_OVER = -2  # documents/pdf/ink.py: then the words are known, how they look is not
_HORNED = str.maketrans("ƣƢ", "ưƯ")  # what older converters write for the letters that the page shows


def paper_of(measured: dict) -> Paper:
    fonts = [Font(one["name"], one["bold"], one["italic"]) for one in measured["fonts"]]
    sheets = [_sheet(number, page, fonts) for number, page in enumerate(measured["pages"], start=1)]
    extra = {
        name: measured[name] for name in ("sections", "numbers", "paragraphs", "several") if name in measured
    }
    paper = Paper(measured["form"], measured["version"], measured["count"], sheets, **extra)
    if paper.form == "docx":
        sheet, page = paper.sheets[0], measured["pages"][0]
        paper.paragraphs = [
            [*one, page["runs"][one[0]][6], page["runs"][one[0]][4]] for one in paper.paragraphs
        ]
        ruled = [one[9] for one in paper.paragraphs if one[7]]
        sheet.tables = [(base - 0.1, base + 0.1) for base in ruled]
    return paper


def _sheet(number: int, page: dict, fonts: list[Font]) -> Sheet:
    spans = [_span(run, fonts) for run in page["runs"] if run[7] and run[2] < _WATERMARK]
    hidden = sum(len(run[0]) for run in page["runs"] if not run[7])
    pictures = [Picture(*one) for one in page["pictures"]]
    area = page["width"] * page["height"]
    covered = any((one.right - one.left) * (one.bottom - one.top) > 0.6 * area for one in pictures)
    seen = sum(len(span.text) for span in spans)
    spans = [span for span in spans if not _below_field(span, page["fields"])]
    spans += [
        # The baseline of a field is that of the line that it lies in.
        Span(text.replace("\xa0", " "), None, 13, "000000", left + 0.01, right, top + 0.78 * (bottom - top))
        for text, left, top, right, bottom in page["fields"]
    ]
    strokes = [Stroke(*one) for one in page["lines"]]
    frames = [Frame(*one) for one in page["frames"]]
    columns = (_columns(row, number, _COLUMN) for row in _rows(spans))
    rows = [told for row in columns if (told := [line for line in map(_told, row) if line])]
    return Sheet(
        number, page["width"], page["height"], rows, strokes, frames, pictures,
        scanned=covered and (hidden > seen or seen < 400), tables=_tables(strokes, frames),
    )  # fmt: skip


def _span(run: list, fonts: list[Font]) -> Span:
    text, font, size, colour, left, right, base, seen = run
    known = None if seen == _LAID_OVER else fonts[font]
    return Span(text.translate(_HORNED), known, size, colour, left, right, base, seen < 0)


def _told(line: Line) -> Line | None:
    """Without what is covered; where that is a part of the line, something lies over all of it, and its looks are not known."""
    covered = [span for span in line.spans if span.covered]
    if not covered:
        return line
    if len(covered) == len(line.spans) and all(span.font for span in covered):
        return None
    return Line(line.page, [span._replace(font=None) for span in line.spans])


def _below_field(span: Span, fields: list[list]) -> bool:
    """What was typed before number and date were laid over it."""
    middle = (span.left + span.right) / 2
    return any(
        left < middle < right and top < span.base - 1 < bottom for _, left, top, right, bottom in fields
    )


def _rows(spans: list[Span]) -> list[list[Span]]:
    """Pieces of one height; a figure raised or lowered belongs to the row that it is raised or lowered from."""
    large = _stacked([span for span in spans if span.size >= _SMALL], [])
    rows = _stacked([span for span in spans if span.size < _SMALL], large)
    return sorted(
        (sorted(row, key=lambda one: one.left) for row in rows),
        key=lambda row: median(one.base for one in row),
    )


def _stacked(spans: list[Span], rows: list[list[Span]]) -> list[list[Span]]:
    """These rows, from the top, and the pieces put into them, or into rows of their own where none is at their height."""
    bases, own = [row[0].base for row in rows], []
    for span in sorted(spans, key=lambda one: one.base):
        at = bisect_left(bases, span.base)
        near = [
            row for row in (*rows[max(at - 2, 0) : at + 3], *own[-2:]) if _level(span, row[0].base, row[0])
        ]
        if near:
            min(near, key=lambda row: abs(row[0].base - span.base)).append(span)
        else:
            own.append([span])
    return [*rows, *own]


def _level(span: Span, base: float, first: Span) -> bool:
    raised = base - span.base
    if span.size < 0.8 * first.size:  # Word lowers an index by 0.15 of the letters beside it
        return -0.22 * first.size * MM < raised < 0.55 * first.size * MM
    return abs(raised) < 0.24 * min(span.size, first.size) * MM


def _columns(row: list[Span], page: int, gap: float) -> list[Line]:
    found = [[row[0]]]
    right = row[0].right
    for span in row[1:]:
        if span.left - right > gap:
            found.append([span])
        else:
            found[-1].append(span)
        right = max(right, span.right)
    return [Line(page, spans) for spans in found]


def split(line: Line, at: float) -> list[Line]:
    """The line in two at the gap nearest to `at`; whole where there is no gap near it."""
    best = None
    left = 0.0
    for index in range(1, len(line.spans)):
        left, right = max(left, line.spans[index - 1].right), line.spans[index].left
        away = 0 if left - 1 <= at <= right + 1 else min(abs(left - at), abs(right - at))
        if right - left > 1.2 and away < 20 and (best is None or (away, left - right) < best[:2]):
            best = away, left - right, index
    if best is None:
        return [line]
    return [Line(line.page, line.spans[: best[2]]), Line(line.page, line.spans[best[2] :])]


def _tables(strokes: list[Stroke], frames: list[Frame]) -> list[tuple[float, float]]:
    """Bands of the page in which two lines or more go down."""
    down = sorted((one.top, one.bottom) for one in strokes if not one.along and one.bottom - one.top > 3) + [
        (one.top, one.bottom) for one in frames for _ in (0, 1) if one.bottom - one.top < 250
    ]
    bands: list[list[float]] = []
    for top, bottom in sorted(down):
        if bands and top <= bands[-1][1] + 1.5:
            bands[-1][1] = max(bands[-1][1], bottom)
            bands[-1][2] += 1
        else:
            bands.append([top, bottom, 1])
    return [(top - 0.5, bottom + 0.5) for top, bottom, count in bands if count > 1]


def dark(colour: str) -> bool:
    return all(int(colour[i : i + 2], 16) <= _DARK for i in (0, 2, 4)) if len(colour) == 6 else True
