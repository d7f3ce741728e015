"""M, A, E: marks, appendices, the line of an electronic signature."""

import re
from collections.abc import Iterator

from ..findings import Found, Rule
from ..values import LENGTH, SIZE, Frame, Line, Paper
from ..words import CIRCULATION, SECRET, URGENT, figure, one_tone
from .looks import looks, short

_WIDTHS = {"HỎA TỐC": 30, "THƯỢNG KHẨN": 40, "KHẨN": 20}
_APPENDIX = re.compile(r"^Phụ lục(\s+([IVXLC]+|\d+))?\s*[.:]?$", re.IGNORECASE)
_STAMPED = re.compile(r";\s*\d{1,2}[/-]\d{1,2}[/-]\d{4}\s*;?\s*\d{1,2}:\d\d(:\d\d)?")
_STAMP = re.compile(
    r"^Số: \S+; \d\d/\d\d/\d{4}; \d\d:\d\d:\d\d( [+-]\d\d:\d\d)?$|^(Sao y|SAO Y|Sao lục|SAO LỤC|Trích sao|TRÍCH SAO); [^;]+; \d\d/\d\d/\d{4};? \d\d:\d\d:\d\d( [+-]\d\d:\d\d)?$"
)


def _marks(paper: Paper, words: tuple[str, ...]) -> Iterator[Line]:
    if paper.parts.state is None:
        return
    for row in paper.sheets[paper.parts.state.page - 1].rows:
        yield from (line for line in row if one_tone(line.text) in words and line.base < 120)


def _frame(paper: Paper, line: Line) -> Frame | None:
    sheet = paper.sheets[line.page - 1]
    around = [
        one for one in sheet.frames
        if one.left < line.centre < one.right and one.top < line.base - 1 and one.bottom > line.base and one.right - one.left < 90
    ]  # fmt: skip
    return min(around, key=lambda one: one.right - one.left, default=None)


def urgency(paper: Paper) -> Iterator[Found]:
    for line in _marks(paper, URGENT):
        yield from looks([line], "Dấu", sizes=(13, 14), bold=True)
        if not paper.placed or not line.drawn:
            continue
        red = all(int(span.colour[:2], 16) > 150 and int(span.colour[2:4], 16) < 110 for span in line.drawn)
        if not red:
            yield Found(f"Dấu “{line.text}” không phải màu đỏ.", line)
        frame = _frame(paper, line)
        wide = _WIDTHS[one_tone(line.text)]
        if frame and (
            abs(frame.right - frame.left - wide) > LENGTH or abs(frame.bottom - frame.top - 8) > LENGTH
        ):
            size = f"{figure(frame.right - frame.left)} × {figure(frame.bottom - frame.top)}"
            yield Found(f"Dấu “{line.text}” khung {size} mm, đáng lẽ {wide} × 8 mm.", line)


def circulation(paper: Paper) -> Iterator[Found]:
    yield from looks(_marks(paper, CIRCULATION), "Chỉ dẫn phạm vi lưu hành", sizes=(13, 14), bold=True)


def secret(paper: Paper) -> Iterator[Found]:
    for line in _marks(paper, SECRET):
        yield Found(f"Có dấu “{line.text}”: văn bản mật không được đưa vào hệ thống này.", line)


def _appendices(paper: Paper) -> list[tuple[Line, str]]:
    found = []
    for line in paper.parts.attached:
        if match := _APPENDIX.match(line.text):
            found.append((line, match[2] or ""))
    return found


def appendix_numbers(paper: Paper) -> Iterator[Found]:
    every = _appendices(paper)
    if paper.count > len(paper.sheets):
        return  # more may follow
    for line, number in every:
        if number.isdigit():
            yield Found(f"“{line.text}”: số thứ tự không phải chữ số La Mã.", line)
    if len(every) > 1 and any(not number for _, number in every):
        line = next(line for line, number in every if not number)
        yield Found(f"Có {len(every)} phụ lục mà “{line.text}” không đánh số.", line)
    others = any(re.search(r"Phụ lục (II|2|số 2)\b", line.text, re.IGNORECASE) for line in paper.lines)
    if len(every) == 1 and every[0][1] and not others:  # these may lie in files of their own
        yield Found(f"Chỉ có một phụ lục mà ghi “{every[0][0].text}”.", every[0][0])


def appendix_looks(paper: Paper) -> Iterator[Found]:
    for line, _ in _appendices(paper):
        yield from looks([line], "Dòng", sizes=(14, 14), bold=True, italic=False, caps=False)


def stamped(paper: Paper) -> Iterator[Found]:
    if paper.parts.state is None:
        return
    for row in paper.sheets[paper.parts.state.page - 1].rows[:4]:
        for line in row:
            if line.base > 20 or not line.drawn or not _STAMPED.search(line.text):
                continue
            wrong = [] if _STAMP.match(line.text) else [f"ghi “{short(line.text, 70)}”"]
            wrong += [f"cỡ {figure(line.size)}"] if abs(line.size - 10) > SIZE else []
            wrong += ["nghiêng hoặc đậm"] if line.italic or line.bold else []
            if wrong:
                yield Found(f"Dòng thông tin chữ ký số: {'; '.join(wrong)}.", line)


RULES = (
    Rule("M01", "Dấu chỉ độ khẩn", "Khung HỎA TỐC 30 × 8, THƯỢNG KHẨN 40 × 8, KHẨN 20 × 8 mm, đỏ, cỡ 13–14, đậm", "Phụ lục I.III.2b", "E", "A", urgency),
    Rule("M02", "Chỉ dẫn phạm vi lưu hành", "In hoa, cỡ 13–14, đậm, trong khung", "Phụ lục I.III.2c", "E", "A", circulation),
    Rule("M03", "Dấu chỉ độ mật", "Không được có ở đây", "Luật Bảo vệ bí mật nhà nước", "E", "–", secret),
    Rule("A02", "Số thứ tự phụ lục", "Chữ số La Mã, chỉ khi có từ hai phụ lục", "Phụ lục I.III.1a", "E", "A", appendix_numbers),
    Rule("A03", "Dòng “Phụ lục”", "In thường, cỡ 14, đứng, đậm", "Phụ lục I.III.1b", "E", "A", appendix_looks),
    Rule("E01", "Thông tin chữ ký số của tệp riêng", "“Số: …; ngày/tháng/năm; giờ:phút:giây”, cỡ 10, đứng", "Phụ lục I.II.8b", "E", "A", stamped, True),
)  # fmt: skip
