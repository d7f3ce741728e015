"""What stands on the pages of a PDF, measured: runs of letters with font, size and place, lines, frames, pictures.

Run by worker.py only: PDFium and nothing of the system. Lengths are millimetres from the top left of the page as it is
seen, sizes of letters are points. What it is worth is judged elsewhere (documents/layout/checker).
"""

import ctypes
from math import hypot

import drawings
import ink
import pypdfium2.raw as raw

MOST_PAGES = 60
_MOST_CHARACTERS = 250_000
_MM = 25.4 / 72
_UPRIGHT, _SLANT = 0.05, 0.15
_SMALLEST = 4.0  # points: less is a trick of a program, not text
_FILLED, _BOTH, _INVISIBLE = 0, 2, 3  # modes of rendering
_FORCE_BOLD, _ITALIC = 1 << 18, 1 << 6


def measured(document) -> dict:
    fonts: dict[tuple, int] = {}
    left = [_MOST_CHARACTERS]
    pages = [
        _page(document[number], document, fonts, left) for number in range(min(len(document), MOST_PAGES))
    ]
    version = ctypes.c_int()
    raw.FPDF_GetFileVersion(document, version)
    names = [{"name": name, "bold": bold, "italic": italic} for name, bold, italic in fonts]
    return {"form": "pdf", "version": version.value, "count": len(document), "fonts": names, "pages": pages}


def _page(page, document, fonts: dict, left: list[int]) -> dict:
    place = _Place(page)
    text = page.get_textpage()
    runs = _runs(text, place, fonts, left)
    ink.mark_covered(page, place, runs)
    return {
        "width": round(place.width, 2),
        "height": round(place.height, 2),
        "runs": runs,
        "fields": _fields(document, page, place),
        **drawings.on(page, place),
    }


class _Place:
    """From the file's coordinates to millimetres from the top left of the page as it is turned for the reader."""

    def __init__(self, page):
        self.page = page
        # Also what a page inherits, which its own boxes do not tell.
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, box)
        self.left, self.bottom, right, top = box.left, box.bottom, box.right, box.top
        self.across, self.up = right - self.left, top - self.bottom
        self.turn = page.get_rotation() % 360
        sides = (self.across, self.up) if self.turn in (0, 180) else (self.up, self.across)
        self.width, self.height = sides[0] * _MM, sides[1] * _MM

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.turn == 90:
            x, y = y, self.across - x
        elif self.turn == 180:
            x, y = self.across - x, self.up - y
        elif self.turn == 270:
            x, y = self.up - y, x
        return x * _MM, self.height - y * _MM

    def box(self, left: float, bottom: float, right: float, top: float) -> list[float]:
        (x1, y1), (x2, y2) = self(left, bottom), self(right, top)
        return [round(part, 2) for part in (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))]


def _runs(text, place: _Place, fonts: dict, left: list[int]) -> list[list]:
    """[text, font, size, colour, left, right, baseline, seen] in the order in which the file draws them; `seen` is 0 for letters
    that are drawn without ink (of a scan), below 0 for those that are covered (ink.py)."""
    found: list[list] = []
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix, box = raw.FS_MATRIX(), raw.FS_RECTF()
    looks: dict[int, tuple | None] = {}
    last_object, last_at = None, 0.0
    for index in range(min(text.count_chars(), left[0])):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in (0, 0xFFFE, 0xFFFF, 10, 13) or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        part = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(part.contents) if part else 0
        if key not in looks:
            raw.FPDFText_GetMatrix(text, index, matrix)
            looks[key] = _look(text, index, part, matrix, place, fonts)
        look = looks[key]
        if look is None:
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        at, base = place(x.value, y.value)
        right = max(place(box.right, box.top)[0], place(box.left, box.bottom)[0])
        gap = look[1] * _MM
        if key == last_object and abs(base - found[-1][6]) < 0.1 and -0.2 * gap < at - last_at < 0.2 * gap:
            found[-1][0] += chr(code)
            found[-1][5] = round(right, 2)
        else:
            found.append([chr(code), *look[:3], round(at, 2), round(right, 2), round(base, 2), look[3]])
        last_object, last_at = key, right
    left[0] -= text.count_chars()
    return [run for run in found if run[0].strip()]


def _look(text, index: int, part, matrix, place: _Place, fonts: dict) -> tuple | None:
    """Font, size in points, colour and whether it is seen; None for what is turned, too small or of no font."""
    across, up = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
    size = raw.FPDFText_GetFontSize(text, index) * up
    run_of_text = (matrix.a, matrix.b) if place.turn in (0, 180) else (matrix.b, matrix.a)
    straight = across and abs(run_of_text[1]) / across < _UPRIGHT
    if size < _SMALLEST or size > 80 or not straight:
        return None
    font = raw.FPDFTextObj_GetFont(part) if part else None
    mode = raw.FPDFTextObj_GetTextRenderMode(part) if part else _FILLED
    name, bold, italic = _font(font)
    # A word processor that lacks the bold or the italic face makes one of the upright.
    bold = bold or mode == _BOTH
    italic = italic or abs(matrix.a * matrix.c + matrix.b * matrix.d) > _SLANT * across * up
    known = fonts.setdefault((name, bold, italic), len(fonts))
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
    colour = f"{red.value:02x}{green.value:02x}{blue.value:02x}"
    return known, round(size, 2), colour, int(mode != _INVISIBLE and alpha.value > 0)


def _font(font) -> tuple[str, bool, bool]:
    if not font:
        return "", False, False
    buffer = ctypes.create_string_buffer(200)
    raw.FPDFFont_GetBaseFontName(font, buffer, 200)
    name = buffer.value.decode("latin-1").split("+", 1)[-1]
    low = name.lower()
    flags, slope = raw.FPDFFont_GetFlags(font), ctypes.c_int()
    raw.FPDFFont_GetItalicAngle(font, slope)
    bold = "bold" in low or "black" in low or "demi" in low or bool(flags & _FORCE_BOLD)
    italic = "italic" in low or "oblique" in low or (flags > 0 and bool(flags & _ITALIC)) or bool(slope.value)
    return name, bold, italic


def _fields(document, page, place: _Place) -> list[list]:
    """[text, left, top, right, bottom]: number and date of a sealed paper lie on the page as fields of a form."""
    form, found = document.formenv, []
    if form is None:
        return found
    rect = raw.FS_RECTF()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), 200)):
        annot = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetFormFieldType(form, annot) == raw.FPDF_FORMFIELD_TEXTFIELD:
            size = raw.FPDFAnnot_GetFormFieldValue(form, annot, None, 0)
            buffer = ctypes.create_string_buffer(max(min(size, 4000), 2))
            raw.FPDFAnnot_GetFormFieldValue(
                form, annot, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), len(buffer)
            )
            words = buffer.raw[: len(buffer) - 2].decode("utf-16-le", "replace")
            raw.FPDFAnnot_GetRect(annot, rect)
            if words.strip():
                found.append([words, *place.box(rect.left, rect.bottom, rect.right, rect.top)])
        raw.FPDFPage_CloseAnnot(annot)
    return found
