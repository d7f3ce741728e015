"""One person's task is paused: its day moves, and with it what hangs on it; reminders, lists and reports know no other day."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.by_deadline import remind_by_deadline
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.actions.work.pausing_work import pause_work, resume_work
from documents.due.assigned import explained_work
from documents.due.reckoning import after_pause
from documents.journey import NotAllowedNow
from documents.models import Assignment, DeadlineReminder, DuePause, Incoming, Task
from orgs.calendar import Calendar, working_days
from orgs.models import DayOff, Notice
from tests.documents.desks import at_desk, directed, task_of, words
from tests.documents.due.test_due_rules import after, rule, rules_of_the_law, today
from tests.documents.work.without_paper import given, told, work_of

DAY = dt.timedelta(days=1)
NOTE = "chờ Sở Tài chính có ý kiến"


@pytest.fixture(autouse=True)
def _the_laws_own(db):
    rules_of_the_law()


def paused(task, by, days: int = 3, **changes) -> DuePause:
    said = {"why": "opinion", "note": NOTE, "last": today() + DAY * days, "at": timezone.now()} | changes
    return pause_work(task, by=by, **said)


def moved(due: dt.date, days: int = 3) -> dt.date:
    return after_pause(due, today(), today() + DAY * days, working_days())


@pytest.mark.parametrize(
    "due, first, last, expected",
    [
        (
            "2026-12-11",
            "2026-12-07",
            "2026-12-09",
            "2026-12-16",
        ),  # a week from Monday: 5 left, the weekend between
        ("2026-12-07", "2026-12-07", "2026-12-11", "2026-12-14"),  # due on the first day of the pause
        ("2026-12-12", "2026-12-12", "2026-12-12", "2026-12-14"),  # a Saturday: one day is left
        ("2026-12-11", "2026-12-07", "2026-12-06", "2026-12-11"),  # ended on the day it began
        ("2026-12-31", "2026-12-31", "2026-12-31", "2027-01-04"),  # New Year is off
    ],
)
def test_as_many_working_days_are_left_as_were(due, first, last, expected):
    day = dt.date.fromisoformat
    calendar = Calendar({dt.date(2027, 1, 1): False})
    assert after_pause(day(due), day(first), day(last), calendar) == day(expected)


def test_who_gave_a_task_without_a_paper_pauses_it_and_the_page_says_each_step(office):
    task = given(office, due_on=after(5))
    one, desk = work_of(task, office.minh), at_desk(office.dung)
    here = reverse("assignment_due", args=[one.pk])
    assert here in desk.get(task.get_absolute_url()).content.decode()
    assert "Tạm dừng tính hạn" in words(desk.get(here))
    sent = {"why": "papers", "note": NOTE, "last": f"{today() + DAY * 3:%d/%m/%Y}"}
    page = words(desk.post(reverse("assignment_pause_due", args=[one.pk]), sent, follow=True))
    one.refresh_from_db()
    task.refresh_from_db()
    due = moved(after(5))
    assert one.due_on == task.due_on == due > after(5)
    assert f"giao ngày {timezone.localtime(one.created_at):%d/%m/%Y}, hạn {after(5):%d/%m/%Y}" in page
    assert f"hạn {after(5):%d/%m/%Y} thành {due:%d/%m/%Y}" in page and f"Hạn: hết {due:%d/%m/%Y}." in page
    assert "chờ bổ sung hồ sơ, tài liệu, chờ Sở Tài chính" in page and "Đang tạm dừng" in page
    assert told(task)[-1] == "pause_due" and NOTE in words(desk.get(task.get_absolute_url()))
    assert Notice.objects.filter(user=office.minh.user, text__contains="nay là").count() == 1
    with pytest.raises(NotAllowedNow):
        paused(one, office.dung)
    page = words(desk.post(reverse("assignment_resume_due", args=[one.pk]), follow=True))
    one.refresh_from_db()
    task.refresh_from_db()
    assert one.due_on == task.due_on == after(5) and "tính tiếp ngay trong ngày" in page
    with pytest.raises(NotAllowedNow):
        resume_work(one, by=office.dung, at=timezone.now())


def test_resumed_later_only_the_days_that_passed_were_left_out(office):
    task = given(office, due_on=after(8))
    one = work_of(task, office.minh)
    pause = paused(one, office.dung, days=20)
    begun = today() - DAY * 4
    DuePause.objects.filter(pk=pause.pk).update(first=begun)
    resume_work(one, by=office.dung, at=timezone.now())
    pause.refresh_from_db()
    expected = after_pause(after(8), begun, today() - DAY, working_days())
    assert one.due_on == pause.due_after == expected and pause.last == today() - DAY


def test_a_single_task_of_a_paper_moves_alone_and_what_it_was_given_on_as_with_it(office):
    paper = directed(office, lead=office.thao, support=[office.hoa], due_on=after(5))
    with pytest.raises(ValidationError, match="Hãy tạm dừng hoặc gia hạn việc chủ trì trước"):
        paused(task_of(paper, office.hoa), office.dung)
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(20))
    mine = task_of(paper, office.hoa)
    work.hand_on(mine, text="Làm", lead=office.minh, due_on=after(5), by=office.hoa, at=timezone.now())
    mine.refresh_from_db()
    paused(mine, office.dung)
    paper.refresh_from_db()
    assert task_of(paper, office.minh).due_on == task_of(paper, office.hoa).due_on == moved(after(5))
    assert (paper.due_on, task_of(paper, office.thao).due_on) == (after(20), after(5))


def test_nobody_pauses_past_the_day_of_the_task_above(office):
    paper = directed(office, lead=office.hoa, due_on=after(5))
    work.hand_on(
        task_of(paper, office.hoa),
        text="Làm",
        lead=office.minh,
        due_on=after(5),
        by=office.hoa,
        at=timezone.now(),
    )
    with pytest.raises(ValidationError, match="Hãy tạm dừng việc đó trước"):
        paused(task_of(paper, office.minh), office.hoa)
    assert task_of(paper, office.minh).due_on == after(5) and not DuePause.objects.exists()


def test_who_works_pauses_a_day_of_a_rule_only_and_a_stranger_none(office):
    task = given(office, due_on=after(5))
    one = work_of(task, office.minh)
    with pytest.raises(PermissionDenied, match="Hãy xin gia hạn"):
        paused(one, office.minh)
    with pytest.raises(PermissionDenied):
        paused(one, office.lan)
    assert at_desk(office.minh).get(reverse("assignment_due", args=[one.pk])).status_code == 200
    for name in ("assignment_due", "assignment_pause_due"):
        assert at_desk(office.khach).get(reverse(name, args=[one.pk])).status_code == 404
    assert at_desk(office.khach).post(reverse("assignment_resume_due", args=[one.pk])).status_code == 404
    rule(office)
    paper = directed(office, lead=office.hoa, due_on=after(5), number="8")
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(9))  # as agreed with the sender
    lead = task_of(paper, office.hoa)
    with pytest.raises(ValidationError, match="Hạn của văn bản số đến"):
        paused(lead, office.hoa, days=20)
    assert paused(lead, office.hoa).due_after == moved(after(5)) <= after(9)


def test_the_day_of_a_paper_by_rule_is_paused_at_the_paper_and_a_rule_without_pauses_never(office):
    rule(office)
    paper = directed(office, due_on=after(5))
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(5))
    with pytest.raises(ValidationError, match="Hãy tạm dừng hạn của văn bản"):
        paused(task_of(paper, office.minh), office.dung)
    rule(office, name="Không dừng", pausable=False, count=4)
    strict = directed(office, due_on=after(4), number="9")
    with pytest.raises(ValidationError, match="không được tạm dừng"):
        paused(task_of(strict, office.minh), office.dung)


def test_a_day_written_before_that_of_a_rule_without_pauses_is_not_put_off_past_it(office):
    rule(office, name="Không dừng", pausable=False, count=6)
    paper = directed(office, due_on=after(5))
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(5))
    one = task_of(paper, office.minh)
    with pytest.raises(ValidationError, match="“Không dừng” không được tạm dừng và hết hạn ngày"):
        paused(one, office.dung, days=20)
    paper.refresh_from_db()
    assert paper.due_on == after(5) and not DuePause.objects.exists()


def handed_on(office, due_on: dt.date):
    """The task of hoa until after(5), of a paper that has longer; of it minh's."""
    paper = directed(office, lead=office.hoa, due_on=after(5))
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(60))
    work.hand_on(
        task_of(paper, office.hoa), text="Làm", lead=office.minh, due_on=due_on, by=office.hoa, at=timezone.now()
    )  # fmt: skip
    return paper


