"""K: Kính gửi."""

import re
from collections.abc import Iterator

from ..findings import Found, Rule
from ..values import CENTRE, Line, Paper
from ..words import figure, kind_name
from .looks import looks, short

_FULL = 165.0  # mm from the left of the page
_NEVER = ("QĐ", "NQ", "CT", "QC", "QyĐ", "TB", "KH", "CTr")


def present(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    # Set in a table with lines it is not read as box 9a, and yet it is there.
    said = any(re.match(r"Kính\s+gửi", line.text, re.IGNORECASE) for line in paper.lines)
    if parts.kind == "CV" and not parts.to and parts.body and not said:
        yield Found("Công văn không có “Kính gửi”.", parts.body[0].line)
    if parts.kind in _NEVER and parts.to:
        yield Found(f"{kind_name(parts.kind)} có “Kính gửi”.", parts.to[0])


def _items(paper: Paper) -> tuple[Line | None, list[list[Line]]]:
    """ "Kính gửi" and the lines of each addressee on lines of their own."""
    to = list(_named(paper.parts.to))
    items: list[list[Line]] = []
    for line in to[1:]:
        if re.match(r"^[-–—+*]", line.text) or not items:
            items.append([line])
        else:
            items[-1].append(line)
    return (to[0] if to else None), items


def one(paper: Paper) -> Iterator[Found]:
    first, items = _items(paper)
    if (
        first
        and re.fullmatch(r"Kính gửi\s*:?", first.text, re.IGNORECASE)
        and len(items) == 1
        and len(items[0]) == 1
        and items[0][0].base > first.base + 1  # else it stands beside, in a cell of its own
    ):
        yield Found(f"Một nơi nhận “{short(items[0][0].text)}” nhưng xuống dòng.", items[0][0])
    if first and not items and re.match(r"Kính gửi\s*:\s*[-–]", first.text, re.IGNORECASE):
        yield Found("Một nơi nhận nhưng có gạch đầu dòng.", first)


def several(paper: Paper) -> Iterator[Found]:
    first, items = _items(paper)
    if not first or len(items) < 2:
        return
    if not all(re.match(r"^[-–—+*]", item[0].text) for item in items):
        return  # one name on two lines
    for index, item in enumerate(items):
        if (
            paper.foreign
            and paper.placed
            and item[-1].right > _FULL
            and not item[-1].text.endswith((".", ","))
        ):
            continue  # a full line may go on below
        wanted = "." if index == len(items) - 1 else ";"
        wrong = [] if item[0].text.startswith("- ") else ["không bắt đầu bằng “- ”"]
        wrong += [] if item[-1].text.endswith(wanted) else [f"không kết thúc bằng dấu “{wanted}”"]
        if wrong:
            yield Found(f"“{short(item[0].text)}”: {', '.join(wrong)}.", item[0])
    lefts = [item[0].left for item in items]
    if paper.placed and max(lefts) - min(lefts) > CENTRE:
        yield Found(f"Gạch đầu dòng lệch nhau {figure(max(lefts) - min(lefts))} mm.", items[0][0])


def colon(paper: Paper) -> Iterator[Found]:
    first, _ = _items(paper)
    if first and not re.match(r"Kính gửi\s*:", first.text):
        yield Found(f"Ghi “{short(first.text, 30)}”.", first)


def to_looks(paper: Paper) -> Iterator[Found]:
    yield from looks(_named(paper.parts.to), "Kính gửi", sizes=(13, 14), italic=False)


def _named(to: list[Line]) -> Iterator[Line]:
    """Without what is added in brackets on lines of its own: an address, a plan. Nobody is named there."""
    within = False
    for line in to:
        within = within or line.text.startswith("(")
        if not within:
            yield line
        within = within and ")" not in line.text


RULES = (
    Rule("K01", "Kính gửi", "Công văn; tờ trình, báo cáo gửi cấp trên", "Phụ lục I.II.9b, c", "E", "F", present),
    Rule("K02", "Một nơi nhận", "Ghi trên cùng dòng với “Kính gửi:”", "Phụ lục I.II.9d", "E", "A", one),
    Rule("K03", "Từ hai nơi nhận", "Mỗi nơi một dòng “- …;”, cuối dấu chấm, gạch đầu dòng thẳng nhau", "Phụ lục I.II.9d", "E", "A", several),
    Rule("K03b", "Dấu hai chấm", "“Kính gửi:”", "Phụ lục I.II.9d", "E", "A", colon),
    Rule("K04", "Trình bày Kính gửi", "In thường, cỡ 13–14, đứng", "Phụ lục I.II.9d", "E", "A", to_looks),
)  # fmt: skip
