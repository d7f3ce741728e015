"""What stands on the pages of a PDF, measured: runs of letters with font, size and place, lines, frames, pictures.

Run by worker.py only: PDFium and nothing of the system. Lengths are millimetres from the top left of the page as it is
seen, sizes of letters are points. What it is worth is judged elsewhere (documents/layout/checker).
"""

import ctypes
from math import hypot

import pypdfium2.raw as raw

MOST_PAGES = 60
_INDEXED = 10  # FPDF_COLORSPACE_INDEXED
_MOST_CHARACTERS = 250_000
_MOST_OBJECTS = 20_000  # drawings on one page: a map has more, a paper has not
_MOST_DEPTH = 4
_MM = 25.4 / 72
_THIN = 0.9  # mm; a line is not higher
_SHORT = 4.0  # mm; a line is not shorter
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
    drawn: dict[str, list] = {"lines": [], "frames": [], "pictures": []}
    count = [_MOST_OBJECTS]
    _drawings(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, place, drawn, count, _NO_CHANGE, 0)
    return {
        "width": round(place.width, 2),
        "height": round(place.height, 2),
        "runs": _runs(text, place, fonts, left),
        "fields": _fields(document, page, place),
        **drawn,
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
    """[text, font, size, colour, left, right, baseline, seen] in the order in which the file draws them."""
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


_NO_CHANGE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _drawings(holder, size, one, place, drawn: dict, left: list[int], change: tuple, depth: int) -> None:
    """Lines, frames and pictures; what lies in a form (a drawing used as one piece) is looked for there."""
    for index in range(size(holder)):
        if left[0] <= 0:
            return
        left[0] -= 1
        thing = one(holder, index)
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < _MOST_DEPTH:
            within = _after(_matrix(thing), change)
            _drawings(
                thing,
                raw.FPDFFormObj_CountObjects,
                raw.FPDFFormObj_GetObject,
                place,
                drawn,
                left,
                within,
                depth + 1,
            )
        elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            _drawing(thing, kind, place, drawn, change)


def _drawing(thing, kind: int, place: _Place, drawn: dict, change: tuple) -> None:
    corners = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(thing, *corners):
        return
    x1, y1, x2, y2 = (corner.value for corner in corners)
    points = [_moved(change, x, y) for x in (x1, x2) for y in (y1, y2)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = place.box(min(xs), min(ys), max(xs), max(ys))
    if (cut := _cut(thing, change, place)) is not None:
        # What a border draws is often a whole ring, of which a window lets one side through.
        box = [max(box[0], cut[0]), max(box[1], cut[1]), min(box[2], cut[2]), min(box[3], cut[3])]
    if box[2] <= max(box[0], 0) or box[3] < max(box[1], 0) or box[0] > place.width or box[1] > place.height:
        return
    wide, high = box[2] - box[0], box[3] - box[1]
    if high <= _THIN and wide >= _SHORT:
        drawn["lines"].append([*box, _colour(thing), _dashed(thing)])
    elif wide <= _THIN and high >= _SHORT:
        drawn["lines"].append([*box, _colour(thing), False])
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        if wide > 5 and high > 5:
            drawn["pictures"].append([*box, *_pixels(thing, place.page, wide)])
    elif wide >= _SHORT and high >= _SHORT and (_stroked(thing) or _ring(thing)):
        drawn["frames"].append([*box, _colour(thing)])


def _cut(thing, change: tuple, place: _Place) -> list[float] | None:
    """The box of the narrowest window that the drawing is seen through, where there is one of four corners."""
    clip, found = raw.FPDFPageObj_GetClipPath(thing), None
    for path in range(min(raw.FPDFClipPath_CountPaths(clip), 8) if clip else 0):
        count = raw.FPDFClipPath_CountPathSegments(clip, path)
        if not 4 <= count <= 6:
            continue
        ends = [_end(raw.FPDFClipPath_GetPathSegment(clip, path, index)) for index in range(count)]
        points = [_moved(change, *end) for end in ends]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = place.box(min(xs), min(ys), max(xs), max(ys))
        found = box if found is None else [*map(max, found[:2], box[:2]), *map(min, found[2:], box[2:])]
    return found


def _ring(thing) -> bool:
    """A frame drawn as what lies between two rectangles."""
    if (
        raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH
        or not 8 <= raw.FPDFPath_CountSegments(thing) <= 12
    ):
        return False
    count = raw.FPDFPath_CountSegments(thing)
    kinds = [raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(thing, index)) for index in range(count)]
    return kinds.count(raw.FPDF_SEGMENT_MOVETO) == 2 and raw.FPDF_SEGMENT_BEZIERTO not in kinds


def _end(segment) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    raw.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def _matrix(thing) -> tuple:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(thing, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _after(first: tuple, then: tuple) -> tuple:
    a, b, c, d, e, f = first
    return (*_turned(then, a, b), *_turned(then, c, d), *_moved(then, e, f))


def _turned(change: tuple, x: float, y: float) -> tuple[float, float]:
    return change[0] * x + change[2] * y, change[1] * x + change[3] * y


def _moved(change: tuple, x: float, y: float) -> tuple[float, float]:
    x, y = _turned(change, x, y)
    return x + change[4], y + change[5]


def _stroked(thing) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, fill, stroke)
    return bool(stroke.value)


def _colour(thing) -> str:
    parts = [ctypes.c_uint() for _ in range(4)]
    if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH:
        return ""
    read = raw.FPDFPageObj_GetStrokeColor if _stroked(thing) else raw.FPDFPageObj_GetFillColor
    read(thing, *parts)
    return "".join(f"{part.value:02x}" for part in parts[:3])


def _dashed(thing) -> bool:
    return raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetDashCount(thing) > 0


def _pixels(thing, page, wide: float) -> tuple[int, int]:
    """Points an inch, bits a point: of a picture with a palette those of its colours."""
    about = raw.FPDF_IMAGEOBJ_METADATA()
    if not raw.FPDFImageObj_GetImageMetadata(thing, page, about):
        return 0, 0
    bits = 24 if about.colorspace == _INDEXED else about.bits_per_pixel
    return round(about.width * 25.4 / wide), bits
