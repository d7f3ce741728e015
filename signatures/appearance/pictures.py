"""Pictures of hand signatures and seals: what may be registered, and how they lie on a paper.

Decree 30/2020, Appendix I.II.7d and 8: a PNG with a transparent background, the signature blue, the seal red
and of its real size. Lengths are millimetres unless said otherwise.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from PIL import Image, ImageChops

from documents import blobs
from documents.layout.fields import LARGEST_SEAL, NARROWEST_IMAGE, PERSON_ROOM, seal_field, seal_place
from documents.models import Blob
from orgs.law import cited
from orgs.models import Organisation, User
from signatures.appearance.picture_pdf import DRAWN_DPI, draw
from signatures.appearance.png import ImageRefused, opened
from signatures.errors import SigningError
from signatures.models import SignatureImage
from ui.ready import Ready

MIN_DPI = 150  # below, it looks torn on paper
SMALLEST_SEAL = 20
_SEEN, _INK = 16, 128  # alpha from which something shows, and from which it counts as ink
# Hue on Pillow's circle of 256: blue 195°–265°, red 340°–15°.
_HUES = {"blue": [(138, 188)], "red": [(0, 11), (241, 255)]}
_WORDS = {"blue": ("Chữ ký", "xanh", "mực xanh"), "red": ("Con dấu", "đỏ", "mực đỏ")}


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
    picture = opened(data)
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
    cut.save(out, "PNG")
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
    found = (_PERSONS if isinstance(owner, User) else _BODYS).objects(owner.pk)
    return found[0] if found else None


_PERSONS = Ready(lambda user: SignatureImage.objects.filter(user=user, ended_at=None).order_by("pk"))
_BODYS = Ready(lambda body: SignatureImage.objects.filter(organisation=body, ended_at=None).order_by("pk"))


def image_then(owner: User | Organisation, at: datetime) -> SignatureImage | None:
    """The picture that was in use at that moment; of an earlier one, the first ever registered."""
    images = _images_of(owner).order_by("uploaded_at", "pk")
    return images.filter(uploaded_at__lte=at).last() or images.first()


def registered(owner: User | Organisation) -> SignatureImage:
    """Raises SigningError where none is: without it the paper has not the form that decree 30 asks for."""
    image = image_of(owner)
    if image is None and isinstance(owner, User):
        raise SigningError(
            f"{owner} chưa đăng ký hình ảnh chữ ký nên chưa ký được ({cited('{clerical_work}')}, Phụ lục I.II.7d)."
            " Hãy đăng ký ở mục “Hình ảnh chữ ký” trong bảng chọn tài khoản ở góc phải, rồi ký lại."
        )
    if image is None:
        raise SigningError(
            f"{owner} chưa đăng ký hình ảnh con dấu nên chưa đóng dấu được ({cited('{clerical_work}')}, Phụ lục I.II.8)."
            " Văn thư hoặc quản trị đơn vị đăng ký ở mục “Con dấu”, rồi làm lại."
        )
    return image


def image_mark(owner: User | Organisation) -> bytes | None:
    """The registered picture as a one-page PDF of its real size; None when none is registered."""
    image = image_of(owner)
    return mark_of(image) if image else None


def mark_of(image: SignatureImage) -> bytes:
    return _drawn(image.blob_id, float(image.width_mm), float(image.height_mm), None)


def seal_look(organisation: Organisation, signer: User, signed_at: datetime) -> bytes:
    """The organisation's seal as it lies beside the signature that was given then. Raises SigningError."""
    beside = image_then(signer, signed_at)
    return seal_mark(registered(organisation), beside=float(beside.width_mm) if beside else PERSON_ROOM[0])


def seal_mark(seal: SignatureImage, *, beside: float) -> bytes:
    """The seal on a page as large as the agency's field, where it covers the left third of a personal
    image `beside` millimetres wide (Appendix I.II.8)."""
    width, height = float(seal.width_mm), float(seal.height_mm)
    return _drawn(seal.blob_id, width, height, (*seal_field(), *seal_place(width, height, beside=beside)))


def _images_of(owner: User | Organisation):
    return owner.signature_images if isinstance(owner, User) else owner.seal_images


@lru_cache(maxsize=300)
def _drawn(sha256: str, width: float, height: float, on: tuple | None) -> bytes:
    return draw(blobs.read(Blob(sha256)), width, height, on)


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
