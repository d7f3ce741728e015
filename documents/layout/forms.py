"""What each of the 29 kinds changes of the common skeleton (Decree 30/2020, Appendix III.II; what it has no form for is free)."""

import re
from html import escape

from .measure import balanced, width
from .model import Page

DECIDES = {"QĐ": "QUYẾT ĐỊNH:", "NQ": "QUYẾT NGHỊ:"}
# Forms without a subject below the kind's name (1.8, 1.10), and those that name no kind: the letter, the greeting.
NO_SUBJECT = ("GGT", "GNP")
UNNAMED = ("CV", "TCg")
# What the body says before those it turns to. Left out where the content says it in its own words.
SAYS = {
    "GM": "trân trọng kính mời",
    "GGT": "trân trọng giới thiệu",
    "GNP": "cấp cho",
    "CĐ": "điện",
}
# An appendix of a decision that is a text of its own kind has its own letterhead and no number (form 1.3).
_OWN_TEXT = re.compile(
    r"(Quy chế|Quy định|Điều lệ|Chương trình|Kế hoạch|Phương án|Đề án|Dự án|Hướng dẫn)(?=\s)\s*(.*)",
    re.IGNORECASE,
)
SUBJECT_ROOM, NOTE_ROOM, HEAD_ROOM = 32.0, 32.0, 16.0  # em, of 14, 14 and 12 points
RULE = 0.46  # of the line above it: the law asks for a third to a half
_OPENING = 400  # letters of the content within which it may say so itself
_CAPACITY = re.compile(r"^(TM|KT|Q|TL|TUQ)\.\s*")
# Elements with such a name mark where form fields will lie; the names never reach the PDF.
MARK = "mark:"
BESIDE = "ky_ben_trai"  # the field of who signs at the left
CONFIRMED = "Xác nhận của cơ quan (tổ chức) hoặc chính quyền địa phương nơi nghỉ phép (nếu cần)"


def numbered_without_date(page: Page) -> bool:
    """Minutes: their last sentence says when they ended (form 1.9)."""
    return page.kind_code == "BB"


def subject_under_number(page: Page) -> str:
    """Box 5b; empty for a kind with a name."""
    return f"V/v {page.subject}" if page.kind_code == "CV" else ""


def title_html(page: Page) -> str:
    """Box 5a: kind, subject, line; then who decides."""
    parts = []
    if page.kind_code not in UNNAMED:
        name = escape(page.kind_name.upper())
        if page.kind_code in NO_SUBJECT:
            name = f'<div class="ruled"{_rule(page.kind_name.upper())}>{name}</div>'
        last = " subject" if page.kind_code in NO_SUBJECT else ""
        parts.append(f'<h1 class="title kind{last}">{name}</h1>')
    if page.kind_code != "CV" and page.kind_code not in NO_SUBJECT:
        parts.append(subject_html(page.subject))
    if page.kind_code in DECIDES:
        parts.append(f'<div class="title authority">{escape(page.authority or authority_of(page))}</div>')
    return "".join(parts)


def subject_html(subject: str) -> str:
    """Set in lines of about one length, so that the line below stands to each of them as the law asks."""
    return f'<div class="title subject">{ruled(subject, SUBJECT_ROOM)}</div>'


def ruled(text: str, room: float = HEAD_ROOM, classes: str = "ruled") -> str:
    """Bold words with a drawn line below, a third to a half as long as the last of their lines."""
    lines = [line for part in text.split("\n") for line in balanced(part, room)]
    words = "<br>".join(map(escape, lines))
    return f'<div class="{classes}"{_rule(lines[-1]) if lines else ""}>{words}</div>'


def set_lines(text: str) -> str:
    """The same lines without the line below: the title of an appendix, whose note follows."""
    return f"<div>{'<br>'.join(map(escape, balanced(text, SUBJECT_ROOM)))}</div>"


def note_html(page: Page) -> str:
    """ "(Kèm theo …)" with the line below it."""
    lines = balanced(attached_to(page), NOTE_ROOM, bold=False)
    words = "<br>".join(map(escape, lines))
    return f'<div class="with"><div class="ruled"{_rule(lines[-1], bold=False)}>{words}</div></div>'


def says_of(page: Page) -> str | None:
    """The sentence that opens invitations, introductions, leave and telegrams: "" of the other kinds, None where the content
    says it itself."""
    words = SAYS.get(page.kind_code, "")
    # "điện" and "cấp cho" are ordinary words unless a colon follows them.
    own = f"{words}:" if page.kind_code in ("CĐ", "GNP") else words
    if words and own in page.body[:_OPENING].casefold():
        return None
    return f"{issuer_of(page)} {words}:" if words else ""


