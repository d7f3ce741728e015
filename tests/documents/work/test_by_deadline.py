"""What the day brings: near, late, told to the next head. Once for a task, a rule and a deadline."""

import datetime as dt

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import tasks
from documents.actions.work import assignments as work
from documents.actions.work import by_deadline
from documents.actions.work.by_deadline import remind_by_deadline, windows
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.deadlines import late_since
from documents.models import Assignment, DeadlineReminder, Event
from hanoi_docs.celery import app
from orgs.calendar import Calendar
from orgs.models import DayOff, Post
from tests.documents.desks import directed, kinds, task_of
from tests.documents.test_race import together

MONDAY = dt.date(2027, 3, 1)  # of a week and the weeks around it without a day off


def noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def due(paper, day: dt.date):
    """As if the paper had been directed long ago, with that day."""
    paper.assignments.exclude(role="info").update(due_on=day)
    return paper


def rules(paper) -> list[str]:
    rows = DeadlineReminder.objects.filter(assignment__incoming=paper).order_by("pk")
    return list(rows.values_list("rule", flat=True))


@pytest.fixture(autouse=True)
def _plain_weeks(db):
    DayOff.objects.all().delete()


def test_a_task_is_told_of_once_at_every_turn(office):
    paper = due(directed(office), MONDAY + dt.timedelta(days=2))  # Wednesday
    told = {}
    for number in range(-4, 18):
        day = MONDAY + dt.timedelta(days=number)
        for hour in (7, 12, 17):
            before = len(rules(paper))
            remind_by_deadline(at=noon(day).replace(hour=hour))
            told |= dict.fromkeys(rules(paper)[before:], (day, hour))
    wednesday = MONDAY + dt.timedelta(days=2)
    late = {n: Calendar().add(wednesday, n) for n in (1, 3, 5, 7)}
    assert told == {
        "soon": (MONDAY, 7), "late_1": (late[1], 7), "late_3": (late[3], 7), "escalated": (late[5], 7), "late_7": (late[7], 7),
    }  # fmt: skip
    assert kinds(paper)[-4:] == ["near_deadline", "past_deadline", "past_deadline", "past_deadline"]
    event = Event.objects.filter(document=paper.pk, kind="past_deadline").first()
    assert event.payload["told"] == [office.minh.pk, office.dung.pk] and event.post is None
    assert event.payload["note"].startswith("Trần Quang Minh: quá hạn 1 ngày làm việc")
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_after_a_standstill_only_what_holds_now_is_told(office):
    paper = due(directed(office), MONDAY - dt.timedelta(days=60))
    remind_by_deadline(at=noon(MONDAY))
    assert sorted(rules(paper)) == ["escalated", "late_7"]


def test_the_next_head_is_the_givers_giver_or_who_leads_the_office(office):
    paper = directed(office, lead=office.thao)
    work.hand_on(task_of(paper, office.thao), by=office.thao, at=timezone.now(), text="Làm", lead=office.hoa)
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    due(paper, MONDAY - dt.timedelta(days=14))
    remind_by_deadline(at=noon(MONDAY))
    row = DeadlineReminder.objects.get(rule="escalated")
    assert (row.assignment, row.to) == (
        task_of(paper, office.minh),
        office.thao,
    )  # hoa gave it, thao gave her
    event = Event.objects.get(document=paper.pk, kind="escalate")
    assert event.payload["told"] == [office.thao.pk]
    # What was told is kept: another deadline is another row.
    due(paper, MONDAY - dt.timedelta(days=15))
    Post.objects.filter(pk=office.thao.pk).update(valid_to=MONDAY)
    remind_by_deadline(at=noon(MONDAY))
    assert DeadlineReminder.objects.filter(rule="escalated").latest("pk").to == office.dung


def test_where_nobody_stands_above_nobody_is_told(office):
    paper = due(directed(office), MONDAY - dt.timedelta(days=14))
    remind_by_deadline(at=noon(MONDAY))
    assert DeadlineReminder.objects.get(rule="escalated").to is None
    assert "escalate" not in kinds(paper)


def test_an_extended_deadline_is_a_new_one(office):
    today = timezone.localdate()
    paper = directed(office, due_on=today)
    DayOff.objects.create(date=today, working=True)
    DayOff.objects.create(date=today + dt.timedelta(days=1), working=True)
    assert remind_by_deadline(at=timezone.now()) == 1
    task = Assignment.objects.for_list().get(pk=task_of(paper, office.minh).pk)
    asked = ask_extension(
        task, by=office.minh, at=timezone.now(), due_on=today + dt.timedelta(days=1), reason="Chờ số liệu"
    )
    grant_extension(asked, by=office.dung, at=timezone.now())
    assert remind_by_deadline(at=timezone.now()) == 1
    assert rules(paper) == ["soon", "soon"]


