"""Where the office has set so, a result waits for the head: approved, or returned to go on."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work import results
from documents.journey import NotAllowedNow
from documents.models import Assignment
from documents.views.reports.progress import by_unit
from documents.views.shared.rows import moment
from orgs.models import Notice, Role
from tests.documents.desks import at_desk, directed, kinds, task_of, words
from tests.documents.test_race import together


@pytest.fixture
def strict(office):
    office.home_affairs.head_approves = True
    office.home_affairs.save()
    return office


def handed(office, **fields):
    paper = directed(office, lead=office.hoa, **fields)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    return paper


def reported(office, **fields):
    paper = handed(office, **fields)
    task = task_of(paper, office.minh)
    work.finish(task, by=office.minh, at=timezone.now(), result="Không cần trả lời")
    return paper


def test_the_result_comes_to_the_head_and_nothing_is_closed(strict):
    office, paper = strict, handed(strict)
    task = task_of(paper, office.minh)
    answer = at_desk(office.minh).post(
        f"/cong-viec/{task.pk}/hoan-thanh/", {"result": "Không cần trả lời"}, follow=True
    )
    assert "Lê Thu Hoa duyệt rồi việc mới kết thúc" in words(answer)
    paper.refresh_from_db()
    above, below = task_of(paper, office.hoa), task_of(paper, office.minh)
    assert (above.state, below.state, paper.state, paper.holder) == (
        "in_progress",
        "reported",
        "processing",
        office.hoa,
    )
    assert not paper.reports.filter(code="06").exists()
    assert "báo cáo kết quả" in Notice.objects.get(user=office.hoa.user).text
    hoa = at_desk(office.hoa)
    assert [row["value"] for row in hoa.get("/").context["results"]] == [below.pk]
    page = hoa.get(paper.get_absolute_url())
    assert "Trần Quang Minh báo cáo kết quả, chờ bạn duyệt" in words(page) and "Không cần trả lời" in words(
        page
    )
    assert page.context["steps"][0]["label"] == "Duyệt kết quả"


def test_approving_ends_both_and_completes_the_paper(strict):
    office, paper = strict, reported(strict)
    task = task_of(paper, office.minh)
    assert at_desk(office.hoa).post(f"/cong-viec/{task.pk}/duyet-ket-qua/").url == paper.get_absolute_url()
    paper.refresh_from_db()
    assert (paper.state, paper.result) == ("completed", "Không cần trả lời")
    assert {task_of(paper, post).state for post in (office.hoa, office.minh)} == {"done"}
    assert kinds(paper)[-5:] == ["report", "reopen", "approve_result", "finish", "complete"]
    assert paper.reports.filter(code="06").exists()


def test_returning_gives_it_back_with_what_is_missing(strict):
    office, paper = strict, reported(strict)
    task, hoa = task_of(paper, office.minh), at_desk(office.hoa)
    assert hoa.post(f"/cong-viec/{task.pk}/tra-ket-qua/", {"reason": " "}).status_code == 200
    assert hoa.post(f"/cong-viec/{task.pk}/tra-ket-qua/", {"reason": "Thiếu số liệu"}).status_code == 302
    paper.refresh_from_db()
    assert (task_of(paper, office.hoa).state, task_of(paper, office.minh).state) == (
        "forwarded",
        "in_progress",
    )
    assert paper.holder == office.minh
    assert "Thiếu số liệu" in Notice.objects.get(user=office.minh.user).text
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Đã bổ sung")
    results.approve_result(task_of(paper, office.minh), by=office.hoa, at=timezone.now())
    paper.refresh_from_db()
    assert (paper.state, paper.result) == ("completed", "Đã bổ sung")


def test_it_waits_at_every_level(strict):
    office = strict
    paper = directed(office, lead=office.thao)
    work.hand_on(task_of(paper, office.thao), by=office.thao, at=timezone.now(), text="Làm", lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    results.approve_result(task_of(paper, office.minh), by=office.hoa, at=timezone.now())
    assert [task_of(paper, post).state for post in (office.thao, office.hoa, office.minh)] == [
        "in_progress",
        "reported",
        "done",
    ]
    results.approve_result(task_of(paper, office.hoa), by=office.thao, at=timezone.now())
    paper.refresh_from_db()
    assert paper.state == "completed"


def test_what_waits_is_not_handed_on_or_given_back_over_it(strict):
    office, paper = strict, reported(strict)
    mine = task_of(paper, office.hoa)
    with pytest.raises(ValidationError):
        work.hand_on(mine, by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    with pytest.raises(ValidationError):
        work.give_back(mine, by=office.hoa, at=timezone.now(), reason="x")
    work.finish(mine, by=office.hoa, at=timezone.now(), result="Tôi tự trả lời")
    assert task_of(paper, office.minh).state == "done"


def test_what_waits_can_be_taken_back(strict):
    office, paper = strict, reported(strict)
    work.withdraw(task_of(paper, office.minh), by=office.hoa, at=timezone.now(), reason="Giao người khác")
    assert (task_of(paper, office.hoa).state, task_of(paper, office.minh).state) == (
        "in_progress",
        "withdrawn",
    )


def test_only_the_head_judges(strict):
    office, paper = strict, reported(strict)
    task = task_of(paper, office.minh)
    for who, code in ((office.minh, 403), (office.dung, 403), (office.khach, 404)):
        assert at_desk(who).post(f"/cong-viec/{task.pk}/duyet-ket-qua/").status_code == code
    with pytest.raises(PermissionDenied):
        results.return_result(task, by=office.minh, at=timezone.now(), reason="x")


def test_where_nobody_set_it_nothing_waits(office):
    paper = reported(office)
    paper.refresh_from_db()
    assert paper.state == "completed" and task_of(paper, office.hoa).state == "done"


def test_it_is_late_with_the_head_and_counted_once(strict):
    office, paper = strict, reported(strict, due_on=timezone.localdate() + dt.timedelta(days=3))
    Assignment.objects.update(due_on=timezone.localdate() - dt.timedelta(days=3))
    (unit,) = by_unit(office.dung, moment())
    assert (unit["total"], unit["overdue"], unit["open"]) == (1, 1, 1)
    assert paper.assignments.overdue(timezone.localdate()).get().assignee == office.hoa


def test_the_office_sets_it_on_its_own_page_and_others_cannot(office):
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    page = f"/to-chuc/{office.home_affairs.pk}/"
    assert "Trưởng phòng duyệt kết quả" in words(at_desk(ha).get(page))
    assert at_desk(ha).post("/don-vi/cach-lam-viec/", {"head_approves": "on"}).url == page
    office.home_affairs.refresh_from_db()
    assert office.home_affairs.head_approves and office.home_affairs.events.last().kind == "let_heads_approve"
    at_desk(ha).post("/don-vi/cach-lam-viec/", {"head_approves": "on"})
    assert office.home_affairs.events.filter(kind="let_heads_approve").count() == 1
    for who in (office.minh, office.lan):
        assert "Trưởng phòng duyệt kết quả" not in words(at_desk(who).get(page))
        assert at_desk(who).post("/don-vi/cach-lam-viec/", {}).status_code == 403
    at_desk(office.khach).post("/don-vi/cach-lam-viec/", {})
    office.home_affairs.refresh_from_db()
    assert office.home_affairs.head_approves


@pytest.mark.django_db(transaction=True)
def test_of_approving_and_returning_one_wins(transactional_db, strict):
    office = strict
    task = task_of(reported(office), office.minh)

    def approve():
        results.approve_result(Assignment.objects.get(pk=task.pk), by=office.hoa, at=timezone.now())
        return "done"

    def give_back():
        results.return_result(
            Assignment.objects.get(pk=task.pk), by=office.hoa, at=timezone.now(), reason="Thiếu"
        )
        return "in_progress"

    answers = together(approve, give_back)
    assert sum(isinstance(one, NotAllowedNow) for one in answers) == 1
    task.refresh_from_db()
    assert task.state in answers
