"""What a scan of many papers looks like: which sheets part them, which pages lie wrong, pages taken out, words read from a
picture.

Beside worker.py, in its process and under its limits; knows nothing of the rest of the system.
"""

import csv
import io
import json
import os
import subprocess

SHEET = "hanoi-docs:to-ngan"  # what the QR code of a separator sheet says
_WIDTH = 600  # pixels: the code of a sheet and a line of text are found in it, and it is quick
_MARGIN = 0.04  # of each side: shadows of the scanner's edge
_DARK = 60  # darker than the paper itself, of 255
_INK = 0.0004  # a shorter line of text leaves more than that
_OCR_WIDTH = 1654  # pixels of A4 at 200 dpi
_OCR_PART = 0.5  # of the page, from the top: decree 30 puts all that is proposed there
_GAP = 2.5  # of a word's height: so far apart, two words belong to two columns
_UPRIGHT_SIDE = 1754  # pixels of the long side: A4 at 150 dpi, where Tesseract tells up from down best
_UPRIGHT = (
    "--psm",
    "0",
    "-c",
    "min_characters_to_try=20",
)  # it tries five times as many: half the time of its usual 50
_UPRIGHT_SECONDS = 6  # most takes one; five pages, as are looked at in one go, stay far below its minute
_UPRIGHT_SURE = 2.5  # of its confidence; whole pages have 5 to 15, a guess is below 1
_SURE = 30  # per cent: below it Tesseract reads stains


def sheets(document, first: int, count: int) -> bytes:
    """Of each of these pages (from 1): "blank", "sheet" for a separator sheet, "page", or "page 90", "page 180", "page 270"
    with the degrees by which it has to be turned clockwise to be read."""
    last = min(first + count, len(document) + 1)
    return json.dumps([_kind(document[number - 1]) for number in range(first, last)]).encode()


def cut(data: bytes, first: int, last: int, turns: list[int] = ()) -> bytes:
    """These pages as a file of their own, each turned clockwise by its degrees: its /Rotate alone, nothing that is on it.
    Raises IndexError when there are none such."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        if not 1 <= first <= last <= len(pdf.pages):
            raise IndexError(first, last)
        return _saved(pikepdf, [(pdf, range(first - 1, last))], turns)


def joined(first: bytes, second: bytes) -> bytes:
    """All pages of the one, then all of the other."""
    import pikepdf

    with (
        pikepdf.open(io.BytesIO(first), suppress_warnings=True) as one,
        pikepdf.open(io.BytesIO(second), suppress_warnings=True) as other,
    ):
        return _saved(pikepdf, [(pdf, range(len(pdf.pages))) for pdf in (one, other)])


def words_on(document) -> bytes:
    """The lines that Tesseract sees in the upper part of page one, with their places, as worker.py's ["head"] gives them."""
    page = document[0]
    picture = page.render(
        scale=_OCR_WIDTH / page.get_width(),
        crop=(0, page.get_height() * (1 - _OCR_PART), 0, 0),
        may_draw_forms=True,
        grayscale=True,
    ).to_pil()
    told = _tesseract(picture, "-l", "vie", "--dpi", "200", "--psm", "3", "tsv")
    return json.dumps(_lines(told.stdout.decode("utf-8", "replace"), *picture.size)).encode()


def page_words(document, number: int) -> bytes:
    """All that Tesseract reads on a page (from 1); nothing of a blank one, nor where it makes nothing of the picture."""
    page = document[number - 1]
    picture = page.render(scale=_OCR_WIDTH / page.get_width(), may_draw_forms=True, grayscale=True).to_pil()
    if _is_blank(picture.histogram()):
        return b""
    try:
        return _tesseract(picture, "-l", "vie", "--dpi", "200", "--psm", "3").stdout
    except subprocess.CalledProcessError:
        return b""


def _kind(page) -> str:
    picture = page.render(scale=_WIDTH / page.get_width(), may_draw_forms=True, grayscale=True).to_pil()
    width, height = picture.size
    side = round(width * _MARGIN)
    inside = picture.crop((side, side, width - side, max(height - side, side + 1)))
    if _is_blank(inside.histogram()) and not page.get_textpage().count_chars():
        return "blank"
    import zxingcpp  # few pages need it

    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    if any(code.text == SHEET for code in codes):
        return "sheet"
    turn = _turn(page)
    return f"page {turn}" if turn else "page"


def _turn(page) -> int:
    """0 also where nobody can tell: few letters, a drawing, no Tesseract or a slow one. What has text came from a program,
    not a feeder."""
    if page.get_textpage().count_chars():
        return 0
    picture = page.render(scale=_UPRIGHT_SIDE / max(page.get_size()), grayscale=True).to_pil()
    try:
        told = _tesseract(picture, *_UPRIGHT, seconds=_UPRIGHT_SECONDS).stdout.decode("utf-8", "replace")
    except (FileNotFoundError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return 0
    said = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line)
    sure = float(said.get("Orientation confidence", 0)) >= _UPRIGHT_SURE
    return int(said.get("Rotate", 0)) % 360 if sure else 0


def _tesseract(picture, *options: str, seconds: float | None = None) -> subprocess.CompletedProcess:
    """Raises FileNotFoundError where it is not installed, CalledProcessError where it makes nothing of the picture,
    TimeoutExpired after `seconds`."""
    out = io.BytesIO()
    picture.save(out, "PPM")
    command = ["tesseract", "stdin", "stdout", *options]
    limits = os.environ | {"OMP_THREAD_LIMIT": "1"}
    return subprocess.run(
        command, input=out.getvalue(), capture_output=True, check=True, env=limits, timeout=seconds
    )


def _is_blank(brightness: list[int]) -> bool:
    """Paper is rarely white: dark is what is darker than most of the page."""
    paper = max(range(256), key=brightness.__getitem__)
    return sum(brightness[: max(paper - _DARK, 0)]) < _INK * sum(brightness)


def _saved(pikepdf, parts, turns=()) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for pdf, numbers in parts:
            made.pages.extend(pdf.pages[number] for number in numbers)
        for page, turn in zip(made.pages, turns, strict=False):
            if turn:
                page.rotate(turn, relative=True)
        made.save(out)
    return out.getvalue()


def _lines(table: str, width: int, height: int) -> list[tuple]:
    found: dict[tuple, list[list]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = (row.get("text") or "").strip()
        if row.get("level") != "5" or not word or float(row["conf"]) < _SURE:
            continue
        left, top, wide, tall = (int(row[name]) for name in ("left", "top", "width", "height"))
        line = found.setdefault((row["block_num"], row["par_num"], row["line_num"]), [])
        if line and left - line[-1][3] < _GAP * tall:
            last = line[-1]
            last[0] += f" {word}"
            last[2], last[3], last[4] = min(last[2], top), max(last[3], left + wide), max(last[4], top + tall)
        else:
            line.append([word, left, top, left + wide, top + tall])
    places = [width, height / _OCR_PART, width, height / _OCR_PART]
    return [
        (text, *(round(at / whole, 4) for at, whole in zip(place, places, strict=True)))
        for line in found.values()
        for text, *place in line
    ]
