"""Lines, frames and pictures of a page, measured in millimetres; run by worker.py with measuring.py."""

import ctypes

import pypdfium2.raw as raw

_INDEXED = 10  # FPDF_COLORSPACE_INDEXED
_MOST_OBJECTS = 20_000  # drawings on one page: a map has more, a paper has not
_MOST_DEPTH = 4
_MM = 25.4 / 72
_THIN = 0.9  # mm; a line is not higher
_SHORT = 4.0  # mm; a line is not shorter
_NO_CHANGE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def on(page, place) -> dict[str, list]:
    """{"lines", "frames", "pictures"}; `place` turns the file's coordinates into millimetres (measuring.py)."""
    drawn: dict[str, list] = {"lines": [], "frames": [], "pictures": []}
    left = [_MOST_OBJECTS]
    _drawings(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, place, drawn, left, _NO_CHANGE, 0)
    return drawn


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


def _drawing(thing, kind: int, place, drawn: dict, change: tuple) -> None:
    points = _ends(thing, kind, change) or _corners(thing, change)
    if not points:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = place.box(min(xs), min(ys), max(xs), max(ys))
    if (cut := _cut(thing, change, place)) is not None:
        # What a border draws is often a whole ring, of which a window lets one side through.
        box = [max(box[0], cut[0]), max(box[1], cut[1]), min(box[2], cut[2]), min(box[3], cut[3])]
    if box[2] < max(box[0], 0) or box[3] < max(box[1], 0) or box[0] > place.width or box[1] > place.height:
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


def _corners(thing, change: tuple) -> list[tuple[float, float]]:
    corners = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(thing, *corners):
        return []
    x1, y1, x2, y2 = (corner.value for corner in corners)
    return [_moved(change, x, y) for x in (x1, x2) for y in (y1, y2)]


def _ends(thing, kind: int, change: tuple) -> list[tuple[float, float]]:
    """Where a line drawn with a pen begins and ends: its bounds lie further out by the pen's width."""
    if kind != raw.FPDF_PAGEOBJ_PATH or raw.FPDFPath_CountSegments(thing) != 2 or not _stroked(thing):
        return []
    own = _after(_matrix(thing), change)
    return [_moved(own, *_end(raw.FPDFPath_GetPathSegment(thing, index))) for index in (0, 1)]


def _cut(thing, change: tuple, place) -> list[float] | None:
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
