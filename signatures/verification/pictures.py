"""The net under the list of allowed changes: what a reader sees before and after.

Where bytes follow the last signature, every page is drawn from the file as it was signed and from the whole file, by
two programs that share no code (pdfium and poppler), with forms and annotations. Nothing may be added there that
shows, so the pictures must be the same to the last pixel.

Where a later signer's field, or a field that was filled, shows something, it must be small, and must neither hide what
an earlier signer signed nor draw black lines into it. A red seal over the edge of a text does neither.
"""

import ctypes
import os
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageFilter

from .changes import Place
from .pdf import File

ENABLED = True  # the hunter of forgeries switches it off, to see what the list alone lets through
DPI = 50  # of the pictures that must be the same
SECONDS = 5.0  # for all pages of a file
LARGE, ALL = 0.1, 0.25  # of a page: what one field, and all of them together, may show
HALF_A4 = 595 * 421  # square points: of a smaller page as much as of this
DIFFERENT = "hình của các trang không còn như khi ký."
NOT_DRAWN = "chưa so được hình của các trang với bản đã ký."
HIDES = "hình của một chữ ký thêm sau che phần lớn trang hoặc che chữ; cần xem bằng mắt."
_SCALE = 1.5  # of the pictures in which later signers' places are looked at
_FAINTER, _LIGHT, _BLACK = 60, 170, 100  # of 255
_SPECKS = 8  # pixels
_NOTHING = b"\x00\t\n\x0c\r "


class Pictures:
    """Of one file; `end` is where the last signature's revision ends, None when nobody's picture is asked for."""

    def __init__(self, file: File, end: int | None):
        self._file, self._end = file, end

    @property
    def differ(self) -> bool:
        return self._verdict == DIFFERENT

    def doubts(self, end: int, places: list[Place]) -> list[str]:
        """What a person has to look at, of the signature whose revision ends at `end`; `places` came later."""
        found = [NOT_DRAWN] if self._verdict == NOT_DRAWN else []
        if places:
            try:
                found += [HIDES] if self._hide(end, places) else []
            except (pdfium.PdfiumError, ValueError, OSError):
                found = [NOT_DRAWN]
        return found

    @cached_property
    def _verdict(self) -> str:
        data, end = self._file.data, self._end
        if not ENABLED or end is None or not data[end:].strip(_NOTHING):
            return ""
        deadline = time.monotonic() + SECONDS
        signed = data[:end]
        try:
            with _Poppler(signed) as before, _Poppler(data) as after:
                shown = _alike(_pdfium(signed), _pdfium(data), deadline)
                if shown is None or before.pages(deadline) != after.pages(deadline):
                    return DIFFERENT
                # Where one program shows pages and the other none, the other is no witness.
                return "" if shown == bool(before.pages(deadline)) else NOT_DRAWN
        except (OSError, subprocess.TimeoutExpired, pdfium.PdfiumError, TimeoutError):
            return NOT_DRAWN

    def _hide(self, end: int, places: list[Place]) -> bool:
        with pdfium.PdfDocument(self._file.data[:end]) as signed:
            signed.init_forms()
            for index in {one.page for one in places}:
                on_it = [one for one in places if one.page == index]
                here = [one.box for one in on_it]
                page = signed[index]
                width, height = page.get_size()
                whole = max(width * height, HALF_A4)
                shares = [(right - left) * (top - bottom) / whole for left, bottom, right, top in here]
                if max(shares) > LARGE or sum(shares) > ALL:
                    return True
                if any(_covers(page, one, self._now[index]) for one in on_it):
                    return True
        return False

    @cached_property
    def _now(self) -> pdfium.PdfDocument:
        document = pdfium.PdfDocument(self._file.data)
        document.init_forms()
        return document


