"""The HTML of a paper, box by box (Decree 30/2020, Appendix I.II-V and the samples of Appendix III)."""

import re
from html import escape

from .body import body_html
from .model import URGENCY_WORDS, Page

# A gap of this many no-break spaces stands for a number that is not known yet.
BLANK = "\u00a0" * 9
# Links with this scheme mark where form fields will lie; they never reach the PDF.
MARK = "mark:"
_DECIDES = {"QĐ": "QUYẾT ĐỊNH:", "NQ": "QUYẾT NGHỊ:"}
_CAPACITY = re.compile(r"^(TM|KT|Q|TL|TUQ)\.\s*")


def number_line(notation: str, number: str = "") -> str:
    """Box 3: "Số: 15/QĐ-UBND", or with a gap in place of the number."""
    return f"Số: {number or BLANK}/{notation}"


def date_line(year: int) -> str:
    """Box 4 after the place, with gaps for day and month."""
    gap = "\u00a0" * 6
    return f"ngày{gap}tháng{gap}năm {year}"


def page_html(page: Page) -> str:
    """The whole paper. A draft shows the gaps as text, a final paper leaves room for the form fields."""
    title = escape(f"{page.kind_name}: {page.subject}" if page.kind_name else page.subject)
    parts = [_head(page), _opening(page), body_html(page.body), _foot(page)]
    if page.draft:
        parts.append('<div class="watermark">DỰ THẢO</div>')
    author = escape(" ".join(page.letterhead.name_lines))
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="{author}"></head><body>{"".join(parts)}</body></html>'
    )


def _head(page: Page) -> str:
    head = page.letterhead
    superior = f'<div class="superior">{escape(head.superior)}</div>' if head.superior else ""
    names = "<br>".join(escape(line) for line in head.name_lines)
    blank = "" if page.draft else ' class="blank"'
    number = f'<a class="so" href="{MARK}so"><span{blank}>{escape(number_line(page.notation))}</span></a>'
    # The room is that of the longest date, so that no date is ever cut.
    date = date_line(page.year) if page.draft else f"ngày 30 tháng 12 năm {page.year}"
    place = f'<span class="place">{escape(head.place)}, </span>'
    date = f'{place}<a class="ngay" href="{MARK}ngay"><span{blank}>{date}</span></a>'
    if page.kind_code == "BB":
        date = ""  # its last sentence says when it ended (sample 1.9)
    return f"""<table class="head"><tr><td class="left">{superior}<div class="name ruled">{names}</div></td>
<td class="right"><div class="state">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>
<div class="motto">Độc lập - Tự do - Hạnh phúc</div></td></tr>
<tr class="line4"><td>{number}</td><td>{date}</td></tr>
<tr><td>{_left_marks(page)}</td><td></td></tr></table>"""


def _left_marks(page: Page) -> str:
    marks = []
    if page.kind_code == "CV":
        marks.append(f'<div class="vv">V/v {escape(page.subject)}</div>')
    if page.urgency:
        word = URGENCY_WORDS[page.urgency]
        marks.append(f'<div><span class="urgency urgency-{page.urgency}">{word}</span></div>')
    if page.circulation:
        marks.append(f'<div><span class="circulation">{escape(page.circulation.upper())}</span></div>')
    return "".join(marks)


def _opening(page: Page) -> str:
    if page.kind_code == "CV":
        return _addressees(page.addressees) + _bases(page.bases)
    parts = [
        f'<div class="title kind">{escape(page.kind_name.upper())}</div>',
        f'<div class="title subject"><div class="ruled">{escape(page.subject)}</div></div>',
    ]
    if page.kind_code in _DECIDES:
        parts.append(f'<div class="title authority">{escape(page.authority or _authority(page))}</div>')
    parts += [_addressees(page.addressees), _bases(page.bases)]
    if page.kind_code in _DECIDES:
        parts.append(f'<div class="title decides">{_DECIDES[page.kind_code]}</div>')
    return "".join(parts)


def _authority(page: Page) -> str:
    """Who decides: the body itself when signed on its behalf (TM.), else its head."""
    body = " ".join(page.letterhead.name_lines)
    first = page.block.lines[0] if page.block.lines else ""
    if first.startswith("TM.") or not first:
        return body
    head = _CAPACITY.sub("", first)
    return body if body.startswith(head) else f"{head} {body}"


def _addressees(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return f'<table class="to"><tr><td>Kính gửi:</td><td class="one">{escape(names[0])}</td></tr></table>'
    rows = "".join(f"<div>{line}</div>" for line in _listed(names, last="."))
    return f'<table class="to"><tr><td>Kính gửi</td><td>:</td></tr><tr><td></td><td>{rows}</td></tr></table>'


def _bases(bases: tuple[str, ...]) -> str:
    ends = [";"] * (len(bases) - 1) + ["."]
    return "".join(
        f'<p class="base">{escape(base.strip().rstrip(";.,"))}{end}</p>'
        for base, end in zip(bases, ends, strict=False)
    )


def _listed(names: tuple[str, ...], last: str) -> list[str]:
    """Escaped "- name;" lines, the last one with its own ending."""
    bare = [re.sub(r"^[-–]\s*", "", name.strip()).rstrip(";., ") for name in names]
    return [f"- {escape(name)}{last if i == len(bare) - 1 else ';'}" for i, name in enumerate(bare)]


def _foot(page: Page) -> str:
    names = tuple(name for name in (*page.recipients, page.archive_line) if name.strip())
    # Whoever is written to above receives it "as above" (Appendix I.II.9b).
    if (page.kind_code == "CV" or page.addressees) and not any("Như trên" in name for name in names):
        names = ("Như trên", *names)
    lines = "<br>".join(_listed(names, last="."))
    capacity = "<br>".join(escape(line) for line in page.block.lines)
    room = f'<a class="ky" href="{MARK}ky_ca_nhan"></a>'
    return f"""<table class="foot"><tr><td class="to-whom"><b>Nơi nhận:</b><br>{lines}</td>
<td class="sign">{capacity}{room}{escape(page.block.name)}</td></tr></table>"""
