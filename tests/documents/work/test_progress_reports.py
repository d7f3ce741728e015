"""Báo cáo tiến độ: told as often as wanted, kept as it was told, and closing nothing."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.follow_up import report_progress
from documents.journey import NotAllowedNow
from documents.models import ProgressReport
from tests.documents.desks import at_desk, directed, kinds, task_of, words


def tell(task, percent=40, text="Đã xin ý kiến các phòng", by=None):
    return report_progress(task, by=by or task.assignee, at=timezone.now(), percent=percent, text=text)


def test_it_stands_on_the_task_in_the_lists_and_in_the_history(office):
    paper = directed(office)
    task = task_of(paper, office.minh)
    minh = at_desk(office.minh)
    for percent, text in (("40", "Đã xin ý kiến"), ("30", "Phòng khác chưa trả lời")):
        sent = {"percent": percent, "text": text}
        assert minh.post(f"/cong-viec/{task.pk}/bao-cao-tien-do/", sent).status_code == 302
    task.refresh_from_db()
    assert (task.percent, task.state) == (30, "new")
    assert kinds(paper)[-2:] == ["report_progress", "report_progress"]
    assert "Chủ trì · Chưa nhận · 30%" in words(minh.get("/"))
    assert "30%" in words(at_desk(office.dung).get("/cong-viec/?box=given"))
    page = words(minh.get(f"{paper.get_absolute_url()}?tab=work"))
    assert "Tiến độ 30%" in page and page.index("Phòng khác chưa trả lời") < page.index("Đã xin ý kiến")
    flow = words(minh.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert "Báo cáo tiến độ" in flow and "Đã xin ý kiến · 40%" in flow


def test_a_hundred_per_cent_closes_nothing(office):
    paper = directed(office)
    task = task_of(paper, office.minh)
    work.start(task, by=office.minh, at=timezone.now())
    tell(task, 100)
    task.refresh_from_db()
    paper.refresh_from_db()
    assert (task.state, paper.state, task.percent) == ("in_progress", "processing", 100)


@pytest.mark.parametrize(
    "sent",
    [
        {"percent": "101", "text": "x"},
        {"percent": "-1", "text": "x"},
        {"percent": "nửa", "text": "x"},
        {"percent": "50", "text": " "},
        {"percent": "50", "text": "x" * 2001},
        {"percent": "50", "text": "a\x00b"},
        {},
    ],
)
def test_what_makes_no_sense_is_said_on_the_form(office, sent):
    task = task_of(directed(office), office.minh)
    answer = at_desk(office.minh).post(f"/cong-viec/{task.pk}/bao-cao-tien-do/", sent)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not ProgressReport.objects.exists()


def test_only_whoever_has_the_task_and_only_while_it_is_open(office):
    paper = directed(office, info=[office.hoa])
    task, told = task_of(paper, office.minh), task_of(paper, office.hoa)
    for who in (office.dung, office.hoa, office.khach):
        assert at_desk(who).post(f"/cong-viec/{task.pk}/bao-cao-tien-do/", {}).status_code == 404
    for who, one in ((office.dung, task), (office.hoa, told)):
        with pytest.raises(PermissionDenied):
            tell(one, by=who)
    with pytest.raises(ValidationError):
        tell(task, 120)
    work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    with pytest.raises(NotAllowedNow):
        tell(task)
    assert not ProgressReport.objects.exists()


def test_the_database_keeps_what_was_told(office):
    task = task_of(directed(office), office.minh)
    tell(task)
    for rewrite in (lambda rows: rows.update(percent=90), lambda rows: rows.delete()):
        with pytest.raises(Error), transaction.atomic():
            rewrite(ProgressReport.objects.all())


def test_a_page_costs_the_same_for_one_report_and_for_three(office):
    paper = directed(office)
    task, minh, counts = task_of(paper, office.minh), at_desk(office.minh), []
    minh.get(paper.get_absolute_url())
    for number in range(3):
        tell(task, number)
        with CaptureQueriesContext(connection) as queries:
            minh.get(f"{paper.get_absolute_url()}?tab=work")
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
