"""Sample marks for the demonstration: a hand signature in blue, a round seal in red.

Plainly samples: nobody's real signature and no real seal is drawn. In an office these come from
the scanned images its people register (Decree 30/2020, Appendix I.II.7d and 8).
"""

import hashlib
import math
from html import escape

from documents.layout.engine import write_pdf

_INK, _RED = "#1440c8", "#d8121a"


def person_mark(name: str) -> bytes:
    """A one-page PDF, 50 x 27 mm: a flourish drawn from the name, always the same for the same name."""
    given = name.split()[-1] if name.split() else ""
    path = _flourish(hashlib.sha256(name.encode()).digest())
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="27mm" viewBox="0 0 100 54">'
        f'<text x="38" y="31" font-family="Tinos" font-style="italic" font-size="19" fill="{_INK}"'
        f' transform="rotate(-8 38 31)">{escape(given)}</text>'
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="1.3" stroke-linecap="round"/></svg>'
    )
    return _sheet(svg, 50, 27)


def seal_mark(name: str, diameter: float = 36) -> bytes:
    """A one-page PDF with a round seal of `diameter` millimetres: the organisation's name around a
    star and the word "MẪU" (sample)."""
    ring = "".join(_around(name.upper(), radius=38.5, start=-90))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{diameter}mm" height="{diameter}mm"'
        f' viewBox="-50 -50 100 100"><g fill="none" stroke="{_RED}"><circle r="48" stroke-width="2.4"/>'
        f'<circle r="45" stroke-width=".7"/><circle r="32" stroke-width=".9"/></g>'
        f'<g fill="{_RED}" font-family="Tinos" font-weight="700" text-anchor="middle">{ring}'
        f'<polygon points="{_star(17)}"/>'
        f'<text y="28" font-size="9">MẪU</text></g></svg>'
    )
    return _sheet(svg, diameter, diameter)


def _sheet(svg: str, width: float, height: float) -> bytes:
    # Above the drawing nothing else: the page is the size of the mark, in millimetres.
    css = f"@page{{size:{width}mm {height}mm;margin:0}} svg{{display:block}}"
    return write_pdf(f'<!doctype html><html lang="vi"><body>{svg}</body></html>', css)


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
