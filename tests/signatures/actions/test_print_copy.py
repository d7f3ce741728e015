"""The copy for the printer: looks like the issued paper, carries no live signature, and its code can be read."""

import io
import shutil
import subprocess

import pikepdf
import pytest
import segno
from django.urls import reverse
from PIL import Image, ImageChops

from documents import blobs
from documents.pdf import inspect, page_image
from signatures import public
from signatures.appearance.print_copy import CODE, FOOT, FROM_EDGE, print_copy
from signatures.models import PublicCode
from tests.conftest import tiny_pdf
from tests.documents.outgoing_cases import brought, sits_down
from tests.signatures.public_cases import bytes_of

WIDTH = 2480  # pixels over 210 mm: 300 dpi
ADDRESS = "https://vanban.hanoi.gov.vn/kt/K7QM4TXW9B/"


@pytest.fixture
def issued(office, keys):
    return brought(
        office, "issued", body="\n\n".join(f"{n}. Nội dung số {n} của văn bản." for n in range(60))
    )


def printed(client, office, paper) -> bytes:
    answer = sits_down(client, office.minh).get(reverse("outgoing_print", args=[paper.pk]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"] and "sandbox" in answer["Content-Security-Policy"]
    return b"".join(answer.streaming_content)


def pictures(pdf: bytes) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(page_image(pdf, number, WIDTH))) for number in range(1, inspect(pdf).pages + 1)
    ]


def millimetres(value: float) -> int:
    return round(value * WIDTH / 210)


def test_every_page_looks_as_issued_above_the_foot_and_the_foot_was_empty(client, office, issued):
    before, after = pictures(bytes_of(issued)), pictures(printed(client, office, issued))
    assert len(before) == len(after) > 1
    for old, new in zip(before, after, strict=True):
        foot = old.height - millimetres(FOOT)
        apart = ImageChops.difference(old.crop((0, 0, old.width, foot)), new.crop((0, 0, old.width, foot)))
        assert max(high for _, high in apart.getextrema()) < 90  # no more than the edge of a stroke
        assert old.crop((0, foot, old.width, old.height)).convert("L").getextrema() == (255, 255)
        assert new.crop((0, foot, old.width, old.height)).convert("L").getextrema()[0] < 50


def test_no_reader_finds_a_signature_in_it(client, office, issued, tmp_path):
    pdf = printed(client, office, issued)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert not {"/AcroForm", "/Perms", "/DSS"} & set(file.Root.keys())
        assert all("/Annots" not in page for page in file.pages)
    assert b"/ByteRange" not in pdf and b"/Widget" not in pdf and inspect(pdf).signatures == 0
    if shutil.which("pdfsig"):
        (tmp_path / "in.pdf").write_bytes(pdf)
        said = subprocess.run(["pdfsig", tmp_path / "in.pdf"], capture_output=True, text=True, check=False)
        assert "does not contain any signatures" in said.stdout
    text = inspect(pdf).text_first_page
    assert issued.number in text  # the number was a field and is now a part of the page


def test_the_foot_says_where_and_with_which_code(client, office, issued, settings):
    settings.PUBLIC_URL = "https://vanban.hanoi.gov.vn/"
    text = inspect(printed(client, office, issued)).text_first_page
    code = public.grouped(PublicCode.objects.get(document=issued).code)
    line = f"Bản in từ văn bản điện tử. Kiểm tra tại https://vanban.hanoi.gov.vn/kt/ – mã {code}"
    assert line in " ".join(text.split())


def test_the_code_is_drawn_module_by_module_as_it_should_be():
    picture = pictures(print_copy(tiny_pdf(), address=ADDRESS, where="https://x/kt/", code="K7QM-4TXW-9B"))[
        0
    ].convert("L")
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix
    left, size = millimetres(30), CODE * WIDTH / 210
    top, step = picture.height - millimetres(FROM_EDGE) - size, size / len(matrix)
    seen = [
        [
            picture.getpixel((left + (x + 0.5) * step, top + (y + 0.5) * step)) < 128
            for x in range(len(matrix))
        ]
        for y in range(len(matrix))
    ]
    assert seen == [[bool(module) for module in row] for row in matrix]
    assert step / WIDTH * 210 > 0.35  # millimetres: what a phone reads from paper


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbar-tools is not installed")
@pytest.mark.parametrize("width", [2480, 1240])  # 300 dpi, and a poor scan of 150
def test_another_program_reads_the_code_of_every_page(client, office, issued, settings, tmp_path, width):
    settings.PUBLIC_URL = "https://vanban.hanoi.gov.vn"
    pdf = printed(client, office, issued)
    code = PublicCode.objects.get(document=issued).code
    for number in range(1, inspect(pdf).pages + 1):
        scan = tmp_path / f"{number}.png"
        scan.write_bytes(page_image(pdf, number, width))
        said = subprocess.run(["zbarimg", "-q", "--raw", scan], capture_output=True, text=True, check=True)
        assert said.stdout.strip() == f"https://vanban.hanoi.gov.vn/kt/{code}/"


def test_it_is_made_once_and_kept_by_hash(client, office, issued, monkeypatch):
    first = printed(client, office, issued)
    monkeypatch.setattr(public, "print_copy", lambda *_, **__: pytest.fail("made a second time"))
    assert printed(client, office, issued) == first
    assert PublicCode.objects.filter(document=issued).count() == 1


def test_another_public_address_makes_another_print(client, office, issued, settings):
    first = printed(client, office, issued)
    settings.PUBLIC_URL = "https://khac.hanoi.gov.vn"
    assert printed(client, office, issued) != first


@pytest.mark.parametrize("state", ["in_review", "signed", "sealed"])
def test_only_an_issued_paper_is_printed_so(client, office, keys, state):
    paper = brought(office, state)
    answer = sits_down(client, office.minh).get(reverse("outgoing_print", args=[paper.pk]), follow=True)
    assert "chỉ có sau khi văn bản đã phát hành" in answer.content.decode()
    assert not PublicCode.objects.exists()
    assert reverse("outgoing_print", args=[paper.pk]) not in answer.content.decode()


def test_the_issued_papers_page_has_the_button(client, office, issued):
    page = sits_down(client, office.minh).get(issued.get_absolute_url()).content.decode()
    assert reverse("outgoing_print", args=[issued.pk]) in page and "Bản in có mã kiểm tra" in page


def test_a_file_harmed_on_the_disk_is_not_printed(client, office, issued):
    path = blobs.path_of(issued.current_file().blob)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = sits_down(client, office.minh).get(reverse("outgoing_print", args=[issued.pk]), follow=True)
    assert "không còn nguyên vẹn" in answer.content.decode()
