"""A picture as a one-page PDF of its real size: what the form field of a signature shows."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageStat

from signatures.appearance.png import chunks

DRAWN_DPI = 300  # what printers show
_INKS = 16  # shades of a mark
_INK = 128  # alpha from which something counts as ink
_MM = 72 / 25.4


def draw(png: bytes, width: float, height: float, on: tuple | None = None) -> bytes:
    """A checked PNG as a one-page PDF, nothing scaled to fit. `on`: (page width, page height, left, bottom);
    without it the page is the picture. The same bytes each time; PDF/A-2b where the paper is."""
    page_width, page_height, left, bottom = on or (width, height, 0, 0)
    colour, alpha = _planes(png, width)
    with pikepdf.new() as pdf:
        mask = _image(pdf, alpha, Name.DeviceGray)
        shades = bytes(colour.getpalette("RGB"))
        inks = Array([Name.Indexed, Name.DeviceRGB, len(shades) // 3 - 1, shades])
        look = _image(pdf, colour, inks)
        look.SMask = mask
        place = " ".join(f"{v * _MM:.4f}" for v in (width, 0, 0, height, left, bottom))
        pdf.add_blank_page(page_size=(page_width * _MM, page_height * _MM))
        page = pdf.pages[0]
        page.Resources = Dictionary(XObject=Dictionary(Im=look))
        page.Contents = pdf.make_stream(f"q {place} cm /Im Do Q".encode())
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _planes(png: bytes, width: float) -> tuple[Image.Image, Image.Image]:
    """Colour and transparency at the resolution of print, in as few shades as the eye tells apart on a mark:
    it lies in every paper its owner signs."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as opened:
        picture = opened.convert("RGBA")
    most = round(width / 25.4 * DRAWN_DPI)
    if picture.width > 1.05 * most:  # a little finer costs less than drawing it anew
        size = (most, max(1, round(picture.height * most / picture.width)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    alpha = picture.getchannel("A").point(lambda a: round(a / 17) * 17)
    colour, ink = picture.convert("RGB"), alpha.point(lambda a: 255 if a >= _INK else 0)
    # At the edges the colour is mostly rounding; what is not seen has none.
    edge = ImageStat.Stat(colour, ink).mean if ink.getbbox() else [0, 0, 0]
    colour = Image.composite(colour, Image.new("RGB", picture.size, tuple(map(round, edge))), ink)
    return colour.quantize(_INKS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), alpha


def _image(pdf: pikepdf.Pdf, plane: Image.Image, space: Name | Array) -> pikepdf.Stream:
    """The compressed rows of a PNG are what PDF calls Flate with predictor 15 (ISO 32000-1, 7.4.4.4)."""
    out = io.BytesIO()
    plane.save(out, "PNG", optimize=True)
    found = list(chunks(out.getvalue()))
    bits, rows = found[0][1][8], b"".join(body for kind, body in found if kind == b"IDAT")
    how = Dictionary(Predictor=15, Colors=1, BitsPerComponent=bits, Columns=plane.width)
    look = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=plane.width, Height=plane.height, ColorSpace=space,
        BitsPerComponent=bits, Filter=Name.FlateDecode, DecodeParms=how,
    )  # fmt: skip
    return pikepdf.Stream(pdf, rows, look)
