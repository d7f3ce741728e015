"""A picture of a stranger, written anew. Runs in the worker alone."""

import io

from PIL import Image, ImageOps

MOST_PIXELS = 100_000_000
_SIDE = 2400  # pixels: a page's width at 300 to the inch
Image.MAX_IMAGE_PIXELS = None  # asked below, before anything is unpacked


class TooManyPixels(Exception):
    """More than are ever unpacked."""


def clean(data: bytes) -> bytes:
    """Raises what Pillow raises for a broken file, TooManyPixels by the header alone."""
    with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise TooManyPixels
        kind = opened.format
        opened.draft("RGB", (_SIDE, _SIDE))
        picture = ImageOps.exif_transpose(opened)
    picture.thumbnail((_SIDE, _SIDE))
    alpha = "A" in picture.getbands() or "transparency" in picture.info
    grey = picture.mode in ("1", "L")
    picture = picture.convert("RGBA" if alpha else "L" if grey else "RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)  # its pixels and nothing else
    out = io.BytesIO()
    bare.save(out, kind, **({"quality": 88} if kind == "JPEG" else {"optimize": True}))
    return out.getvalue()
