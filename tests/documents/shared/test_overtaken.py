"""Of two who act on one paper one wins; the other hears who did what and when, and has what was typed to go on with."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.incoming.reception import hand_back, refuse
from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments as work
from documents.actions.work import directions
from orgs.models import Role
from tests.documents.desks import at_desk, directed, presented, task_of, words
from tests.documents.outgoing_cases import brought

TYPED = {"text": "Tôi đã gõ rất dài."}


def test_the_slower_leader_hears_who_was_faster_and_sends_what_was_typed_as_an_amendment(office):
    paper = presented(office)
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    dung, url = at_desk(office.dung), f"/van-ban-den/{paper.pk}/cho-y-kien/"
    assert dung.get(url).status_code == 200
    work.direct(paper, by=ha, at=timezone.now(), text="Nhanh hơn", lead=office.hoa)
    page = dung.post(url, TYPED | {"lead": office.minh.pk, "product": "Báo cáo"})
    assert page.status_code == 409
    said = words(page)
    when = timezone.localtime(paper.events.last().at).strftime("%H:%M ngày %d/%m/%Y")
    assert (
        f"Ngô Thúy Hà (Chánh Văn phòng · Sở Nội vụ) đã cho ý kiến chỉ đạo lúc {when}. Chủ trì: Lê Thu Hoa."
        in said
    )
    html = page.content.decode()
    assert "Tôi đã gõ rất dài." in html and 'value="Báo cáo"' in html and "data-not-saved" in html
    assert f'value="{office.minh.pk}" aria-label="Trần Quang Minh chủ trì" checked' in html
    action = re.search(r'<form method="post" class="card stack" action="([^"]+)"', html)[1]
    seen = re.search(r'name="seen" value="(\d+)"', html)[1]
    answer = dung.post(action, TYPED | {"lead": office.minh.pk, "product": "Báo cáo", "seen": seen})
    assert answer.status_code == 302
    assert [one.text for one in paper.directions.all()] == ["Nhanh hơn", "Tôi đã gõ rất dài."]
    assert task_of(paper, office.hoa).state == "withdrawn" and task_of(paper, office.minh).state == "new"


def test_a_deputy_who_holds_it_no_more_is_told_why_and_not_shut_out(office):
    paper = presented(office)
    type(paper).objects.filter(pk=paper.pk).update(holder=office.thao)
    thao, url = at_desk(office.thao), f"/van-ban-den/{paper.pk}/cho-y-kien/"
    assert thao.get(url).status_code == 200
    paper.refresh_from_db()
    work.direct(paper, by=office.dung, at=timezone.now(), text="Nhanh hơn", lead=office.hoa)
    page = thao.post(url, TYPED | {"lead": office.minh.pk})
    assert page.status_code == 409 and "Phạm Tiến Dũng (Giám đốc" in words(page)
    assert "Tôi đã gõ rất dài." in page.content.decode() and "/sua-chi-dao/" not in page.content.decode()


def test_two_amendments_the_second_is_shown_what_stands(office):
    paper = directed(office)
    dung, url = at_desk(office.dung), f"/van-ban-den/{paper.pk}/sua-chi-dao/"
    seen = paper.directions.last().pk
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    directions.amend(paper, by=ha, at=timezone.now(), text="Của văn phòng", lead=office.minh)
    page = dung.post(url, TYPED | {"lead": office.hoa.pk, "seen": seen})
    assert page.status_code == 409 and "Ngô Thúy Hà (Chánh Văn phòng · Sở Nội vụ) đã sửa chỉ đạo" in words(
        page
    )
    assert "Tôi đã gõ rất dài." in page.content.decode() and f'action="{url}"' in page.content.decode()
    assert paper.directions.last().text == "Của văn phòng"


@pytest.mark.parametrize("step", ["finish", "give_back", "hand_on"])
def test_a_task_taken_back_under_ones_hands_keeps_what_was_typed(office, step):
    paper = directed(office, lead=office.hoa)
    task, hoa = task_of(paper, office.hoa), at_desk(office.hoa)
    url = reverse(f"assignment_{step}", args=[task.pk])
    assert hoa.get(url).status_code == 200
    work.withdraw(task, by=office.dung, at=timezone.now(), reason="Giao nhầm")
    typed = {"result": "Đã gõ kết quả", "reason": "Đã gõ lý do", "text": "Đã gõ việc", "lead": office.minh.pk}
    page = hoa.post(url, typed)
    assert page.status_code == 409
    assert "Phạm Tiến Dũng (Giám đốc · Sở Nội vụ) đã thu hồi việc lúc" in words(page)
    assert "Đã gõ" in page.content.decode() and paper.get_absolute_url() in page.content.decode()


def test_the_clerks_refusal_and_the_leaders_handing_back_too(office):
    paper = office.paper()
    lan = at_desk(office.lan)
    other = office.post("lan2", "Ngô Thị Lan Anh", office.home_affairs, Role.CLERK, "Văn thư")
    refuse(paper, by=other, at=timezone.now(), reason="Gửi không đúng nơi nhận")
    page = lan.post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": "Lý do tôi đã gõ rất dài"})
    assert page.status_code == 409 and "Ngô Thị Lan Anh (Văn thư · Sở Nội vụ) đã từ chối tiếp nhận" in words(
        page
    )
    assert "Lý do tôi đã gõ rất dài" in page.content.decode()
    paper = presented(office, number="2")
    hand_back(paper, by=office.dung, at=timezone.now(), reason="Trình nhầm")
    page = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/chuyen-lai/", {"reason": "Gõ lần hai"})
    assert page.status_code == 409 and "Gõ lần hai" in page.content.decode()


def test_sending_a_draft_back_too(office):
    paper = brought(office, "in_review")
    url = f"/van-ban-di/{paper.pk}/tra-lai/"
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Bổ sung số liệu")
    page = at_desk(office.hoa).post(url, {"reason": "Lý do thứ hai tôi gõ"})
    assert page.status_code == 409 and "Lê Thu Hoa" in words(page)
    assert "Lý do thứ hai tôi gõ" in page.content.decode()


def test_a_press_without_words_is_told_on_the_paper(office):
    paper = directed(office)
    task, minh = task_of(paper, office.minh), at_desk(office.minh)
    directions.retract(paper, by=office.dung, at=timezone.now(), reason="Nhầm")
    page = minh.post(f"/cong-viec/{task.pk}/bat-dau/", follow=True)
    assert page.status_code == 200 and "Phạm Tiến Dũng (Giám đốc · Sở Nội vụ) đã thu hồi việc lúc" in words(
        page
    )
