"""Does a reader show something else? Two renderers draw what was signed and what the file has become."""

import io
import re
import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+\d+\s+(\d+)\s+(\d+)\s*\]")
_DPI = 50
_NOTICED = 24  # of 255: below that it is the edge of a letter


def last_signed(pdf: bytes) -> bytes:
    """The newest signed revision that is not the whole file; the first signature's when there is none."""
    ends = sorted({int(start) + int(length) for start, length in _RANGE.findall(pdf)})
    before = [end for end in ends if end < len(pdf)]
    return pdf[: before[-1] if before else ends[0]]


def shown_otherwise(pdf: bytes, before: bytes = b"") -> set[str]:
    """The renderers that draw the file otherwise than `before`; than what was signed last, if not given."""
    before = before or last_signed(pdf)
    return {name for name, draw in RENDERERS.items() if differ(draw(before), draw(pdf))}


def differ(one: list[Image.Image], other: list[Image.Image]) -> bool:
    """Two documents without a page are alike: nobody sees anything."""
    if len(one) != len(other):
        return bool(one) and bool(other)
    return any(
        a.size != b.size or ImageChops.difference(a, b).getextrema()[1] > _NOTICED
        for a, b in zip(one, other, strict=True)
    )


def by_pdfium(pdf: bytes) -> list[Image.Image]:
    """As Chromium draws it, with forms; no page when it cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return []
    try:
        document.init_forms()
        return [page.render(scale=_DPI / 72, may_draw_forms=True).to_pil().convert("L") for page in document]
    except pypdfium2.PdfiumError:
        return []
    finally:
        document.close()


def by_poppler(pdf: bytes) -> list[Image.Image]:
    """As Evince and Okular draw it."""
    with tempfile.TemporaryDirectory() as folder:
        line = ["pdftoppm", "-r", str(_DPI), "-gray", "-", f"{folder}/p"]
        subprocess.run(line, input=pdf, capture_output=True, timeout=60)
        return [Image.open(io.BytesIO(one.read_bytes())) for one in sorted(Path(folder).iterdir())]


RENDERERS = {"pdfium": by_pdfium, "poppler": by_poppler}