def test_only_work_in_hand_with_a_deadline(office):
    done, told = directed(office, number="1"), directed(office, number="2", info=[office.hoa])
    due(done, MONDAY)
    work.finish(task_of(done, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    handed = due(directed(office, number="3", lead=office.hoa), MONDAY)
    work.hand_on(
        task_of(handed, office.hoa),
        by=office.hoa,
        at=timezone.now(),
        text="Làm",
        lead=office.minh,
        due_on=MONDAY,
    )
    assert remind_by_deadline(at=noon(MONDAY)) == 1
    assert DeadlineReminder.objects.get().assignment == task_of(handed, office.minh)
    assert rules(told) == []


def test_on_a_day_off_nobody_is_disturbed(office):
    due(directed(office), MONDAY)
    assert remind_by_deadline(at=noon(MONDAY - dt.timedelta(days=1))) == 0
    DayOff.objects.create(date=MONDAY, working=False)
    assert remind_by_deadline(at=noon(MONDAY)) == 0
    assert remind_by_deadline(at=noon(MONDAY + dt.timedelta(days=1))) == 1


@pytest.mark.parametrize("today", [MONDAY + dt.timedelta(days=n) for n in range(7)])
def test_every_late_deadline_has_one_rule(today):
    calendar = Calendar()
    found = windows(today, calendar)
    for back in range(1, 40):
        day = today - dt.timedelta(days=back)
        late = calendar.between(day, today)
        wanted = {"late_7"} if late >= 7 else {"late_3"} if late >= 3 else {"late_1"} if late >= 1 else set()
        wanted |= {"escalated"} if late >= 5 else set()
        assert {str(one.rule) for one in found if one.since <= day <= one.until} == wanted, day
    assert all(calendar.between(late_since(today, n, calendar), today) >= n for n in (1, 3, 7))


def test_batches_go_on_until_everything_is_told(office, monkeypatch):
    monkeypatch.setattr(by_deadline, "BATCH", 2)
    papers = [due(directed(office, number=str(n)), MONDAY) for n in range(5)]
    assert remind_by_deadline(at=noon(MONDAY)) == 5
    assert [rules(paper) for paper in papers] == [["soon"]] * 5
    assert remind_by_deadline(at=noon(MONDAY)) == 0


def test_it_asks_the_same_for_one_task_and_for_three(office):
    counts = []
    for number in range(3):
        due(directed(office, number=str(number)), MONDAY + dt.timedelta(days=number // 2))
        if number in (0, 2):
            with CaptureQueriesContext(connection) as queries:
                remind_by_deadline(at=noon(MONDAY))
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_database_keeps_what_was_told_and_keeps_it_once(office):
    paper = due(directed(office), MONDAY)
    remind_by_deadline(at=noon(MONDAY))
    row = DeadlineReminder.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadlineReminder.objects.create(
            assignment=task_of(paper, office.minh), rule="soon", due_on=MONDAY, at=row.at
        )
    with pytest.raises(Error), transaction.atomic():
        DeadlineReminder.objects.update(rule="late_1")
    with pytest.raises(Error), transaction.atomic():
        row.delete()


def test_the_timetable_runs_it(office, monkeypatch):
    assert "documents.tasks.remind_by_deadline" in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }
    due(directed(office), MONDAY)
    monkeypatch.setattr(tasks.timezone, "now", lambda: noon(MONDAY))
    tasks.remind_by_deadline()
    assert DeadlineReminder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_everybody_once(transactional_db, office, monkeypatch):
    monkeypatch.setattr(by_deadline, "BATCH", 3)
    for number in range(10):
        due(directed(office, number=str(number)), MONDAY)
    answers = together(*[lambda: remind_by_deadline(at=noon(MONDAY))] * 4)
    assert sum(answers) == 10 == DeadlineReminder.objects.count()
    assert Event.objects.filter(kind="near_deadline").count() == 10
    assert Event.objects.broken_links(office.home_affairs.pk) == []


@pytest.mark.django_db(transaction=True)
def test_acts_go_on_while_it_runs(transactional_db, office, monkeypatch):
    monkeypatch.setattr(by_deadline, "BATCH", 1)
    papers = [due(directed(office, number=str(number)), MONDAY) for number in range(8)]

    def finish():
        for paper in papers:
            work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")

    together(finish, lambda: remind_by_deadline(at=noon(MONDAY)))
    assert set(Assignment.objects.values_list("state", flat=True)) == {"done"}


def test_an_office_without_a_head_is_told_by_the_next_one(office):
    paper = due(directed(office), MONDAY - dt.timedelta(days=20))
    Post.objects.filter(pk=office.dung.pk).update(head=False)
    remind_by_deadline(at=noon(MONDAY))
    assert "escalated" not in rules(paper)
    Post.objects.filter(pk=office.dung.pk).update(head=True)
    remind_by_deadline(at=noon(MONDAY + dt.timedelta(days=1)))
    assert rules(paper).count("escalated") == 1
