"""The content of a paper block by block, in Word's words (documents/layout/body.py does the same for the page)."""

from collections.abc import Mapping, Sequence

from .blocks import Block, Paragraph, Picture, Table, plain, runs
from .body import ended, is_title
from .measure import shares, size_of
from .word_xml import ACROSS, TIGHTER, WIDTH, cell, drawing, gap, grid, marked, paragraph, run

_POINTS = {"": 12, "small": 11, "tiny": 10}
_SIDES = {"centre": "center"}


class Body:
    """Remembers which pictures were used: `used` has their bytes and kind by relation."""

    def __init__(self, pictures: Mapping[str, bytes]):
        self._pictures = pictures
        self.used: dict[str, tuple[bytes, str]] = {}

    def xml(self, content: Sequence[Block], *, titled: bool = False, across: bool = False) -> str:
        """It ends with "./." once, whatever was typed. `titled`: articles have titles."""
        found, width = list(content), ACROSS if across else WIDTH
        titled = titled or any(isinstance(one, Paragraph) and one.kind == "part" for one in found)
        if not found or not isinstance(found[-1], Paragraph):
            found.append(Paragraph("plain", "", ""))
        parts = []
        for number, block in enumerate(found):
            if isinstance(block, Table):
                parts.append(_table(block, width, across=across))
            elif isinstance(block, Picture):
                parts.append(self._picture(block, width))
            elif isinstance(block, Paragraph):
                parts.append(_paragraph(block, is_last=number == len(found) - 1, titled=titled))
        return "".join(parts)

    def _picture(self, picture: Picture, width: int) -> str:
        name, data = f"rId{20 + len(self.used)}", self._pictures.get(picture.sha256, b"")
        said = picture.caption or "Hình minh họa"
        shown = drawing(name, len(self.used) + 1, said, data, width)
        if not shown:
            return paragraph(run(f"[Thiếu hình: {picture.caption or 'không có tên'}]"), style="Body")
        self.used[name] = data, "png" if data.startswith(b"\x89PNG") else "jpg"
        below = picture.caption
        text = paragraph(shown, "center", before=160, after=0 if below else 80, keep=bool(below))
        return text + (
            paragraph(run(below, 13, italic=True), "center", after=80, line=TIGHTER) if below else ""
        )


def _paragraph(block: Paragraph, *, is_last: bool, titled: bool) -> str:
    found = list(runs(block.text))
    if is_last:
        found = ended(found)
    label = f"{block.label} " if block.label and found else block.label
    if block.kind in ("part", "part_title", "heading"):
        style = "Heading2" if block.kind == "heading" else "Heading1"
        return paragraph(run(label) * bool(label) + marked(found), style=style)
    whole = block.kind == "article" and titled and not is_last and is_title(block.text)
    bold = block.kind == "article" or bool(label and found and found[0].bold)
    shown = run(label, bold=bold) if label else ""
    return paragraph(
        shown + marked(found, bold=whole), style="Article" if whole else "Last" if is_last else "Body"
    )


def _table(table: Table, width: int, *, across: bool) -> str:
    words = [[plain(one) for one in row] for row in table.rows]
    points = _POINTS[size_of(len(table.align))]
    widths = [round(width * share / 100) for share in shares(words, landscape=across)]
    rows = []
    for number, row in enumerate(table.rows):
        head = number < table.head
        cells = "".join(
            cell(
                paragraph(
                    marked(text, points, bold=head), "center" if head else _SIDES.get(side, side), line=TIGHTER
                ),
                one, middle=head,
            )
            for text, side, one in zip(row, table.align, widths, strict=True)
        )  # fmt: skip
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>")
    return gap(8) + grid(widths, "".join(rows), lines=True, padding=round(points * 9)) + gap(4)
