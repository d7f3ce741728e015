"""H: the state's name and motto, who issues."""

import re
from collections.abc import Iterator

from ..findings import Found, Rule
from ..values import CENTRE, Line, Paper, Stroke
from ..words import MOTTO, STATE, figure, one_tone
from .looks import looks, off_centre, short

_TYPED = re.compile(r"^[-_–—=\s.]{3,}$")
_LIKE_A_LINE = re.compile(
    r"^([^\w\s-]|_)(\s?\1){2,}$"
)  # one mark again and again: on the page it may look drawn


def state_words(paper: Paper) -> Iterator[Found]:
    line = paper.parts.state
    said, wanted = one_tone(line.text).upper().replace("HÕA", "HÒA"), STATE
    if paper.placed:  # set close together, its blanks are too narrow to be told
        said, wanted = said.replace(" ", ""), wanted.replace(" ", "")
    if said != wanted:
        yield Found(f"Quốc hiệu ghi “{line.text}”.", line)


def state_looks(paper: Paper) -> Iterator[Found]:
    line = paper.parts.state
    yield from looks([line], "Quốc hiệu", sizes=(12, 13), bold=True, italic=False, caps=True)
    if paper.placed and line.centre < 105:
        yield Found("Quốc hiệu không ở phía trên, bên phải trang.", line)


def motto_words(paper: Paper) -> Iterator[Found]:
    line = paper.parts.motto
    said, wanted = one_tone(line.text), one_tone(MOTTO)
    if paper.foreign and paper.placed:  # how wide its blanks are is the program's doing
        said, wanted = said.replace(" ", ""), wanted.replace(" ", "")
    if said != wanted:
        yield Found(f"Tiêu ngữ ghi “{line.text}”.", line)


