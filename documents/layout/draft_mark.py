"""The light mark of a draft behind its words, drawn as lines of letters: the same few hundred bytes on every page.

As a box of the page WeasyPrint would lay it out anew on each, a tenth of all the time a long draft takes.
"""

from functools import lru_cache
from math import cos, radians, sin

from documents.fonts import FONTS

_WORDS = "DỰ THẢO"
_SIZE, _TURN, _GREY = 92, 38, 0.894


def behind_every_page(_document, pdf) -> None:
    """A finisher of WeasyPrint's."""
    import pydyf

    marks: dict[tuple[float, float], pydyf.Stream] = {}
    for page in [one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/Page"]:
        width, height = page["MediaBox"][2:]
        if (width, height) not in marks:
            marks[width, height] = pydyf.Stream([_drawn(width, height)], compress=True)
            pdf.add_object(marks[width, height])
        page["Contents"] = pydyf.Array([marks[width, height].reference, page["Contents"]])


@lru_cache(maxsize=4)
def _drawn(width: float, height: float) -> bytes:
    """Turned about the middle of a page of this size. No part of the text: whoever hears the page read does not hear it."""
    across, up = cos(radians(_TURN)), sin(radians(_TURN))
    path, wide = _letters()
    place = f"{across:.4f} {up:.4f} {-up:.4f} {across:.4f} {width / 2:.2f} {height / 2:.2f} cm"
    return (
        f"/Artifact BMC q {_GREY} g {place} 1 0 0 1 {-wide / 2:.2f} {-_SIZE / 3:.2f} cm {path} f Q EMC"
    ).encode()


@lru_cache(maxsize=1)
def _letters() -> tuple[str, float]:
    """The outline of the words and how wide they are, in points."""
    from fontTools.pens.basePen import BasePen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont

    class Outline(BasePen):
        def __init__(self, glyphs):
            super().__init__(glyphs)
            self.parts: list[str] = []

        def _moveTo(self, point):
            self.parts.append(f"{point[0]:.1f} {point[1]:.1f} m")

        def _lineTo(self, point):
            self.parts.append(f"{point[0]:.1f} {point[1]:.1f} l")

        def _curveToOne(self, *points):
            self.parts.append(" ".join(f"{x:.1f} {y:.1f}" for x, y in points) + " c")

        def _closePath(self):
            self.parts.append("h")

    with TTFont(FONTS / "Tinos-Bold.ttf") as font:
        glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), _SIZE / font["head"].unitsPerEm
        pen, at = Outline(glyphs), 0.0
        for letter in _WORDS:
            glyph = glyphs[names[ord(letter)]]
            glyph.draw(TransformPen(pen, (scale, 0, 0, scale, at, 0)))
            at += glyph.width * scale
    return " ".join(pen.parts), at
