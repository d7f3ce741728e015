"""Which letters a page shows: white ones, and those below something opaque, are in the file and before nobody's eyes.

Run by worker.py beside measuring.py. The page itself is asked, drawn small and grey by PDFium, once more without what lies on it: number
and date of a paper are often laid over the blanks as the picture of a signature.
"""

import ctypes

import pypdfium2.raw as raw

UNSEEN, LAID_OVER = -1, -2
_SMALL, _CLOSE = 0.5, 1.0  # pixels a point: a full stop still darkens one; letters can be told from others
_MM = 25.4 / 72
_BLACK, _PALE, _WHITE = 150, 200, 250  # of 255
_LOST = 0.3  # of its black pixels; a stamp through which one sees takes none
_MOST_POINTS = 4_000_000  # a page of A2; larger ones are believed


def mark_covered(page, place, runs: list[list]) -> None:
    """Marks each run of letters (its last) in whose place nothing is seen, or what was laid on it. `place` is measuring's."""
    across, up = page.get_size()
    if not any(run[7] for run in runs) or across * up > _MOST_POINTS:
        return
    shown, boxes = _Drawn(page, _SMALL), _laid_on(page, place)
    below, above = (_Drawn(page, _CLOSE, laid_on=False), _Drawn(page, _CLOSE)) if boxes else (None, None)
    for run in runs:
        if run[7] and _within(run, boxes) and _lost(below, above, run):
            run[7] = LAID_OVER
        elif run[7] and min(shown.at(run), default=0) >= _WHITE:
            run[7] = UNSEEN


class _Drawn:
    def __init__(self, page, scale: float, *, laid_on: bool = True):
        drawn = page.render(scale=scale, grayscale=True, draw_annots=laid_on, may_draw_forms=laid_on)
        self._bytes, self._stride = bytes(drawn.buffer), drawn.stride
        self._wide, self._high, self._pixel = drawn.width, drawn.height, scale / _MM
        drawn.close()

    def at(self, run: list) -> bytes:
        """The pixels where these letters stand, row by row; none beyond the page."""
        high = run[2] * _MM
        left, right = max(int(run[4] * self._pixel), 0), min(int(run[5] * self._pixel) + 1, self._wide)
        top = max(int((run[6] - 0.8 * high) * self._pixel), 0)
        bottom = min(int((run[6] + 0.25 * high) * self._pixel) + 1, self._high)
        rows = (y * self._stride for y in range(top, bottom))
        return b"".join(self._bytes[row + left : row + right] for row in rows if left < right)


def _laid_on(page, place) -> list[list[float]]:
    """The boxes of what lies on the page: fields, signatures, stamps, notes."""
    found, rect = [], raw.FS_RECTF()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), 200)):
        annot = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetSubtype(annot) != raw.FPDF_ANNOT_LINK and raw.FPDFAnnot_GetRect(
            annot, ctypes.byref(rect)
        ):
            found.append(place.box(rect.left, rect.bottom, rect.right, rect.top))
        raw.FPDFPage_CloseAnnot(annot)
    return found


def _within(run: list, boxes: list[list[float]]) -> bool:
    return any(
        left < run[5] and right > run[4] and top < run[6] < bottom + 3 for left, top, right, bottom in boxes
    )


def _lost(below: _Drawn, above: _Drawn, run: list) -> bool:
    before = below.at(run)
    if min(before, default=0) >= _WHITE:
        return True  # whatever is seen there now is another's
    left = [now for was, now in zip(before, above.at(run), strict=True) if was < _BLACK]
    return sum(now > _PALE for now in left) > _LOST * len(left)
