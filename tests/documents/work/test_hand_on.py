"""Tasks go down to a person, and come back up."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from tests.documents.desks import at_desk, directed, kinds, late, task_of, words

SENT = {"text": "Xử lý theo ý kiến chỉ đạo."}


def test_the_head_gives_it_to_an_officer_who_then_holds_the_paper(office):
    due = timezone.localdate() + dt.timedelta(days=6)
    paper = directed(office, lead=office.hoa, due_on=due)
    task = task_of(paper, office.hoa)
    answer = at_desk(office.hoa).post(f"/cong-viec/{task.pk}/chuyen-tiep/", SENT | {"lead": office.minh.pk})
    assert answer.url == f"/van-ban-den/{paper.pk}/"
    task.refresh_from_db()
    paper.refresh_from_db()
    child = task_of(paper, office.minh)
    assert (task.state, child.parent, child.due_on, child.product) == (
        "forwarded",
        task,
        due,
        "Công văn trả lời",
    )
    assert paper.holder == office.minh


def test_starting_moves_the_paper_and_tells_the_sender(office):
    paper = directed(office)
    task = task_of(paper, office.minh)
    assert at_desk(office.minh).post(f"/cong-viec/{task.pk}/bat-dau/").status_code == 302
    paper.refresh_from_db()
    assert paper.state == "processing" and paper.reports.filter(code="05").exists()
    assert kinds(paper)[-2:] == ["start", "start"]  # the task and the paper


def test_no_later_than_ones_own_deadline(office):
    due = timezone.localdate() + dt.timedelta(days=6)
    task = task_of(directed(office, lead=office.hoa, due_on=due), office.hoa)
    sent = SENT | {"lead": office.minh.pk, "due_on": (due + dt.timedelta(days=1)).isoformat()}
    answer = at_desk(office.hoa).post(f"/cong-viec/{task.pk}/chuyen-tiep/", sent)
    assert answer.status_code == 200 and "không được sau hạn" in words(answer)


def test_what_is_late_can_still_be_handed_on(office):
    paper = late(directed(office, lead=office.hoa))
    task = task_of(paper, office.hoa)
    sent = SENT | {"lead": office.minh.pk, "due_on": task.due_on.isoformat()}
    assert at_desk(office.hoa).post(f"/cong-viec/{task.pk}/chuyen-tiep/", sent).status_code == 302
    assert task_of(paper, office.minh).due_on == task.due_on


def test_a_lead_must_be_named(office):
    task = task_of(directed(office, lead=office.hoa), office.hoa)
    answer = at_desk(office.hoa).post(
        f"/cong-viec/{task.pk}/chuyen-tiep/", SENT | {"info": [office.minh.pk], "lead": ""}
    )
    assert answer.status_code == 200
    task.refresh_from_db()
    assert task.state == "new"


def test_an_officer_cannot_give_on_and_others_do_not_find_the_task(office):
    task = task_of(directed(office), office.minh)
    sent = SENT | {"lead": office.hoa.pk}
    assert at_desk(office.minh).post(f"/cong-viec/{task.pk}/chuyen-tiep/", sent).status_code == 403
    for who in (office.hoa, office.lan, office.dung, office.khach):
        assert at_desk(who).post(f"/cong-viec/{task.pk}/chuyen-tiep/", sent).status_code == 404
        assert at_desk(who).post(f"/cong-viec/{task.pk}/bat-dau/").status_code == 404


def test_not_twice(office):
    paper = directed(office, lead=office.hoa)
    task = task_of(paper, office.hoa)
    client = at_desk(office.hoa)
    client.post(f"/cong-viec/{task.pk}/chuyen-tiep/", SENT | {"lead": office.minh.pk})
    answer = client.post(f"/cong-viec/{task.pk}/chuyen-tiep/", SENT | {"lead": office.minh.pk}, follow=True)
    assert "Không thể “Chuyển tiếp”: việc hiện ở trạng thái “Đã chuyển tiếp”" in words(answer)
    assert paper.assignments.filter(assignee=office.minh).count() == 1


def test_given_back_it_lies_with_whoever_gave_it(office):
    paper = directed(office, lead=office.hoa)
    task = task_of(paper, office.hoa)
    work.hand_on(task, by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    child = task_of(paper, office.minh)
    client = at_desk(office.minh)
    assert client.post(f"/cong-viec/{child.pk}/chuyen-lai/", {"reason": " "}).status_code == 200
    assert client.post(f"/cong-viec/{child.pk}/chuyen-lai/", {"reason": "Không đúng việc"}).status_code == 302
    task.refresh_from_db()
    paper.refresh_from_db()
    assert (task.state, paper.holder) == ("in_progress", office.hoa)
    assert kinds(paper)[-2:] == ["give_back", "reopen"]
    at_desk(office.hoa).post(f"/cong-viec/{task.pk}/chuyen-lai/", {"reason": "Phòng khác phụ trách"})
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", office.dung)


def test_a_supporting_branch_never_moves_the_paper(office):
    paper = directed(office, lead=office.thao, support=[office.hoa])
    task = task_of(paper, office.hoa)
    work.hand_on(task, by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("assigned", office.thao)
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Đã gửi số liệu")
    paper.refresh_from_db()
    task.refresh_from_db()
    assert (paper.state, task.state) == ("assigned", "done")


@pytest.mark.parametrize("step", ["start", "hand_on", "finish", "give_back"])
def test_branch_steps_have_no_buttons_of_their_own(office, step):
    paper = directed(office, lead=office.hoa)
    page = at_desk(office.hoa).get(f"/van-ban-den/{paper.pk}/").content.decode()
    task = task_of(paper, office.hoa)
    assert reverse(f"assignment_{step}", args=[task.pk]) in page
    assert "Kết thúc nhánh" not in page and "Thu hồi việc" not in page and "/complete/" not in page
