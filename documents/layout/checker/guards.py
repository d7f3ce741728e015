"""What is looked at before anything is judged: whether this is a paper that decree 30 lays out, and the issued page of it."""

import re
from collections import Counter
from datetime import date

from .head import state_on
from .values import Paper, Sheet
from .words import PARTY, bare

CHECKED, GENERAL, SCAN, SIZE, NONE = "checked", "general", "scan", "size", "none"
IN_FORCE = date(2020, 3, 5)
_LEGAL = re.compile(r"\d*\s*/\s*(19|20)\d\d\s*/[\s/]*(QĐ|NQ|NĐ|TT|TTLT|CT|PL|QH|UBTVQH)", re.IGNORECASE)
_LEGAL_TITLES = {
    "LUAT",
    "BOLUAT",
    "PHAPLENH",
    "NGHIDINH",
    "THONGTU",
    "THONGTULIENTICH",
    "LENH",
    "BANAN",
    "CAOTRANG",
    "KHANGNGHI",
}
# Decree 30 article 2 binds state bodies and state enterprises; of a company nobody sees here whose it is.
_COMPANY = re.compile(r"^(CÔNG TY|DOANH NGHIỆP|DNTN|HỢP TÁC XÃ|HTX|HỘ KINH DOANH)\b")
_DATE = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})|năm\s*(\d{4})", re.IGNORECASE)

GAZETTE = "Trang Công báo: do Công báo trình bày lại nên không xét thể thức."
PARTY_PAPER = "Văn bản của Đảng: trình bày theo hướng dẫn của Đảng, Nghị định 30/2020/NĐ-CP không áp dụng."
RETYPED = "Không thấy cột Quốc hiệu, Tiêu ngữ của trang văn bản: đây là bản gõ hoặc dàn lại, không phải trang đã ban hành, nên không xét."
RETYPED_FONT = "Bản gõ hoặc dàn lại (chữ, cỡ chữ không phải của trang đã ban hành), nên không xét."
UNSIZED = "Bản chuyển từ trang mạng (tệp không đặt khổ giấy): không phải trang đã trình bày, nên không xét."
SCANNED = "Bản quét: chữ chỉ do máy nhận dạng nên không xét từng ô; chỉ xét chất lượng bản quét."
LEGAL = (
    "Văn bản quy phạm pháp luật: trình bày theo quy định riêng, không phải văn bản hành chính, nên không xét."
)
OTHER = "Không nhận ra loại văn bản hành chính (văn bản chuyên ngành hoặc mẫu riêng), nên không xét."
COMPANY = "Văn bản của doanh nghiệp, hợp tác xã: Nghị định 30/2020/NĐ-CP chỉ bắt buộc với cơ quan và doanh nghiệp nhà nước, nên không xét."
PARTLY = "Không nhận ra đủ các phần của văn bản hành chính: chỉ xét quy tắc chung của trang."
BLANK = "Mẫu trống, chưa điền: chỉ xét quy tắc chung của trang."
OLD = "Văn bản trước ngày 05/3/2020: trình bày theo thông tư cũ, nên không xét."
NOT_A4 = "Trang không phải khổ A4: có thể là bản dàn lại, nên không xét tiếp."


def first_sheet(paper: Paper) -> Sheet | None:
    """The one with the letterhead: the first, or after a cover."""
    return next((sheet for sheet in paper.sheets[:3] if not sheet.scanned and state_on(sheet)), None)


def before_reading(paper: Paper) -> tuple[str, str] | None:
    """(how far it is judged, why) where nothing of its boxes can be judged; None to go on."""
    head = "".join(bare(line.text) for sheet in paper.sheets[:2] for row in sheet.rows[:6] for line in row)
    if paper.sheets and sum(sheet.scanned for sheet in paper.sheets) * 2 >= len(paper.sheets):
        return SCAN, SCANNED
    if _gazette(paper):
        return NONE, GAZETTE
    if paper.sections and not paper.sections[0]["sized"]:
        return NONE, UNSIZED
    if PARTY in head:
        return NONE, PARTY_PAPER
    sheet = first_sheet(paper)
    if sheet is None:
        return NONE, RETYPED
    if _retyped(paper, sheet):
        return NONE, RETYPED_FONT
    return None


def after_reading(paper: Paper) -> tuple[str, str]:
    """The same once the boxes are known."""
    parts = paper.parts
    number = parts.number.text if parts.number else ""
    titles = {bare(line.text) for row in paper.sheets[0].rows[:16] for line in row if line.caps}
    if _LEGAL.search(number) or titles & _LEGAL_TITLES:
        return NONE, LEGAL
    if any(_COMPANY.match(line.text) for line in (*parts.superior, *parts.issuer)):
        return NONE, COMPANY
    if not parts.kind:
        return NONE, OTHER
    if _blank(paper):
        return GENERAL, BLANK
    if not parts.motto or not parts.issuer or not (parts.number or parts.about):
        return GENERAL, PARTLY
    return (NONE, OLD) if _older(parts.day.text if parts.day else "") else (CHECKED, "")


def a4(sheet: Sheet) -> bool:
    short, long = sorted((sheet.width, sheet.height))
    return abs(short - 210) <= 1 and abs(long - 297) <= 1


def _blank(paper: Paper) -> bool:
    """A form to be filled in: rows of dots where words will be."""
    sheet = first_sheet(paper) or paper.sheets[0]
    lines = [line.text for row in sheet.rows for line in row]
    return sum(bool(re.search(r"[.…]{3,}|…", line)) for line in lines) > 0.2 * len(lines)


def _gazette(paper: Paper) -> bool:
    tops = [bare(" ".join(line.text for row in sheet.rows[:2] for line in row)) for sheet in paper.sheets[:3]]
    return any("CONGBAOSO" in top or top.startswith("CONGBAO") for top in tops)


def _retyped(paper: Paper, sheet: Sheet) -> bool:
    """Another face throughout and no size of the decree: what sites of law hand out. A draft typed in a wrong face has
    the sizes right, or the face."""
    letters: Counter = Counter()
    for one in paper.sheets[:3]:
        for row in one.rows:
            for span in (span for line in row for span in line.drawn):
                letters[span.font.times or span.font.old_code, 12.4 < span.size < 14.7] += len(span.text)
    total = sum(letters.values()) or 1
    neither = letters[False, False] / total
    return neither > 0.6


def _older(text: str) -> bool:
    found = _DATE.search(text)
    if not found:
        return False
    if found[4]:
        return int(found[4]) < IN_FORCE.year
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) < IN_FORCE
    except ValueError:
        return int(found[3]) < IN_FORCE.year
