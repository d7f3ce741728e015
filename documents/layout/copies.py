"""The form of a copy (decree 30 Phụ lục I, Part II; sample 3.1), and an extract that is written anew (art. 25.3b). Plain data
in, PDF out."""

from dataclasses import dataclass
from datetime import date
from html import escape

from .body import body_html
from .dates import date_text
from .engine import write_pdf
from .model import URGENCY_WORDS

_BLOCK_CSS = """
@page { size: A4; margin: 0 15mm 0 30mm; @top-center { content: none } }
@page :first { @top-center { content: none } }
.line { border-top: .8pt solid; margin-top: 1mm } td { width: 50%; text-align: center; font-size: 13pt }
.above td { padding-top: 6pt } .office, .word { font-weight: 700 } .word { font-size: 14pt }
.dated { font-style: italic } .to { text-align: left; font-size: 11pt; line-height: 1.2 } .to b { font-size: 12pt; font-style: italic }
.sign { font-weight: 700 } .room { height: 26mm }
"""
_EXTRACT_CSS = ".signed { font-weight: 400; font-style: italic; padding: 8mm 0 } .no { font-size: 13pt; text-align: center }"


@dataclass(frozen=True)
class CopyBlock:
    """What stands below the text: `word` is the form of the copy, `lines` the signer's authority as printed."""

    office: tuple[str, ...]
    word: str
    code: str
    place: str
    day: date
    recipients: tuple[str, ...]
    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Extracted:
    """The original's own form, with the part of it that is copied. `signer`: its title and its name."""

    superior: str
    office: tuple[str, ...]
    code: str
    place: str
    day: date | None
    kind: str  # empty of a công văn
    subject: str
    text: str
    signer: tuple[str, ...]
    name: str
    urgency: int = 0


def block_pdf(block: CopyBlock) -> bytes:
    """One A4 page with the block at its top. Its first letters stand 30 mm from the left edge, as those of the paper."""
    to = "".join(f"- {escape(line)};<br>" for line in block.recipients)
    lines = "<br>".join(escape(line) for line in block.lines)
    return write_pdf(
        f"""<!doctype html><html lang="vi"><body><div class="line"></div><table class="above">
<tr><td class="office"><span class="ruled">{_lines(block.office)}</span></td><td class="word">{escape(block.word.upper())}</td></tr>
<tr><td>Số: {escape(block.code)}</td><td class="dated">{escape(block.place)}, {date_text(block.day)}</td></tr>
<tr><td class="to"><b>Nơi nhận:</b><br>{to}- Lưu: VT.</td>
<td class="sign">{lines}<div class="room"></div>{escape(block.name)}</td></tr></table></body></html>""",
        _BLOCK_CSS,
    )


def extract_pdf(one: Extracted) -> bytes:
    """The extract as the original was laid out: its head, the part that is copied, who signed it."""
    superior = f'<div class="superior">{escape(one.superior)}</div>' if one.superior else ""
    day = ", ".join(filter(None, (escape(one.place), date_text(one.day) if one.day else "")))
    about = f'<div class="vv">V/v {escape(one.subject)}</div>' if not one.kind else ""
    title = (
        f'<div class="title kind">{escape(one.kind.upper())}</div><div class="title subject"><span class="ruled">{escape(one.subject)}</span></div>'
        if one.kind
        else ""
    )
    urgency = (
        f'<span class="urgency urgency-{one.urgency}">{URGENCY_WORDS[one.urgency]}</span>'
        if one.urgency
        else ""
    )
    return write_pdf(
        f"""<!doctype html><html lang="vi"><body><table class="head"><tr><td class="left">{superior}
<div class="name ruled">{_lines(one.office)}</div></td><td class="right"><div class="state">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>
<div class="motto">Độc lập - Tự do - Hạnh phúc</div></td></tr>
<tr class="line4"><td class="no">Số: {escape(one.code)}</td><td class="dated">{day}</td></tr>
<tr><td>{about}{urgency}</td><td></td></tr></table>{title}{body_html(one.text)}
<table class="foot"><tr><td class="to-whom"></td><td class="sign">{_lines(one.signer)}<div class="signed">(Đã ký)</div>
{escape(one.name)}</td></tr></table></body></html>""",
        f".dated {{ font: italic 13pt Tinos }} {_EXTRACT_CSS}",
    )


def _lines(lines: tuple[str, ...]) -> str:
    return "<br>".join(escape(line) for line in lines)
