"""The one line of an agency's signature on a separate attachment or an electronic copy.

Times New Roman (Tinos) 10, upright, black, at the top right corner of page 1, no picture (Decree 30/2020,
Appendix I.III.1d; samples 2.2 and 3.2). Lengths are points.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape

import pikepdf

from documents.layout.engine import write_pdf
from signatures.errors import SigningError
from signatures.verification import VIETNAM

SIZE = 10
EDGE = 7 * 72 / 25.4  # 7 mm from the page's edges: where printers still print
_MARK = "mark:line"
_TALL = 13  # room for stacked diacritics and for what hangs below
# The line runs right, up, left or down in a page that is shown turned, so that it is read upright.
_TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Page:
    """The first page of a file: what of it is shown (left, bottom, right, top) and how far it is turned."""

    shown: Box
    turned: int  # 0, 90, 180, 270, clockwise


def attachment_line(code: str, at: datetime) -> str:
    """ "Số: 2918/QĐ-UBND; 17/08/2022; 10:05:23 +07:00": number of the paper, moment of the agency's signature."""
    return f"Số: {code}; {_moment(at)}"


def copy_line(organisation: str, at: datetime, *, word: str = "Sao y") -> str:
    """ "Sao y; Ủy ban nhân dân thành phố Hà Nội; 17/08/2022; 10:05:23 +07:00"."""
    return f"{word}; {organisation}; {_moment(at)}"


def first_page(pdf: bytes) -> Page:
    """Raises SigningError for a file whose first page cannot be found."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            page = file.pages[0]
            crop, media = _box(page.cropbox), _box(page.mediabox)
            turned = int(page.rotation)
    except (pikepdf.PdfError, IndexError, TypeError, ValueError) as error:
        raise SigningError("Tệp PDF không đọc được nên không ký được.") from error
    # What is outside the sheet is not shown whatever the crop box says (ISO 32000-1, 14.11.2.1).
    shown = (max(crop[0], media[0]), max(crop[1], media[1]), min(crop[2], media[2]), min(crop[3], media[3]))
    return Page(
        shown if shown[0] < shown[2] and shown[1] < shown[3] else media, turned if turned in _TURNS else 0
    )


def line_on(page: Page, text: str) -> tuple[bytes, Box]:
    """The line as a one-page PDF, and the box in the page's own coordinates where it is read at the top right.

    A page narrower than the line shrinks it: a line that is cut off says less than a small one.
    """
    look, width, height = line_mark(text)
    left, bottom, right, top = page.shown
    across, down = (right - left, top - bottom) if page.turned in (0, 180) else (top - bottom, right - left)
    edge = min(EDGE, across / 20, down / 20)
    scale = min(1.0, (across - 2 * edge) / width, (down - 2 * edge) / height)
    wide, tall = width * scale, height * scale
    box = {
        0: (right - edge - wide, top - edge - tall, right - edge, top - edge),
        90: (left + edge, top - edge - wide, left + edge + tall, top - edge),
        180: (left + edge, bottom + edge, left + edge + wide, bottom + edge + tall),
        270: (right - edge - tall, bottom + edge, right - edge, bottom + edge + wide),
    }[page.turned]
    return _turned(look, width, height, page.turned, scale), tuple(round(v, 3) for v in box)


@lru_cache(maxsize=50)
def line_mark(text: str) -> tuple[bytes, float, float]:
    """The line as a one-page PDF of its own size, with that size: all attachments of a paper carry the same."""
    found = {}

    def measure(document) -> None:
        (page,) = document.pages
        left, _, right, _ = next(box for _, target, box, *_ in page.links if target == _MARK)
        found["width"], page.links = (right - left) * 0.75, []  # pixels of CSS

    css = (
        f"@page{{size:3000pt {_TALL}pt;margin:0;@top-center{{content:none}}}}"
        f"html{{font:{SIZE}pt/{_TALL}pt Tinos}} a{{white-space:pre;color:#000;text-decoration:none}}"
    )
    html = f'<!doctype html><html lang="vi"><body><a href="{_MARK}">{escape(text)}</a></body></html>'
    pdf = write_pdf(html, css, arrange=measure)
    width = found["width"]
    with pikepdf.open(io.BytesIO(pdf)) as file:
        page = file.pages[0]
        page.MediaBox = pikepdf.Array([0, 0, round(width, 3), _TALL])
        for name in ("/CropBox", "/TrimBox", "/BleedBox"):
            if name in page.obj:
                del page.obj[name]
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
    return out.getvalue(), width, float(_TALL)


@lru_cache(maxsize=50)
def _turned(look: bytes, width: float, height: float, turned: int, scale: float) -> bytes:
    if turned == 0 and scale == 1:
        return look
    a, b, c, d = (scale * v for v in _TURNS[turned])
    # Back into the quadrant where a page lies.
    right, up = -min(0, a * width) - min(0, c * height), -min(0, b * width) - min(0, d * height)
    wide, tall = (width, height) if turned in (0, 180) else (height, width)
    with pikepdf.open(io.BytesIO(look)) as file:
        page = file.pages[0]
        page.contents_add(f"{a:.5f} {b:.5f} {c:.5f} {d:.5f} {right:.3f} {up:.3f} cm\n".encode(), prepend=True)
        page.MediaBox = pikepdf.Array([0, 0, round(wide * scale, 3), round(tall * scale, 3)])
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
    return out.getvalue()


def _moment(at: datetime) -> str:
    there = at.astimezone(VIETNAM)
    return f"{there:%d/%m/%Y; %H:%M:%S} +07:00"


def _box(box) -> Box:
    x0, y0, x1, y1 = (float(v) for v in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
