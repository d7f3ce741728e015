"""N and D: number and notation, place and date."""

import re
from collections.abc import Iterator

from ..findings import Found, Rule
from ..values import CENTRE, SIZE, Paper
from ..words import abbreviation, figure, kind_name
from .looks import looks, off_centre

_NUMBER = re.compile(r"^(Số)(\s*)(:?)\s*([\d.…_\s]*[a-zđ]?)\s*(/?)\s*(.*)$", re.IGNORECASE)
_DAY = re.compile(
    r"^(.{2,60}?)(,?)\s*ngày\s*([\d.…\s]*)\s*tháng\s*([\d.…\s]*)\s*năm\s*(\d*)\W*$", re.IGNORECASE
)


def _number(paper: Paper):
    """(colon, number, slash, notation), None where there is no such line or its notation was not read."""
    line = paper.parts.number
    found = _NUMBER.match(line.text) if line else None
    return (
        (found[3], re.sub(r"[.…_\s]", "", found[4]), found[5], found[6].strip())
        if found and found[6]
        else None
    )


def form(paper: Paper) -> Iterator[Found]:
    line, found = paper.parts.number, _number(paper)
    laid_over = line is not None and any(span.font is None for span in line.spans)
    if found and not laid_over and not (found[0] and found[2]):
        yield Found(f"Ghi “{line.text}”.", line)


def number_looks(paper: Paper) -> Iterator[Found]:
    line, found = paper.parts.number, _number(paper)
    if found and line.drawn:
        sizes = {
            round(span.size, 1)
            for span in line.drawn
            if abs(span.size - 13) > SIZE and re.search(r"\w", span.text)
        }
        wrong = [f"có chữ cỡ {', '.join(figure(one) for one in sorted(sizes))}"] if sizes else []
        wrong += ["chữ nghiêng"] if line.italic else []
        wrong += ["chữ đậm"] if line.bold else []
        if wrong:
            yield Found(f"Dòng “{line.text}”: {'; '.join(wrong)}.", line)


def leading_zero(paper: Paper) -> Iterator[Found]:
    found = _number(paper)
    if (
        found
        and re.fullmatch(r"[1-9]", found[1])
        and not any(span.font is None for span in paper.parts.number.spans)
    ):
        yield Found(f"Số nhỏ hơn 10 ghi “{found[1]}”.", paper.parts.number)


def separators(paper: Paper) -> Iterator[Found]:
    found = _number(paper)
    if not found:
        return
    notation = found[3]
    if paper.foreign and paper.placed:  # number and notation may be laid on apart
        notation = notation.replace(" ", "")
    if re.search(r"\w\s*[–—_]\s*\w|\w\s+-|-\s+\w|\w\.\w|\s/|/\s", notation):
        yield Found(f"Ký hiệu ghi “{notation}”.", paper.parts.number)


def kind_part(paper: Paper) -> Iterator[Found]:
    found, kind = _number(paper), paper.parts.kind
    if not found or not kind:
        return
    first = re.split(r"\s*[-–/]\s*", found[3])[0]
    wanted = abbreviation(kind)
    known = {abbreviation(code) for code in _KINDS} - {""}
    if wanted and first != wanted and (first in known or first.upper() == wanted.upper()):
        yield Found(f"{kind_name(kind)} mà ký hiệu bắt đầu bằng “{first}”.", paper.parts.number)
    if kind == "CV" and first == "CV":  # of another one its title may not have been read
        yield Found(f"Công văn mà ký hiệu có “{first}”.", paper.parts.number)


_KINDS = (
    "NQ",
    "QĐ",
    "CT",
    "QC",
    "QyĐ",
    "TC",
    "TB",
    "HD",
    "CTr",
    "KH",
    "PA",
    "ĐA",
    "DA",
    "BC",
    "BB",
    "TTr",
    "CĐ",
    "GM",
    "GGT",
    "GNP",
    "PG",
    "PC",
    "PB",
)


def number_place(paper: Paper) -> Iterator[Found]:
    parts, found = paper.parts, _number(paper)
    if not found or not found[1] or not parts.issuer or any(span.font is None for span in parts.number.spans):
        return
    centre = parts.issuer[-1].centre
    yield from off_centre(
        parts.number, centre - 2 * CENTRE, centre + 2 * CENTRE, "Số, ký hiệu", "tên cơ quan"
    )
    if parts.day and (3 if paper.foreign else 2) < abs(parts.number.base - parts.day.base) < 6:
        yield Found(
            f"Dòng số và dòng địa danh, ngày lệch nhau {figure(abs(parts.number.base - parts.day.base))} mm.",
            parts.number,
        )


