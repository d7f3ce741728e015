"""A Word file of a draft becomes PDF in the worker; whatever happens on the way is one sentence beside the file."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import office_files
from documents.actions.outgoing.office_files import LEASE, ask_for_pdf, convert_next
from documents.journey import NotAllowedNow
from documents.models import OfficeConversion
from documents.pdf import PdfError, ReaderLost
from documents.tasks import convert_office_files
from orgs.actions import cancel_delegation, delegate
from orgs.models import Delegation
from tests.conftest import tiny_pdf
from tests.documents.outgoing.drafting_cases import attached_word
from tests.documents.outgoing.word_cases import docx, p
from tests.documents.outgoing_cases import sits_down, written


@pytest.fixture
def minh(client, office):
    return sits_down(client, office.minh)


@pytest.fixture
def paper(office):
    return written(office)


@pytest.fixture
def quick(monkeypatch):
    """LibreOffice itself is in tests/documents/pdf/test_office.py."""
    monkeypatch.setattr(office_files, "program", lambda: "/usr/bin/x")
    monkeypatch.setattr(office_files, "office_to_pdf", lambda data, kind: tiny_pdf())


def lent(office, *kinds) -> Delegation:
    """The inbox of the author for today."""
    today = timezone.localdate()
    return delegate(
        post=office.minh, to=office.thao.user, valid_from=today, valid_to=today, reason="", kinds=list(kinds),
        by=office.minh.user, at=timezone.now(),
    )  # fmt: skip


def row() -> OfficeConversion:
    return OfficeConversion.objects.get()


def test_from_the_press_to_the_pdf_beside_the_file(minh, office, paper):
    file = attached_word(office, paper)
    page = minh.get(paper.get_absolute_url()).content.decode()
    assert "Chuyển thành PDF" in page
    assert minh.post(reverse("file_to_pdf", args=[file.pk])).url == paper.get_absolute_url()
    assert "Đang chuyển thành PDF" in minh.get(paper.get_absolute_url()).content.decode()
    convert_office_files()
    made = paper.files.get(name="Phụ lục.pdf")
    assert made.part == "attachment" and made.pages == 1 and row().state == "done"
    assert paper.files.filter(pk=file.pk).exists()
    assert "Đã có bản PDF" in minh.get(paper.get_absolute_url()).content.decode()
    assert "Phụ lục.pdf" in paper.events.last().payload["note"]
    assert not convert_next(at=timezone.now())


def test_pressed_twice_it_is_made_once(office, paper, quick):
    file = attached_word(office, paper)
    for _ in range(2):
        ask_for_pdf(file, paper, by=office.minh, at=timezone.now())
    assert convert_next(at=timezone.now()) and not convert_next(at=timezone.now())
    assert paper.files.filter(name="Phụ lục.pdf").count() == 1


def test_two_workers_never_have_one_file_and_a_dead_ones_is_taken_up(office, paper, quick, monkeypatch):
    now = timezone.now()
    ask_for_pdf(attached_word(office, paper), paper, by=office.minh, at=now)
    assert office_files._claim(now) is not None and office_files._claim(now) is None
    later = now + LEASE + dt.timedelta(seconds=1)
    assert convert_next(at=later) and row().state == "done"


def test_the_chain_names_whoever_pressed_in_the_place_of_the_author(office, paper, quick):
    file = attached_word(office, paper)
    lent(office, "drafts")
    ask_for_pdf(file, paper, by=office.minh.used_by(office.thao.user), at=timezone.now())
    convert_next(at=timezone.now())
    event = paper.events.last()
    assert "Phụ lục.pdf" in event.payload["note"]
    assert (event.post, event.user) == (office.minh, office.thao.user)


@pytest.mark.parametrize("how", ["taken back", "run out", "for other business"])
def test_what_a_stand_in_asked_for_is_refused_once_the_inbox_is_no_longer_his(
    minh, office, paper, quick, how
):
    one, at = lent(office, *(["work"] if how == "for other business" else [])), timezone.now()
    ask_for_pdf(attached_word(office, paper), paper, by=office.minh.used_by(office.thao.user), at=at)
    office.minh.used_by(office.minh.user)
    before = paper.events.count()
    if how == "taken back":
        cancel_delegation(one, by=office.minh.user, at=at)
    convert_next(at=at + dt.timedelta(days=2) if how == "run out" else at)
    assert row().state == "failed" and "Ủy quyền xử lý hộp việc của Trần Quang Minh" in row().problem
    assert paper.events.count() == before and not paper.files.filter(name="Phụ lục.pdf").exists()
    assert "Người soạn hãy bấm chuyển lại" in minh.get(paper.get_absolute_url()).content.decode()


def test_a_file_that_kills_its_workers_is_given_up(office, paper, quick):
    now = timezone.now()
    ask_for_pdf(attached_word(office, paper), paper, by=office.minh, at=now)
    for turn in range(3):
        assert office_files._claim(now + turn * 2 * LEASE) is not None
    assert not convert_next(at=now + 7 * LEASE)
    assert row().state == "failed" and "hỏng giữa chừng" in row().problem


@pytest.mark.parametrize(
    "raised, words",
    [(PdfError("LibreOffice không mở được tệp."), "không mở được"), (ReaderLost("Quá lâu."), "Quá lâu")],
)
def test_what_fails_says_why_and_may_be_tried_again(minh, office, paper, quick, monkeypatch, raised, words):
    def fails(data, kind):
        raise raised

    file = attached_word(office, paper)
    monkeypatch.setattr(office_files, "office_to_pdf", fails)
    ask_for_pdf(file, paper, by=office.minh, at=timezone.now())
    tries = 0
    while convert_next(at=timezone.now()):
        tries += 1
    assert tries == (3 if isinstance(raised, ReaderLost) else 1) and row().state == "failed"
    page = minh.get(paper.get_absolute_url()).content.decode()
    assert words in page and "Chuyển lại thành PDF" in page
    monkeypatch.setattr(office_files, "office_to_pdf", lambda data, kind: tiny_pdf())
    minh.post(reverse("file_to_pdf", args=[file.pk]))
    assert row().state == "waiting" and convert_next(at=timezone.now()) and row().state == "done"


def test_a_draft_handed_in_meanwhile_takes_no_file(office, paper, quick):
    ask_for_pdf(attached_word(office, paper), paper, by=office.minh, at=timezone.now())
    papers.submit(paper, by=office.minh, at=timezone.now())
    convert_next(at=timezone.now())
    assert row().state == "failed" and "đã được trình" in row().problem
    assert not paper.files.filter(name="Phụ lục.pdf").exists()


def test_a_state_secret_in_it_is_said_and_no_pdf_kept(office, paper):
    file = attached_word(office, paper, docx(p("TUYỆT MẬT", align="center"), p("Nội dung")))
    ask_for_pdf(file, paper, by=office.minh, at=timezone.now())
    convert_next(at=timezone.now())
    assert row().state == "failed" and "“TUYỆT MẬT”" in row().problem
    assert paper.files.filter(part="attachment").count() == 1


def test_who_may_ask_for_what(client, office, paper, quick, monkeypatch):
    file = attached_word(office, paper)
    with pytest.raises(PermissionDenied):
        ask_for_pdf(file, paper, by=office.hoa, at=timezone.now())
    assert sits_down(client, office.khach).post(reverse("file_to_pdf", args=[file.pk])).status_code == 404
    monkeypatch.setattr(office_files, "program", lambda: "")
    with pytest.raises(ValidationError, match="chưa cài LibreOffice"):
        ask_for_pdf(file, paper, by=office.minh, at=timezone.now())
    minh = sits_down(client, office.minh)
    minh.post(reverse("file_to_pdf", args=[file.pk]))
    assert "chưa cài LibreOffice" in minh.get(paper.get_absolute_url()).content.decode()
    papers.submit(paper, by=office.minh, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        ask_for_pdf(file, paper, by=office.minh, at=timezone.now())


def test_the_page_of_a_paper_asks_one_question_more_for_any_number_of_word_files(
    minh, office, paper, django_assert_max_num_queries
):
    for number in range(3):
        attached_word(office, paper, docx(p(f"Tệp {number}")), f"Tệp {number}.docx")
    minh.get(paper.get_absolute_url())
    with django_assert_max_num_queries(10):
        assert minh.get(paper.get_absolute_url()).content.decode().count("Chuyển thành PDF") == 3
