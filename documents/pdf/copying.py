"""A copy as it is printed: the pages of a paper, and below their end the block that says who copied it; and what the pictures of
a scan are worth.

Beside worker.py, in its process and under its limits; knows nothing of the rest of the system.
"""

import io

_MM = 72 / 25.4
_INK = 190  # of 255: what is darker than that is written on
_EDGE = 6  # millimetres at the sides and the foot: shadows of the scanner
_GAP, _FOOT = 4, 12  # millimetres above the block, and below it to the end of the sheet
_WHOLE = 0.6  # of a page: a picture that covers as much is the scan of it
_TOP = 20  # millimetres above a block that has a sheet of its own
_A4 = (210, 297)
_LIVE = ("AcroForm", "Perms", "DSS", "OpenAction", "AA")
_GREY = (1, 4)  # FPDF_COLORSPACE_DEVICEGRAY, _CALGRAY
_INDEXED = 10


def scanned(document) -> list[tuple[int, int, bool]]:
    """Of every page that is one picture: its number, dots an inch across or down, the fewer, and whether it has colours."""
    import pypdfium2.raw as raw

    found = []
    for index in range(len(document)):
        page = document[index]
        whole = page.get_width() * page.get_height()
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
            left, bottom, right, top = thing.get_bounds()
            wide, high = right - left, top - bottom
            about = raw.FPDF_IMAGEOBJ_METADATA()
            if wide * high < _WHOLE * whole or not raw.FPDFImageObj_GetImageMetadata(thing, page, about):
                continue
            across = sorted((about.width, about.height))  # a page may lie on its side
            dots = min(side * 72 / length for side, length in zip(across, sorted((wide, high)), strict=True))
            coloured = about.colorspace not in _GREY and (
                about.bits_per_pixel > 8 or about.colorspace == _INDEXED
            )
            found.append((index + 1, round(dots), coloured))
            break
    return found


def copied(data: bytes, block: bytes, pages: list[int]) -> bytes:
    """These pages (from 1; all, when none is named), what was form field and signature part of the page, and the block, if
    there is one."""
    import pikepdf
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    document.init_forms()
    numbers = pages or list(range(1, len(document) + 1))
    if not all(1 <= number <= len(document) for number in numbers):
        raise IndexError(numbers)
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf, pikepdf.new() as made:
        _flatten(pdf)
        for number in numbers:
            made.pages.append(pdf.pages[number - 1])
        if block:
            high = _end(pdfium.PdfDocument(block)[0]) + 1
            with pikepdf.open(io.BytesIO(block)) as mark:
                _lay(made, mark.pages[0], high, _end(document[numbers[-1] - 1]))
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def marked(data: bytes, marks: bytes) -> bytes:
    """All pages, what was form field and signature part of them, each with the second page of `marks` over it, the first with
    its first."""
    import pikepdf

    with (
        pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf,
        pikepdf.open(io.BytesIO(marks)) as over,
        pikepdf.new() as made,
    ):
        _flatten(pdf)
        for number, page in enumerate(pdf.pages):
            made.pages.append(page)
            box = made.pages[-1].cropbox
            made.pages[-1].add_overlay(
                over.pages[min(number, 1)], pikepdf.Rectangle(*(float(side) for side in box))
            )
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def _lay(made, strip, high: float, end: float) -> None:
    """The upper `high` millimetres of a page of ours below what ends at `end` on the last sheet, or on a sheet more."""
    import pikepdf

    left, _, right, top = (float(side) for side in strip.mediabox)
    for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if name in strip.obj:
            del strip.obj[name]
    strip.mediabox = [left, top - high * _MM, right, top]
    last = made.pages[-1]
    if not _upright(last) or end + _GAP + high + _FOOT > _high(last):
        made.add_blank_page(page_size=tuple(side * _MM for side in _A4))
        last, end = made.pages[-1], _TOP - _GAP
    x0, _, x1, y1 = (float(side) for side in last.mediabox)
    y = y1 - (end + _GAP) * _MM
    last.add_overlay(strip, pikepdf.Rectangle(x0, y - high * _MM, x1, y))


def _high(page) -> float:
    _, bottom, _, top = (float(side) for side in page.mediabox)
    return (top - bottom) / _MM


def _flatten(pdf) -> None:
    pdf.flatten_annotations("print")
    for page in pdf.pages:
        if "/Annots" in page:
            del page.Annots
    for name in _LIVE:
        if f"/{name}" in pdf.Root:
            del pdf.Root[f"/{name}"]


def _upright(page) -> bool:
    """A page on which a place that is seen is the same place in the file."""
    turned = int(page.obj.get("/Rotate", 0)) % 360
    return not turned and [float(side) for side in page.cropbox] == [float(side) for side in page.mediabox]


def _end(page) -> float:
    """Where what is written on the page ends, in millimetres from its top as it is seen."""
    scale = min(1 / _MM, 1000 / max(page.get_size()))  # one dot a millimetre
    picture = page.render(scale=scale, may_draw_forms=True, grayscale=True).to_pil().convert("L")
    dots = picture.width / (page.get_size()[0] / _MM)
    side = round(_EDGE * dots)
    inside = picture.crop((side, 0, picture.width - side, picture.height - side))
    box = inside.point(lambda dot: 255 if dot < _INK else 0).getbbox()
    return box[3] / dots if box else 0.0
