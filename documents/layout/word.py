"""A paper as a .docx that an office can go on working on: the boxes, sizes and margins of the page it makes
(Decree 30/2020, Appendix I), in Word's own words. Written by hand: a library would bring a dependency and its own template.
"""

from collections.abc import Iterable

from . import forms
from .blocks import Appendix, Block, blocks
from .body import sections
from .dates import date_text
from .markup import date_line, number_line, roman, to_whom
from .measure import balanced, width
from .model import URGENCY_WORDS, Page
from .word_body import Body
from .word_parts import NAMESPACES, package
from .word_xml import (
    ACROSS,
    MM,
    TIGHT,
    TIGHTER,
    WIDTH,
    boxed,
    clean,
    columns,
    gap,
    marked,
    paragraph,
    rule,
    run,
)

_LEFT, _FOOT_LEFT = round(WIDTH * 0.42), round(WIDTH * 0.46)
_ROOM = round(31 * MM)  # for the signature, between capacity and name
_RED = "E30613"
_STAMPS = {1: 20, 2: 40, 3: 30}  # mm


def word(page: Page) -> bytes:
    """The .docx. What is not known yet, number and day, stays a gap to be typed over."""
    (_, content), *found = sections(blocks(page.body))
    body = Body(dict(page.pictures))
    titled = page.kind_code in ("QC", "QyĐ")
    parts = [_head(page), _opening(page), body.xml(content, titled=titled), _foot(page), _confirmed(page)]
    whole = [("".join(parts), False), *_appendices(page, found, body)]
    last = len(whole) - 1
    text = "".join(
        inside + (_section(across, n) if n == last else _break(_section(across, n)))
        for n, (inside, across) in enumerate(whole)
    )
    title = f"{page.kind_name}: {page.subject}" if page.kind_name else page.subject
    return package(
        f"<w:document {NAMESPACES}><w:body>{text}</w:body></w:document>", title=clean(title),
        author=clean(" ".join(page.letterhead.name_lines)), pictures=body.used, first_head=_circulation(page),
        first_foot=_contact(page),
    )  # fmt: skip


def _head(page: Page) -> str:
    left, right = _names(page)
    number = paragraph(run(number_line(page.notation, page.number), 13), "center", before=140, line=TIGHT)
    day = date_text(page.day) if page.day else date_line(page.year)
    place = "" if forms.numbered_without_date(page) else f"{page.letterhead.place}, {day}"
    rows = [(left, right), (number, paragraph(run(place, 13, italic=True), "center", before=140, line=TIGHT))]
    if marks := _left_marks(page):
        rows.append((marks, paragraph("", line=TIGHT)))
    return columns([_LEFT, WIDTH - _LEFT], rows) + gap(14)


def _names(page: Page) -> tuple[str, str]:
    """Boxes 1 and 2."""
    head = page.letterhead
    left = paragraph(run(head.superior, 12), "center", line=TIGHT) if head.superior else ""
    names = [line for one in head.name_lines for line in balanced(one, forms.HEAD_ROOM)]
    left += _ruled(names, 12, _LEFT)
    right = paragraph(run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True), "center", line=TIGHT)
    motto = "Độc lập - Tự do - Hạnh phúc"
    right += paragraph(run(motto, 13, bold=True), "center", line=TIGHT)
    return left, right + rule(width(motto, bold=True) * 260, WIDTH - _LEFT)


def _ruled(lines: list[str], size: float, room: int, *, bold: bool = True, line: int = TIGHT) -> str:
    """Words with a drawn line below them, by the last of their lines."""
    words = paragraph(run("\n".join(lines), size, bold=bold, italic=not bold), "center", line=line, keep=True)
    last = width(lines[-1], bold) if lines else 0
    return words + rule(last * forms.RULE * size * 20, room)


def _left_marks(page: Page) -> str:
    found = ""
    if about := forms.subject_under_number(page):
        found += paragraph(run(about, 12), "center", before=120, line=TIGHT, left=120, right=120)
    if page.urgency:
        side = round((_LEFT - _STAMPS[page.urgency] * MM) / 2)
        found += boxed(run(URGENCY_WORDS[page.urgency], 13, bold=True, colour=_RED), side, side, colour=_RED)
    return found


def _opening(page: Page) -> str:
    parts = [_title(page)]
    if page.kind_code == "GNP":
        return "".join([*parts, *(paragraph(run(base), style="Body") for base in page.bases), _says(page)])
    parts += [_says(page), *_bases(page.bases)]
    if said := forms.DECIDES.get(page.kind_code):
        parts.append(paragraph(run(said, bold=True), "center", before=200, after=200, keep=True))
    return "".join(parts)


def _title(page: Page) -> str:
    parts, name = [], page.kind_name.upper()
    if page.kind_code in forms.NO_SUBJECT:
        parts += [gap(6), _ruled([name], 14, WIDTH), gap(14)]
    elif page.kind_code not in forms.UNNAMED:
        parts.append(paragraph(run(name, bold=True), "center", before=120, keep=True))
    if page.kind_code != "CV" and page.kind_code not in forms.NO_SUBJECT:
        lines = [line for one in page.subject.split("\n") for line in balanced(one, forms.SUBJECT_ROOM)]
        parts += [_ruled(lines, 14, WIDTH, line=271), gap(14)]
    if page.kind_code in forms.DECIDES:
        decides = page.authority or forms.authority_of(page)
        parts.append(paragraph(run(decides, bold=True), "center", after=200, keep=True))
    return "".join(parts)