def motto_looks(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    yield from looks([parts.motto], "Tiêu ngữ", sizes=(13, 14), bold=True, italic=False)
    if paper.placed:
        centre = parts.state.centre
        yield from off_centre(parts.motto, centre - CENTRE, centre + CENTRE, "Tiêu ngữ", "Quốc hiệu")


def line_under(paper: Paper, line: Line, below: float = 5.0, wide: float = 110.0) -> Stroke | None:
    """The drawn line that belongs to a line of text: the one whose middle lies nearest under it."""
    sheet = paper.sheets[line.page - 1]
    near = [
        one for one in sheet.strokes
        if one.along and one.wide < wide and -0.2 < one.top - line.base < below and abs((one.left + one.right) / 2 - line.centre) < 14
    ]  # fmt: skip
    joined = _joined(near)
    return min(joined, key=lambda one: abs((one.left + one.right) / 2 - line.centre), default=None)


def _joined(strokes: list[Stroke]) -> list[Stroke]:
    """An underline is drawn word by word."""
    found: list[Stroke] = []
    for one in sorted(strokes, key=lambda stroke: (round(stroke.top), stroke.left)):
        last = found[-1] if found else None
        if last and abs(last.top - one.top) < 0.6 and one.left - last.right < 3:
            found[-1] = last._replace(right=max(last.right, one.right))
        else:
            found.append(one)
    return found


def typed_under(paper: Paper, line: Line) -> Line | None:
    rows = paper.sheets[line.page - 1].rows
    return next(
        (one for row in rows for one in row if 0 < one.base - line.base < 8 and abs(one.centre - line.centre) < 20 and _TYPED.match(one.text)),
        None,
    )  # fmt: skip


def motto_line(paper: Paper) -> Iterator[Found]:
    motto = paper.parts.motto
    stroke = line_under(paper, motto)
    if stroke is None:
        yield from _no_line(paper, motto, "Tiêu ngữ")
    elif stroke.dashed:
        yield Found("Đường kẻ dưới Tiêu ngữ không liền nét.", motto)
    elif abs(stroke.wide - motto.wide) > 0.08 * motto.wide + _slack(paper):
        yield Found(
            f"Đường kẻ dưới Tiêu ngữ dài {figure(stroke.wide)} mm, dòng chữ dài {figure(motto.wide)} mm.",
            motto,
        )


def _slack(paper: Paper) -> float:
    """In millimetres: how far a drawn line may be off, beside its eight parts of a hundred."""
    return 3.0 if paper.foreign else 2.0


def _no_line(paper: Paper, line: Line, what: str) -> Iterator[Found]:
    if paper.foreign and (_looks_drawn(paper, line) or not _draws_lines(paper)):
        return
    if typed := typed_under(paper, line):
        yield Found(f"Dưới {what} gõ dấu “{typed.text[:6]}” thay cho đường kẻ.", typed)
    elif not _picture_under(paper, line) and line_under(paper, line, below=10.0, wide=170.0) is None:
        yield Found(f"Dưới {what} không có đường kẻ.", line)


def _looks_drawn(paper: Paper, line: Line) -> bool:
    rows = paper.sheets[line.page - 1].rows
    return any(
        _LIKE_A_LINE.match(one.text) for row in rows for one in row if 0 < one.base - line.base < 12 and abs(one.centre - line.centre) < 20
    )  # fmt: skip


def _draws_lines(paper: Paper) -> bool:
    """Whether under any of its boxes a drawn line was seen: where there is none, it may have drawn them in a way not read here."""
    parts = paper.parts
    boxes = (parts.motto, *parts.issuer[-1:], *parts.subject[-1:])
    return any(line_under(paper, one, below=10.0, wide=170.0) for one in boxes if one)


def _picture_under(paper: Paper, line: Line) -> bool:
    """A line may be a small picture, or lie under a stamp."""
    sheet = paper.sheets[line.page - 1]
    return any(
        one.left < line.right and one.right > line.left and one.top < line.base + 5 and one.bottom > line.base
        for one in sheet.pictures
    )


def issuer_looks(paper: Paper) -> Iterator[Found]:
    yield from looks(
        paper.parts.issuer, "Tên cơ quan ban hành", sizes=(12, 13), bold=True, italic=False, caps=True
    )


def superior_looks(paper: Paper) -> Iterator[Found]:
    yield from looks(
        paper.parts.superior, "Tên cơ quan chủ quản", sizes=(12, 13), bold=False, italic=False, caps=True
    )


def issuer_line(paper: Paper) -> Iterator[Found]:
    if issuer := paper.parts.issuer:
        yield from part_line(paper, issuer, "tên cơ quan ban hành")


def part_line(paper: Paper, lines: list[Line], what: str) -> Iterator[Found]:
    """A line of a third to a half of the words above it, in the middle below them."""
    last = lines[-1]
    stroke = line_under(paper, last, wide=150.0)
    if stroke is None:
        # A name may have run on below its line.
        if not (paper.foreign and any(line_under(paper, one) for one in lines)):
            yield from _no_line(paper, last, what)
        return
    # Of several lines the law does not say which one is meant: whichever fits.
    slack = _slack(paper)
    if not any(0.92 * one.wide / 3 - slack <= stroke.wide <= 1.08 * one.wide / 2 + slack for one in lines):
        share = stroke.wide / last.wide
        yield Found(
            f"Đường kẻ dưới {what} dài {figure(stroke.wide)} mm, bằng {figure(100 * share, 0)} % dòng “{short(last.text)}”.",
            last,
        )
    away = (stroke.left + stroke.right) / 2 - last.centre
    if abs(away) > CENTRE:
        yield Found(f"Đường kẻ dưới {what} lệch {figure(abs(away))} mm so với giữa dòng chữ.", last)


RULES = (
    Rule("H01", "Quốc hiệu", STATE, "Phụ lục I.II.1a", "E", "A", state_words),
    Rule("H02", "Trình bày Quốc hiệu", "In hoa, cỡ 12–13, đứng, đậm, phía trên bên phải", "Phụ lục I.II.1a", "E", "A", state_looks),
    Rule("H03", "Tiêu ngữ", f"{MOTTO}: gạch nối (-), có cách chữ", "Phụ lục I.II.1b", "E", "A", motto_words),
    Rule("H04", "Trình bày Tiêu ngữ", "In thường, cỡ 13–14, đứng, đậm, giữa dưới Quốc hiệu", "Phụ lục I.II.1b", "E", "A", motto_looks),
    Rule("H05", "Đường kẻ dưới Tiêu ngữ", "Nét liền, dài bằng dòng chữ (± 5 %)", "Phụ lục I.II.1b", "E", "A", motto_line, True),
    Rule("H06", "Tên cơ quan ban hành", "In hoa, cỡ 12–13, đứng, đậm", "Phụ lục I.II.2b", "E", "A", issuer_looks),
    Rule("H07", "Tên cơ quan chủ quản", "In hoa, cỡ 12–13, đứng, không đậm", "Phụ lục I.II.2b", "E", "A", superior_looks),
    Rule("H08", "Đường kẻ dưới tên cơ quan", "Nét liền, dài 1/3 đến 1/2 dòng chữ, cân giữa", "Phụ lục I.II.2b", "E", "A", issuer_line, True),
)  # fmt: skip
