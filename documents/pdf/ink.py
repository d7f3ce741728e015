"""Which letters a page shows: white ones, and those below something opaque, are in the file and before nobody's eyes.

Run by worker.py beside measuring.py. The page itself is asked, drawn small and grey by PDFium.
"""

_SCALE = 0.5  # pixels a point: a full stop still darkens one
_MM = 25.4 / 72
_WHITE = 250  # of 255
_MOST_PIXELS = 1_000_000  # a page of A2; larger ones are believed


def hide_unseen(page, runs: list[list]) -> None:
    """Marks as not seen (the last of a run is 0) each run of letters in whose place the drawn page is white."""
    width, height = page.get_size()
    if not any(run[7] for run in runs) or width * height * _SCALE**2 > _MOST_PIXELS:
        return
    drawn = page.render(scale=_SCALE, grayscale=True)
    rows, stride = memoryview(drawn.buffer).cast("B"), drawn.stride
    for run in runs:
        if run[7] and not _dark(rows, stride, drawn.width, drawn.height, run):
            run[7] = 0
    drawn.close()


def _dark(rows: memoryview, stride: int, width: int, height: int, run: list) -> bool:
    pixel, high = _SCALE / _MM, run[2] * _MM
    left, right = max(int(run[4] * pixel), 0), min(int(run[5] * pixel) + 1, width)
    top, bottom = (
        max(int((run[6] - 0.8 * high) * pixel), 0),
        min(int((run[6] + 0.25 * high) * pixel) + 1, height),
    )
    if left >= right or top >= bottom:
        return True  # beyond the page: nothing is known
    return any(min(rows[y * stride + left : y * stride + right]) < _WHITE for y in range(top, bottom))