def _says(page: Page) -> str:
    """The sentence that opens it with those it turns to, or "Kính gửi"."""
    said, names = forms.says_of(page), page.addressees
    if said is None:
        return ""
    if not said:
        return _addressees(names)
    if page.kind_code == "GM" and len(names) == 1:
        return paragraph(run(f"{said} {forms.bare(names[0])}"), style="Body")
    opening = (
        paragraph(run(said), style="Body")
        if page.kind_code == "GM"
        else paragraph(run(said), "center", before=120)
    )
    lines = _listed(names)
    return opening + "".join(
        paragraph(
            run(line), before=0 if n else 120, after=120 if n == len(lines) - 1 else 0, left=round(36 * MM)
        )
        for n, line in enumerate(lines)
    )


def _addressees(names: tuple[str, ...]) -> str:
    if len(names) < 2:
        return paragraph(run(f"Kính gửi: {names[0]}"), "center", before=120, after=240) if names else ""
    lines = _listed(names)
    first = round(width("Kính gửi") * 280) + 60
    widest = min(round(max(width(line) for line in lines) * 280) + 120, WIDTH - first)
    inside = "".join(paragraph(run(line)) for line in lines)
    rows = [(paragraph(run("Kính gửi")), paragraph(run(":"))), (paragraph(""), inside)]
    return gap(6) + columns([first, widest], rows, align="center") + gap(12)


def _bases(bases: tuple[str, ...]) -> list[str]:
    ends = [";"] * (len(bases) - 1) + ["."]
    return [
        paragraph(run(base.strip().rstrip(";.,") + end, italic=True), style="Body")
        for base, end in zip(bases, ends, strict=False)
    ]


def _listed(names: Iterable[str]) -> list[str]:
    shown = [forms.bare(name) for name in names]
    return [f"- {name}{'.' if n == len(shown) - 1 else ';'}" for n, name in enumerate(shown)]


def _foot(page: Page) -> str:
    lines, capacity = _listed(to_whom(page)), forms.capacity_of(page)
    if page.drafted and lines:
        lines[-1] += f" {page.drafted}"
    left = ""
    if page.beside:
        above = (*page.beside.lines, *("\u00a0",) * (len(capacity) - len(page.beside.lines)))
        left = _signs(above, page.beside.name) + gap(10)
    left += paragraph(run("Nơi nhận:", 12, bold=True, italic=True), before=0 if left else 280, line=TIGHTER)
    left += "".join(paragraph(run(line, 11), line=TIGHTER) for line in lines)
    return columns([_FOOT_LEFT, WIDTH - _FOOT_LEFT], [(left, _signs(capacity, page.block.name))])


def _signs(lines: Iterable[str], name: str) -> str:
    above = paragraph(run("\n".join(lines), bold=True), "center", before=280, line=TIGHT)
    return above + paragraph(run(name, bold=True), "center", before=_ROOM, line=TIGHT)


def _confirmed(page: Page) -> str:
    if page.kind_code != "GNP":
        return ""
    return paragraph(
        run(forms.CONFIRMED),
        "center",
        before=280,
        after=round(25 * MM),
        line=TIGHTER,
        right=WIDTH - _FOOT_LEFT,
    )


def _appendices(
    page: Page, found: list[tuple[Appendix, list[Block]]], body: Body
) -> Iterable[tuple[str, bool]]:  # fmt: skip
    numbered = [one for one, _ in found if not forms.own_text(page, one.title)]
    for appendix, content in found:
        room = ACROSS if appendix.landscape else WIDTH
        if own := forms.own_text(page, appendix.title):
            kind, subject = own
            title = [kind.upper(), *balanced(subject[:1].upper() + subject[1:], forms.SUBJECT_ROOM)]
            head = columns([_LEFT, room - _LEFT], [_names(page)]) + gap(14)
        else:
            number = roman(numbered.index(appendix) + 1) if len(numbered) > 1 else ""
            title = [f"Phụ lục {number}".strip(), *balanced(appendix.title.upper(), forms.SUBJECT_ROOM)]
            head = ""
        head += paragraph(marked("\n".join(title), bold=True), "center", before=120 if own else 0, keep=True)
        note = balanced(forms.attached_to(page), forms.NOTE_ROOM, bold=False)
        head += _ruled(note, 14, room, bold=False, line=271) + gap(14)
        yield head + body.xml(content, titled=bool(own), across=appendix.landscape), appendix.landscape


def _circulation(page: Page) -> str:
    """Box 11, in the top margin."""
    if not page.circulation:
        return ""
    text = page.circulation.upper()
    left = round(95 * MM)
    right = max(WIDTH - left - round(width(text, bold=True) * 260) - 240, 0)
    return boxed(run(text, 13, bold=True), left, right, before=0)


def _contact(page: Page) -> str:
    """Box 13, at the foot of page 1."""
    return paragraph(run(page.contact, 11), "center", line=TIGHTER) if page.contact else ""


def _break(section: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>'


def _section(across: bool, number: int) -> str:
    """The first page of each part shows no number, and each appendix counts anew."""
    size = 'w:w="16838" w:h="11906" w:orient="landscape"' if across else 'w:w="11906" w:h="16838"'
    firsts = (
        ""
        if number
        else '<w:headerReference w:type="first" r:id="rId4"/><w:footerReference w:type="first" r:id="rId5"/>'
    )
    blank = (
        '<w:headerReference w:type="first" r:id="rId6"/><w:footerReference w:type="first" r:id="rId7"/>'
        if number
        else ""
    )
    anew = '<w:pgNumType w:start="1"/>' if number else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>{firsts}{blank}<w:pgSz {size}/><w:pgMar w:top="1134" w:right="850"'
        f' w:bottom="1134" w:left="1701" w:header="510" w:footer="510" w:gutter="0"/>{anew}<w:titlePg/></w:sectPr>'
    )