def _covers(page: pdfium.PdfPage, place: Place, then: pdfium.PdfPage) -> bool:
    """Whether something there is fainter than it was, or has got black lines at its side. A field that showed something
    itself may be filled anew: there only what is below it counts."""
    crop = _crop(page, place.box)
    if crop is None:
        return False
    dark = _darkest(_drawn(page, crop, draw_annots=place.fresh, may_draw_forms=place.fresh))
    ink = _ink(dark)
    if ink.getbbox() is None:
        return False
    new = _drawn(then, crop, may_draw_forms=True)
    fainter = ImageChops.subtract(_darkest(new), dark).point(lambda value: 255 if value > _FAINTER else 0)
    added = _lightest(new).point(lambda value: 255 if value < _BLACK else 0)
    beside = ImageChops.subtract(ink.filter(ImageFilter.MaxFilter(3)), ink)
    return _pixels(fainter) > _SPECKS or _pixels(ImageChops.darker(added, beside)) > _SPECKS


def _ink(dark: Image.Image) -> Image.Image:
    return dark.point(lambda value: 255 if value < _LIGHT else 0)


def _crop(page: pdfium.PdfPage, box: tuple) -> tuple | None:
    """What to cut off from the page's picture (left, bottom, right, top) to be left with the box; None when the box
    lies beside the page. The page may be turned, or begin elsewhere than at zero."""
    width, height = page.get_size()
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        left, top = ctypes.c_int(), ctypes.c_int()
        pdfium.raw.FPDF_PageToDevice(page, 0, 0, int(width * 100), int(height * 100), 0, x, y, left, top)
        corners.append((left.value / 100, top.value / 100))
    (x0, y0), (x1, y1) = corners
    left, right = max(0.0, min(x0, x1)), min(width, max(x0, x1))
    top, bottom = max(0.0, min(y0, y1)), min(height, max(y0, y1))
    if right - left < 1 or bottom - top < 1:
        return None
    return (
        max(0, int(left) - 1),
        max(0, int(height - bottom) - 1),
        max(0, int(width - right) - 1),
        max(0, int(top) - 1),
    )


def _drawn(page: pdfium.PdfPage, crop: tuple, **how) -> Image.Image:
    bitmap = page.render(scale=_SCALE, crop=crop, **how)
    try:
        return bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()


def _darkest(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return ImageChops.darker(ImageChops.darker(red, green), blue)


def _lightest(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _pixels(mask: Image.Image) -> int:
    return mask.histogram()[255]


class _Poppler:
    """pdftoppm at work beside us; file and pictures lie in memory."""

    def __init__(self, data: bytes):
        self._given, self._drawn = (os.fdopen(os.memfd_create(name), "w+b") for name in ("file", "pages"))
        self._given.write(data)
        self._given.seek(0)
        line = ["pdftoppm", "-gray", "-r", str(DPI), "-"]
        try:
            self._process = subprocess.Popen(
                line, stdin=self._given, stdout=self._drawn, stderr=subprocess.DEVNULL
            )
        except OSError:
            self._close()
            raise

    def pages(self, deadline: float) -> bytes:
        """All of them, one behind the other, as grey pixels. Raises TimeoutExpired."""
        self._process.wait(max(0.0, deadline - time.monotonic()))
        self._drawn.seek(0)
        return self._drawn.read()

    def __enter__(self) -> "_Poppler":
        return self

    def __exit__(self, *_) -> None:
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._given.close()
        self._drawn.close()


def _pdfium(data: bytes) -> Iterator[bytes]:
    """The pixels of each page; nothing for one that is named and not there."""
    with pdfium.PdfDocument(data) as document:
        document.init_forms()
        for index in range(len(document)):
            try:
                page = document[index]
            except pdfium.PdfiumError:
                yield b""
                continue
            bitmap = page.render(scale=DPI / 72, grayscale=True, may_draw_forms=True)
            yield bytes(bitmap.buffer)
            bitmap.close()
            page.close()


def _alike(one: Iterator[bytes], other: Iterator[bytes], deadline: float) -> bool | None:
    """Whether any page shows at all; None when two differ. Raises TimeoutError."""
    shown = False
    while True:
        before, after = next(one, None), next(other, None)
        if before != after:
            return None
        if before is None:
            return shown
        shown = shown or bool(before)
        if time.monotonic() > deadline:
            raise TimeoutError