def test_resumed_nobody_below_has_longer_than_the_one_above(office):
    paper = handed_on(office, after(3))
    paused(task_of(paper, office.hoa), office.dung, days=20)
    Assignment.objects.filter(pk=task_of(paper, office.minh).pk).update(due_on=after(9))
    Notice.objects.all().delete()
    resume_work(task_of(paper, office.hoa), by=office.dung, at=timezone.now())
    assert task_of(paper, office.minh).due_on == task_of(paper, office.hoa).due_on == after(5)
    said = Notice.objects.get(user=office.minh.user, text__contains="nay là").text
    assert f"{after(9):%d/%m/%Y} → {after(5):%d/%m/%Y}" in said


def test_resumed_an_earlier_day_below_stays(office):
    paper = handed_on(office, after(3))
    paused(task_of(paper, office.hoa), office.dung, days=20)
    resume_work(task_of(paper, office.hoa), by=office.dung, at=timezone.now())
    assert task_of(paper, office.minh).due_on == after(3)


def test_the_day_of_the_task_above_is_read_when_it_is_held(office):
    paper = handed_on(office, after(3))
    paused(task_of(paper, office.hoa), office.dung, days=20)
    stale = task_of(paper, office.minh)
    assert stale.parent.due_on > after(10)  # read before the pause above ended
    resume_work(task_of(paper, office.hoa), by=office.dung, at=timezone.now())
    with pytest.raises(ValidationError, match="Hãy tạm dừng việc đó trước"):
        paused(stale, office.hoa, days=10)


