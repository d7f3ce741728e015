"""Đôn đốc inside the office: counted, never taken back, by whoever gave the work or follows it."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import Error, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.follow_up import remind_work
from documents.journey import NotAllowedNow
from documents.models import Assignment, Reminder
from orgs.models import Notice, Post, Role, User
from tests.documents.desks import at_desk, directed, kinds, task_of, words
from tests.documents.test_race import together

TEXT = "Đề nghị báo cáo trước ngày mai"


def remind(task, by, kind="remind", text=TEXT):
    return remind_work(task, by=by, at=timezone.now(), kind=kind, text=text)


def test_the_second_urging_is_the_second_everywhere(office):
    paper = directed(office)
    task, dung = task_of(paper, office.minh), at_desk(office.dung)
    assert (
        f"/cong-viec/{task.pk}/don-doc/" in dung.get(f"{paper.get_absolute_url()}?tab=work").content.decode()
    )
    for kind in ("remind", "criticise"):
        assert dung.post(f"/cong-viec/{task.pk}/don-doc/", {"kind": kind, "text": TEXT}).status_code == 302
    task.refresh_from_db()
    assert task.reminded == 2
    assert list(task.reminders.values_list("number", "kind")) == [(1, "remind"), (2, "criticise")]
    assert kinds(paper)[-2:] == ["remind_work", "remind_work"]
    minh = at_desk(office.minh)
    assert "Bị đôn đốc 2 lần" in words(minh.get("/")) and "Bị đôn đốc 2 lần" in words(
        minh.get("/cong-viec/?box=new")
    )
    assert "Bạn bị đôn đốc 2 lần" in words(minh.get(paper.get_absolute_url()))
    assert "Phê bình Lần 2" in words(minh.get(f"{paper.get_absolute_url()}?tab=work"))
    flow = words(minh.get(f"{paper.get_absolute_url()}?tab=flow"))
    assert f"{TEXT} · Phê bình Trần Quang Minh, lần thứ 2" in flow
    assert "lần thứ 2" in Notice.objects.filter(user=office.minh.user).latest("pk").text


def test_who_gave_it_who_stands_above_and_who_follows_may(office):
    paper = directed(office, lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    follower = office.post("theo", "Bùi Theo", office.home_affairs, Role.MONITOR, "Theo dõi")
    task = task_of(paper, office.minh)
    for number, by in enumerate((office.hoa, office.dung, ha, follower), 1):
        assert remind(task, by).number == number
    with pytest.raises(PermissionDenied):  # who only follows reminds, and no more
        remind(task, follower, "criticise")
    for who, code in ((office.minh, 403), (office.lan, 403), (office.thao, 403), (office.khach, 404)):
        assert (
            at_desk(who).post(f"/cong-viec/{task.pk}/don-doc/", {"kind": "remind", "text": TEXT}).status_code
            == code
        )
    assert "Kiểm điểm" not in words(at_desk(follower).get(f"/cong-viec/{task.pk}/don-doc/"))
    assert task.reminders.count() == 4


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "remind", "text": "Ngắn"},
        {"kind": "remind", "text": "x" * 1001},
        {"kind": "khác", "text": TEXT},
        {"kind": "remind", "text": "Một hai ba bốn\x00"},
        {},
    ],
)
def test_what_makes_no_sense_is_said_on_the_form(office, sent):
    task = task_of(directed(office), office.minh)
    answer = at_desk(office.dung).post(f"/cong-viec/{task.pk}/don-doc/", sent)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not Reminder.objects.exists()


def test_only_what_is_unfinished_and_nobody_who_is_only_told(office):
    paper = directed(office, info=[office.hoa])
    with pytest.raises(PermissionDenied):
        remind(task_of(paper, office.hoa), office.dung)
    task = task_of(paper, office.minh)
    work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    answer = at_desk(office.dung).post(f"/cong-viec/{task.pk}/don-doc/", {"kind": "remind", "text": TEXT})
    assert answer.status_code == 409 and "Trần Quang Minh" in words(answer) and TEXT in words(answer)
    with pytest.raises(NotAllowedNow):
        remind(task, office.dung)


@pytest.mark.parametrize("how", ["post", "account"])
def test_who_has_left_receives_nothing_and_the_page_says_what_to_do(office, how):
    task = task_of(directed(office), office.minh)
    if how == "post":
        Post.objects.filter(pk=office.minh.pk).update(valid_to=timezone.localdate())
    else:
        User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    answer = at_desk(office.dung).post(f"/cong-viec/{task.pk}/don-doc/", {"kind": "remind", "text": TEXT})
    page = words(answer)
    assert "không còn nhận được" in page and "Hãy thu hồi việc và giao người khác" in page and TEXT in page
    assert reverse("assignment_withdraw", args=[task.pk]) in answer.content.decode()
    assert not Reminder.objects.exists()


def test_the_database_keeps_what_was_said_and_its_number(office):
    task = task_of(directed(office), office.minh)
    remind(task, office.dung)
    for rewrite in (lambda rows: rows.update(text="Không có gì"), lambda rows: rows.delete()):
        with pytest.raises(Error), transaction.atomic():
            rewrite(Reminder.objects.all())
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            assignment=task, number=1, kind="remind", by=office.dung, at=timezone.now(), text=TEXT
        )


def test_what_is_done_is_no_longer_marked(office):
    task = task_of(directed(office), office.minh)
    remind(task, office.dung)
    work.finish(Assignment.objects.get(pk=task.pk), by=office.minh, at=timezone.now(), result="Xong")
    assert "Bị đôn đốc" not in words(at_desk(office.minh).get("/cong-viec/?box=done"))
    assert Assignment.objects.get(pk=task.pk).reminded == 1  # for the reports


def test_what_one_gave_is_listed_with_how_it_stands(office):
    counts, dung = [], at_desk(office.dung)
    for number in range(3):
        remind(task_of(directed(office, number=str(number), info=[office.hoa]), office.minh), office.dung)
        if number in (0, 2):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                page = dung.get("/cong-viec/?box=given")
            counts.append((len(page.context["rows"]), len(queries)))
    assert [rows for rows, _ in counts] == [1, 3] and counts[0][1] == counts[1][1]
    assert words(page).count("Bị đôn đốc 1 lần") == 3
    assert dung.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_each_has_a_number_of_its_own(transactional_db, office):
    task = task_of(directed(office), office.minh)
    together(*[lambda: remind(Assignment.objects.get(pk=task.pk), office.dung)] * 8)
    assert sorted(task.reminders.values_list("number", flat=True)) == list(range(1, 9))
    task.refresh_from_db()
    assert task.reminded == 8
