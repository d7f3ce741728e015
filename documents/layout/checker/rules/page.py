"""G: the page, its margins, numbers; its letters are judged in letters.py."""

import re
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from ..content import edges, is_page_number, sure_left
from ..findings import Found, Rule
from ..guards import a4
from ..values import LENGTH, MM, SIZE, Line, Paper, Sheet
from ..words import figure
from .letters import colours, fonts, old_codes

_APART = 14.0  # mm; further below the line above it stands what is no text of the page


def size(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        for one in paper.sections[:1]:
            short, long = sorted((one["width"], one["height"]))
            if abs(short - 210) > LENGTH or abs(long - 297) > LENGTH:
                yield Found(f"Khổ giấy {figure(one['width'])} × {figure(one['height'])} mm.")
        return
    others: dict[tuple[int, int], list] = defaultdict(list)
    for sheet in paper.sheets:
        if not a4(sheet):
            others[round(sheet.width), round(sheet.height)].append(sheet)
    for sheets in others.values():  # one setting, one finding
        which = f"Trang {sheets[0].number}" if len(sheets) == 1 else f"{len(sheets)} trang"
        yield Found(f"{which} khổ {figure(sheets[0].width)} × {figure(sheets[0].height)} mm.", sheets[0])


def turned(paper: Paper) -> Iterator[Found]:
    foot = (paper.parts.capacity or paper.parts.recipients)[:1]
    last = foot[0].page if foot else 1
    for sheet in paper.sheets:
        if paper.foreign and sheet.number > last:
            return  # attached: a table's page, or what is left of one
        if not sheet.portrait and a4(sheet) and not sheet.scanned and not sheet.tables and not sheet.pictures:
            yield Found(f"Trang {sheet.number} đặt ngang mà không có bảng.", sheet)


def _body_edges(paper: Paper) -> tuple[float, float, Line] | None:
    lines = [line for one in (*paper.parts.bases, *paper.parts.body) for line in one.lines]
    sides = edges([[line] for line in lines])
    return None if sides is None else (*sides, next(line for line in lines if line.wide > 100))


def left_margin(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        yield from _set(paper, "left", "Lề trái", 30, 35)
        return
    rows = [[line] for one in (*paper.parts.bases, *paper.parts.body) for line in one.lines]
    left = sure_left(rows)
    if left is not None and not 30 - 2 * LENGTH <= left <= 35 + 2 * LENGTH:
        if left > 35 and any(row[0].wide > 60 and row[0].left < left - LENGTH for row in rows):
            return  # a list that stands further in; the edge is that of others
        at = next(row[0] for row in rows if abs(row[0].left - left) < 0.8)
        yield Found(f"Lề trái {figure(left)} mm.", at)


def right_margin(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        yield from _set(paper, "right", "Lề phải", 15, 20)
    elif found := _body_edges(paper):
        many = [one for one in paper.parts.body if one.align == "both"]
        margin = paper.sheets[found[2].page - 1].width - found[1]
        if many and not 15 - 2 * LENGTH <= margin <= 20 + 2 * LENGTH:
            yield Found(f"Lề phải {figure(margin)} mm.", found[2])


def top_margin(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        yield from _set(paper, "top", "Lề trên", 20, 25)
    elif (line := paper.parts.state) and line.size:
        top = line.base - 0.89 * line.size * MM
        if top < 20 - 2 * LENGTH:
            yield Found(f"Dòng đầu trang cách mép trên {figure(top)} mm.", line)


def bottom_margin(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        yield from _set(paper, "bottom", "Lề dưới", 20, 25)
        return
    last: dict[int, Line] = {}
    for one in (*paper.parts.bases, *paper.parts.body):
        for line in one.lines:
            if line.size and line.wide > 60 and line.base > last.get(line.page, line).base - 0.01:
                last[line.page] = line
    for line in last.values():
        if paper.foreign and _footer(paper, line):
            continue
        margin = paper.sheets[line.page - 1].height - line.base - 0.22 * line.size * MM
        if margin < 20 - 2 * LENGTH:
            yield Found(f"Dòng cuối trang {line.page} cách mép dưới {figure(margin)} mm.", line)


def _footer(paper: Paper, line: Line) -> bool:
    """It stands apart below the text, or the same words stand at the same height of another page."""
    others = [one for one in paper.lines if one is not line]
    above = [one for one in others if one.page == line.page and 0 < line.base - one.base < _APART]
    again = any(
        one.page != line.page and one.text == line.text and abs(one.base - line.base) < LENGTH
        for one in others
    )
    return not above or again


def _set(paper: Paper, name: str, what: str, low: float, high: float) -> Iterator[Found]:
    value = paper.sections[0][name]
    if not low - LENGTH <= value <= high + LENGTH:
        yield Found(f"{what} đặt {figure(value)} mm.")


def page_numbers(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        yield from _number_fields(paper)
        return
    first = paper.parts.state.page if paper.parts.state else 1
    last = (paper.parts.signer or paper.parts.state or paper.sheets[0].rows[0][0]).page
    for sheet in paper.sheets:
        if not first < sheet.number <= last or sheet.scanned or not sheet.portrait or not sheet.rows:
            continue
        numbers = [row[0] for row in sheet.rows if is_page_number(sheet, row)]
        top = next((line for line in numbers if line.base < 22), None)
        if top is None:
            below = next(iter(numbers), None)
            if below is None and _counted_otherwise(sheet):
                continue
            words = (
                f"Số trang {sheet.number} ở cuối trang."
                if below
                else f"Trang {sheet.number} không có số trang."
            )
            yield Found(words, below or sheet)
            continue
        wrong = [f"cỡ {figure(top.size)}"] if not 13 - SIZE <= top.size <= 14 + SIZE else []
        wrong += ["chữ nghiêng"] if top.italic else []
        wrong += ["không ở giữa"] if not 98 < top.centre < 120 else []
        number = top.text.strip(" -–")
        # Behind a cover, or of files put together, nobody knows from where it is counted.
        wrong += [f"ghi “{number}”"] if first == 1 and int(number) > paper.count else []
        if wrong:
            yield Found(f"Số trang {sheet.number}: {', '.join(wrong)}.", top)


def _counted_otherwise(sheet: Sheet) -> bool:
    """ "Trang 2", "2/5", or a figure laid over the page: there is a number, only not one that is read here."""
    return any(
        re.search(r"\d", line.text)
        and len(line.text) < 25
        and (line.base < 26 or line.base > sheet.height - 27)
        for row in sheet.rows
        for line in row
    )


def _number_fields(paper: Paper) -> Iterator[Found]:
    shown = paper.numbers if paper.several else ()  # without a second page nobody sees its number
    for one in shown:
        if not one["top"]:
            yield Found("Số trang đặt ở chân trang.")
        elif one["align"] != "center" and not one["framed"]:
            yield Found("Số trang ở đầu trang nhưng không canh giữa.")
        elif not 13 - SIZE <= one["size"] <= 14 + SIZE:
            yield Found(f"Số trang cỡ {figure(one['size'])}.")


def first_number(paper: Paper) -> Iterator[Found]:
    if paper.form == "docx":
        if any(one["first"] for one in paper.numbers):
            yield Found("Số trang hiện ở cả trang đầu (chưa đặt “Different First Page”).")
        return
    sheet = paper.sheets[(paper.parts.state.page if paper.parts.state else 1) - 1]
    for row in sheet.rows:
        counted = is_page_number(sheet, row)
        if counted and paper.foreign:  # another figure in the margin may be a stamp's
            counted = int(row[0].text.strip(" -–")) in (1, sheet.number)
        if counted and 95 < row[0].centre < 200:
            yield Found(f"Trang đầu có số trang “{row[0].text}”.", row[0])


def scan(paper: Paper) -> Iterator[Found]:
    pictures = []
    for sheet in paper.sheets:
        area = 0.6 * sheet.width * sheet.height
        whole = [
            one
            for one in sheet.pictures
            if sheet.scanned and (one.right - one.left) * (one.bottom - one.top) > area
        ]
        if whole:  # a scan in layers: the letters of one bit, their colours below them
            best = whole[0]._replace(dpi=max(one.dpi for one in whole), bits=max(one.bits for one in whole))
            pictures.append((sheet, best))
    if 0 < paper.version < 14:
        yield Found(f"Tệp PDF phiên bản {figure(paper.version / 10)}.")
    coarse = [(sheet, one) for sheet, one in pictures if 0 < one.dpi < 195]
    if coarse:
        dpi = round(median(one.dpi for _, one in coarse))
        yield Found(f"{len(coarse)} trang quét ở khoảng {dpi} dpi.", coarse[0][0])
    grey = [(sheet, one) for sheet, one in pictures if 0 < one.bits <= 8]
    if grey:
        yield Found(
            f"{len(grey)} trang quét không phải ảnh màu ({grey[0][1].bits} bit một điểm ảnh).", grey[0][0]
        )


RULES = (
    Rule("G01", "Khổ giấy", "A4 (210 × 297 mm)", "Phụ lục I.I.1", "E", "A", size),
    Rule(
        "G02",
        "Chiều trang",
        "Trang dọc; trang ngang chỉ cho bảng không làm thành phụ lục",
        "Phụ lục I.I.2",
        "W",
        "S",
        turned,
        True,
    ),
    Rule("G03", "Lề trái", "30–35 mm", "Phụ lục I.I.3", "E", "A", left_margin),
    Rule("G04", "Lề phải", "15–20 mm", "Phụ lục I.I.3", "E", "A", right_margin),
    Rule("G05", "Lề trên", "20–25 mm", "Phụ lục I.I.3", "W", "A", top_margin),
    Rule("G06", "Lề dưới", "20–25 mm", "Phụ lục I.I.3", "W", "A", bottom_margin),
    Rule("G07", "Phông chữ", "Times New Roman", "Phụ lục I.I.4", "E", "A", fonts),
    Rule(
        "G08",
        "Bảng mã",
        "Unicode (TCVN 6909:2001), không dùng phông VNI, .Vn",
        "Phụ lục I.I.4",
        "E",
        "S",
        old_codes,
    ),
    Rule("G09", "Màu chữ", "Màu đen", "Phụ lục I.I.4", "W", "A", colours),
    Rule(
        "G10",
        "Số trang",
        "Từ trang 2: chữ số Ả Rập, cỡ 13–14, đứng, giữa lề trên",
        "Phụ lục I.I.7",
        "E",
        "A",
        page_numbers,
    ),
    Rule(
        "G11",
        "Số trang ở trang đầu",
        "Không hiển thị số trang thứ nhất",
        "Phụ lục I.I.7",
        "E",
        "A",
        first_number,
    ),
    Rule(
        "G12", "Bản quét", "PDF từ 1.4, ảnh màu, từ 200 dpi", "Phụ lục I, Phần II.I.2", "W", "–", scan, True
    ),
)
GENERAL = tuple(rule for rule in RULES if rule.id in ("G01", "G02", "G07", "G08", "G09"))
ON_SCANS = tuple(rule for rule in RULES if rule.id == "G12")
