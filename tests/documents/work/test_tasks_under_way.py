"""Work on a task without a paper is work like any other: every act, every box, notice, reminder and report takes both."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work import directions, results
from documents.actions.work.by_deadline import remind_by_deadline
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.models import Assignment, DeadlineReminder, Event, Extension, Reminder, Task
from documents.views.reports.progress import by_unit
from documents.views.shared.rows import moment
from hanoi_docs.leaving import tables
from orgs.models import DayOff, Notice
from progress.actions.choosing import renew_calendar
from progress.actions.telling import follow
from tests.documents.desks import at_desk, directed, words
from tests.documents.work.without_paper import given, told, work_of

SOON = timezone.localdate() + dt.timedelta(days=5)


@pytest.fixture
def strict(office):
    office.home_affairs.head_approves = True
    office.home_affairs.save()
    return office


def test_begun_handed_on_and_finished_it_is_done_up_to_the_top(office):
    task = given(office, lead=office.hoa, due_on=SOON)
    mine, hoa, minh = work_of(task, office.hoa), at_desk(office.hoa), at_desk(office.minh)
    assert hoa.post(f"/cong-viec/{mine.pk}/bat-dau/").url == task.get_absolute_url()
    task.refresh_from_db()
    assert (task.state, task.holder) == ("processing", office.hoa)
    page = hoa.get(f"/cong-viec/{mine.pk}/chuyen-tiep/")
    assert page.status_code == 200 and "Quay lại nhiệm vụ" in words(page)
    asked = {"text": "Tổng hợp số liệu.", "lead": office.minh.pk, "due_on": f"{SOON:%d/%m/%Y}"}
    assert hoa.post(f"/cong-viec/{mine.pk}/chuyen-tiep/", asked).url == task.get_absolute_url()
    task.refresh_from_db()
    below = work_of(task, office.minh)
    assert (below.parent, below.task, below.incoming, task.holder) == (mine, task, None, office.minh)
    page = words(minh.get(f"/cong-viec/{below.pk}/hoan-thanh/"))
    assert "Văn bản trả lời" not in page and "Kết quả" in page
    assert minh.post(f"/cong-viec/{below.pk}/hoan-thanh/", {"result": ""}).status_code == 200
    assert (
        minh.post(f"/cong-viec/{below.pk}/hoan-thanh/", {"result": "Đã trình phương án"}).url
        == task.get_absolute_url()
    )
    task.refresh_from_db()
    assert (task.state, task.result, task.is_open) == ("completed", "Đã trình phương án", False)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"done"}
    assert told(task) == ["direct", "start", "start", "hand_on", "finish", "close", "complete"]
    assert "Hoàn thành nhiệm vụ" in words(hoa.get(task.get_absolute_url()))
    assert [row["value"] for row in hoa.get("/nhiem-vu/?box=completed").context["rows"]] == [task.pk]


def test_the_result_waits_for_whoever_gave_it_where_the_office_wants_that(strict):
    office, task = strict, given(strict, due_on=SOON)
    mine, dung = work_of(task, office.minh), at_desk(office.dung)
    answer = at_desk(office.minh).post(
        f"/cong-viec/{mine.pk}/hoan-thanh/", {"result": "Xong dự thảo"}, follow=True
    )
    assert "Phạm Tiến Dũng duyệt rồi việc mới kết thúc" in words(answer)
    task.refresh_from_db()
    mine.refresh_from_db()
    assert (task.state, mine.state, task.holder) == ("assigned", "reported", office.dung)
    assert [row["value"] for row in dung.get("/").context["results"]] == [mine.pk]
    page = dung.get(task.get_absolute_url())
    assert page.context["steps"][0]["label"] == "Duyệt kết quả" and "Xong dự thảo" in words(page)
    assert sum(unit["total"] for unit in by_unit(office.dung, moment())) == 1
    assert sum(unit["in_time"] for unit in by_unit(office.dung, moment())) == 1
    for stranger in (office.hoa, office.thao):
        with pytest.raises(PermissionDenied):
            results.approve_result(Assignment.objects.get(pk=mine.pk), by=stranger, at=timezone.now())
    assert (
        dung.post(f"/cong-viec/{mine.pk}/tra-ket-qua/", {"reason": "Thiếu số liệu"}).url
        == task.get_absolute_url()
    )
    task.refresh_from_db()
    assert (work_of(task, office.minh).state, task.holder) == ("in_progress", office.minh)
    work.finish(work_of(task, office.minh), by=office.minh, at=timezone.now(), result="Đã đủ số liệu")
    assert dung.post(f"/cong-viec/{mine.pk}/duyet-ket-qua/").url == task.get_absolute_url()
    task.refresh_from_db()
    assert (task.state, task.result) == ("completed", "Đã đủ số liệu")
    assert told(task)[-2:] == ["approve_result", "complete"]


def test_handed_on_and_approved_on_two_levels(strict):
    office, task = strict, given(strict, lead=strict.hoa)
    work.hand_on(work_of(task, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    work.finish(work_of(task, office.minh), by=office.minh, at=timezone.now(), result="Xong phần tôi")
    results.approve_result(work_of(task, office.minh), by=office.hoa, at=timezone.now())
    task.refresh_from_db()
    assert (work_of(task, office.hoa).state, task.state, task.holder) == ("reported", "assigned", office.dung)
    results.approve_result(work_of(task, office.hoa), by=office.dung, at=timezone.now())
    task.refresh_from_db()
    assert (task.state, task.result) == ("completed", "Xong phần tôi")


def test_more_time_progress_and_urging(office):
    task = given(office, due_on=SOON)
    mine, minh, dung = work_of(task, office.minh), at_desk(office.minh), at_desk(office.dung)
    later = SOON + dt.timedelta(days=3)
    there = task.get_absolute_url()
    asked = {"due_on": f"{later:%d/%m/%Y}", "reason": "Chờ số liệu của các phòng"}
    assert "Quay lại nhiệm vụ" in words(minh.get(f"/cong-viec/{mine.pk}/xin-gia-han/"))
    assert minh.post(f"/cong-viec/{mine.pk}/xin-gia-han/", asked).url == there
    extension = Extension.objects.get()
    assert "xin gia hạn" in words(dung.get(there)) and [
        row["subject"] for row in dung.get("/").context["extensions"]
    ] == [task.title]
    assert dung.post(f"/gia-han/{extension.pk}/dong-y/", {"due_on": f"{later:%d/%m/%Y}"}).url == there
    task.refresh_from_db()
    assert (task.due_on, work_of(task, office.minh).due_on) == (later, later)
    assert (
        minh.post(f"/cong-viec/{mine.pk}/bao-cao-tien-do/", {"percent": "60", "text": "Đã có khung"}).url
        == there
    )
    urging = {"kind": "criticise", "text": "Chậm so với kế hoạch"}
    assert dung.post(f"/cong-viec/{mine.pk}/don-doc/", urging).url == there
    page = words(minh.get(there))
    for said in (
        "Tiến độ 60%",
        "Bị đôn đốc 1 lần",
        "đã gia hạn 1 lần",
        "Chậm so với kế hoạch",
        "Phê bình Trần Quang Minh",
    ):
        assert said in page, said
    assert Reminder.objects.get().assignment == mine
    assert told(task)[-4:] == ["ask_extension", "grant_extension", "report_progress", "remind_work"]
    text = Notice.objects.filter(user=office.minh.user).order_by("pk").last().text
    assert "nhiệm vụ Phạm Tiến Dũng giao ngày" in text and task.title not in text
    again = minh.get(f"/cong-viec/{mine.pk}/xin-gia-han/")
    assert again.status_code == 200


def test_what_is_asked_of_somebody_else_is_not_there_for_strangers(office):
    task = given(office)
    mine = work_of(task, office.minh)
    for step in ("bat-dau", "hoan-thanh", "don-doc", "thu-hoi", "xin-gia-han", "duyet-ket-qua"):
        for who in (office.khach, office.lan):
            assert at_desk(who).post(f"/cong-viec/{mine.pk}/{step}/", {}).status_code == 404
    with pytest.raises(ValidationError):
        work.finish(mine, by=office.minh, at=timezone.now(), result=" ")


def test_the_day_reminds_and_tells_the_head_once(office):
    DayOff.objects.all().delete()
    task = given(office, by=office.thao)
    monday = dt.date(2027, 3, 1)
    Assignment.objects.filter(task=task).update(due_on=monday)
    for day in range(-1, 12):
        noon = timezone.make_aware(dt.datetime.combine(monday + dt.timedelta(days=day), dt.time(12)))
        remind_by_deadline(at=noon)
        remind_by_deadline(at=noon)
    rows = DeadlineReminder.objects.filter(assignment__task=task)
    assert set(rows.values_list("rule", flat=True)) == {"soon", "late_1", "late_3", "late_7", "escalated"}
    assert rows.get(rule="escalated").to == office.dung
    assert told(task).count("past_deadline") == 3 and told(task).count("escalate") == 1
    follow(at=timezone.now())
    assert "quá hạn" in Notice.objects.filter(user=office.dung.user, kind="deadline").last().text
    assert not Event.objects.all().broken_links(office.home_affairs.pk)


def test_whoever_is_given_one_is_told_and_the_notice_opens_it(office):
    directed(office, lead=office.hoa)
    task = given(office, urgency=3)
    follow(at=timezone.now())
    notice = Notice.objects.get(user=office.minh.user, kind="given")
    assert "giao bạn chủ trì" in notice.text and notice.urgent and task.title not in notice.text
    assert Notice.objects.filter(kind="given").count() == 2
    minh = at_desk(office.minh)
    assert minh.post(f"/thong-bao/{notice.pk}/mo/").url == task.get_absolute_url()
    work.give_back(work_of(task, office.minh), by=office.minh, at=timezone.now(), reason="Không đúng việc")
    follow(at=timezone.now())
    assert Notice.objects.filter(user=office.dung.user, kind="given_back").exists()


def test_boxes_counts_the_calendar_and_the_export_hold_both(office):
    paper, task = directed(office, due_on=SOON), given(office, due_on=SOON + dt.timedelta(days=1), urgency=2)
    minh, dung = at_desk(office.minh), at_desk(office.dung)
    rows = minh.get("/cong-viec/?box=new").context["drawn_rows"]
    assert paper.get_absolute_url() in rows and task.get_absolute_url() in rows
    assert [row["url"] for row in minh.get("/").context["rows"]] == [
        paper.get_absolute_url(),
        task.get_absolute_url(),
    ]
    assert task.get_absolute_url() in dung.get("/cong-viec/?box=given").content.decode()
    assert task.title in words(dung.get("/theo-doi/?class=total"))
    token = renew_calendar(office.minh.user, at=timezone.now())
    said = minh.get(f"/lich/{token}.ics").content.decode()
    assert task.get_absolute_url() in said and task.title not in said
    there = tables(office.home_affairs)
    assert [row["title"] for row in there["tasks"]] == [task.title]
    assert there["assignments"].count() == 2 and there["directions"].count() == 2
    assert tables(office.justice)["tasks"].count() == 0


def test_amended_to_another_lead_the_task_is_his(office):
    task = given(office, lead=office.hoa)
    directions.amend(task, by=office.dung, at=timezone.now(), text="Làm kỹ", lead=office.minh)
    assert Task.objects.get(pk=task.pk).holder == office.minh


def test_a_part_is_never_due_after_the_whole(office):
    last, later = SOON, SOON + dt.timedelta(days=4)
    whole = given(office, lead=office.hoa, due_on=last)
    part = given(office, by=office.hoa, lead=office.minh, parent=whole, due_on=SOON - dt.timedelta(days=2))
    asked = ask_extension(
        work_of(part, office.minh), by=office.minh, at=timezone.now(), due_on=later, reason="Chờ số liệu"
    )
    with pytest.raises(ValidationError, match="Nhiệm vụ lớn có hạn"):
        grant_extension(asked, by=office.hoa, at=timezone.now())
    grant_extension(asked, by=office.hoa, at=timezone.now(), due_on=last)
    with pytest.raises(ValidationError, match="không được sau hạn"):
        directions.amend(
            part, by=office.hoa, at=timezone.now(), text="Làm kỹ", lead=office.minh, due_on=later
        )
    directions.amend(part, by=office.hoa, at=timezone.now(), text="Làm kỹ", lead=office.minh)
    assert Task.objects.get(pk=part.pk).due_on == last
