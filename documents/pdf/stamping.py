"""The arrival stamp laid over the first page of a paper, for print: where there is room for it, and the page with it.

Beside worker.py, in its process and under its limits; knows nothing of the rest of the system.
"""

import io

_MM = 72 / 25.4
WIDE, HIGH = 50, 35  # millimetres of the stamp (decree 30 Phụ lục IV, V)
_INK = 190  # of 255: what is darker than that is written on
# Where it belongs, in this order: under the number and the V/v, or in the blank below the date. Left edges and tops.
_UNDER_NUMBER = [(x, y) for y in range(52, 112, 2) for x in (25, 30, 20, 35, 15)]
_BELOW_DATE = [(x, y) for y in range(46, 112, 2) for x in (115, 125, 135, 105, 145)]
_ELSEWHERE = [(x, y) for y in range(112, 250, 3) for x in (25, 115)]


def stamped(data: bytes, stamp: bytes) -> bytes:
    """Page one alone, with the stamp in the first blank place, else where it covers least. A signature is lost."""
    import pikepdf
    import pypdfium2 as pdfium

    left, top, wide, high = _place(pdfium.PdfDocument(data))
    with (
        pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf,
        pikepdf.open(io.BytesIO(stamp)) as mark,
        pikepdf.new() as made,
    ):
        made.pages.append(pdf.pages[0])
        page = made.pages[0]
        corners = [_in_page(page, u * _MM, v * _MM) for u, v in ((left, top), (left + wide, top + high))]
        xs, ys = zip(*corners, strict=True)
        page.add_overlay(mark.pages[0], pikepdf.Rectangle(min(xs), min(ys), max(xs), max(ys)))
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def _place(document) -> tuple[float, float, float, float]:
    """Left, top, width and height in millimetres of the page as it is seen."""
    document.init_forms()
    page = document[0]
    wide, high = (side / _MM for side in page.get_size())
    scale = min(1 / _MM, 1000 / max(page.get_size()))  # one dot a millimetre
    picture = page.render(scale=scale, may_draw_forms=True, grayscale=True).to_pil()
    dots = picture.width / wide
    sums = _sums(picture)
    least, found = None, (25.0, 60.0)
    for left, top in (*_UNDER_NUMBER, *_BELOW_DATE, *_ELSEWHERE):
        if left + WIDE > wide - 3 or top + HIGH > high - 3:
            continue
        ink = _ink(
            sums, [round(side * dots) for side in (left - 1, top - 1, left + WIDE + 1, top + HIGH + 1)]
        )
        if not ink:
            return left, top, WIDE, HIGH
        if least is None or ink < least:
            least, found = ink, (left, top)
    return *found, WIDE, HIGH


def _sums(picture) -> list[list[int]]:
    """Of every corner, how many dark dots lie left of and above it."""
    width, dots = picture.width, picture.convert("L").tobytes()
    sums = [[0] * (width + 1)]
    for row in range(picture.height):
        line, so_far, above = [0], 0, sums[-1]
        for column in range(width):
            so_far += dots[row * width + column] < _INK
            line.append(above[column + 1] + so_far)
        sums.append(line)
    return sums


def _ink(sums: list[list[int]], box: list[int]) -> int:
    left, top, right, bottom = (max(side, 0) for side in box)
    bottom, right = min(bottom, len(sums) - 1), min(right, len(sums[0]) - 1)
    return sums[bottom][right] - sums[top][right] - sums[bottom][left] + sums[top][left]


def _in_page(page, u: float, v: float) -> tuple[float, float]:
    """A point of the page as it is seen, from its upper left corner, in the page's own measure."""
    x0, y0, x1, y1 = map(float, page.cropbox)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    return {90: (x0 + v, y0 + u), 180: (x1 - u, y0 + v), 270: (x1 - v, y1 - u)}.get(turned, (x0 + u, y1 - v))
