"""Nhiệm vụ định kỳ: given on its day, each turn once, however often and by how many the job is run."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents import tasks as jobs
from documents.actions.work.recurring import end_recurring, give_due, set_recurring
from documents.journey import NotAllowedNow
from documents.models import Recurring, Task
from documents.models.recurring import day_of
from hanoi_docs.celery import app
from orgs.models import Notice, Post
from tests.documents.desks import at_desk, words
from tests.documents.test_race import together
from tests.documents.work.without_paper import work_of

TODAY = timezone.localdate()


def noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def made(office, **fields) -> Recurring:
    fields = {
        "by": office.dung, "lead": office.minh, "every": "week", "first_on": TODAY, "days": 3, "title": "Báo cáo tuần",
        "text": "Báo cáo công tác tuần.",
    } | fields  # fmt: skip
    return set_recurring(at=timezone.now(), **fields)


@pytest.mark.parametrize(
    "first, every, days",
    [
        ("2027-03-01", "week", ["2027-03-01", "2027-03-08", "2027-03-15"]),
        ("2027-01-31", "month", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2027-11-30", "quarter", ["2027-11-30", "2028-02-29", "2028-05-30"]),
    ],
)
def test_the_days_of_the_turns(first, every, days):
    assert [f"{day_of(dt.date.fromisoformat(first), every, turn)}" for turn in range(len(days))] == days


def test_each_turn_is_given_once_in_the_name_of_whoever_set_it_up(office):
    one = made(office, first_on=TODAY + dt.timedelta(days=2))
    assert give_due(at=noon(TODAY + dt.timedelta(days=1))) == 0
    for week in range(3):
        day = TODAY + dt.timedelta(days=2 + 7 * week)
        assert [give_due(at=noon(day)) for _ in range(3)] == [1, 0, 0]
    given = Task.objects.order_by("pk")
    assert [task.turn_on for task in given] == [TODAY + dt.timedelta(days=2 + 7 * week) for week in range(3)]
    first = given[0]
    assert (first.by, first.recurring, first.holder, first.title) == (
        office.dung,
        one,
        office.minh,
        "Báo cáo tuần",
    )
    assert first.due_on > first.turn_on and work_of(first, office.minh).due_on == first.due_on
    said = first.events.get(kind="direct").payload["note"]
    assert said == f"Theo nhiệm vụ định kỳ, kỳ {first.turn_on:%d/%m/%Y}"
    assert "Nhiệm vụ định kỳ, kỳ" in words(at_desk(office.minh).get(first.get_absolute_url()))
    assert jobs.give_recurring.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    jobs.give_recurring()


def test_after_a_standstill_only_the_last_turn_is_given(office):
    one = made(office)
    assert give_due(at=noon(TODAY + dt.timedelta(days=23))) == 1
    one.refresh_from_db()
    assert Task.objects.get().turn_on == TODAY + dt.timedelta(days=21)
    assert one.next_on == TODAY + dt.timedelta(days=28)


def test_what_cannot_be_given_is_told_and_comes_again_next_time(office):
    one = made(office)
    Post.objects.filter(pk=office.minh.pk).update(organisation=office.justice)
    assert give_due(at=noon(TODAY)) == 0 and not Task.objects.exists()
    one.refresh_from_db()
    assert "Trần Quang Minh" in one.problem and one.next_on == TODAY + dt.timedelta(days=7)
    assert "chưa giao được" in Notice.objects.get(user=office.dung.user).text
    assert "Lần trước chưa giao được" in words(at_desk(office.dung).get("/nhiem-vu/dinh-ky/"))
    Post.objects.filter(pk=office.minh.pk).update(organisation=office.home_affairs)
    assert give_due(at=noon(TODAY + dt.timedelta(days=7))) == 1
    one.refresh_from_db()
    assert one.problem == ""


def test_to_who_has_left_nothing_is_given_and_the_giver_is_told(office):
    one = made(office)
    Post.objects.filter(pk=office.minh.pk).update(valid_to=TODAY)
    assert give_due(at=noon(TODAY)) == 0 and not Task.objects.exists()
    one.refresh_from_db()
    assert one.problem == "Trần Quang Minh không còn giữ vị trí."
    assert "chưa giao được: Trần Quang Minh" in Notice.objects.get(user=office.dung.user).text


def test_set_up_on_a_form_and_ended_with_a_press(office):
    dung = at_desk(office.dung)
    sent = {"title": "Báo cáo tháng", "text": "Báo cáo.", "lead": f"unit-{office.room.pk}", "every": "month",
            "first_on": f"{TODAY:%d/%m/%Y}", "days": "5", "urgency": "0"}  # fmt: skip
    for wrong in (
        {"title": ""},
        {"lead": ""},
        {"every": "day"},
        {"days": "0"},
        {"days": "61"},
        {"first_on": "01/01/2020"},
        {"text": "a\x00"},
    ):
        answer = dung.post("/nhiem-vu/dinh-ky/dat/", sent | wrong)
        assert answer.status_code == 200 and answer.context["form"].errors, wrong
    assert dung.post("/nhiem-vu/dinh-ky/dat/", sent).url == "/nhiem-vu/dinh-ky/"
    one = Recurring.objects.get()
    assert (one.unit, one.lead) == (office.room, None)
    assert give_due(at=timezone.now()) == 1 and Task.objects.get().holder == office.hoa
    assert "Báo cáo tháng" in words(dung.get("/nhiem-vu/dinh-ky/"))
    assert "Báo cáo tháng" not in words(at_desk(office.hoa).get("/nhiem-vu/dinh-ky/"))
    for who, code in ((office.minh, 404), (office.hoa, 404), (office.khach, 404)):
        assert at_desk(who).post(f"/nhiem-vu/dinh-ky/{one.pk}/dung/").status_code == code
    assert dung.post(f"/nhiem-vu/dinh-ky/{one.pk}/dung/").url == "/nhiem-vu/dinh-ky/"
    with pytest.raises(NotAllowedNow):
        end_recurring(one, by=office.dung, at=timezone.now())
    assert give_due(at=noon(TODAY + dt.timedelta(days=40))) == 0
    for who in (office.minh, office.lan):
        assert at_desk(who).get("/nhiem-vu/dinh-ky/").status_code == 403
        assert at_desk(who).get("/nhiem-vu/dinh-ky/dat/").status_code == 403


def test_who_may_not_give_sets_up_nothing(office):
    with pytest.raises(PermissionDenied):
        made(office, by=office.minh, lead=office.hoa)
    with pytest.raises(ValidationError):
        made(office, lead=office.khach)
    with pytest.raises(PermissionDenied):
        end_recurring(made(office), by=office.hoa, at=timezone.now())


def test_four_jobs_at_once_give_one_task(transactional_db, office):
    made(office)
    outcomes = together(*[lambda: give_due(at=timezone.now())] * 4)
    assert sum(outcomes) == 1 and Task.objects.count() == 1
