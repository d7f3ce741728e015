"""Where two PDFs look different. Run by worker.py only: PDFium, Pillow and nothing of the system.

A line of text that has only moved, because one above it grew, is no difference: lines are matched by their
words through the whole paper, and a matched line whose picture is the same is wiped from both pages. What is
then left on page n of the one and on page n of the other is compared point by point.
"""

from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product

from PIL import Image, ImageChops, ImageFilter

MAX_PAGES = 60
MAX_LINES = 4000  # of text in one file
WHITE = (255, 255, 255)
FAINT = 40  # of 255: less is the edge of a letter that lies a fraction of a point elsewhere
ALIKE = 25  # of 255, blurred a little: grey instead of black, a line struck through are well above it
CELL = 6  # pixels: marks are found on a raster of this size
GAP = 14  # cells: marks nearer than this on one row are one mark


def lines_of(document) -> list[list[tuple]]:
    """Per page: (text, left, top, right, bottom) in reading order, places in parts of the page (0 to 1)."""
    found, count = [], 0
    for page in document:
        found.append(lines_on(page) if count <= MAX_LINES else [])
        count += len(found[-1])
    return found


def difference(first, second, width: int) -> dict:
    """{"first": [[box, …] per page], "second": …}: what only that file shows there, in parts of the page.

    Raises ValueError for a file of more than MAX_PAGES pages.
    """
    documents = first, second
    if max(map(len, documents)) > MAX_PAGES:
        raise ValueError("too many pages")

    @lru_cache(maxsize=2 * MAX_PAGES)
    def picture(side: int, number: int):
        return _picture(documents[side][number], width)

    moved = _moved([lines_of(document) for document in documents], picture)
    marks = [], []
    for number in range(min(map(len, documents))):
        left = [_without(picture(side, number), moved[side].get(number, [])) for side in (0, 1)]
        for side, boxes in enumerate(_marks(*left)):
            marks[side].append(boxes)
    return {"first": marks[0], "second": marks[1]}


def lines_on(page, most: int = MAX_LINES) -> list[tuple]:
    """As `lines_of` for one page, of its first `most` pieces of text."""
    text = page.get_textpage()
    width, height = page.get_size()
    rects = [text.get_rect(index) for index in range(min(text.count_rects(), most))]
    found = []
    for left, bottom, right, top in _joined(rects):
        words = " ".join(text.get_text_bounded(left - 0.5, bottom, right + 0.5, top).split())
        if words:
            place = left / width, 1 - top / height, right / width, 1 - bottom / height
            found.append((words, *(round(part, 4) for part in place)))
    return found


def _joined(rects: list[tuple]) -> list[list[float]]:
    """Pieces of one line (another font begins a new piece) put together; columns side by side stay apart."""
    found: list[list[float]] = []
    for left, bottom, right, top in rects:
        size = top - bottom
        last = found[-1] if found else None
        if last and abs((last[1] + last[3]) - (bottom + top)) < size and -size < left - last[2] < 1.5 * size:
            last[:] = min(last[0], left), min(last[1], bottom), max(last[2], right), max(last[3], top)
        else:
            found.append([left, bottom, right, top])
    return found


def _picture(page, width: int):
    scale = min(width / page.get_width(), 4 * width / page.get_height())
    picture = page.render(scale=scale, may_draw_forms=True, draw_annots=True).to_pil().convert("RGB")
    # One size for all, so that places compare; an A4 page keeps its shape.
    return picture.resize((width, round(width * 2**0.5)))


def _moved(lines: list[list[list[tuple]]], picture) -> tuple[dict, dict]:
    """Per side and page number, the pixel boxes of lines that are on the other side too, elsewhere."""
    flat = [[(number, line) for number, page in enumerate(side) for line in page] for side in lines]
    found: tuple[dict, dict] = {}, {}
    words = [[line[0] for _, line in side] for side in flat]
    for block in SequenceMatcher(None, *words, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            places = flat[0][block.a + step], flat[1][block.b + step]
            if places[0] == places[1]:
                continue  # where it was: compared point by point with the rest of the page
            pictures = [picture(side, places[side][0]) for side in (0, 1)]
            boxes = [_pixels(place[1][1:], pictures[side]) for side, place in enumerate(places)]
            if _alike(pictures, boxes):
                for side in (0, 1):
                    found[side].setdefault(places[side][0], []).append(boxes[side])
    return found


def _pixels(place: tuple, picture) -> tuple[int, int, int, int]:
    """A little more than the line itself: marks above and below letters, and the edges of their strokes."""
    width, height = picture.size
    left, top, right, bottom = place[0] * width, place[1] * height, place[2] * width, place[3] * height
    return round(left) - 2, round(top) - 1, round(right) + 3, round(bottom) + 2


def _alike(pictures: list, boxes: list[tuple]) -> bool:
    """The same drawing: PDFium puts letters on whole pixels, so a moved line is the same up to one pixel."""
    left, top, right, bottom = boxes[0]
    first, x, y = pictures[0].crop(boxes[0]), boxes[1][0], boxes[1][1]
    if abs(boxes[1][2] - x - first.width) > 3 or abs(boxes[1][3] - y - first.height) > 3:
        return False
    for dx, dy in sorted(product((0, -1, 1), repeat=2), key=lambda step: abs(step[0]) + abs(step[1])):
        second = pictures[1].crop((x + dx, y + dy, x + dx + right - left, y + dy + bottom - top))
        apart = ImageChops.difference(first, second).filter(ImageFilter.GaussianBlur(1))
        if max(high for _, high in apart.getextrema()) < ALIKE:
            return True
    return False


def _without(picture, boxes: list[tuple]):
    left = picture.copy()
    for box in boxes:
        left.paste(WHITE, box)
    return left


def _marks(first, second) -> tuple[list, list]:
    """What each of two pages shows that the other does not."""
    apart = _strongest(ImageChops.difference(first, second)).point(lambda value: 255 * (value > FAINT))
    white = Image.new("RGB", first.size, WHITE)
    found = []
    for picture in (first, second):
        ink = _strongest(ImageChops.difference(picture, white)).point(lambda value: 255 * (value > FAINT))
        ink = ink.filter(ImageFilter.MaxFilter(3))
        found.append(_boxes(ImageChops.darker(apart, ink)))
    return found[0], found[1]


def _strongest(picture):
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _boxes(mask) -> list[list[float]]:
    """Boxes around what is marked: rows of cells that touch, cut where a row has a wide gap."""
    cells = mask.reduce(CELL)
    width, height = cells.size
    data = cells.tobytes()
    found, band = [], []
    for row in range(height + 1):
        line = data[row * width : (row + 1) * width]
        if any(line):
            band.append(line)
        elif band:
            first = row - len(band)
            found += [[left, first, right + 1, row] for left, right in _runs(band, width)]
            band = []
    size = mask.size
    return [
        [round(max(0, part * CELL / size[axis % 2]), 4) for axis, part in enumerate(box)] for box in found
    ]


def _runs(band: list[bytes], width: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for column in range(width):
        if not any(line[column] for line in band):
            continue
        if found and column - found[-1][1] <= GAP:
            found[-1] = found[-1][0], column
        else:
            found.append((column, column))
    return found
