"""Pictures as people send them: good ones, and every kind that must not get onto a paper."""

import io
import struct
import zlib

from PIL import Image, ImageDraw

BLUE, RED, BLACK, WHITE = (20, 64, 200, 255), (216, 18, 26, 255), (20, 20, 20, 255), (255, 255, 255, 255)
CLEAR = (255, 255, 255, 0)


def signature(width=600, height=240, *, ink=BLUE, ground=CLEAR, margin=40) -> Image.Image:
    """Strokes from edge to edge of the space inside the margin."""
    picture = Image.new("RGBA", (width, height), ground)
    box = (margin, margin, width - margin - 1, height - margin - 1)
    pen = ImageDraw.Draw(picture)
    pen.ellipse(box, outline=ink, width=max(4, width // 60))
    pen.line((box[0] + 20, box[3] - 20, box[2] - 20, box[1] + 20), fill=ink, width=max(4, width // 80))
    return picture


def seal(side=600, *, ink=RED, ground=CLEAR, inside=None, height=None) -> Image.Image:
    picture = Image.new("RGBA", (side, height or side), ground)
    box = (0, 0, side - 1, (height or side) - 1)
    ImageDraw.Draw(picture).ellipse(box, outline=ink, width=side // 20, fill=inside)
    return picture


def png(picture: Image.Image, **how) -> bytes:
    out = io.BytesIO()
    picture.save(out, how.pop("format", "PNG"), **how)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(data: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more chunk after its header."""
    return data[:33] + chunk(kind, body) + data[33:]


def claiming(width: int, height: int, rows: bytes = b"") -> bytes:
    """A small file that says it holds a picture of that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packed = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
