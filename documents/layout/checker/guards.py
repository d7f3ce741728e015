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
_COMPANY = re.compile(
    r"^(CÔNG TY|TỔNG CÔNG TY|TẬP ĐOÀN|NGÂN HÀNG|DOANH NGHIỆP|DNTN|CTCP|HỢP TÁC XÃ|HTX|HỘ KINH DOANH)\b"
)
# Article 2, paragraph 2: these apply the decree "as fits" them; the forces lay theirs out by circulars of their own.
_OWN_WAY = re.compile(
    r"^(CÔNG ĐOÀN|LIÊN ĐOÀN|TỔNG LIÊN ĐOÀN|HIỆP HỘI|LIÊN HIỆP|HỘI (?!ĐỒNG)|ĐOÀN (TNCS|THANH NIÊN)|TỈNH ĐOÀN|THÀNH ĐOÀN|"
    r"(ỦY|UỶ) BAN (MTTQ|MẶT TRẬN)|MẶT TRẬN|QUỸ |BỘ QUỐC PHÒNG|BỘ TƯ LỆNH|BỘ CHỈ HUY|QUÂN |BỘ CÔNG AN|CÔNG AN|"
    r".*\b(AN NINH NHÂN DÂN|CẢNH SÁT|SĨ QUAN|QUÂN (SỰ|Y|ĐỘI)|BIÊN PHÒNG)\b)"
)
# What stands in a form where a name will be.
_PLACEHOLDER = re.compile(
    r"TÊN (CƠ QUAN|ĐƠN VỊ|TỔ CHỨC|CQ)|^\s*TRƯỜNG\s*:|[.…]{3,}|…|\{\{|\[[^\]]{2,}\]|<<|_{3,}|\(\d\)|\bX{3,}\b"
)
_DATE = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})|năm\s*(\d{4})", re.IGNORECASE)

_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?![\d.]\d)")
# A name that a program puts words in the place of.
_SLOT = re.compile(
    r"\{\{|\}\}|<<\w|«\w+»|\$\{|\{[#/]?[A-Za-z_][\w.]*\}|\[(Tên|Số|Ngày|TÊN|SỐ|NGÀY|Họ)\b[^\]]*\]|\bMERGEFIELD\b"
)
_FORM = re.compile(r"^\(?(Mẫu|Biểu|Phụ lục|BM|QT|Form)\b(?!.*(ỦY BAN|UỶ BAN|UBND))", re.IGNORECASE)
_DOTS = re.compile(r"[.…]{3,}|…|_{4,}")

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
OWN_WAY = "Cơ quan, tổ chức có quy định riêng về thể thức (đoàn thể, hội, quân đội, công an), nên không xét."
DIFFERENT = "Phần đầu trang trình bày khác hẳn Nghị định 30/2020/NĐ-CP: có thể là mẫu riêng hoặc bản gõ lại, nên không xét từng ô."
GARBLED = "Chữ trong tệp không đọc được đúng (phông nhúng thiếu bảng mã), nên không xét."
COMPANY = "Văn bản của doanh nghiệp, hợp tác xã: Nghị định 30/2020/NĐ-CP chỉ bắt buộc với cơ quan và doanh nghiệp nhà nước, nên không xét."
PARTLY = "Không nhận ra đủ các phần của văn bản hành chính: chỉ xét quy tắc chung của trang."
BLANK = "Mẫu trống, chưa điền, nên không xét."
FORM = "Biểu mẫu của văn bản khác (ghi ở đầu trang), nên không xét."
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
    if _garbled(paper):
        return NONE, GARBLED
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
    if any(_OWN_WAY.match(line.text) for line in (*parts.superior, *parts.issuer)):
        return NONE, OWN_WAY
    if not parts.kind:
        return NONE, OTHER
    if _form_of_another(paper):
        return NONE, FORM
    if _blank(paper):
        return NONE, BLANK
    if not parts.motto or not parts.issuer or not (parts.number or parts.about):
        return GENERAL, PARTLY
    if _before_the_decree(paper):
        return NONE, OLD
    return (NONE, DIFFERENT) if _different(paper) else (CHECKED, "")


def _form_of_another(paper: Paper) -> bool:
    """Above the state's name it says of which text it is a form."""
    state = paper.parts.state
    if state is None:
        return False
    rows = paper.sheets[state.page - 1].rows
    return any(
        _FORM.match(line.text)
        for row in rows
        for line in row
        if line.base < state.base + 1 and line is not state
    )


def a4(sheet: Sheet) -> bool:
    short, long = sorted((sheet.width, sheet.height))
    return abs(short - 210) <= 1 and abs(long - 297) <= 1


def _blank(paper: Paper) -> bool:
    """A form to be filled in: rows of dots where words will be."""
    parts = paper.parts
    if any(
        _PLACEHOLDER.search(line.text.upper())
        for line in (*parts.superior, *parts.issuer, *parts.subject, *parts.about)
    ):
        return True
    if any(_SLOT.search(line.text) for line in paper.lines):
        return True
    sheet = first_sheet(paper) or paper.sheets[0]
    page = [line.text for row in sheet.rows for line in row]
    own = [line.text for one in (*parts.bases, *parts.body) for line in one.lines]
    return _dotted(page) > max(0.2 * len(page), 2) or _dotted(own) > max(0.08 * len(own), 2)


def _dotted(lines: list[str]) -> int:
    return sum(bool(_DOTS.search(line)) for line in lines)


def _garbled(paper: Paper) -> bool:
    """Letters of no alphabet where words should be: what stands in the file is not what the page shows."""
    count = odd = 0
    for sheet in paper.sheets[:3]:
        for span in (span for row in sheet.rows for line in row for span in line.drawn):
            if span.font.symbol or span.font.old_code:
                continue
            count += len(span.text)
            odd += sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " " for char in span.text)
    return odd > 0.02 * count


def _different(paper: Paper) -> bool:
    """Four boxes of the letterhead in sizes that the decree does not know: whoever laid it out followed something else."""
    parts = paper.parts
    boxes = (
        ([parts.state], 12, 13), ([parts.motto], 13, 14), (parts.superior, 12, 13), (parts.issuer, 12, 13),
        ([parts.number], 13, 13), ([parts.day], 13, 14), ([parts.title], 13, 14), (parts.about, 12, 13),
    )  # fmt: skip
    off = 0
    for lines, low, high in boxes:
        sizes = [line.size for line in lines if line and line.size]
        off += bool(sizes) and all(not low - 0.6 <= size <= high + 0.6 for size in sizes)
    return off >= 4


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


def _before_the_decree(paper: Paper) -> bool:
    """By its own date; where that has no year, by the newest year that any line of it names."""
    day = paper.parts.day.text if paper.parts.day else ""
    if _DATE.search(day):
        return _older(day)
    years = [int(year) for line in paper.lines for year in _YEAR.findall(line.text)]
    return bool(years) and max(years) < IN_FORCE.year


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
