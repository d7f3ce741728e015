"""Kết luận cuộc họp: many tasks in one form, all of them or none; without JavaScript a press gives more lines."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents.actions.work.tasks import give_conclusions
from documents.models import Task
from tests.documents.desks import at_desk, words

TODAY = timezone.localdate()
HERE = "/nhiem-vu/tu-cuoc-hop/"


def sent(office, *lines, **fields):
    sent = {
        "meeting": "Giao ban tháng 11",
        "met_on": f"{TODAY:%d/%m/%Y}",
        "viec-TOTAL_FORMS": "5",
        "viec-INITIAL_FORMS": "0",
    }
    for number, line in enumerate(lines):
        sent |= {f"viec-{number}-{name}": value for name, value in line.items()}
    return sent | fields


def test_each_line_becomes_a_task_of_its_own(office):
    due = TODAY + dt.timedelta(days=6)
    lines = [
        {
            "title": "Rà soát biên chế",
            "lead": f"unit-{office.room.pk}",
            "due_on": f"{due:%d/%m/%Y}",
            "product": "Báo cáo",
        },
        {"title": "", "lead": ""},
        {"title": "Dự thảo quy chế", "lead": str(office.minh.pk)},
    ]
    answer = at_desk(office.dung).post(HERE, sent(office, *lines))
    assert answer.url == "/nhiem-vu/?box=given"
    first, second = Task.objects.order_by("pk")
    assert (first.title, first.holder, first.due_on, first.product) == (
        "Rà soát biên chế",
        office.hoa,
        due,
        "Báo cáo",
    )
    assert (second.title, second.holder, second.due_on) == ("Dự thảo quy chế", office.minh, None)
    assert {one.origin for one in (first, second)} == {
        f"Kết luận cuộc họp: Giao ban tháng 11 ({TODAY:%d/%m/%Y})"
    }
    page = words(at_desk(office.dung).get("/nhiem-vu/?box=given"))
    assert "Đã giao 2 nhiệm vụ" not in page and "Họp: Giao ban tháng 11" in page


def test_a_line_that_does_not_fit_says_so_and_nothing_is_given(office):
    lines = [
        {"title": "Việc tốt", "lead": str(office.minh.pk)},
        {"title": "Việc muộn", "lead": str(office.minh.pk), "due_on": "01/01/2020"},
    ]
    answer = at_desk(office.dung).post(HERE, sent(office, *lines))
    said = answer.content.decode()
    assert (
        answer.status_code == 200
        and "Việc tốt" in said
        and "quá khứ" in answer.context["lines"].forms[1].non_field_errors()[0]
    )
    assert not Task.objects.exists()
    for wrong in (
        {"meeting": ""},
        {"met_on": f"{TODAY + dt.timedelta(days=1):%d/%m/%Y}"},
        {"viec-TOTAL_FORMS": "900"},
        {"viec-TOTAL_FORMS": "x"},
    ):
        answer = at_desk(office.dung).post(HERE, sent(office, lines[0], **wrong))
        assert answer.status_code == 200 and not Task.objects.exists(), wrong
    assert at_desk(office.dung).post(HERE, sent(office)).status_code == 200
    assert at_desk(office.dung).post(HERE, sent(office, {"title": "Không ai làm"})).status_code == 200
    assert not Task.objects.exists()


def test_more_lines_keep_what_was_typed(office):
    answer = at_desk(office.dung).post(
        HERE, sent(office, {"title": "Rà soát", "lead": str(office.minh.pk)}, more="1")
    )
    lines = answer.context["lines"]
    assert (
        len(lines.forms) == 10 and 'value="Rà soát"' in answer.content.decode() and not Task.objects.exists()
    )
    assert "Giao ban tháng 11" in answer.content.decode()
    many = at_desk(office.dung).post(HERE, sent(office, more="1", **{"viec-TOTAL_FORMS": "39"}))
    assert len(many.context["lines"].forms) == 40


def test_who_leads_people_a_head_of_room_inside_it(office):
    assert at_desk(office.minh).get(HERE).status_code == 403
    page = words(at_desk(office.hoa).get(HERE))
    assert "Trần Quang Minh" in page and "Phạm Tiến Dũng" not in page
    with pytest.raises(PermissionDenied):
        give_conclusions(
            by=office.minh,
            at=timezone.now(),
            meeting="Họp",
            met_on=TODAY,
            lines={0: {"title": "x", "text": "x", "lead": office.hoa}},
        )
    for wrong in ({"meeting": " "}, {"lines": {}}):
        with pytest.raises(ValidationError):
            give_conclusions(
                by=office.dung, at=timezone.now(), **{"meeting": "Họp", "met_on": TODAY, "lines": {}} | wrong
            )
