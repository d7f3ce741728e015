"""The leader's direction: one leads, others support or are told, by a day that can still come."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.models import Asked, Assignment, Incoming, StatusReport
from orgs.models import Role
from tests.documents.desks import at_desk, directed, kinds, presented, registered, task_of, words
from tests.documents.work.asking import consulted


def given(office, **changes) -> dict:
    due = timezone.localdate() + dt.timedelta(days=5)
    full = {
        "text": "Chủ trì tham mưu.",
        "lead": office.hoa.pk,
        "support": [office.minh.pk],
        "info": [office.thao.pk],
    }
    full |= {"due_on": due.isoformat(), "product": "Công văn"} | changes
    return {name: value for name, value in full.items() if value is not None}


def test_everybody_gets_a_task_and_the_sender_is_told(office):
    paper = presented(office)
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", given(office))
    assert answer.url == f"/van-ban-den/{paper.pk}/"
    paper.refresh_from_db()
    due = timezone.localdate() + dt.timedelta(days=5)
    assert (paper.state, paper.holder, paper.due_on) == ("assigned", office.hoa, due)
    tasks = Assignment.objects.filter(incoming=paper).values_list(
        "role", "assignee", "due_on", "product", "instruction"
    )
    assert set(tasks) == {
        ("lead", office.hoa.pk, due, "Công văn", "Chủ trì tham mưu."),
        ("support", office.minh.pk, due, "Công văn", "Chủ trì tham mưu."),
        ("info", office.thao.pk, None, "", ""),  # who is only told has nothing to do
    }
    assert StatusReport.objects.filter(incoming=paper, code="04").exists()


def test_all_recipients_see_each_other_with_the_six_answers(office):
    due = timezone.localdate() + dt.timedelta(days=9)
    paper = directed(office, lead=office.hoa, support=[office.minh], due_on=due)
    page = words(at_desk(office.minh).get(f"/van-ban-den/{paper.pk}/?tab=work"))
    for word in (
        "Lê Thu Hoa",
        "Trần Quang Minh",
        "Chủ trì",
        "Phối hợp",
        "Công văn trả lời",
        f"{due:%d/%m/%Y}",
        "Phạm Tiến Dũng",
    ):
        assert word in page
    assert page.count(f"{due:%d/%m/%Y}") >= 2


def test_forgetting_who_leads_does_not_close_the_paper(office):
    paper = presented(office)
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", given(office, lead=None))
    assert answer.status_code == 200 and "Hãy chọn người chủ trì" in words(answer)
    paper.refresh_from_db()
    assert paper.state == "awaiting_direction" and not paper.assignments.exists()


def test_only_to_be_told_closes_the_paper(office):
    paper = presented(office)
    sent = given(office, lead="", support=[], due_on="")
    assert at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", sent).status_code == 302
    paper.refresh_from_db()
    assert paper.state == "completed"
    assert kinds(paper)[-2:] == ["direct", "complete"]


def test_reading_is_all_an_info_task_asks(office):
    paper = directed(office, info=[office.hoa])
    task = Assignment.objects.get(incoming=paper, assignee=office.hoa)
    assert at_desk(office.hoa).get(f"/van-ban-den/{paper.pk}/").status_code == 200
    task.refresh_from_db()
    assert task.state == "done"


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"support": "hoa"}, "Mỗi người chỉ nhận một vai trò"),
        ({"due_on": "2020-01-01"}, "không thể ở trong quá khứ"),
        ({"text": ""}, "Hãy ghi ý kiến"),
        ({"lead": ""}, "phải có một người chủ trì"),
        ({"lead": "khach"}, "Chủ trì"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(office, wrong, sentence):
    paper = presented(office)
    posts = {"hoa": [office.hoa.pk], "khach": office.khach.pk}
    sent = given(office, **{name: posts.get(value, value) for name, value in wrong.items()})
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", sent)
    assert answer.status_code == 200 and sentence in words(answer)
    paper.refresh_from_db()
    assert paper.state == "awaiting_direction" and not paper.directions.exists()


def test_typed_words_and_ticks_stay_after_an_error(office):
    paper = presented(office)
    page = (
        at_desk(office.dung)
        .post(f"/van-ban-den/{paper.pk}/cho-y-kien/", given(office, due_on="2020-01-01"))
        .content.decode()
    )
    assert "Chủ trì tham mưu." in page
    assert f'name="lead" value="{office.hoa.pk}" aria-label="Lê Thu Hoa chủ trì" checked' in page
    assert f'name="support" value="{office.minh.pk}" aria-label="Trần Quang Minh phối hợp" checked' in page


def test_without_javascript_phrase_and_days_are_chosen_from_lists(office):
    paper = presented(office)
    client = at_desk(office.dung)
    client.get(f"/van-ban-den/{paper.pk}/cho-y-kien/")
    from orgs.calendar import working_days

    day = working_days().add(timezone.localdate(), 3)
    sent = given(
        office, text="", due_on="", phrase="Nghiên cứu, đề xuất hướng xử lý.", due_in=day.isoformat()
    )
    assert client.post(f"/van-ban-den/{paper.pk}/cho-y-kien/", sent).status_code == 302
    paper.refresh_from_db()
    assert paper.due_on == day and paper.directions.get().text == "Nghiên cứu, đề xuất hướng xử lý."


@pytest.mark.parametrize("who, status", [("thao", 403), ("lan", 403), ("minh", 404), ("khach", 404)])
def test_who_may_not(office, who, status):
    paper = presented(office)
    client = at_desk(getattr(office, who))
    assert client.get(f"/van-ban-den/{paper.pk}/cho-y-kien/").status_code == status
    assert client.post(f"/van-ban-den/{paper.pk}/cho-y-kien/", given(office)).status_code == status


def test_the_head_may_direct_what_is_only_registered(office):
    paper = registered(office)
    assert at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", given(office)).status_code == 302


def test_not_twice(office):
    paper = directed(office)
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", given(office), follow=True)
    assert "Không thể “Cho ý kiến, phân công”" in words(answer)
    assert paper.assignments.count() == 1


def test_the_form_stays_usable_in_an_office_of_a_hundred(office, django_assert_max_num_queries):
    from orgs.models import Role

    for n in range(100):
        office.post(
            f"cv{n}", f"Cán bộ {n}", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room
        )
    paper = presented(office)
    client = at_desk(office.dung)
    with django_assert_max_num_queries(40):
        page = client.get(f"/van-ban-den/{paper.pk}/cho-y-kien/")
    assert page.content.decode().count('name="lead"') == 106  # 104 people, their room, nobody


def test_more_time_than_the_paper_itself_gives_is_never_given_by_mistake(office):
    paper = presented(office)
    promised = timezone.localdate() + dt.timedelta(days=3)
    type(paper).objects.filter(pk=paper.pk).update(due_on=promised)
    dung, url = at_desk(office.dung), f"/van-ban-den/{paper.pk}/cho-y-kien/"
    assert "Vẫn giao với hạn muộn hơn" not in words(dung.get(url))
    asked = words(dung.post(url, given(office)))
    assert f"Văn bản có hạn {promised:%d/%m/%Y}" in asked and "Vẫn giao với hạn muộn hơn" in asked
    assert not paper.assignments.exists()
    assert dung.post(url, given(office, later_ok="on")).status_code == 302
    paper.refresh_from_db()
    assert paper.due_on == timezone.localdate() + dt.timedelta(days=5)


def test_an_assistant_is_neither_given_nor_asked_about_a_paper_with_a_mark_of_secrecy(office):
    thuy = office.post("thuy", "Lý Thanh Thủy", office.home_affairs, Role.ASSISTANT, "Thư ký")
    paper, at = presented(office), timezone.now()
    Incoming.objects.filter(pk=paper.pk).update(secrecy_marks="MẬT")
    paper = Incoming.objects.get(pk=paper.pk)
    for chosen in ({"lead": thuy}, {"lead": office.minh, "support": [thuy]}, {"lead": None, "info": [thuy]}):
        with pytest.raises(
            ValidationError, match="Lý Thanh Thủy là thư ký, không được xem văn bản có dấu hiệu độ mật"
        ):
            work.direct(paper, by=office.dung, at=at, text="Làm", **chosen)
    work.direct(paper, by=office.dung, at=at, text="Làm", lead=office.hoa)
    with pytest.raises(ValidationError, match="dấu hiệu độ mật"):
        work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=at, text="Làm", lead=thuy)
    with pytest.raises(ValidationError, match="dấu hiệu độ mật"):
        consulted(office, paper=paper, by=office.dung, asked=[thuy])
    consulted(office, paper=paper, by=office.dung, asked=[office.lan])


def test_what_an_assistant_was_given_before_the_mark_was_seen_is_listed_no_more(office):
    thuy = office.post("thuy", "Lý Thanh Thủy", office.home_affairs, Role.ASSISTANT, "Thư ký")
    paper = directed(office, support=[thuy], subject="Về việc chimvangxanh")
    consulted(office, paper=paper, by=office.dung, asked=[thuy])
    task, client = task_of(paper, thuy), at_desk(thuy)
    pages = ("/", "/cong-viec/", "/y-kien/")
    assert all("chimvangxanh" in words(client.get(page)) for page in pages[1:])
    Incoming.objects.filter(pk=paper.pk).update(secrecy_marks="MẬT")
    cache.clear()
    assert not any("chimvangxanh" in client.get(page).content.decode() for page in pages)
    assert client.post(reverse("assignment_start", args=[task.pk])).status_code == 404
    assert not Assignment.objects.of(thuy).exists() and not Asked.objects.of(thuy).exists()
