"""Pictures of hand signatures and seals: what may be registered, and how they lie on a paper.

Decree 30/2020, Appendix I.II.7d and 8: a PNG with a transparent background, the signature blue, the seal red
and of its real size. Lengths are millimetres unless said otherwise.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageStat

from documents import blobs
from documents.layout.fields import LARGEST_SEAL, NARROWEST_IMAGE, PERSON_ROOM, seal_field, seal_place
from documents.models import Blob
from orgs.models import Organisation, User
from signatures.models import SignatureImage

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 4000  # of a side
MIN_DPI, DRAWN_DPI = 150, 300  # below the first it looks torn on paper; the second is what printers show
SMALLEST_SEAL = 20
_MAGIC = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_ANIMATED = {b"acTL", b"fcTL", b"fdAT"}
_INKS = 16  # shades of a mark as drawn
_SEEN, _INK = 16, 128  # alpha from which something shows, and from which it counts as ink
# Hue on Pillow's circle of 256: blue 195°–265°, red 340°–15°.
_HUES = {"blue": [(138, 188)], "red": [(0, 11), (241, 255)]}
_WORDS = {"blue": ("Chữ ký", "xanh", "mực xanh"), "red": ("Con dấu", "đỏ", "mực đỏ")}
_MM = 72 / 25.4


class ImageRefused(ValueError):
    """A picture that cannot be registered; the message is a sentence for the person who sent it.

    `field` is what has to be changed: "file" or "width_mm".
    """

    def __init__(self, sentence: str, field: str = "file"):
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Picture:
    """A checked picture: the mark alone, its empty margins cut off, nothing but pixels in the file."""

    png: bytes
    width: int  # pixels
    height: int

    def height_of(self, width_mm: float) -> float:
        return width_mm * self.height / self.width


def check_png(data: bytes, *, ink: str) -> Picture:
    """`ink` is "blue" (a person's signature) or "red" (a seal). Raises ImageRefused.

    The transparent margins are cut off, so that the millimetres are those of the mark and not of the sheet
    it was scanned from.
    """
    picture = _opened(_pixels_only(data))
    alpha = picture.getchannel("A")
    _check_background(alpha)
    box = alpha.point(lambda a: 255 if a >= _SEEN else 0).getbbox()
    cut = picture.crop(box)
    opaque = cut.getchannel("A").point(lambda a: 255 if a >= _INK else 0)
    _check_ink(cut, opaque, ink)
    if ink == "red" and not 0.9 <= cut.width / cut.height <= 1.1:
        raise ImageRefused(
            "Ảnh con dấu không tròn: chiều rộng và chiều cao khác nhau. Hãy quét lại cho thẳng."
        )
    out = io.BytesIO()
    cut.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), *cut.size)


def check_size(picture: Picture, width_mm: float, *, ink: str) -> float:
    """The height that goes with a width typed by the person who registers it. Raises ImageRefused."""
    height = picture.height_of(width_mm)
    if ink == "red":
        if not SMALLEST_SEAL <= width_mm <= LARGEST_SEAL:
            raise ImageRefused(
                f"Đường kính con dấu phải từ {SMALLEST_SEAL} đến {LARGEST_SEAL} mm, theo giấy chứng nhận đăng ký mẫu dấu.",
                "width_mm",
            )
    else:
        room_width, room_height = PERSON_ROOM
        if not NARROWEST_IMAGE <= width_mm <= room_width:
            raise ImageRefused(
                f"Chiều rộng chữ ký phải từ {NARROWEST_IMAGE} đến {room_width} mm.", "width_mm"
            )
        if height > room_height:
            raise ImageRefused(
                f"Với chiều rộng này chữ ký cao {_number(height)} mm, quá chỗ ký {room_height} mm trên văn bản."
                f" Chiều rộng lớn nhất là {_number(int(10 * room_height * width_mm / height) / 10)} mm.",
                "width_mm",
            )
    dpi = picture.width / width_mm * 25.4
    if dpi < MIN_DPI:
        raise ImageRefused(
            f"Ảnh chỉ có {dpi:.0f} điểm ảnh mỗi inch ở kích thước này, in ra sẽ vỡ nét."
            f" Hãy quét lại từ {DRAWN_DPI} dpi (ít nhất {MIN_DPI})."
        )
    return height


def image_of(owner: User | Organisation) -> SignatureImage | None:
    """The picture in use, or None."""
    images = owner.signature_images if isinstance(owner, User) else owner.seal_images
    return images.filter(ended_at=None).select_related("blob").first()


def image_mark(owner: User | Organisation) -> bytes | None:
    """The registered picture as a one-page PDF of its real size; None when none is registered."""
    image = image_of(owner)
    return mark_of(image) if image else None


def mark_of(image: SignatureImage) -> bytes:
    return _drawn(image.blob_id, float(image.width_mm), float(image.height_mm), None)


def seal_mark(seal: SignatureImage, *, beside: float) -> bytes:
    """The seal on a page as large as the agency's field, where it covers the left third of a personal
    image `beside` millimetres wide (Appendix I.II.8)."""
    width, height = float(seal.width_mm), float(seal.height_mm)
    return _drawn(seal.blob_id, width, height, (*seal_field(), *seal_place(width, height, beside=beside)))


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


@lru_cache(maxsize=300)
def _drawn(sha256: str, width: float, height: float, on: tuple | None) -> bytes:
    return draw(blobs.read(Blob(sha256)), width, height, on)


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
    chunks = list(_chunks(out.getvalue()))
    bits, rows = chunks[0][1][8], b"".join(body for kind, body in chunks if kind == b"IDAT")
    how = Dictionary(Predictor=15, Colors=1, BitsPerComponent=bits, Columns=plane.width)
    look = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=plane.width, Height=plane.height, ColorSpace=space,
        BitsPerComponent=bits, Filter=Name.FlateDecode, DecodeParms=how,
    )  # fmt: skip
    return pikepdf.Stream(pdf, rows, look)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each whole chunk of a PNG. Nothing is unpacked; what is cut off is not given."""
    at = len(_MAGIC)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _pixels_only(data: bytes) -> bytes:
    """The file without everything that is not the picture: text, colour profiles, other people's chunks.

    Nothing is unpacked here, and the sides are known before anything is.
    """
    if len(data) > MAX_BYTES:
        raise ImageRefused(
            f"Ảnh lớn hơn {MAX_BYTES // 1024 // 1024} MB. Hãy quét ở {DRAWN_DPI} dpi và cắt sát nét."
        )
    if not data.startswith(_MAGIC):
        raise ImageRefused("Tệp không phải ảnh PNG. Hãy lưu ảnh dạng PNG nền trong suốt (không dùng JPEG).")
    kept, last = [_MAGIC], b""
    for kind, body in _chunks(data):
        if kind in _ANIMATED:
            raise ImageRefused("Ảnh PNG động không dùng được. Hãy lưu lại thành ảnh tĩnh.")
        if (len(kept) == 1) != (kind == b"IHDR"):
            break
        if kind == b"IHDR":
            _check_sides(body[:8])
        if kind in _KEPT_CHUNKS:
            kept.append(
                struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            )
            last = kind
    if last != b"IEND":
        raise ImageRefused("Ảnh PNG bị hỏng hoặc không trọn vẹn. Hãy lưu lại và gửi lại.")
    return b"".join(kept)


def _check_sides(header: bytes) -> None:
    width, height = struct.unpack(">II", header) if len(header) == 8 else (0, 0)
    if max(width, height) > MAX_PIXELS:
        raise ImageRefused(
            f"Ảnh có {width} x {height} điểm ảnh, nhiều hơn mức {MAX_PIXELS}. Hãy cắt sát nét, quét ở {DRAWN_DPI} dpi."
        )


def _opened(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            opened.load()
            return opened.convert("RGBA")
    # Pillow has no one word for a broken file.
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise ImageRefused("Ảnh PNG bị hỏng, không đọc được. Hãy lưu lại và gửi lại.") from error


def _check_background(alpha: Image.Image) -> None:
    clear = alpha.point(lambda a: 255 if a < _SEEN else 0)
    if _share(clear) > 0.999:
        raise ImageRefused("Ảnh gần như trống. Hãy chọn ảnh có nét chữ ký hoặc hình con dấu.")
    width, height = clear.size
    edges = [
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    ]
    border = [clear.crop(box) for box in edges]
    around = sum(_share(one) * max(one.size) for one in border) / sum(max(one.size) for one in border)
    if around < 0.6 or _share(clear) < 0.2:
        raise ImageRefused(
            "Ảnh không có nền trong suốt. Hãy xóa nền giấy, chỉ giữ nét, rồi lưu PNG có kênh trong suốt."
        )


def _check_ink(picture: Image.Image, opaque: Image.Image, ink: str) -> None:
    amount = opaque.histogram()[255]
    if amount < 200 or _share(opaque) < 0.003:
        raise ImageRefused("Ảnh gần như trống hoặc nét quá mờ. Hãy quét lại cho rõ nét.")
    hue, strength, light = picture.convert("RGB").convert("HSV").split()
    right = hue.point(lambda h: 255 if any(low <= h <= high for low, high in _HUES[ink]) else 0)
    for band, least in ((strength, 64), (light, 40)):
        right = ImageChops.darker(right, band.point(lambda v, least=least: 255 if v >= least else 0))
    if ImageChops.darker(right, opaque).histogram()[255] >= 0.7 * amount:
        return
    white = ImageChops.darker(
        strength.point(lambda s: 255 if s < 40 else 0), light.point(lambda v: 255 if v > 200 else 0)
    )
    if ImageChops.darker(white, opaque).histogram()[255] > 0.2 * amount:
        raise ImageRefused(
            "Trong ảnh vẫn còn nền giấy trắng. Hãy xóa cả phần trắng giữa các nét cho trong suốt."
        )
    what, colour, pen = _WORDS[ink]
    raise ImageRefused(
        f"{what} phải màu {colour}, phần lớn nét trong ảnh có màu khác. Hãy dùng {pen} rồi quét màu."
    )


def _share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
