"""T and B: kind, subject, who decides, legal bases."""

import re
from collections.abc import Iterator
from itertools import islice

from ..findings import Found, Rule
from ..values import Line, Paper
from ..words import DECIDING, kind_name
from .letterhead import line_under, part_line
from .looks import looks, middle, off_centre, short

_BASE = re.compile(r"(Căn cứ|Theo|Xét|Thực hiện)\b")
# The number of the law itself; of one that amends it nobody may know the name.
_LAW = re.compile(
    r"^Căn cứ (Bộ luật|Luật|Pháp lệnh)\b(?:(?!sửa đổi|bổ sung|thay thế|;).)*?\bsố\s*\d+/\d{4}/(QH|UBTVQH|PL)",
    re.IGNORECASE,
)
# Who decides: a post or a body.
_DECIDES = re.compile(
    r"^(CHỦ TỊCH|PHÓ |GIÁM ĐỐC|TỔNG |THỦ TƯỚNG|BỘ |THỨ TRƯỞNG|CỤC |VỤ |CHI CỤC|TRƯỞNG |HIỆU TRƯỞNG|VIỆN |CHÁNH |UBND|HĐND|ỦY BAN|UỶ BAN|"
    r"HỘI ĐỒNG|CHÍNH PHỦ|QUỐC HỘI|THƯỜNG TRỰC|BAN |SỞ |TT )",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^V\s*/\s*v\b", re.IGNORECASE)


def title_looks(paper: Paper) -> Iterator[Found]:
    title = paper.parts.title
    yield from looks([title], "Tên loại", sizes=(13, 14), bold=True, italic=False, caps=True)
    if title and paper.placed:
        yield from off_centre(title, *middle(paper), "Tên loại", "giữa trang")


def subject_looks(paper: Paper) -> Iterator[Found]:
    subject = paper.parts.subject
    yield from looks(subject, "Trích yếu", sizes=(13, 14), bold=True, italic=False)
    if subject and all(line.caps for line in subject) and sum(map(len, (line.text for line in subject))) > 12:
        yield Found(f"Trích yếu “{short(subject[0].text)}” in hoa cả.", subject[0])
    if paper.placed:
        for line in subject[:1]:
            yield from off_centre(line, *middle(paper), "Trích yếu", "giữa trang")


def title_line(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if parts.title and not parts.between and (parts.subject or parts.kind in ("GGT", "GNP")):
        if paper.foreign and _lower(paper, (parts.subject or [parts.title])[-1]):
            return
        yield from part_line(
            paper, parts.subject or [parts.title], "trích yếu" if parts.subject else "tên loại"
        )


def _lower(paper: Paper, line: Line) -> bool:
    """Whether the line stands further below, under words that were not read as the subject's."""
    strokes = paper.sheets[line.page - 1].strokes
    return line_under(paper, line) is None and any(
        one.along and 4 < one.wide < 110 and 4 < one.top - line.base < 24 and abs((one.left + one.right) / 2 - line.centre) < 20
        for one in strokes
    )  # fmt: skip


def about_looks(paper: Paper) -> Iterator[Found]:
    about = paper.parts.about
    yield from looks(about, "Trích yếu công văn", sizes=(12, 13), bold=False, italic=False)


def about_form(paper: Paper) -> Iterator[Found]:
    about = paper.parts.about
    if about and not about[0].text.startswith("V/v "):
        yield Found(f"Ghi “{short(about[0].text, 30)}”.", about[0])


def about_only_letters(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if parts.title and parts.subject and _ABOUT.match(parts.subject[0].text):
        yield Found(
            f"{kind_name(parts.kind)} có trích yếu “{short(parts.subject[0].text)}”.", parts.subject[0]
        )


def subject_end(paper: Paper) -> Iterator[Found]:
    lines = paper.parts.subject or paper.parts.about
    if lines and lines[-1].text.endswith(".") and not lines[-1].text.endswith(("...", "….")):
        yield Found("Trích yếu kết thúc bằng dấu chấm.", lines[-1])


def authority_looks(paper: Paper) -> Iterator[Found]:
    lines = paper.parts.authority
    if paper.foreign and lines and not _DECIDES.match(lines[0].text):
        return  # the end of what the paper is about
    # No size is asked of it.
    yield from looks(lines, "Thẩm quyền ban hành", bold=True, italic=False, caps=True)
    for line in lines:
        if re.search(r"\b(UBND|HĐND|TT)\b", line.text):
            yield Found(f"Thẩm quyền ban hành viết tắt: “{line.text}”.", line)


def bases_looks(paper: Paper) -> Iterator[Found]:
    for one in paper.parts.bases:
        if _BASE.match(one.text):  # told once, by the first line that differs
            yield from islice(looks(one.lines, "Căn cứ", sizes=(13, 14), bold=False, italic=True), 1)


def bases_ends(paper: Paper) -> Iterator[Found]:
    bases = [one for one in paper.parts.bases if _BASE.match(one.text)]
    if len(bases) != len(paper.parts.bases):
        return  # read wrong: better nothing
    for index, one in enumerate(bases):
        wanted = "." if index == len(bases) - 1 else ";"
        if not one.text.endswith(wanted):
            yield Found(f"Căn cứ “…{one.text[-30:]}” không kết thúc bằng dấu “{wanted}”.", one.lines[-1])


def laws_by_name(paper: Paper) -> Iterator[Found]:
    for one in paper.parts.bases:
        if _LAW.match(one.text):
            yield Found(f"Ghi số của luật, pháp lệnh: “{short(one.text)}”.", one.line)


def decides(paper: Paper) -> Iterator[Found]:
    line = paper.parts.decides
    if paper.parts.kind not in DECIDING or line is None:
        return
    yield from looks([line], "Dòng", sizes=(13, 14), bold=True, italic=False, caps=True)
    if not line.text.rstrip().endswith(":"):
        yield Found(f"“{line.text}” thiếu dấu hai chấm.", line)
    if paper.placed:
        yield from off_centre(line, *middle(paper), "Dòng", "giữa trang")


RULES = (
    Rule("T02", "Tên loại", "In hoa, cỡ 13–14, đứng, đậm, canh giữa", "Phụ lục I.II.5b", "E", "A", title_looks),
    Rule("T03", "Trích yếu", "In thường, cỡ 13–14, đứng, đậm, canh giữa dưới tên loại", "Phụ lục I.II.5b", "E", "A", subject_looks),
    Rule("T04", "Đường kẻ dưới trích yếu", "Nét liền, dài 1/3 đến 1/2 dòng chữ, cân giữa", "Phụ lục I.II.5b", "E", "A", title_line, True),
    Rule("T05", "Trích yếu công văn", "“V/v …”, in thường, cỡ 12–13, đứng", "Phụ lục I.II.5b", "E", "A", about_looks),
    Rule("T05b", "Chữ “V/v”", "“V/v” rồi cách chữ", "Phụ lục I.II.5b", "I", "A", about_form),
    Rule("T06", "“V/v” ở văn bản có tên loại", "Chỉ công văn ghi “V/v”", "Phụ lục III, mẫu 1.2–1.5", "W", "A", about_only_letters),
    Rule("T07", "Cuối trích yếu", "Không có dấu chấm", "Thông lệ", "I", "S", subject_end),
    Rule("T08", "Thẩm quyền ban hành", "In hoa, đậm, canh giữa, không viết tắt", "Phụ lục III, mẫu 1.1–1.3", "W", "F", authority_looks),
    Rule("B02", "Trình bày căn cứ", "In thường, cỡ 13–14, nghiêng", "Phụ lục I.II.6a", "E", "A", bases_looks),
    Rule("B03", "Cuối mỗi căn cứ", "Dấu chấm phẩy (;), căn cứ cuối dấu chấm (.)", "Phụ lục I.II.6a", "E", "A", bases_ends),
    Rule("B05", "Luật, pháp lệnh làm căn cứ", "Không ghi số, ký hiệu, cơ quan ban hành", "Phụ lục I.II.6a", "W", "S", laws_by_name),
    Rule("B06", "“QUYẾT ĐỊNH:”, “QUYẾT NGHỊ:”", "In hoa, đậm, canh giữa, có dấu hai chấm", "Phụ lục III, mẫu 1.1–1.3", "E", "A", decides),
)  # fmt: skip
