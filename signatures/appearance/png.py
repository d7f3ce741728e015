"""PNG files from people, opened without trust: what is not the picture is left out before anything is unpacked."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 4000  # of a side
_MAGIC = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_ANIMATED = {b"acTL", b"fcTL", b"fdAT"}
_BANDS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type -> samples of a pixel
_BROKEN = "Ảnh PNG bị hỏng hoặc không trọn vẹn. Hãy lưu lại và gửi lại."


class ImageRefused(ValueError):
    """A picture that cannot be registered; the message is a sentence for the person who sent it.

    `field` is what has to be changed: "file" or "width_mm".
    """

    def __init__(self, sentence: str, field: str = "file"):
        super().__init__(sentence)
        self.field = field


def opened(data: bytes) -> Image.Image:
    """The picture in RGBA. Raises ImageRefused for a file that is no PNG, moves, is broken or too large.

    Text, colour profiles and other people's chunks are never read, and the sides are known before any pixel is.
    """
    if len(data) > MAX_BYTES:
        raise ImageRefused(f"Ảnh lớn hơn {MAX_BYTES // 1024 // 1024} MB. Hãy quét ở 300 dpi và cắt sát nét.")
    if not data.startswith(_MAGIC):
        raise ImageRefused("Tệp không phải ảnh PNG. Hãy lưu ảnh dạng PNG nền trong suốt (không dùng JPEG).")
    found = list(chunks(data))
    if any(kind in _ANIMATED for kind, _ in found):
        raise ImageRefused("Ảnh PNG động không dùng được. Hãy lưu lại thành ảnh tĩnh.")
    kinds = [kind for kind, _ in found]
    if kinds[:1] != [b"IHDR"] or kinds.count(b"IHDR") > 1 or kinds[-1] != b"IEND":
        raise ImageRefused(_BROKEN)
    _check_pixels(found[0][1], (body for kind, body in found if kind == b"IDAT"))
    clean = _MAGIC + b"".join(_chunk(kind, body) for kind, body in found if kind in _KEPT)
    try:
        with Image.open(io.BytesIO(clean), formats=["PNG"]) as picture:
            return picture.convert("RGBA")
    # Pillow has no one word for a broken file.
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise ImageRefused(_BROKEN) from error


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each whole chunk of a PNG, to the first that is cut off."""
    at = len(_MAGIC)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _check_pixels(header: bytes, parts: Iterator[bytes]) -> None:
    """The sides are bounded and every row is there, and no more.

    Pillow cannot be asked: elsewhere in the process it was told to take pictures that are cut off.
    """
    try:
        width, height, depth, colour = struct.unpack(">IIBB", header[:10])
        row = (width * depth * _BANDS[colour] + 7) // 8
    except (struct.error, KeyError) as error:
        raise ImageRefused(_BROKEN) from error
    if max(width, height) > MAX_PIXELS:
        raise ImageRefused(
            f"Ảnh có {width} x {height} điểm ảnh, nhiều hơn mức {MAX_PIXELS}. Hãy cắt sát nét, quét ở 300 dpi."
        )
    unpacked, total = zlib.decompressobj(), 0
    waiting, most = b"".join(parts), 2 * height * (row + 8)
    try:
        while total <= most and not unpacked.eof and waiting:
            total += len(unpacked.decompress(waiting, 1 << 20))
            waiting = unpacked.unconsumed_tail
    except zlib.error as error:
        raise ImageRefused(_BROKEN) from error
    if not unpacked.eof or not 0 < height * row <= total <= most:
        raise ImageRefused(_BROKEN)
