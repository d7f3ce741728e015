"""The clerk enters papers into the book, one after another."""

import datetime as dt

from django.utils import timezone

from documents.actions.incoming.reception import register
from documents.actions.requests import recall
from documents.models import Incoming, StatusReport
from documents.views.incoming import register as desk
from tests.documents.desks import at_desk, kinds, registered, words


def test_a_paper_takes_the_next_number_and_the_next_paper_opens(office):
    first, second = office.paper(number="1"), office.paper(number="2")
    answer = at_desk(office.lan).post(f"/van-ban-den/{first.pk}/vao-so/", {"due_on": "2030-01-15"})
    assert answer.status_code == 302 and answer.url == f"/van-ban-den/{second.pk}/vao-so/"
    first.refresh_from_db()
    assert (first.state, first.arrival_number, first.due_on) == ("registered", 1, dt.date(2030, 1, 15))
    assert kinds(first) == ["receive", "register"]
    assert list(StatusReport.objects.filter(incoming=first).values_list("code", flat=True)) == ["01", "03"]


def test_into_the_book_and_to_the_leader_in_one_press(office):
    paper = office.paper()
    client = at_desk(office.lan)
    answer = client.post(f"/van-ban-den/{paper.pk}/vao-so/", {"leader": office.dung.pk})
    assert answer.url == "/van-ban-den/?box=reception"  # nothing else waits
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", office.dung)
    assert kinds(paper) == ["receive", "register", "present"]
    again = office.paper(number="9")
    page = client.get(f"/van-ban-den/{again.pk}/vao-so/").content.decode()
    assert f'value="{office.dung.pk}" selected' in page  # the same leader is offered again


def test_urgent_papers_come_first_in_the_queue(office):
    office.paper(number="1", subject="Thường")
    urgent = office.paper(number="2", subject="Gấp lắm", urgency=3)
    shown = office.paper(number="3", subject="Đang mở")
    answer = at_desk(office.lan).post(f"/van-ban-den/{shown.pk}/vao-so/", {})
    assert answer.url == f"/van-ban-den/{urgent.pk}/vao-so/"


def test_an_officer_is_refused_and_a_stranger_sees_nothing(office):
    paper = office.paper()
    assert at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/vao-so/", {}).status_code == 403
    assert at_desk(office.minh).get(f"/van-ban-den/{paper.pk}/vao-so/").status_code == 404
    assert at_desk(office.khach).post(f"/van-ban-den/{paper.pk}/vao-so/", {}).status_code == 404
    paper.refresh_from_db()
    assert paper.state == "awaiting_reception" and kinds(paper) == ["receive"]


def test_a_second_press_shows_the_paper_as_it_stands(office):
    paper = registered(office)
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/vao-so/", {}, follow=True)
    assert answer.redirect_chain == [(f"/van-ban-den/{paper.pk}/", 302)]
    assert "Không thể “Vào sổ”" in words(answer) and "Đã vào sổ" in words(answer)
    assert Incoming.objects.get(pk=paper.pk).arrival_number == 1


def test_a_duplicate_stops_the_hand_before_the_number(office):
    earlier, paper = registered(office), office.paper()
    client = at_desk(office.lan)
    page = client.get(f"/van-ban-den/{paper.pk}/vao-so/")
    assert "Có thể trùng" in words(page) and f'href="/van-ban-den/{earlier.pk}/"' in page.content.decode()
    refused = client.post(f"/van-ban-den/{paper.pk}/vao-so/", {})
    assert refused.status_code == 200 and "Vẫn vào sổ" in words(refused)
    paper.refresh_from_db()
    assert paper.arrival_number is None and earlier.book.last_number == 1
    assert client.post(f"/van-ban-den/{paper.pk}/vao-so/", {"duplicate_ok": "on"}).status_code == 302
    paper.refresh_from_db()
    assert paper.arrival_number == 2


def test_a_secrecy_mark_asks_for_a_tick(office):
    paper = office.paper(secrecy_marks="MẬT")
    client = at_desk(office.lan)
    assert "Dấu hiệu văn bản mật" in words(client.get(f"/van-ban-den/{paper.pk}/vao-so/"))
    assert client.post(f"/van-ban-den/{paper.pk}/vao-so/", {}).status_code == 200
    assert kinds(paper) == ["receive"]
    assert client.post(f"/van-ban-den/{paper.pk}/vao-so/", {"not_secret": "on"}).status_code == 302
    assert kinds(paper) == ["receive", "register", "clear_secrecy"]
    paper.refresh_from_db()
    assert paper.secrecy_cleared_by == office.lan


def test_a_closed_book_is_said_on_the_form(office):
    book = registered(office).book
    type(book).objects.filter(pk=book.pk).update(closed_at=timezone.now())
    paper = office.paper(number="7")
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/vao-so/", {})
    assert answer.status_code == 200 and "đã khóa" in words(answer)
    paper.refresh_from_db()
    assert paper.state == "awaiting_reception"


def test_the_due_date_comes_from_the_package(office):
    paper = office.paper(due_on=dt.date(2030, 5, 20))
    page = at_desk(office.lan).get(f"/van-ban-den/{paper.pk}/vao-so/").content.decode()
    assert 'value="20/05/2030"' in page and "theo gói tin" in page
    register(paper, by=office.lan, at=timezone.now())
    assert Incoming.objects.get(pk=paper.pk).due_on == dt.date(2030, 5, 20)


def test_a_paper_that_its_sender_asks_back_is_marked_and_passed_over(office):
    """It cannot be entered before the clerk has answered: the next press must not lead to it."""
    first, asked, third = (office.paper(subject=f"Về việc {n}", number=str(n)) for n in (1, 2, 3))
    recall.ask_back(asked, kind="recall", reason="Gửi nhầm", at=timezone.now())
    client = at_desk(office.lan)
    page = client.get(f"/van-ban-den/{first.pk}/vao-so/")
    assert "Nơi gửi yêu cầu thu hồi" in words(page)
    assert client.post(page.request["PATH_INFO"], {}).url == f"/van-ban-den/{third.pk}/vao-so/"
    assert "Nơi gửi yêu cầu thu hồi" in words(client.get("/van-ban-den/?box=reception"))
    own = words(client.get(f"/van-ban-den/{asked.pk}/vao-so/"))
    assert (
        "Trả lời yêu cầu của nơi gửi" in own and "Trả lại cả văn bản" in own and "Vào sổ và trình" not in own
    )


def test_the_open_paper_stands_in_the_queue_however_long_that_is(office, monkeypatch):
    monkeypatch.setattr(desk, "QUEUE", 2)
    papers = [office.paper(subject=f"Về việc {n}", number=str(n)) for n in (1, 2, 3, 4)]
    page = at_desk(office.lan).get(f"/van-ban-den/{papers[3].pk}/vao-so/")
    assert page.context["queue"] == [papers[0], papers[1], papers[3]]
    assert "Xem cả 4 văn bản" in words(page)
