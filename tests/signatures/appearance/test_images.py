"""Which pictures of signatures and seals are taken, and what is kept of them."""

import io
import os
import time

import pytest
from PIL import Image

from signatures.appearance.pictures import check_png, check_size
from signatures.appearance.png import MAX_BYTES, ImageRefused
from tests.signatures.pictures import (
    BLACK,
    BLUE,
    RED,
    WHITE,
    chunk,
    claiming,
    png,
    seal,
    signature,
    with_chunk,
)


def test_the_mark_is_kept_without_its_margins_and_without_anything_else():
    sent = with_chunk(png(signature()), b"tEXt", b"Author\0Pham Tien Dung")
    picture = check_png(sent, ink="blue")
    assert (picture.width, picture.height) == (520, 160)
    assert b"Author" in sent and b"Author" not in picture.png
    kept = Image.open(io.BytesIO(picture.png))
    assert (kept.mode, kept.size) == ("RGBA", (520, 160))
    assert kept.getpixel((260, 2)) == BLUE and kept.getpixel((0, 0))[3] == 0


def test_the_seal_is_taken_by_its_diameter():
    picture = check_png(png(seal()), ink="red")
    assert (picture.width, picture.height) == (600, 600)
    assert check_size(picture, 36, ink="red") == 36


@pytest.mark.parametrize(
    ("data", "ink", "words"),
    [
        (b"", "blue", "không phải ảnh PNG"),
        (png(signature().convert("RGB"), format="JPEG"), "blue", "không phải ảnh PNG"),
        (png(signature(), format="GIF"), "blue", "không phải ảnh PNG"),
        (b"%PDF-1.7", "blue", "không phải ảnh PNG"),
        (png(signature(ground=WHITE)), "blue", "không có nền trong suốt"),
        (png(signature().convert("RGB")), "blue", "không có nền trong suốt"),
        (png(Image.new("RGBA", (600, 300), BLUE)), "blue", "không có nền trong suốt"),
        (png(seal(inside=WHITE)), "red", "vẫn còn nền giấy trắng"),
        (png(signature(ink=BLACK)), "blue", "Chữ ký phải màu xanh"),
        (png(signature(ink=RED)), "blue", "Chữ ký phải màu xanh"),
        (png(seal(ink=BLUE)), "red", "Con dấu phải màu đỏ"),
        (png(seal(height=400)), "red", "không tròn"),
        (png(Image.new("RGBA", (600, 300), (0, 0, 0, 0))), "blue", "gần như trống"),
        (png(signature(ink=(20, 64, 200, 60))), "blue", "quá mờ"),
        (png(signature(12, 12, margin=1)), "blue", "gần như trống"),
        (png(Image.new("RGBA", (4001, 10), BLUE)), "blue", "4001 x 10"),
    ],
)
def test_other_pictures_are_refused_with_what_to_do(data, ink, words):
    with pytest.raises(ImageRefused, match=words) as refused:
        check_png(data, ink=ink)
    assert refused.value.field == "file"


def test_too_many_bytes_are_not_even_looked_at():
    noise = Image.frombytes("RGBA", (1000, 600), os.urandom(1000 * 600 * 4))
    data = png(noise)
    assert len(data) > MAX_BYTES
    with pytest.raises(ImageRefused, match="lớn hơn 2 MB"):
        check_png(data, ink="blue")


def test_a_moving_picture_is_refused():
    moving = png(signature(), save_all=True, append_images=[signature(margin=60)])
    assert b"acTL" in moving
    with pytest.raises(ImageRefused, match="động"):
        check_png(moving, ink="blue")


@pytest.mark.parametrize(
    "data",
    [
        png(signature())[:200],
        png(signature())[:-12],
        png(signature())[:33] + chunk(b"IEND", b""),
        png(signature()).replace(b"IDAT", b"IDAU"),
        claiming(600, 300, b"\0" * 100),
        claiming(0, 0),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"short") + chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR",
        with_chunk(png(signature()), b"IHDR", b"\0" * 13),
        b"\x89PNG\r\n\x1a\n" * 100,
    ],
)
def test_broken_files_are_refused_like_any_other(data):
    with pytest.raises(ImageRefused, match="hỏng"):
        check_png(data, ink="blue")


def test_bombs_cost_nothing():
    bombs = [
        claiming(2_000_000_000, 2_000_000_000),
        claiming(4000, 4000, b"\0" * 64_004_000),  # honest and empty: 64 MB out of 60 kB
        claiming(10, 10, b"\0" * 64_000_000),
        with_chunk(png(signature(ground=WHITE)), b"zTXt", b"a\0\0" + b"\0" * 1000),
        with_chunk(png(signature(ground=WHITE)), b"iCCP", b"a\0\0" + b"\xff" * 1000),
    ]
    began = time.process_time()
    for data in bombs:
        with pytest.raises(ImageRefused):
            check_png(data, ink="blue")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("ink", "width", "words"),
    [
        ("blue", 14.9, "từ 15 đến 50 mm"),
        ("blue", 50.1, "từ 15 đến 50 mm"),
        ("red", 19, "từ 20 đến 50 mm"),
        ("red", 51, "từ 20 đến 50 mm"),
    ],
)
def test_sizes_that_are_none(ink, width, words):
    picture = check_png(png(signature() if ink == "blue" else seal()), ink=ink)
    with pytest.raises(ImageRefused, match=words) as refused:
        check_size(picture, width, ink=ink)
    assert refused.value.field == "width_mm"


def test_a_tall_signature_is_told_how_wide_it_may_be():
    picture = check_png(png(signature(500, 500)), ink="blue")
    with pytest.raises(ImageRefused, match=r"cao 40,0 mm, quá chỗ ký 27 mm.* Chiều rộng lớn nhất là 27,0 mm"):
        check_size(picture, 40, ink="blue")
    assert check_size(picture, 27, ink="blue") == 27


def test_a_coarse_picture_is_refused_at_its_size_and_taken_where_it_is_fine():
    picture = check_png(png(seal(240)), ink="red")
    with pytest.raises(ImageRefused, match="chỉ có 145 điểm ảnh") as refused:
        check_size(picture, 42, ink="red")
    assert refused.value.field == "file"
    assert check_size(picture, 36, ink="red")


@pytest.mark.parametrize("ink", [(10, 20, 90, 255), (30, 60, 220, 255), (70, 80, 200, 255)])
def test_the_blues_of_pens_are_blue(ink):
    assert check_png(png(signature(ink=ink)), ink="blue")


@pytest.mark.parametrize("ink", [(180, 10, 20, 255), (230, 40, 70, 255), (200, 30, 10, 255)])
def test_the_reds_of_stamp_pads_are_red(ink):
    assert check_png(png(seal(ink=ink)), ink="red")


def test_a_picture_of_few_colours_is_a_picture_too():
    palette = signature().quantize(4)
    assert palette.mode == "P" and check_png(png(palette), ink="blue").width == 520
