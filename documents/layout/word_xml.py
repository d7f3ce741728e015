"""Paragraphs, runs and tables of WordprocessingML, as word.py needs them. Lengths are twentieths of a point."""

import io
import re
from collections.abc import Iterable, Sequence
from html import escape

from PIL import Image, UnidentifiedImageError

from .blocks import Run, runs
from .word_parts import LINE

MM = 1440 / 25.4
WIDTH, ACROSS = round(165 * MM), round(252 * MM)  # of the text, upright and on its side
TIGHT, TIGHTER = 261, 250  # 1.25 and 1.2 times the letters' size
_EMU, _DOT, _HIGHEST = 635, 9525, round(200 * MM) * 635  # to a twentieth of a point; to a 96th of an inch
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SIDES = ("top", "left", "bottom", "right")


def paragraph(
    content: str, align: str = "", *, style: str = "", before: int = 0, after: int = 0, line: int = LINE, left: int = 0,
    right: int = 0, keep: bool = False, borders: str = "",
) -> str:  # fmt: skip
    """A negative `line` is exactly that high, whatever stands in it. A style brings its own places."""
    if style:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'
    height = f'w:line="{abs(line)}" w:lineRule="{"exact" if line < 0 else "auto"}"'
    place = f'<w:ind w:left="{left}" w:right="{right}"/>' if left or right else ""
    side = f'<w:jc w:val="{align}"/>' if align else ""
    small = '<w:rPr><w:sz w:val="2"/></w:rPr>' if line < 0 else ""
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' if keep else ''}{borders}"
        f'<w:spacing w:before="{before}" w:after="{after}" {height}/>{place}{side}{small}</w:pPr>{content}</w:p>'
    )


def run(
    text: str, size: float = 0, *, bold: bool = False, italic: bool = False, colour: str = ""
) -> str:  # fmt: skip
    """Letters of one look; `size` in points, 0: the paragraph's."""
    looks = "<w:b/>" * bold + "<w:i/>" * italic
    looks += f'<w:color w:val="{colour}"/>' if colour else ""
    looks += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    inside = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in clean(text).split("\n")
    )
    return f"<w:r>{f'<w:rPr>{looks}</w:rPr>' if looks else ''}{inside}</w:r>"


def marked(text: str | Iterable[Run], size: float = 0, *, bold: bool = False) -> str:
    """A text with its marks of bold and italic."""
    found = runs(text) if isinstance(text, str) else text
    return "".join(run(one.text, size, bold=one.bold or bold, italic=one.italic) for one in found)


def rule(length: float, room: int, *, before: int = 40) -> str:
    """A line in the middle, so long."""
    side = max(round((room - length) / 2), 0)
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
    return paragraph("", before=before, line=-60, left=side, right=side, borders=border)


def gap(points: float) -> str:
    return paragraph("", line=-round(20 * points))


def boxed(content: str, left: int, right: int, *, before: int = 160, colour: str = "auto") -> str:
    """In a frame that leaves so much room at both sides."""
    sides = "".join(f'<w:{side} w:val="single" w:sz="10" w:space="1" w:color="{colour}"/>' for side in _SIDES)
    borders = f"<w:pBdr>{sides}</w:pBdr>"
    return paragraph(content, "center", before=before, line=TIGHT, left=left, right=right, borders=borders)


def columns(widths: Sequence[int], rows: Iterable[Sequence[str]], *, align: str = "") -> str:
    """Columns of the page without lines; a cell is paragraphs, the last of which may not be a table."""
    text = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(cell(one, width) for one, width in zip(row, widths, strict=True))
        + "</w:tr>"
        for row in rows
    )
    return grid(widths, text, align=align)


def grid(widths: Sequence[int], rows: str, *, lines: bool = False, padding: int = 0, align: str = "") -> str:
    names = (*_SIDES, "insideH", "insideV")
    borders = "".join(f'<w:{one} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for one in names)
    sides = {"top": 50 if lines else 0, "left": padding, "bottom": 50 if lines else 0, "right": padding}
    margins = "".join(f'<w:{side} w:w="{value}" w:type="dxa"/>' for side, value in sides.items())
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{f"<w:jc w:val={chr(34)}{align}{chr(34)}/>" if align else ""}'
        f'<w:tblInd w:w="0" w:type="dxa"/>{f"<w:tblBorders>{borders}</w:tblBorders>" if lines else ""}<w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{''.join(f'<w:gridCol w:w={chr(34)}{width}{chr(34)}/>' for width in widths)}</w:tblGrid>{rows}</w:tbl>"
    )


def cell(inside: str, width: int, *, middle: bool = False) -> str:
    place = '<w:vAlign w:val="center"/>' if middle else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{place}</w:tcPr>{inside}</w:tc>'


def drawing(name: str, number: int, said: str, data: bytes, width: int) -> str:
    """A picture by its relation: as large as it is at 96 dots an inch, at most as wide as the text. "" of what is none."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            wide, tall = image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return ""
    scale = min(_DOT, width * _EMU / wide, _HIGHEST / tall)
    extent = f'cx="{round(wide * scale)}" cy="{round(tall * scale)}"'
    words = escape(clean(said), quote=True)
    kind = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="Hình {number}" descr="{words}"/><a:graphic><a:graphicData uri="{kind}"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Hình {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def clean(text: str) -> str:
    """Without the control characters that no XML may hold."""
    return _CONTROL.sub("", text)
