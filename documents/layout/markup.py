"""The HTML of a paper, box by box (Decree 30/2020, Appendix I.II-V and the samples of Appendix III)."""

from collections.abc import Sequence
from html import escape

from . import forms
from .blocks import Appendix, Block, Paragraph, blocks
from .body import body_html, sections
from .dates import date_text
from .forms import MARK
from .model import URGENCY_WORDS, Page

# A gap of this many no-break spaces stands for a number that is not known yet.
BLANK = "\u00a0" * 9
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


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
    (_, body), *appendices = sections(blocks(page.body))
    parts = [
        _head(page),
        _opening(page),
        _content(page, body, titled=page.kind_code in ("QC", "QyĐ"), heading=_heading(page)),
        _foot(page),
        *_appendices(page, appendices),
    ]
    author = escape(" ".join(page.letterhead.name_lines))
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="{author}"></head><body>{"".join(parts)}</body></html>'
    )


def _head(page: Page) -> str:
    known = bool(page.number and page.day)
    hidden = "" if page.draft or known else ' class="blank"'
    so, ngay = ("", "") if known else (f' id="{MARK}so"', f' id="{MARK}ngay"')
    line = escape(number_line(page.notation, page.number))
    number = f'<span class="so"{so}><span{hidden}>{line}</span></span>'
    place = f'<span class="place">{escape(page.letterhead.place)}, </span>'
    date = f'{place}<span class="ngay"{ngay}><span{hidden}>{_day(page)}</span></span>'
    if forms.numbered_without_date(page):
        date = ""
    return f"""{_above(page)}<div class="head">{_names(page)}
<div class="tr line4"><div class="td">{number}</div><div class="td">{date}</div></div>
<div class="tr"><div class="td">{_left_marks(page)}</div><div class="td"></div></div></div>"""


def _day(page: Page) -> str:
    if page.day:
        return date_text(page.day)
    # The room of the field is that of the longest date, so that no date is ever cut.
    return date_line(page.year) if page.draft else f"ngày 30 tháng 12 năm {page.year}"


def _names(page: Page) -> str:
    """Boxes 1 and 2."""
    head = page.letterhead
    superior = f'<div class="superior">{escape(head.superior)}</div>' if head.superior else ""
    name = forms.ruled("\n".join(head.name_lines), classes="name ruled")
    return f"""<div class="tr"><div class="td left">{superior}{name}</div>
<div class="td right"><div class="state">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>
<div class="motto">Độc lập - Tự do - Hạnh phúc</div></div></div>"""


def _above(page: Page) -> str:
    """Box 11 in the top margin and box 13 at the foot of the first page."""
    parts = []
    if page.circulation:
        parts.append(f'<div class="circulation">{escape(page.circulation.upper())}</div>')
    if page.contact:
        parts.append(f'<div class="contact">{escape(page.contact)}</div>')
    return "".join(parts)


def _left_marks(page: Page) -> str:
    marks = []
    if about := forms.subject_under_number(page):
        marks.append(f'<div class="vv">{escape(about)}</div>')
    if page.urgency:
        word = URGENCY_WORDS[page.urgency]
        marks.append(f'<div><span class="urgency urgency-{page.urgency}">{word}</span></div>')
    return "".join(marks)


def _opening(page: Page) -> str:
    parts = [forms.title_html(page)]
    if page.kind_code == "GNP":
        # "Xét Đơn …" comes before "… cấp cho:", upright (form 1.10).
        parts += [f'<p class="">{escape(base)}</p>' for base in page.bases]
        return "".join([*parts, forms.says_html(page)])
    parts += [forms.says_html(page), _bases(page.bases)]
    if word := forms.DECIDES.get(page.kind_code):
        parts.append(f'<div class="title decides">{word}</div>')
    return "".join(parts)


def _bases(bases: tuple[str, ...]) -> str:
    ends = [";"] * (len(bases) - 1) + ["."]
    return "".join(
        f'<p class="base">{escape(base.strip().rstrip(";.,"))}{end}</p>'
        for base, end in zip(bases, ends, strict=False)
    )


def _content(page: Page, found: Sequence[Block], **how) -> str:
    return body_html(found, pictures=frozenset(sha256 for sha256, _ in page.pictures), **how)


def _heading(page: Page) -> str:
    """Parts are below the paper's title; a letter has none."""
    return "h1" if page.kind_code in ("CV", "TCg") else "h2"


def to_whom(page: Page) -> tuple[str, ...]:
    """The lines of "Nơi nhận"."""
    names = tuple(name for name in (*page.recipients, page.archive_line) if name.strip())
    # Whoever is written to above receives it "as above" (Appendix I.II.9b).
    written_to = page.kind_code in ("CV", "GGT") or page.addressees
    if written_to and not any("Như trên" in name for name in names):
        return ("Như trên", *names)
    return names


def _foot(page: Page) -> str:
    lines = forms.listed(to_whom(page), last=".")
    if page.drafted and lines:
        lines[-1] += f' <span class="drafted">{escape(page.drafted)}</span>'
    capacity = "<br>".join(map(escape, forms.capacity_of(page)))
    room = f'<div class="ky" id="{MARK}ky_ca_nhan"></div>'
    receivers = f'<div class="to-whom"><b>Nơi nhận:</b><br>{"<br>".join(lines)}</div>'
    beside = forms.beside_html(page)
    sign = f'<div class="td sign">{capacity}{room}{escape(page.block.name)}</div>'
    return (
        f'<div class="foot"><div class="tr"><div class="td wide">{beside}{receivers}</div>\n{sign}</div></div>'
        f"{forms.confirmed_html(page)}"
    )


def _appendices(page: Page, found: list[tuple[Appendix, list[Block]]]) -> list[str]:
    numbered = [one for one, _ in found if not forms.own_text(page, one.title)]
    html = []
    for appendix, content in found:
        own = forms.own_text(page, appendix.title)
        if own:
            head, titled = _own_head(page, *own), True
        else:
            number = roman(numbered.index(appendix) + 1) if len(numbered) > 1 else ""
            head, titled = _appendix_head(page, appendix.title, number), False
        side = " on-its-side" if appendix.landscape else ""
        text = _content(
            page,
            content or [Paragraph("plain", "", "")],
            titled=titled,
            landscape=appendix.landscape,
            heading="h2",
        )
        html.append(f'<div class="appendix{side}">{head}{text}</div>')
    return html


def _appendix_head(page: Page, title: str, number: str) -> str:
    name = f"<div>{f'Phụ lục {number}'.strip()}</div>{forms.set_lines(title.upper())}"
    return f'<h1 class="title">{name}</h1>{forms.note_html(page)}'


def _own_head(page: Page, kind: str, subject: str) -> str:
    """A regulation attached to a decision: its own letterhead, no number, no date (form 1.3)."""
    subject = subject[:1].upper() + subject[1:]
    return (
        f'<div class="head">{_names(page)}</div><h1 class="title kind">{escape(kind.upper())}</h1>'
        f'<div class="title">{forms.set_lines(subject)}</div>{forms.note_html(page)}'
    )


def roman(number: int) -> str:
    text = "X" * (number // 10)
    number %= 10
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text
