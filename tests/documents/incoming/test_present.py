"""The clerk lays a registered paper before a leader; the leader may hand it back."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.incoming.reception import present_again
from documents.actions.work.assignments import direct
from tests.documents.desks import at_desk, kinds, presented, registered, words


def test_a_leader_receives_it(office):
    paper = registered(office)
    sent = {"to": office.thao.pk, "note": "Văn bản gấp"}
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/trinh/", sent)
    assert answer.url == f"/van-ban-den/{paper.pk}/"
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", office.thao)
    assert paper.events.last().payload["note"] == "Văn bản gấp"


def test_only_leaders_of_this_office_can_be_chosen(office):
    paper = registered(office)
    client = at_desk(office.lan)
    for other in (office.minh, office.khach):
        assert client.post(f"/van-ban-den/{paper.pk}/trinh/", {"to": other.pk}).status_code == 200
    paper.refresh_from_db()
    assert paper.state == "registered"


@pytest.mark.parametrize("who, status", [("dung", 403), ("minh", 404), ("khach", 404)])
def test_who_may_not(office, who, status):
    paper = registered(office)
    client = at_desk(getattr(office, who))
    assert client.post(f"/van-ban-den/{paper.pk}/trinh/", {"to": office.dung.pk}).status_code == status


def test_not_twice(office):
    paper = presented(office)
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/trinh/", {"to": office.thao.pk}, follow=True)
    assert "Không thể “Trình lãnh đạo”" in words(answer)
    paper.refresh_from_db()
    assert paper.holder == office.dung


def test_the_leader_hands_it_back_with_a_reason(office):
    paper = presented(office)
    client = at_desk(office.dung)
    assert client.post(f"/van-ban-den/{paper.pk}/chuyen-lai/", {"reason": ""}).status_code == 200
    assert client.post(f"/van-ban-den/{paper.pk}/chuyen-lai/", {"reason": "Thiếu phụ lục"}).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("registered", None)
    assert kinds(paper)[-1] == "hand_back"


def test_another_leader_cannot_hand_it_back(office):
    paper = presented(office)
    assert (
        at_desk(office.thao).post(f"/van-ban-den/{paper.pk}/chuyen-lai/", {"reason": "x"}).status_code == 403
    )


def test_presented_to_the_wrong_leader_it_goes_to_another(office):
    paper = presented(office)
    lan, url = at_desk(office.lan), f"/van-ban-den/{paper.pk}/trinh-lai/"
    page = lan.get(url)
    assert "Đang chờ ý kiến của Phạm Tiến Dũng" in words(page)
    assert (
        f'value="{office.dung.pk}"' not in page.content.decode()
        and f'value="{office.thao.pk}"' in page.content.decode()
    )
    with pytest.raises(ValidationError, match="Hãy chọn người khác"):
        present_again(paper, to=office.dung, by=office.lan, at=timezone.now())
    assert lan.post(url, {"to": office.thao.pk, "note": "Việc thuộc khối của chị"}).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", office.thao)
    assert kinds(paper)[-2:] == ["present", "present_again"]
    assert paper.subject not in words(at_desk(office.dung).get("/van-ban-den/?box=direction"))
    assert at_desk(office.dung).post(url, {"to": office.dung.pk}).status_code == 403


def test_what_a_leader_has_directed_is_presented_to_nobody_else(office):
    paper = presented(office)
    direct(paper, by=office.dung, at=timezone.now(), text="Xử lý", lead=office.hoa)
    url = f"/van-ban-den/{paper.pk}/trinh-lai/"
    answer = at_desk(office.lan).post(url, {"to": office.thao.pk}, follow=True)
    assert "Không thể “Trình người khác”" in words(answer)
