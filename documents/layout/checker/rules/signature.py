"""S: who signs."""

import re
from collections.abc import Iterator

from ..findings import Found, Rule
from ..foot import SIGNED, powers_elsewhere
from ..sheets import dark
from ..values import CENTRE, Paper
from ..words import figure, one_tone
from .looks import looks, off_centre

_POWER = re.compile(r"^(TM|KT|TL|TUQ|Q)\b(\s*)([./]*)(\s*)(.*)$")
_COLLECTIVE = (
    "ỦY BAN",
    "HỘI ĐỒNG",
    "BAN ",
    "CHÍNH PHỦ",
    "ĐOÀN",
    "TỔ ",
    "TẬP THỂ",
    "THƯỜNG TRỰC",
    "THƯỜNG VỤ",
    "CẤP ỦY",
    "ĐẢNG ỦY",
    "HỘI NGHỊ",
)
_HEADS = (
    "GIÁM ĐỐC",
    "CHỦ TỊCH",
    "BỘ TRƯỞNG",
    "TRƯỞNG PHÒNG",
    "HIỆU TRƯỞNG",
    "CHÁNH VĂN PHÒNG",
    "CỤC TRƯỞNG",
    "TỔNG GIÁM ĐỐC",
)
_TITLES = re.compile(r"^(GS|PGS|TS|ThS|Ths|BS|KS|CN|NGND|NGƯT|TSKH|BSCK\w*|DS|LS)\s*[.\s]", re.IGNORECASE)

_MAY_SAY = re.compile(
    r"\b(BỆNH VIỆN|TRUNG TÂM Y TẾ|TRẠM Y TẾ|Y TẾ|TRƯỜNG|HỌC VIỆN|ĐẠI HỌC|VIỆN|GIÁO DỤC|KHOA HỌC|QUÂN|QUỐC PHÒNG|CÔNG AN|BIÊN PHÒNG)\b"
)


def powers(paper: Paper) -> Iterator[Found]:
    for line in paper.parts.capacity:
        found = _POWER.match(line.text)
        # That a blank follows the stop only its samples show.
        if found and found[5] and (found[3] != "." or found[2] or not (found[4] or paper.foreign)):
            yield Found(f"Ghi “{line.text}”.", line)
    yield from looks(paper.parts.capacity, "Quyền hạn, chức vụ", sizes=(13, 14), bold=True, italic=False)


def combination(paper: Paper) -> Iterator[Found]:
    lines = paper.parts.capacity
    for index, line in enumerate(lines):
        found = _POWER.match(line.text)
        if not found:
            continue
        whom, below = one_tone(found[5]).strip(), one_tone(" ".join(one.text for one in lines[index + 1 :]))
        if found[1] == "TM" and whom.startswith(_HEADS):
            yield Found(f"“{line.text}”: TM. chỉ dùng cho tập thể.", line)
        if found[1] == "KT" and whom.startswith(_COLLECTIVE) and "TRƯỞNG" not in whom:
            yield Found(f"“{line.text}”: KT. phải là người đứng đầu.", line)
        if (
            found[1] == "KT"
            and whom.startswith(_HEADS)
            and below
            and re.fullmatch(r"[\w\s.,&-]+", below)  # else it was not read as it looks
            and "PHÓ" not in below
            and "THỨ TRƯỞNG" not in below
        ):
            yield Found(f"“{line.text}” mà người ký là “{below}”, không phải cấp phó.", line)


def name_looks(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if paper.foreign and parts.signer and not all(dark(span.colour) for span in parts.signer.drawn):
        return  # written over the page by whoever signed
    yield from looks([parts.signer], "Họ tên người ký", sizes=(13, 14), bold=True, italic=False)
    if paper.placed and parts.signer and parts.capacity:
        centre = parts.capacity[-1].centre
        yield from off_centre(parts.signer, centre - CENTRE, centre + CENTRE, "Họ tên người ký", "chức vụ")


def academic(paper: Paper) -> Iterator[Found]:
    """Armed forces, education, health and science may say them."""
    signer, parts = paper.parts.signer, paper.parts
    names = " ".join(line.text for line in (*parts.superior, *parts.issuer)).upper()
    if signer and _TITLES.match(signer.text) and not _MAY_SAY.search(names):
        yield Found("Trước họ tên người ký có học hàm, học vị hoặc danh hiệu.", signer)


def right_half(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if parts.capacity or parts.kind == "BB" or (paper.foreign and not parts.recipients):
        return
    for line in powers_elsewhere(paper)[:1]:
        # On another page of a paper made elsewhere it may be of another one.
        if not paper.foreign or line.page == parts.recipients[0].page:
            yield Found("Quyền hạn, chức vụ, họ tên người ký ở nửa trái trang.", line)


def room(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if parts.signer and parts.capacity and parts.signer.page == parts.capacity[-1].page:
        above, below = parts.capacity[-1].base, parts.signer.base
        said = any(SIGNED.match(line.text) and above < line.base < below for line in paper.lines)
        high = below - above
        if high < 14 and not said:  # a copy says "Đã ký" there, and nobody signs it
            yield Found(f"Từ chức vụ đến họ tên chỉ {figure(high)} mm.", parts.signer)


def alone(paper: Paper) -> Iterator[Found]:
    parts = paper.parts
    if not parts.capacity or not parts.body or parts.capacity[0].page == parts.body[-1].lines[-1].page:
        return
    sheet = paper.sheets[parts.capacity[0].page - 1]
    if not sheet.tables and not any(line.page == sheet.number for one in parts.body for line in one.lines):
        yield Found(f"Trang {sheet.number} chỉ có phần ký, không có dòng nội dung nào.", parts.capacity[0])


RULES = (
    Rule("S01", "Quyền hạn, chức vụ", "“TM. ”, “Q. ”, “KT. ”, “TL. ”, “TUQ. ” có dấu chấm; in hoa, cỡ 13–14, đứng, đậm", "Phụ lục I.II.7b, đ", "E", "A", powers),
    Rule("S02", "Thẩm quyền ký", "TM. cho tập thể; KT. rồi chức vụ của cấp phó", "Phụ lục I.II.7b", "E", "F", combination),
    Rule("S03", "Họ tên người ký", "In thường, cỡ 13–14, đứng, đậm, giữa dưới chức vụ", "Phụ lục I.II.7đ", "E", "A", name_looks),
    Rule("S04", "Trước họ tên", "Không ghi học hàm, học vị, danh hiệu (trừ ngành được phép)", "Phụ lục I.II.7c", "W", "–", academic),
    Rule("S05", "Chỗ ký", "Nửa phải trang", "Phụ lục I.IV", "E", "A", right_half, True),
    Rule("S06", "Chỗ cho chữ ký", "Đủ chỗ giữa chức vụ và họ tên (khoảng 25 mm)", "Phụ lục I.II.7d", "W", "A", room, True),
    Rule("S09", "Trang chỉ có chữ ký", "Có ít nhất hai dòng nội dung cùng trang", "Thông lệ", "I", "A", alone, True),
)  # fmt: skip
