"""Để biết: a box of its own, seen many at once, and nothing in it that was meant for somebody else."""

from django.core.cache import cache
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.models import Assignment
from orgs.models import Role
from tests.documents.desks import at_desk, directed, kinds, task_of, words


def told(office, count: int = 3) -> list[Assignment]:
    papers = [
        directed(office, number=str(n), subject=f"Văn bản số {n}", info=[office.hoa]) for n in range(count)
    ]
    return [task_of(paper, office.hoa) for paper in papers]


def test_it_has_a_box_of_its_own_on_the_desk_and_in_the_list(office):
    told(office)
    directed(office, number="9", subject="Việc phải làm", lead=office.hoa)
    hoa = at_desk(office.hoa)
    page = hoa.get("/")
    assert [row["subject"] for row in page.context["rows"]] == ["Việc phải làm"]
    assert len(page.context["told"]) == 3 and "Đánh dấu đã xem" in words(page)
    assert len(hoa.get("/cong-viec/?box=told").context["rows"]) == 3
    assert [row["subject"] for row in hoa.get("/cong-viec/?box=new").context["rows"]] == ["Việc phải làm"]


def test_many_are_marked_as_seen_at_once(office):
    tasks, hoa = told(office), at_desk(office.hoa)
    answer = hoa.post("/cong-viec/da-xem/", {"task": [tasks[0].pk, tasks[1].pk], "back": "list"}, follow=True)
    assert "Đã đánh dấu 2 văn bản là đã xem" in words(answer) and len(answer.context["rows"]) == 1
    states = set(Assignment.objects.filter(assignee=office.hoa).values_list("pk", "state"))
    assert states == {(tasks[0].pk, "done"), (tasks[1].pk, "done"), (tasks[2].pk, "new")}
    assert kinds(tasks[0].incoming)[-1] == "finish"
    again = hoa.post("/cong-viec/da-xem/", {"task": [tasks[0].pk]}, follow=True)
    assert "đã được xem" in words(again), "twice changes nothing"
    assert kinds(tasks[0].incoming).count("finish") == 1
    assert hoa.post("/cong-viec/da-xem/", {}).status_code == 302


def test_nobody_marks_for_another_nor_a_task_as_seen(office):
    (task,) = told(office, 1)
    for who in (office.minh, office.khach, office.dung):
        assert at_desk(who).post("/cong-viec/da-xem/", {"task": [task.pk]}).status_code == 404
    mine = task_of(directed(office, number="5", lead=office.hoa), office.hoa)
    assert at_desk(office.hoa).post("/cong-viec/da-xem/", {"task": [mine.pk, task.pk]}).status_code == 404
    task.refresh_from_db()
    assert task.state == "new"


def test_the_leads_instruction_is_not_theirs(office):
    paper = directed(office, info=[office.hoa])
    task = task_of(paper, office.hoa)
    assert (task.instruction, task.product, task.due_on) == ("", "", None)
    Assignment.objects.filter(pk=task.pk).update(
        instruction="Chỉ thị cũ cho người khác", product="Công văn cũ"
    )
    page = words(at_desk(office.hoa).get(f"{paper.get_absolute_url()}?tab=work"))
    assert "Bạn nhận văn bản này để biết" in page
    assert "Chỉ thị cũ cho người khác" not in page and "Công văn cũ" not in page
    assert "Bạn nhận văn bản này để biết" not in words(at_desk(office.minh).get(paper.get_absolute_url()))


def test_the_desk_costs_the_same_for_one_and_for_three(office, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    told(office, 1)
    hoa = at_desk(office.hoa)
    hoa.get("/")
    cache.clear()
    with CaptureQueriesContext(connection) as one:
        hoa.get("/")
    for n in (5, 6):
        directed(office, number=str(n), info=[office.hoa])
    cache.clear()
    with django_assert_num_queries(len(one)):
        hoa.get("/")


def test_the_head_of_the_office_sees_her_own_work(office):
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    directed(office, number="1", subject="Việc của văn phòng", lead=ha)
    directed(office, number="2", subject="Cho văn phòng biết", info=[ha])
    from tests.documents.desks import outgoing

    outgoing(office, state="returned", drafter=ha, subject="Dự thảo bị trả")
    outgoing(office, state="in_review", holder=ha, subject="Dự thảo chờ xem")
    page = at_desk(ha).get("/")
    for name, subject in (
        ("rows", "Việc của văn phòng"), ("told", "Cho văn phòng biết"), ("returned", "Dự thảo bị trả"), ("checks", "Dự thảo chờ xem"),
    ):  # fmt: skip
        assert [row["subject"] for row in page.context[name]] == [subject]
        assert subject in words(page)


def test_what_one_leads_is_not_only_for_information(office):
    paper = directed(office, lead=office.hoa, info=[office.minh])
    work.start(task_of(paper, office.hoa), by=office.hoa, at=timezone.now())
    assert (
        "để biết"
        not in words(at_desk(office.hoa).get(paper.get_absolute_url())).lower().split("thông tin")[0]
    )
