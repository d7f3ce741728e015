"""A task is taken back: given to the wrong person, or to one whose post has ended."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.journey import NotAllowedNow
from orgs.models import Role
from tests.documents.desks import at_desk, directed, kinds, task_of, words

REASON = {"reason": "Giao nhầm người"}


def handed_on(office):
    paper = directed(office, lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    return paper


def test_the_giver_takes_a_task_back_and_has_it_again(office):
    paper = handed_on(office)
    task, hoa = task_of(paper, office.minh), at_desk(office.hoa)
    page = hoa.get(f"{paper.get_absolute_url()}?tab=work").content.decode()
    assert f"/cong-viec/{task.pk}/thu-hoi/" in page
    assert hoa.post(f"/cong-viec/{task.pk}/thu-hoi/", {"reason": " "}).status_code == 200
    assert hoa.post(f"/cong-viec/{task.pk}/thu-hoi/", REASON).url == paper.get_absolute_url()
    paper.refresh_from_db()
    states = (task_of(paper, office.hoa).state, task_of(paper, office.minh).state)
    assert (*states, paper.state, paper.holder) == ("in_progress", "withdrawn", "assigned", office.hoa)
    assert kinds(paper)[-2:] == ["withdraw", "reopen"]


def test_the_leader_takes_the_whole_branch_back_and_directs_again(office):
    paper = handed_on(office)
    answer = at_desk(office.dung).post(f"/cong-viec/{task_of(paper, office.hoa).pk}/thu-hoi/", REASON)
    assert answer.status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", office.dung)
    assert set(paper.assignments.values_list("state", flat=True)) == {"withdrawn"}
    assert kinds(paper)[-3:] == ["withdraw", "withdraw", "take_back"]
    work.direct(paper, by=office.dung, at=timezone.now(), text="Giao lại", lead=office.minh)
    assert paper.assignments.filter(assignee=office.minh, state="new").exists()


def test_a_paper_whose_leader_left_is_not_stuck(office):
    paper = directed(office, lead=office.hoa)
    office.hoa.valid_to = timezone.localdate()
    office.hoa.save()
    head = office.post("van", "Chánh Văn phòng", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    work.withdraw(task_of(paper, office.hoa), by=head, at=timezone.now(), reason="Đã nghỉ việc")
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", head)


def test_a_supporting_task_falls_alone(office):
    paper = directed(office, support=[office.hoa])
    work.withdraw(task_of(paper, office.hoa), by=office.dung, at=timezone.now(), reason="Không cần nữa")
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("assigned", office.minh)


def test_not_by_others_and_not_when_it_is_done(office):
    paper = directed(office, support=[office.hoa])
    task = task_of(paper, office.minh)
    for who, code in ((office.minh, 403), (office.lan, 403), (office.khach, 404)):
        assert at_desk(who).post(f"/cong-viec/{task.pk}/thu-hoi/", REASON).status_code == code
    with pytest.raises(PermissionDenied):
        work.withdraw(task, by=office.hoa, at=timezone.now(), reason="x")
    work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    with pytest.raises(NotAllowedNow):
        work.withdraw(task, by=office.dung, at=timezone.now(), reason="x")


def test_given_back_to_a_deputy_it_can_be_directed_again_only_for_information(office):
    """What was returned no longer leads: the deputy who directed it may end it as "để biết"."""
    paper = directed(office)
    work.give_back(task_of(paper, office.minh), by=office.minh, at=timezone.now(), reason="Không đúng việc")
    assert kinds(paper)[-2:] == ["give_back", "take_back"]
    paper.refresh_from_db()
    work.direct(paper, by=office.dung, at=timezone.now(), text="Để biết", lead=None, info=[office.hoa])
    paper.refresh_from_db()
    assert paper.state == "completed"


def test_events_name_the_hands_that_did_it(office):
    paper = handed_on(office)
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    closed = paper.events.get(kind="close")
    assert (closed.post, closed.user) == (office.hoa, office.minh.user)
    page = words(at_desk(office.dung).get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Trần Quang Minh (thay Lê Thu Hoa)" in page
