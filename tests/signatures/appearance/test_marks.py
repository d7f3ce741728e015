"""How the marks lie on the paper: real millimetres, the seal over a third of the signature, nothing scaled."""

import io
import subprocess
from datetime import date

import pikepdf
import pytest
from PIL import Image, ImageChops

from documents.layout import prepare, render
from documents.layout.dates import date_text
from documents.layout.fields import seal_field, seal_place
from documents.pdf import inspect, page_image
from signatures.appearance.picture_pdf import draw
from signatures.appearance.pictures import check_png, check_size
from signatures.pades import certify, seal
from signatures.providers.file import FileKey
from simulators import pki as demo_pki
from tests.documents.papers import DECISION
from tests.signatures.pictures import BLUE, RED, png, signature
from tests.signatures.pictures import seal as seal_picture
from tests.signatures.verification.test_pades import BODY, NOW

WIDTH = 2100  # pixels of a page: ten to the millimetre
MM = WIDTH / 210


@pytest.fixture(scope="module")
def prepared() -> bytes:
    return prepare(render(DECISION))


@pytest.fixture(scope="module")
def signers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    person = demo_pki.issue_person(folder, "Hoàng Gia Khánh", BODY, "Phó Chủ tịch")
    agency = demo_pki.issue_agency(folder, BODY, "H26")
    return [FileKey.load(data, demo_pki.DEMO_PASSWORD) for data in (person, agency)]


def paper(prepared, signers, image: bytes, image_mm: float, stamp: bytes, seal_mm: float) -> bytes:
    """Both marks on the paper, from pictures as they would be registered."""
    person, agency = signers
    blue, red = check_png(image, ink="blue"), check_png(stamp, ink="red")
    height, tall = check_size(blue, image_mm, ink="blue"), check_size(red, seal_mm, ink="red")
    signed = certify(prepared, person, at=NOW, appearance=draw(blue.png, image_mm, height))
    on = (*seal_field(), *seal_place(seal_mm, tall, beside=image_mm))
    return seal(
        signed, agency, number_text="05", date_text=date_text(date(2026, 8, 17)), at=NOW,
        appearance=draw(red.png, seal_mm, tall, on),
    )  # fmt: skip


def spans(pdf: bytes, *inks: tuple) -> list[tuple]:
    """Left, top, right, bottom in millimetres of each ink on the last page: solid strokes, not their edges."""
    picture = Image.open(io.BytesIO(page_image(pdf, inspect(pdf).pages, WIDTH))).convert("RGB")
    found = []
    for ink in inks:
        distance = ImageChops.difference(picture, Image.new("RGB", picture.size, ink[:3]))
        bands = [band.point(lambda d: 255 if d < 25 else 0) for band in distance.split()]
        box = ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2]).getbbox()
        found.append(tuple(v / MM for v in box))
    return found


@pytest.mark.parametrize(
    ("picture", "image_mm", "seal_mm"),
    [
        (signature(700, 400), 45, 36),
        (signature(700, 300), 50, 42),
        (signature(400, 400), 22, 36),
        (signature(500, 300), 15, 20),
        (signature(500, 300), 38.5, 50),
        (signature(600, 200), 50, 20),
    ],
)
def test_the_seal_reaches_a_third_into_the_signature_whatever_their_sizes(
    prepared, signers, picture, image_mm, seal_mm
):
    pdf = paper(prepared, signers, png(picture), image_mm, png(seal_picture()), seal_mm)
    blue, red = spans(pdf, BLUE, RED)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        room = next(
            [float(v) / 72 * 25.4 for v in one.Rect]
            for one in file.Root.AcroForm.Fields
            if one.T == "ky_ca_nhan"
        )
    middle = (room[0] + room[2]) / 2
    left, right = middle - image_mm / 2, middle + image_mm / 2  # the left of the blue lies under the red
    assert blue[2] == pytest.approx(right, abs=0.3)
    assert red[2] - red[0] == pytest.approx(seal_mm, abs=0.3)
    assert red[3] - red[1] == pytest.approx(seal_mm, abs=0.3)
    assert (red[2] - left) / image_mm == pytest.approx(1 / 3, abs=0.02)
    assert (red[1] + red[3]) / 2 == pytest.approx((blue[1] + blue[3]) / 2, abs=0.4)
    assert 297 - (blue[1] + blue[3]) / 2 == pytest.approx((room[1] + room[3]) / 2, abs=0.4)


def test_the_picture_is_small_the_same_each_time_and_allowed_in_an_archive_file():
    picture = check_png(png(signature(2000, 900)), ink="blue")
    pdf = draw(picture.png, 50, 20)
    assert pdf == draw(picture.png, 50, 20) and len(pdf) < 30_000
    with pikepdf.open(io.BytesIO(pdf)) as file:
        page = file.pages[0]
        assert [float(v) for v in page.MediaBox[2:]] == pytest.approx(
            [50 * 72 / 25.4, 20 * 72 / 25.4], abs=0.01
        )
        image = page.Resources.XObject.Im
        # ISO 19005-2: a soft mask may be, colours as the paper's output intent has them, no smoothing asked for.
        assert image.ColorSpace[1] == "/DeviceRGB" and image.SMask.ColorSpace == "/DeviceGray"
        assert "/Interpolate" not in image and "/OC" not in image
        assert (
            image.Width <= 620
            and len(image.read_bytes()) * 8 // image.BitsPerComponent >= image.Width * image.Height
        )


def test_the_sealed_paper_is_still_a_sound_archive_file(prepared, signers, tmp_path):
    pdf = paper(prepared, signers, png(signature()), 45, png(seal_picture()), 36)
    file = tmp_path / "van-ban.pdf"
    file.write_bytes(pdf)
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
    assert all("yes yes yes" in line for line in fonts.splitlines()[2:])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.Root.OutputIntents[0].S == "/GTS_PDFA1"
        spaces = {str(one.ColorSpace[1]) for one in opened.objects if _is_picture(one) and "/SMask" in one}
        assert spaces == {"/DeviceRGB"}


def _is_picture(one) -> bool:
    return isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