def says_html(page: Page) -> str:
    """That sentence with those it turns to, or "Kính gửi"."""
    said = says_of(page)
    if said is None:
        return ""
    if not said:
        return addressees_html(page.addressees)
    said = escape(said)
    names = page.addressees
    if page.kind_code == "GM":
        if len(names) == 1:
            return f'<p class="">{said} {escape(bare(names[0]))}</p>'
        opening = f'<p class="">{said}</p>'
    else:
        opening = f'<p class="says">{said}</p>'
    rows = "".join(f"<div>{line}</div>" for line in listed(names, last="."))
    return opening + (f'<div class="names">{rows}</div>' if rows else "")


def addressees_html(names: tuple[str, ...]) -> str:
    """Box 9a."""
    if not names:
        return ""
    if len(names) == 1:
        return f'<div class="to"><div class="tr"><div class="td">Kính gửi:</div><div class="td one">{escape(names[0])}</div></div></div>'
    rows = "".join(f"<div>{line}</div>" for line in listed(names, last="."))
    return (
        '<div class="to"><div class="tr"><div class="td">Kính gửi</div><div class="td">:</div></div>'
        f'<div class="tr"><div class="td"></div><div class="td">{rows}</div></div></div>'
    )


def listed(names: tuple[str, ...], last: str) -> list[str]:
    """Escaped "- name;" lines, the last one with its own ending."""
    shown = [bare(name) for name in names]
    return [f"- {escape(name)}{last if i == len(shown) - 1 else ';'}" for i, name in enumerate(shown)]


def beside_html(page: Page) -> str:
    """Who signs at the left, above "Nơi nhận": the secretary of minutes (form 1.9), the other party of a contract."""
    if page.beside is None:
        return ""
    # Both names stand at one level, however many lines are above each.
    gap = ("\u00a0",) * (len(capacity_of(page)) - len(page.beside.lines))
    lines = "<br>".join(map(escape, (*page.beside.lines, *gap)))
    room = f'<div class="ky" id="{MARK}{BESIDE}"></div>' if page.beside_signs else '<div class="room"></div>'
    return f'<div class="beside">{lines}{room}{escape(page.beside.name)}</div>'


def capacity_of(page: Page) -> tuple[str, ...]:
    """Box 7a; whoever signs minutes does so as their chair, with the office alone below: nobody chairs for another."""
    lines = page.block.lines
    if page.kind_code != "BB":
        return lines
    return ("CHỦ TỌA", *(line for line in lines[-1:] if line != "CHỦ TỌA"))


def confirmed_html(page: Page) -> str:
    """Below a leave: where whoever was visited confirms it (form 1.10)."""
    if page.kind_code != "GNP":
        return ""
    return f'<div class="confirmed">{escape(CONFIRMED)}<div class="room"></div></div>'


def own_text(page: Page, title: str) -> tuple[str, str] | None:
    """(kind, subject) of what is attached to a decision as a text of its own, None for an ordinary appendix."""
    match = _OWN_TEXT.match(title) if page.kind_code in DECIDES else None
    return (match[1], match[2]) if match and match[2] else None


def attached_to(page: Page) -> str:
    """The line below an appendix' title. An electronic paper leaves number and day open: its signature says them
    (Appendix I.III.1c)."""
    day = "ngày\u00a0… tháng\u00a0… năm\u00a0…"
    return f"(Kèm theo {page.kind_name or 'Văn bản'} số\u00a0…/{page.notation} {day} của {issuer_of(page)})"


def issuer_of(page: Page) -> str:
    return page.issuer or " ".join(page.letterhead.name_lines)


def authority_of(page: Page) -> str:
    """Who decides: the body itself when signed on its behalf (TM.), else its head."""
    body = " ".join(page.letterhead.name_lines)
    first = page.block.lines[0] if page.block.lines else ""
    if first.startswith("TM.") or not first:
        return body
    head = _CAPACITY.sub("", first)
    return body if body.startswith(head) else f"{head} {body}"


def _rule(line: str, bold: bool = True) -> str:
    return f' style="--rule:{width(line, bold) * RULE:.2f}em"'


def bare(name: str) -> str:
    return re.sub(r"^[-–]\s*", "", name.strip()).rstrip(";., ")
