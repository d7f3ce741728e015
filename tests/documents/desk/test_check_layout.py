"""The tool that holds any PDF or .docx against decree 30: findings, pages with marks, and nothing kept."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.layout.engine import write_pdf
from documents.models import Blob
from tests.documents.desks import at_desk, words
from tests.documents.layout.checker.papers import GOOD_LETTER, html_of
from tests.documents.layout.checker.word_files import letter, packed

HERE = "/kiem-tra-the-thuc/"


def put_in(post, name: str, data: bytes):
    return at_desk(post).post(HERE, {"file": SimpleUploadedFile(name, data)})


def kept() -> list[Path]:
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def test_a_pdf_is_told_what_it_lacks_and_where_and_nothing_is_kept(office):
    before = kept()
    answer = put_in(office.minh, "cong-van.pdf", write_pdf(html_of(GOOD_LETTER), ".motto{font-size:12pt}"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "Quy tắc H04" in page and "Phụ lục I.II.1b" in page
    assert 'src="data:image/png;base64,' in page and page.count("<circle ") == 1
    assert "Sửa giúp" not in page and "Không phải lỗi" not in page
    assert (
        "img-src 'self' data:" in answer["Content-Security-Policy"] and answer["Cache-Control"] == "no-store"
    )
    assert kept() == before and not Blob.objects.exists()


def test_a_paper_that_keeps_the_law_hears_so(office):
    page = words(put_in(office.minh, "cong-van.pdf", write_pdf(html_of(GOOD_LETTER))))
    assert "Không thấy điểm nào" in page


def test_a_word_file_is_told_without_places(office):
    page = put_in(office.lan, "Cong van.docx", packed(letter(), margins=(20, 15, 20, 25))).content.decode()
    assert "Quy tắc G03" in page and "data:image" not in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7 nothing", "Tệp"),
        ("a.docx", b"PK\x03\x04 nothing", "Tệp"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "không phải PDF hoặc Word"),
        ("a.pdf", b"MZ", "Không nhận tệp"),
        ("a.docx", packed(letter(), more={"word/vbaProject.bin": b"x"}), "Không nhận tệp"),
        ("a.pdf", write_pdf(html_of(GOOD_LETTER).replace("<body>", "<body><div>TỐI MẬT</div>", 1)), "mật"),
    ],
)  # fmt: skip
def test_what_may_not_be_read_is_refused_in_words(office, name, data, said):
    answer = put_in(office.minh, name, data)
    assert answer.status_code == 422 and said in words(answer) and "Quy tắc" not in words(answer)


def test_without_a_file_it_is_asked_for(office):
    assert "Hãy chọn một tệp" in words(at_desk(office.minh).post(HERE, {}))


def test_who_drafts_finds_it_in_the_rail(office):
    rail = at_desk(office.minh).get(HERE).content.decode().split('<nav class="rail"')[1].split("</nav>")[0]
    assert f'href="{reverse("check_layout")}" aria-current="true"' in rail


def test_a_file_put_in_is_judged_as_one_made_elsewhere(office):
    without = write_pdf(html_of(GOOD_LETTER), ".ruled::after{display:none} .motto{border:0}")
    page = put_in(office.minh, "cong-van.pdf", without).content.decode()
    assert "Quy tắc H05" not in page and "Quy tắc H08" not in page
