"""R: Nơi nhận."""

import re
from collections.abc import Iterator

from ..findings import Found, Rule
from ..values import Line, Paper
from ..words import figure
from .looks import looks, short


def _entries(paper: Paper) -> list[list[Line]]:
    found: list[list[Line]] = []
    for line in paper.parts.recipients[1:]:
        if re.match(r"^[-–—+•*]", line.text) or not found:
            found.append([line])
        else:
            found[-1].append(line)
    return found


# The other signer stands above "Nơi nhận": the secretary of minutes (sample 1.9), the other party.
_TWO_SIGN = ("BB", "HĐ", "BGN", "BTT")


def _heading(line: Line) -> Line:
    """Without the first entry, where a break in the same paragraph is all that stands between them."""
    text = ""
    for count, span in enumerate(line.spans, start=1):
        text += span.text
        if re.search(r"nhận\s*:?\s*$", text, re.IGNORECASE):
            return Line(line.page, line.spans[:count])
    return line


def words(paper: Paper) -> Iterator[Found]:
    for line in paper.parts.recipients[:1]:
        yield from looks([_heading(line)], "Dòng", sizes=(12, 12), bold=True, italic=True)
        if not re.match(r"^Nơi nhận\s*:", line.text):
            yield Found(f"Ghi “{short(line.text, 30)}”.", line)


def level(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if (
        parts.recipients
        and parts.capacity
        and parts.kind not in _TWO_SIGN
        and parts.recipients[0].page == parts.capacity[0].page
    ):
        away = parts.recipients[0].base - parts.capacity[0].base
        if abs(away) > (4 if paper.foreign else 3):
            where = "thấp hơn" if away > 0 else "cao hơn"
            yield Found(
                f"“Nơi nhận:” {where} dòng quyền hạn, chức vụ {figure(abs(away))} mm.", parts.recipients[0]
            )


def list_looks(paper: Paper) -> Iterator[Found]:
    lines = [line for line in paper.parts.recipients[1:] if line.size]
    wrong = list(looks(lines, "Dòng", sizes=(11, 11), bold=False, italic=False))
    if wrong and len(wrong) > 0.5 * len(lines):
        yield wrong[0]


def list_form(paper: Paper) -> Iterator[Found]:
    entries = _entries(paper)
    for index, entry in enumerate(entries):
        text = " ".join(line.text for line in entry)
        wrong = [] if re.match(r"^- ?\S", text) else ["không bắt đầu bằng “- ”"]
        # So far to the right the name of who signs may stand on the same line.
        apart = not paper.placed or entry[-1].right < 105
        if index < len(entries) - 1 and apart and not text.endswith(";"):
            wrong.append("không kết thúc bằng dấu “;”")
        if wrong:
            yield Found(f"“{short(text)}”: {', '.join(wrong)}.", entry[0])


def first(paper: Paper) -> Iterator[Found]:
    entries, parts = _entries(paper), paper.parts
    if len(entries) < 2:
        return
    heading = parts.recipients[0].text  # the first entry may stand beside it
    beside = re.search(r"nhận\s*:?\s*([-–+].*)", heading, re.IGNORECASE)
    text = beside[1] if beside else " ".join(line.text for line in entries[0])
    if paper.foreign and (parts.kind in ("QĐ", "NQ") or _says(paper, r"^[-–]?\s*Như (trên|kính gửi)")):
        return  # of decisions only samples show it; and which entry is the first may be read wrong
    if (
        parts.to
        and parts.kind not in ("QĐ", "NQ")
        and not re.search(r"Như trên|Như kính gửi", text, re.IGNORECASE)
    ):
        yield Found(f"Dòng đầu là “{short(text)}”.", entries[0][0])
    if parts.kind in ("QĐ", "NQ") and not re.search(r"Như (Điều|khoản)", text, re.IGNORECASE):
        yield Found(f"Dòng đầu là “{short(text)}”.", entries[0][0])


def last(paper: Paper) -> Iterator[Found]:
    entries = _entries(paper)
    if not entries:
        return
    text = " ".join(line.text for line in entries[-1])
    if not re.match(r"^-\s*Lưu\b", text):
        said = _says(paper, r"^[-–+]?\s*Lưu\b") if paper.foreign else False
        if len(entries) > 1 and not said and not any(re.match(r"^-\s*Lưu\b", one[0].text) for one in entries):
            yield Found("Nơi nhận không có dòng “- Lưu:”.", entries[-1][0])
        return
    wrong = [] if re.match(r"^-\s*Lưu\s*:", text) else ["thiếu dấu hai chấm sau “Lưu”"]
    wrong += [] if re.search(r"\bVT\b", text) else ["thiếu “VT”"]
    ended = (
        text.endswith(".")
        or re.search(r"\)\s*$|\d$", text)
        or (paper.foreign and _goes_on_below(paper, entries[-1][-1]))
    )
    wrong += [] if ended else ["không kết thúc bằng dấu chấm"]
    wrong += ["thiếu dấu phẩy sau “VT”"] if re.search(r"\bVT\b\s+\w", text) else []
    if wrong:
        yield Found(f"“{text}”: {', '.join(wrong)}.", entries[-1][0])


def _says(paper: Paper, pattern: str) -> bool:
    return any(re.search(pattern, line.text, re.IGNORECASE) for line in paper.lines)


def _goes_on_below(paper: Paper, line: Line) -> bool:
    """Whether words stand close below that were not read as the entry's."""
    return paper.placed and any(
        0.5 < one.base - line.base < 6 and one.left < 90
        for row in paper.sheets[line.page - 1].rows
        for one in row
    )


RULES = (
    Rule("R01", "“Nơi nhận:”", "Cỡ 12, nghiêng, đậm, có dấu hai chấm", "Phụ lục I.II.9d", "E", "A", words),
    Rule("R02", "Chỗ của “Nơi nhận:”", "Ngang dòng quyền hạn, chức vụ", "Phụ lục I.II.9d", "E", "A", level, True),
    Rule("R03", "Trình bày nơi nhận", "In thường, cỡ 11, đứng", "Phụ lục I.II.9d", "E", "A", list_looks),
    Rule("R03b", "Dấu của nơi nhận", "Mỗi nơi một dòng “- …;”", "Phụ lục I.II.9d", "E", "A", list_form),
    Rule("R04", "Dòng đầu nơi nhận", "“- Như trên;” hoặc “- Như Điều …;”", "Phụ lục I.II.9b; III", "W", "A", first),
    Rule("R05", "Dòng cuối nơi nhận", "“- Lưu: VT, <đơn vị soạn thảo>.”", "Phụ lục I.II.9d", "E", "A", last),
)  # fmt: skip
