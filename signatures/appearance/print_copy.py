"""The copy of an issued paper for printing: no live signature in it, and a code in the margin to check it by.

Printed paper carries no signature that a program could check; the line at the foot says where the electronic
original can be. Pure: bytes in, bytes out.
"""

import io
from html import escape

import pikepdf
import segno

from documents.layout.engine import write_pdf

FOOT = (
    20  # millimetres: the bottom margin of the layout (documents/layout/paper.css), in which no text stands
)
CODE = 14  # millimetres wide and high: 33 modules of 0.42 mm, which cameras of phones read from paper
FROM_EDGE = 4.5  # millimetres that office printers leave blank
# The tags name the form fields, and so would keep the signatures in the file.
_LIVE = (
    "/AcroForm",
    "/Perms",
    "/DSS",
    "/OpenAction",
    "/AA",
    "/PieceInfo",
    "/Names",
    "/StructTreeRoot",
    "/MarkInfo",
)


def print_copy(pdf: bytes, *, address: str, where: str, code: str) -> bytes:
    """The pages as they look, with the QR code of `address` and one line in the bottom margin of each.

    `where` is the page one types the code into, `code` the code as it is read. The page is A4 as our layout
    makes it; what was form field and signature becomes part of the page.
    """
    with pikepdf.open(io.BytesIO(pdf)) as file:
        _flatten(file)
        strips = _strips(len(file.pages), address, where, code)
        with pikepdf.open(io.BytesIO(strips)) as drawn:
            for page, strip in zip(file.pages, drawn.pages, strict=True):
                left, bottom, right, _ = (float(part) for part in page.mediabox)
                page.add_overlay(strip, pikepdf.Rectangle(left, bottom, right, bottom + _points(FOOT)))
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


def _flatten(file: pikepdf.Pdf) -> None:
    file.flatten_annotations("print")
    for page in file.pages:
        if "/Annots" in page:
            del page.Annots
    for name in _LIVE:
        if name in file.Root:
            del file.Root[name]


def _strips(pages: int, address: str, where: str, code: str) -> bytes:
    """One strip per page, as wide as an A4 page and as high as its bottom margin."""
    qr = segno.make(address, error="m", micro=False)
    picture = qr.svg_inline(border=0, omitsize=True)
    line = f"Bản in từ văn bản điện tử. Kiểm tra tại <b>{escape(where)}</b> – mã <b class=code>{escape(code)}</b>"
    strip = "".join(
        f'<div class="strip">{picture}<p>{line}<br>Trang {number}/{pages}</p></div>'
        for number in range(1, pages + 1)
    )
    css = (
        f"@page{{size:210mm {FOOT}mm;margin:0;@top-center{{content:none}}}}"
        f".strip{{position:relative;height:{FOOT}mm;break-after:page}} .strip:last-child{{break-after:auto}}"
        f".strip svg{{position:absolute;left:30mm;bottom:{FROM_EDGE}mm;width:{CODE}mm;height:{CODE}mm}}"
        f".strip p{{position:absolute;left:{30 + CODE + 4}mm;right:15mm;bottom:{FROM_EDGE}mm;margin:0;text-indent:0;"
        "text-align:left;font:9pt/1.35 Tinos} .code{white-space:nowrap}"
    )
    return write_pdf(f'<!doctype html><html lang="vi"><body>{strip}</body></html>', css)


def _points(millimetres: float) -> float:
    return millimetres * 72 / 25.4
