"""A list as a .docx: rows of a table on pages that lie on their side, its head on every page."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone

from .word_parts import NAMESPACES, package
from .word_xml import ACROSS, TIGHTER, cell, clean, grid, paragraph, run

_SIZE = 11
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="510" w:footer="510" w:gutter="0"/><w:titlePg/></w:sectPr>'
)


def word_list(
    *, title: str, head: Sequence[str], columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]
) -> bytes:
    """`columns`: label and share of the width. Days are written as they are here; what is None is left empty."""
    whole = sum(width for _, width in columns)
    widths = [round(ACROSS * width / whole) for _, width in columns]
    lines = [_row([label for label, _ in columns], widths, first=True)]
    lines += [_row([said(value) for value in row], widths) for row in rows]
    text = paragraph(run(title, 14, bold=True), "center", after=60)
    text += "".join(paragraph(run(words, 12), "center") for words in head)
    text += (
        paragraph("", line=-120)
        + grid(widths, "".join(lines), lines=True, padding=60)
        + paragraph("", line=-20)
    )
    document = f"<w:document {NAMESPACES}><w:body>{text}{_SECTION}</w:body></w:document>"
    return package(document, title=clean(title), author=clean(head[0]) if head else "", pictures={})


def _row(values: Sequence[str], widths: Sequence[int], *, first: bool = False) -> str:
    looks = "<w:tblHeader/>" if first else ""
    cells = (
        cell(paragraph(run(value, _SIZE, bold=first), "center" if first else "", line=TIGHTER), width)
        for value, width in zip(values, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{looks}</w:trPr>{''.join(cells)}</w:tr>"


def said(value: object) -> str:
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else f"{value}"
