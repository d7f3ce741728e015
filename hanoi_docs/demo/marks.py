"""Sample marks for the demonstration: a hand signature in blue, a round seal in red.

Plainly samples: nobody's real signature and no real seal is drawn. They are pictures like those an office
registers (images.py), and go the same way to the paper.
"""

import hashlib
import io
import math
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import pypdfium2

from documents.layout.engine import write_pdf
from documents.layout.fields import seal_field, seal_place
from signatures.appearance.picture_pdf import draw
from signatures.appearance.pictures import check_png

SEAL_MM = 36
_INK, _RED = "#1440c8", "#d8121a"
_DPI = 300


@dataclass(frozen=True)
class Drawn:
    """A picture as an office would register it, and the width of the mark on it in millimetres."""

    png: bytes
    width_mm: float
    height_mm: float

    def page(self) -> bytes:
        """The mark of somebody who has no account here, as images.image_mark() makes it."""
        return draw(self.png, self.width_mm, self.height_mm)

    def beside(self, person: "Drawn") -> bytes:
        """The seal of a body that has no account here, as images.seal_mark() makes it."""
        place = seal_place(self.width_mm, self.height_mm, beside=person.width_mm)
        return draw(self.png, self.width_mm, self.height_mm, (*seal_field(), *place))


@lru_cache(maxsize=500)
def person_mark(name: str) -> Drawn:
    """A blue flourish drawn from the name, always the same for the same name."""
    given = name.split()[-1] if name.split() else ""
    path = _flourish(hashlib.sha256(name.encode()).digest())
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="27mm" viewBox="0 0 100 54">'
        f'<text x="38" y="31" font-family="Tinos" font-style="italic" font-size="19" fill="{_INK}"'
        f' transform="rotate(-8 38 31)">{escape(given)}</text>'
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="1.3" stroke-linecap="round"/></svg>'
    )
    return _drawn(svg, 50, 27, "blue")


@lru_cache(maxsize=500)
def seal_mark(name: str) -> Drawn:
    """A round red seal: the organisation's name around a star and the word "MẪU" (sample)."""
    ring = "".join(_around(name.upper(), radius=38.5, start=-90))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SEAL_MM}mm" height="{SEAL_MM}mm"'
        f' viewBox="-50 -50 100 100"><g fill="none" stroke="{_RED}"><circle r="48.8" stroke-width="2.4"/>'
        f'<circle r="45" stroke-width=".7"/><circle r="32" stroke-width=".9"/></g>'
        f'<g fill="{_RED}" font-family="Tinos" font-weight="700" text-anchor="middle">{ring}'
        f'<polygon points="{_star(17)}"/>'
        f'<text y="28" font-size="9">MẪU</text></g></svg>'
    )
    return _drawn(svg, SEAL_MM, SEAL_MM, "red")


def _drawn(svg: str, width: float, height: float, ink: str) -> Drawn:
    css = f"@page{{size:{width}mm {height}mm;margin:0}} svg{{display:block}}"
    pdf = write_pdf(f'<!doctype html><html lang="vi"><body>{svg}</body></html>', css)
    with pypdfium2.PdfDocument(pdf) as document:  # our own drawing: no stranger's file is opened here
        drawn = document[0].render(scale=_DPI / 72, fill_color=(255, 255, 255, 0), maybe_alpha=True)
        out = io.BytesIO()
        drawn.to_pil().save(out, "PNG")
    picture = check_png(out.getvalue(), ink=ink)
    return Drawn(picture.png, *(int(side / _DPI * 254) / 10 for side in (picture.width, picture.height)))


def _flourish(seed: bytes) -> str:
    """Two loops before the name and a stroke under it, shaped by the seed."""
    x, y = 10.0, 32.0
    parts = [f"M{x} {y}"]
    for i in range(2):
        up = 10 + seed[i] % 16
        step = 12 + seed[i + 8] % 6
        parts.append(f"C{x + 2:.0f} {y - up:.0f} {x + step:.0f} {y - up:.0f} {x + step - 4:.0f} {y + 4:.0f}")
        x += step - 4
    parts.append(
        f"S{x + 2:.0f} 46 60 {38 + seed[30] % 5} T94 {22 + seed[31] % 8} Q60 44 26 {47 - seed[29] % 5}"
    )
    return " ".join(parts)


def _around(text: str, radius: float, start: float):
    """Each letter placed on the ring by itself: the renderer has no text on a path."""
    step = min(360 / (len(text) + 2), 13)
    first = start - step * (len(text) - 1) / 2
    size = min(9.5, step * 0.95)
    for i, letter in enumerate(text):
        angle = first + i * step
        x, y = radius * math.cos(math.radians(angle)), radius * math.sin(math.radians(angle))
        turn = f"translate({x:.2f} {y:.2f}) rotate({angle + 90:.2f})"
        yield f'<text transform="{turn}" y="{size / 3:.1f}" font-size="{size:.1f}">{escape(letter)}</text>'


def _star(radius: float) -> str:
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + 36 * i)
        points.append(f"{r * math.cos(angle):.2f},{r * math.sin(angle):.2f}")
    return " ".join(points)
