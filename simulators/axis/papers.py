"""The papers of the played participants: what they are about, and the page as PDF."""

import csv
import threading
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path


@dataclass(frozen=True)
class Topic:
    """A kind of paper a participant sends on its own; `reply_days`: days until its answer is due."""

    type_name: str
    subject: str
    body: str
    urgency: int = 0
    reply_days: int | None = None


@dataclass(frozen=True)
class Paper:
    """What is printed on the page."""

    issuer: str
    code: str
    place: str
    day: date
    type_name: str
    subject: str
    body: str
    addressees: tuple[str, ...]
    signer_title: str
    signer: str
    secrecy: str = ""


SIGNERS = {
    "G09": ("Thứ trưởng", "Nguyễn Văn Hiền"),
    "G22": ("Phó Chủ nhiệm", "Trần Thị Mai Lan"),
    "G12": ("Thứ trưởng", "Lê Quang Khải"),
    "G15": ("Thứ trưởng", "Phạm Thị Hồng Vân"),
    "H05": ("Phó Chủ tịch", "Ngô Đức Thịnh"),
    "H24": ("Phó Chủ tịch", "Vũ Hải Đăng"),
    "H49": ("Phó Chủ tịch", "Hoàng Thị Thu Hà"),
    "H17": ("Phó Chủ tịch", "Đặng Minh Trí"),
}

_FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
_FACES = [
    ("Regular", 400, "normal"),
    ("Bold", 700, "normal"),
    ("Italic", 400, "italic"),
    ("BoldItalic", 700, "italic"),
]
_drawing = threading.Lock()


@cache
def topics_of(code: str) -> tuple[Topic, ...]:
    """What this participant writes about (topics.csv); provinces share the topics of `*`."""
    with open(Path(__file__).with_name("topics.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    own = [row for row in rows if row["code"] == code] or [row for row in rows if row["code"] == "*"]
    return tuple(_topic(row) for row in own)


def draw(paper: Paper) -> bytes:
    """The paper as one page of PDF with Vietnamese text that can be searched."""
    from weasyprint import HTML  # two seconds to load: only when the first paper is drawn

    with _drawing:  # the font libraries below are not made for threads
        sheet_css, config = _style()
        return HTML(string=_html(paper)).write_pdf(stylesheets=[sheet_css], font_config=config)


@cache
def _style():
    """The typeface of the product: a machine may have none that holds Vietnamese letters in the width of Times."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    config = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: Tinos; font-weight: {weight}; font-style: {style};"
        f" src: url({(_FONTS / f'Tinos-{name}.ttf').as_uri()}) }}"
        for name, weight, style in _FACES
    )
    return CSS(string=faces, font_config=config), config


def _topic(row: dict[str, str]) -> Topic:
    days = int(row["reply_days"]) if row["reply_days"] else None
    return Topic(row["type_name"], row["subject"], row["body"], int(row["urgency"]), days)


def _html(paper: Paper) -> str:
    letter = paper.type_name == "Công văn"
    about = paper.subject.removeprefix("Về việc ")
    return _SHEET.format(
        issuer=escape(paper.issuer.upper()),
        code=escape(paper.code),
        beside=f"V/v {escape(about)}" if letter else "",
        place=escape(paper.place),
        day=f"ngày {paper.day:%d} tháng {paper.day:%m} năm {paper.day.year}",
        title="" if letter else f"<h1>{escape(paper.type_name.upper())}<br>{escape(paper.subject)}</h1>",
        secrecy=f'<p class="secret">{escape(paper.secrecy.upper())}</p>' if paper.secrecy else "",
        addressees="; ".join(map(escape, paper.addressees)),
        body=escape(paper.body.rstrip(".")),
        signer_title=escape(paper.signer_title.upper()),
        signer=escape(paper.signer),
    )


_SHEET = """<html lang="vi"><head><title>{code}</title><style>
@page {{ size: A4; margin: 20mm 15mm 20mm 30mm; }}
body {{ font: 14pt/1.4 Tinos; }}
table {{ width: 100%; border-collapse: collapse; }}
td {{ vertical-align: top; text-align: center; width: 42%; }} td + td {{ width: 58%; }}
.state {{ font-size: 12.5pt; white-space: nowrap; }}
h1 {{ font-size: 14pt; text-align: center; }} .left {{ text-align: left; font-size: 11pt; }}
.body {{ text-indent: 10mm; text-align: justify; }} .beside {{ font-size: 12pt; }}
.secret {{ display: inline-block; border: 1.5pt solid; padding: 1mm 4mm; font-weight: bold; }}
</style></head><body>
<table><tr><td><b>{issuer}</b><br>Số: {code}<br><span class="beside">{beside}</span></td>
<td><b class="state">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>
Độc lập - Tự do - Hạnh phúc</b><br><i>{place}, {day}</i></td></tr></table>
{secrecy}{title}<p style="text-align:center">Kính gửi: {addressees}</p><p class="body">{body}./.</p>
<table><tr><td class="left"><b><i>Nơi nhận:</i></b><br>- Như trên;<br>- Lưu: VT.</td>
<td><b>{signer_title}</b><br><br><br><br><b>{signer}</b></td></tr></table></body></html>"""