def _day(paper: Paper):
    """(place, comma, day, month, year), what is blank or laid over as a picture being ""."""
    line = paper.parts.day
    found = _DAY.match(line.text) if line else None
    return tuple(re.sub(r"[.…\s]+$|^[.…\s]+", "", part) for part in found.groups()) if found else None


def day_form(paper: Paper) -> Iterator[Found]:
    line, found = paper.parts.day, _day(paper)
    if not line:
        return
    if re.search(r"ngày\s*\d{1,2}\s*[/.-]\s*\d", line.text):
        yield Found(f"Ghi “{line.text}”.", line)
    elif found and not found[1]:
        yield Found(f"Thiếu dấu phẩy sau địa danh: “{line.text}”.", line)
    elif found and len(found[4]) not in (0, 4):
        yield Found(f"Năm ghi “{found[4]}”.", line)


def day_zeros(paper: Paper) -> Iterator[Found]:
    found = _day(paper)
    if found and any(span.font is None for span in paper.parts.day.spans):
        return
    if found and re.fullmatch(r"[1-9]", found[2]):
        yield Found(f"Ngày nhỏ hơn 10 ghi “{found[2]}”.", paper.parts.day)
    if found and re.fullmatch(r"[12]", found[3]):
        yield Found(f"Tháng 1, tháng 2 ghi “{found[3]}”.", paper.parts.day)


def month_zeros(paper: Paper) -> Iterator[Found]:
    found = _day(paper)
    if found and re.fullmatch(r"0[3-9]", found[3]):
        yield Found(f"Tháng {int(found[3])} ghi “{found[3]}”.", paper.parts.day)


def day_looks(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    yield from looks([parts.day], "Địa danh, thời gian", sizes=(13, 14), bold=False, italic=True)
    found = _day(paper)
    if paper.placed and found and found[2] and found[3] and parts.day.drawn == parts.day.spans:
        centre = parts.state.centre
        yield from off_centre(
            parts.day, centre - 2 * CENTRE, centre + 2 * CENTRE, "Địa danh, thời gian", "Quốc hiệu"
        )


def no_day(paper: Paper) -> Iterator[Found]:
    if paper.parts.kind == "BB" and paper.parts.day:
        yield Found("Biên bản có dòng địa danh, thời gian.", paper.parts.day)


RULES = (
    Rule("N01", "Số, ký hiệu", "“Số:”, số, dấu gạch chéo (/), ký hiệu", "Phụ lục I.II.3c", "E", "A", form),
    Rule("N02", "Trình bày số, ký hiệu", "Cỡ 13, đứng, không đậm", "Phụ lục I.II.3c", "E", "A", number_looks),
    Rule("N03", "Số nhỏ hơn 10", "Thêm số 0 phía trước", "Phụ lục I.II.3c", "E", "A", leading_zero),
    Rule("N04", "Dấu trong ký hiệu", "Gạch chéo (/) và gạch nối (-), không cách chữ", "Phụ lục I.II.3c", "E", "A", separators),
    Rule("N05", "Chữ viết tắt tên loại", "Theo bảng chữ viết tắt; công văn không có", "Phụ lục III.I", "E", "F", kind_part),
    Rule("N07", "Chỗ của số, ký hiệu", "Giữa dưới tên cơ quan, ngang dòng địa danh, thời gian", "Phụ lục I.II.3c, 4c", "W", "A", number_place, True),
    Rule("D01", "Địa danh, thời gian", "“Địa danh, ngày … tháng … năm …”", "Phụ lục I.II.4", "E", "A", day_form),
    Rule("D02", "Số 0 của ngày, tháng", "Ngày nhỏ hơn 10 và tháng 1, 2 thêm số 0 phía trước", "Phụ lục I.II.4b", "E", "A", day_zeros),
    Rule("D03", "Số 0 của tháng 3 đến 9", "Không thêm số 0", "Phụ lục I.II.4b", "I", "A", month_zeros),
    Rule("D04", "Trình bày địa danh, thời gian", "In thường, cỡ 13–14, nghiêng, giữa dưới Quốc hiệu", "Phụ lục I.II.4c", "E", "A", day_looks),
    Rule("D06", "Biên bản", "Không có dòng địa danh, thời gian", "Phụ lục III, mẫu 1.9", "E", "A", no_day),
)  # fmt: skip
