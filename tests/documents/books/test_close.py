"""The end of a book: counted, printed, and nothing is numbered in it afterwards."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.books.closing import close_book, tally
from documents.actions.books.reserving import void_reserved
from documents.journey import NotAllowedNow
from documents.models import Event, RegisterBook
from documents.numbering import next_number
from documents.pdf import inspect
from tests.documents.books.test_reserve import UNUSED, entered, set_aside
from tests.documents.books.test_void import REASON, void
from tests.documents.desks import at_desk, outgoing, registered, words
from tests.documents.outgoing_cases import brought
from tests.progress.registers.test_books import issued


def test_the_closing_sheet_counts_the_numbers_and_names_every_one_that_is_void_or_by_hand(office, keys):
    issued(office)
    void(brought(office, "numbered"), office)
    made = set_aside(office, 2)
    entered(office, made.lines.first())
    void_reserved(made, values=[4], reason=UNUSED, by=office.lan, at=timezone.now())
    book = made.book
    url, lan = reverse("numbers_close", args=[book.pk]), at_desk(office.lan)
    sheet = reverse("numbers_closing_sheet", args=[book.pk])
    assert lan.get(sheet).status_code == 404
    assert "Số hủy 2" in words(lan.get(url))
    assert "Năm" in words(lan.post(url)) and RegisterBook.objects.get(pk=book.pk).closed_at is None
    assert lan.post(url, {"early": "on"}).status_code == 302
    book = RegisterBook.objects.get(pk=book.pk)
    assert (book.closed_by, tally(book).given, tally(book).void, tally(book).by_hand) == (office.lan, 2, 2, 1)
    pdf = lan.get(sheet).content
    text = inspect(pdf).text_first_page
    assert "TỜ CHỐT SỔ" in text and "Nguyễn Thị Lan" in text and "04" in text
    event = Event.objects.get(kind="close_book")
    assert (event.payload["last"], event.payload["void"], event.payload["by_hand"]) == (4, 2, 1)
    assert Event.objects.broken_links(office.home_affairs.pk) == []
    page = words(lan.get(reverse("numbers")))
    assert "Đã chốt" in page and REASON in page


def test_nothing_is_numbered_after_the_closing(office):
    book, _ = next_number(office.home_affairs, "in", "DEN", timezone.localdate())
    close_book(book, by=office.lan, at=timezone.now(), early=True)
    with pytest.raises(ValidationError, match="chốt"):
        registered(office)
    with pytest.raises(ValidationError, match="chốt"):
        set_aside(office, direction="in", series="DEN")


def test_what_is_not_accounted_for_stands_in_the_way(office):
    made = set_aside(office, 1)
    book = made.book
    with pytest.raises(ValidationError, match="chưa đối chiếu: 01"):
        close_book(book, by=office.lan, at=timezone.now(), early=True)
    void_reserved(made, values=[1], reason=UNUSED, by=office.lan, at=timezone.now())
    book, value = next_number(office.home_affairs, "out", "CV", timezone.localdate())
    paper = outgoing(office, state="sealed", book=book, number_value=value, number="02", notation="SNV")
    assert "02/SNV" in words(at_desk(office.lan).get(reverse("numbers_close", args=[book.pk])))
    with pytest.raises(ValidationError, match="chưa phát hành: 02/SNV"):
        close_book(book, by=office.lan, at=timezone.now(), early=True)
    type(paper).objects.filter(pk=paper.pk).update(state="issued")
    assert close_book(book, by=office.lan, at=timezone.now(), early=True).last == 2


def test_the_second_to_close_is_told_who_was_first(office):
    book, _ = next_number(office.home_affairs, "out", "CV", timezone.localdate())
    mine = RegisterBook.objects.get(pk=book.pk)
    close_book(book, by=office.lan, at=timezone.now(), early=True)
    with pytest.raises(NotAllowedNow, match="Nguyễn Thị Lan đã chốt sổ này lúc"):
        close_book(mine, by=office.lan, at=timezone.now(), early=True)
    answer = at_desk(office.lan).post(reverse("numbers_close", args=[book.pk]), {"early": "on"}, follow=True)
    assert "Nguyễn Thị Lan đã chốt sổ này lúc" in words(answer)
    assert Event.objects.filter(kind="close_book").count() == 1


def test_a_year_that_is_over_is_closed_without_more_and_the_new_one_goes_from_01(office):
    year = timezone.localdate().year
    book, _ = next_number(office.home_affairs, "out", "CV", dt.date(year - 1, 12, 31))
    lan = at_desk(office.lan)
    assert "Năm đã hết mà còn sổ chưa chốt" in words(lan.get(reverse("numbers")))
    assert lan.post(reverse("numbers_close", args=[book.pk])).status_code == 302
    assert next_number(office.home_affairs, "out", "CV", timezone.localdate())[1] == 1


def test_only_the_clerk_of_the_office(office):
    book, _ = next_number(office.home_affairs, "out", "CV", timezone.localdate())
    for post, status in ((office.dung, 404), (office.minh, 404), (office.khach, 404)):
        assert (
            at_desk(post).post(reverse("numbers_close", args=[book.pk]), {"early": "on"}).status_code
            == status
        )
        with pytest.raises(PermissionDenied):
            close_book(book, by=post, at=timezone.now(), early=True)
