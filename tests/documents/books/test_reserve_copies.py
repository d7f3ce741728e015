"""Numbers of the book of copies given by hand while the system was away: entered once, by the right paper, in the order of days."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents.actions.books.closing import why_not_yet
from documents.actions.books.reserving import void_reserved
from documents.models import CertifiedCopy, Event, NumberLine, Outgoing, Reservation
from documents.pdf import inspect
from tests.documents.books.test_reserve import UNUSED, WHY, set_aside
from tests.documents.desks import at_desk, words
from tests.documents.outgoing.test_copies import asked, made, paper_to_copy
from tests.progress.registers.test_books import lines_of

DAY = dt.timedelta(days=1)


@pytest.fixture
def paper(office) -> Outgoing:
    return paper_to_copy(office)


def copies_aside(office, count=3, *, at=None) -> Reservation:
    return set_aside(office, count, direction="cpy", series="SAO", at=at)


def by_hand(office, paper, line, day=None, **changes) -> CertifiedCopy:
    return made(office, paper, by_hand=(line, day or timezone.localdate()), **changes)


def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def test_a_clerk_sets_numbers_of_copies_aside_and_enters_a_copy_made_by_hand(office, paper):
    made(office, paper)
    lan = at_desk(office.lan)
    lan.post(reverse("numbers_reserve"), {"book": "cpy:SAO", "count": "3", "purpose": WHY})
    one = Reservation.objects.get()
    assert (one.first, one.last) == (2, 4) and made(office, paper).number_value == 5
    text = inspect(b"".join(lan.get(reverse("numbers_sheet", args=[one.pk])))).text_first_page
    assert "mỗi lần sao một số" in text and "kèm bản quét" not in text
    line = one.lines.get(value=2)
    enter = reverse("numbers_enter", args=[line.pk])
    assert "Văn bản được sao" in words(lan.get(enter))
    found = lan.get(enter, {"code": paper.code}).content.decode()
    here = reverse("copies", args=[paper.pk])
    assert f"{here}?reserved={line.pk}" in found
    form = lan.get(f"{here}?reserved={line.pk}").context["form"]
    assert form["reserved"].value() == str(line.pk)
    page = words(lan.post(here, asked(office, reserved=line.pk, made_on=today()), follow=True))
    assert "Đã vào sổ 02/SY-SNV" in page
    copy = CertifiedCopy.objects.get(number_value=2)
    line.refresh_from_db()
    assert (copy.book, copy.made_on) == (one.book, timezone.localdate())
    assert (line.state, line.document_id, line.code) == ("entered", paper.pk, "02/SY-SNV")
    said = Event.objects.filter(document=paper.pk, kind="make_copy").last().payload
    assert said["reservation"] == one.pk and "Ghi tay khi hệ thống ngừng" in said["note"]
    assert here in lan.get(reverse("numbers_reservation", args=[one.pk])).content.decode()
    void_reserved(one, values=[3, 4], reason=UNUSED, by=office.lan, at=timezone.now())
    rows = lines_of(office.lan, "certified")
    assert [row[0] for row in rows] == ["01/SY-SNV", "02/SY-SNV", "03", "04", "05/SY-SNV"]
    assert rows[2][8].startswith(f"Hủy: {UNUSED}") and why_not_yet(one.book) == []


def test_a_number_of_a_copy_entered_twice_is_told_by_whom(office, paper):
    line = copies_aside(office, 1).lines.get()
    by_hand(office, paper, line)
    with pytest.raises(ValidationError, match="Số 01 đã vào sổ cho bản sao 01/SY-SNV: Nguyễn Thị Lan"):
        by_hand(office, paper, line)
    # From a page that was opened before: no other number is taken in its place.
    sent = asked(office, reserved=line.pk, made_on=today())
    page = at_desk(office.lan).post(reverse("copies", args=[paper.pk]), sent)
    assert set(page.context["form"].errors) == {"reserved"} and CertifiedCopy.objects.count() == 1


def test_two_clerks_enter_one_number_at_once_and_one_of_them_hears_it(transactional_db, office, paper):
    line, gate, other = copies_aside(office, 1).lines.get(), Barrier(2), paper

    def press(_) -> bool:
        try:
            gate.wait()
            by_hand(office, other, NumberLine.objects.select_related("book").get(pk=line.pk))
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [False, True]
    assert list(CertifiedCopy.objects.values_list("number_value", flat=True)) == [1]
    assert made(office, paper).number_value == 2


def test_no_copy_made_by_hand_is_dated_back(office, paper):
    line = copies_aside(office, 1).lines.get()
    for day, said in (
        (timezone.localdate() + DAY, "Số 01 chỉ dùng cho văn bản từ ngày"),
        (timezone.localdate() - DAY, "chỉ dùng cho văn bản từ ngày|Ngày sao không trước"),
        (paper.issued_on - DAY, "Ngày sao không trước ngày"),
    ):
        with pytest.raises(ValidationError, match=said):
            by_hand(office, paper, line, day)
    assert not CertifiedCopy.objects.exists()


def test_no_copy_made_by_hand_is_older_than_the_copy_it_was_taken_from(office, paper):
    before = timezone.now() - DAY * 5
    Outgoing.objects.filter(pk=paper.pk).update(issued_on=before.date() - DAY)
    paper.refresh_from_db()
    line = copies_aside(office, 1, at=before).lines.get()
    first = made(office, paper)
    with pytest.raises(ValidationError, match=f"của bản sao y {first.code}"):
        by_hand(office, paper, line, first.made_on - DAY, kind="SL", of_copy=first)
    assert by_hand(office, paper, line, first.made_on, kind="SL", of_copy=first).number_value == 1


def test_only_a_copy_on_paper_and_only_a_number_of_the_book_of_copies(office, paper):
    line, other = copies_aside(office, 1).lines.get(), set_aside(office, 1).lines.get()
    with pytest.raises(ValidationError, match="không thuộc sổ bản sao"):
        by_hand(office, paper, other)
    with pytest.raises(ValidationError, match="chỉ dùng cho bản sao giấy"):
        by_hand(office, paper, line, kind="TrS", medium="electronic", text="Trang đầu")
    page = at_desk(office.lan).post(
        reverse("copies", args=[paper.pk]),
        asked(office, medium="electronic", kind="SY", reserved=line.pk, made_on=today()),
    )
    assert "chỉ dùng cho bản sao giấy" in words(page)
    for half in ({"reserved": line.pk, "made_on": ""}, {"made_on": today()}):
        page = at_desk(office.lan).post(reverse("copies", args=[paper.pk]), asked(office, **half))
        assert "hãy chọn cả hai" in words(page)
    line.refresh_from_db()
    assert line.state == "reserved" and not CertifiedCopy.objects.exists()


def test_a_void_number_bears_no_copy_and_a_closed_book_waits_for_those_set_aside(office, paper):
    one = copies_aside(office, 2)
    assert "01, 02" in why_not_yet(one.book)[0]
    void_reserved(one, values=[1], reason=UNUSED, by=office.lan, at=timezone.now())
    with pytest.raises(ValidationError, match="Số 01 đã hủy"):
        by_hand(office, paper, one.lines.get(value=1))


def test_a_stranger_finds_no_number_and_no_paper_to_enter(office, paper):
    line = copies_aside(office, 1).lines.get()
    for post in (office.khach, office.minh):
        assert (
            at_desk(post).get(reverse("numbers_enter", args=[line.pk]), {"code": paper.code}).status_code
            == 404
        )
    for said in ("", "%", "\0", "9" * 40, "0"):
        assert (
            at_desk(office.lan).get(reverse("numbers_enter", args=[line.pk]), {"code": said}).status_code
            == 200
        )


def test_without_numbers_set_aside_the_form_asks_for_none(office, paper):
    form = at_desk(office.lan).get(reverse("copies", args=[paper.pk])).context["form"]
    assert "reserved" not in form.fields