def test_pauses_extensions_and_a_new_direction_are_said_in_their_order(office):
    rule(office)
    paper = directed(office, lead=office.hoa, due_on=after(5))
    one = task_of(paper, office.hoa)
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(30))
    paused(one, office.dung)
    asked = ask_extension(one, by=office.hoa, at=timezone.now(), due_on=after(12), reason="chờ số liệu")
    grant_extension(asked, by=office.dung, at=timezone.now())
    Assignment.objects.filter(pk=one.pk).update(due_on=after(14))
    one.refresh_from_db()
    said = explained_work(one, working_days(), timezone.now())
    assert said.rule.rule.name == "Trả lời công văn"
    kinds = [line.kind for line in said.lines if line.kind not in ("off", "moved")]
    assert kinds == ["start", "length", "given", "pause", "extension", "given", "result"]
    assert said.lines[-2].words == f"Hạn được ghi lại: {after(14):%d/%m/%Y}."


def test_a_day_written_anew_while_it_was_paused_stays(office):
    task = given(office, due_on=after(5))
    one = work_of(task, office.minh)
    paused(one, office.dung)
    Assignment.objects.filter(pk=one.pk).update(due_on=after(20))
    resume_work(one, by=office.dung, at=timezone.now())
    one.refresh_from_db()
    assert one.due_on == after(20)
    assert "giữ nguyên, vì đã được ghi khác" in task.events.last().payload["note"]


def test_reminders_and_lists_follow_the_day_after_the_pause(office):
    DayOff.objects.all().delete()
    task = given(office, due_on=after(2))
    one = work_of(task, office.minh)
    paused(one, office.dung, days=14)
    late = dt.datetime.combine(Calendar().add(after(2), 2), dt.time(12))
    remind_by_deadline(at=timezone.make_aware(late))
    assert not DeadlineReminder.objects.filter(assignment=one).exists()
    assert (
        not Assignment.objects.overdue(late.date()).exists()
        and not Task.objects.overdue(late.date()).exists()
    )
    past = dt.datetime.combine(Calendar().add(one.due_on, 1), dt.time(12))
    remind_by_deadline(at=timezone.make_aware(past))
    assert DeadlineReminder.objects.get(assignment=one).due_on == one.due_on
    assert Assignment.objects.overdue(past.date()).exists()


def test_what_has_ended_or_is_late_is_not_paused_and_bad_days_are_refused(office):
    one = work_of(given(office, due_on=after(5)), office.minh)
    for days in (-1, 200):
        with pytest.raises(ValidationError):
            paused(one, office.dung, days=days)
    Assignment.objects.filter(pk=one.pk).update(due_on=today() - DAY)
    with pytest.raises(NotAllowedNow, match="quá hạn"):
        paused(one, office.dung)
    Assignment.objects.filter(pk=one.pk).update(due_on=None)
    with pytest.raises(NotAllowedNow):
        paused(one, office.dung)
    assert at_desk(office.dung).get(reverse("assignment_due", args=[one.pk])).status_code == 404
    Assignment.objects.filter(pk=one.pk).update(due_on=after(5), state="done")
    with pytest.raises(NotAllowedNow, match="đã kết thúc"):
        paused(one, office.dung)


def test_a_pause_is_of_a_paper_or_of_a_task_and_of_one_of_them(office):
    one = work_of(given(office, due_on=after(5)), office.minh)
    pause = paused(one, office.dung)
    paper = directed(office)
    for bad in ({"assignment": None}, {"incoming": paper}, {"due_before": None}, {"due_after": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DuePause.objects.filter(pk=pause.pk).update(**bad)


def test_two_pausing_at_once_pause_it_once(transactional_db, office):
    one, gate = work_of(given(office, due_on=after(5)), office.minh), Barrier(2)

    def press(_) -> bool:
        try:
            gate.wait()
            paused(Assignment.objects.for_list().get(pk=one.pk), office.dung)
            return True
        except NotAllowedNow:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [False, True]
    one.refresh_from_db()
    assert DuePause.objects.count() == 1 and one.due_on == moved(after(5))


def test_the_page_asks_the_same_for_one_pause_and_for_three(office):
    one = work_of(given(office, due_on=after(5)), office.minh)
    client, here, counts = at_desk(office.dung), reverse("assignment_due", args=[one.pk]), []
    for many in (1, 2):
        for _ in range(many):
            paused(one, office.dung)
            resume_work(one, by=office.dung, at=timezone.now())
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
