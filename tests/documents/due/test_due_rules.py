"""Which rule gives a paper its day: of the law, or stricter of the office; offered, never written over; paused; explained."""

import datetime as dt
from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.work.by_deadline import remind_by_deadline
from documents.actions.work.due_rules import add_due_rule, end_due_rule
from documents.actions.work.pausing import pause_due, resume_due
from documents.journey import NotAllowedNow
from documents.models import Assignment, DeadlineReminder, DuePause, DueRule, Event, Incoming
from orgs.calendar import Calendar, working_days
from orgs.models import DayOff, Notice, Role
from tests.documents.desks import at_desk, directed, kinds, presented, registered, task_of, words
from tests.orgs.two import confirmed, latest, second_operator

DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


def after(days: int) -> dt.date:
    return working_days().add(today(), days)


def rule(office, by=None, **fields) -> DueRule:
    given = {
        "name": "Trả lời công văn", "clause": "Quy chế làm việc 12/QĐ-SNV", "kind": "CV", "urgency": None, "words": "",
        "count": 5, "unit": "working_days", "starts": "arrived", "pausable": True, "valid_from": today(),
    }  # fmt: skip
    return add_due_rule(by=by or office.dung, at=timezone.now(), **given | fields)


def page(post, paper) -> str:
    return words(at_desk(post).get(reverse("incoming_due", args=[paper.pk])))


def rules_of_the_law() -> None:
    """As the migration wrote them, also where a test with real commits emptied the table."""
    if not DueRule.objects.exists():
        from django.apps import apps

        import_module("documents.migrations.0050_due_rules").fill(apps, None)


@pytest.fixture(autouse=True)
def _the_laws_own(db):
    rules_of_the_law()


def test_an_urgent_paper_is_due_at_once_by_the_law_and_the_form_says_so(office):
    paper = office.paper(urgency=2)
    answer = at_desk(office.lan).get(reverse("incoming_register", args=[paper.pk]))
    offered = after(0) if working_days().is_working(today()) else after(1)
    assert answer.context["form"]["due_on"].value() == offered
    assert "Văn bản thượng khẩn: giải quyết ngay" in words(
        answer
    ) and "khoản 2 Điều 24 Nghị định 30/2020/NĐ-CP" in words(answer)
    paper.refresh_from_db()
    assert paper.due_on is None  # offered, not written


def test_an_ordinary_paper_has_no_day_of_the_law_and_the_office_gives_one(office):
    paper = presented(office)
    assert "không có quy tắc nào cho văn bản này" in page(office.dung, paper)
    rule(office)
    form = at_desk(office.dung).get(reverse("incoming_direct", args=[paper.pk])).context["form"]
    assert form["due_on"].value() == after(5)
    shown = page(office.dung, paper)
    assert (
        "Văn bản chưa có hạn" in shown
        and "Thời hạn 5 ngày làm việc." in shown
        and "Quy chế làm việc 12/QĐ-SNV" in shown
    )


def test_a_day_that_was_typed_or_sent_is_never_written_over(office):
    rule(office)
    sent = office.paper(due_on=after(9))
    form = at_desk(office.lan).get(reverse("incoming_register", args=[sent.pk])).context["form"]
    assert form["due_on"].value() == after(9)
    typed = office.paper(number="124")
    at_desk(office.lan).post(
        reverse("incoming_register", args=[typed.pk]), {"due_on": f"{after(12):%d/%m/%Y}", "then": "stay"}
    )
    empty = office.paper(number="125")
    at_desk(office.lan).post(reverse("incoming_register", args=[empty.pk]), {"due_on": "", "then": "stay"})
    typed.refresh_from_db()
    empty.refresh_from_db()
    assert (typed.due_on, empty.due_on) == (after(12), None)
    assert f"Hạn giải quyết {after(12):%d/%m/%Y} do người ghi hoặc nơi gửi đặt" in page(office.lan, typed)


def test_of_two_rules_the_stricter_holds_and_the_other_is_named(office):
    rule(office, name="Chậm", count=8)
    rule(office, name="Nhanh", count=3)
    rule(office, name="Việc khác", count=1, words="kiến nghị cử tri")
    shown = page(office.lan, registered(office))
    assert f"Theo quy tắc “Nhanh” thì hạn là {after(3):%d/%m/%Y}" in shown
    assert "Quy tắc khác, không chặt hơn Chậm, 8 ngày làm việc" in shown and "Việc khác" not in shown
    assert "“Việc khác”" in page(
        office.lan, registered(office, subject="Về việc kiến nghị cử tri", number="9")
    )


def test_a_rule_holds_for_what_comes_in_its_time(office):
    one = rule(office)
    end_due_rule(one, last=today() - DAY, by=office.dung, at=timezone.now())
    assert "không có quy tắc nào" in page(office.lan, registered(office))
    with pytest.raises(ValidationError):
        end_due_rule(one, last=today(), by=office.dung, at=timezone.now())
    with pytest.raises(ValidationError):  # what came before has its day already
        rule(office, valid_from=today() - DAY)


def test_the_day_of_a_rule_is_reminded_of_like_any_other(office):
    DayOff.objects.all().delete()
    rule(office, count=2)
    paper = presented(office)
    client, url = at_desk(office.dung), reverse("incoming_direct", args=[paper.pk])
    offered = client.get(url).context["form"]["due_on"].value()
    sent = {"text": "Chủ trì tham mưu.", "lead": office.minh.pk, "due_on": f"{offered:%d/%m/%Y}"}
    assert client.post(url, sent).status_code == 302
    for days in (0, 1, 5):
        noon = dt.datetime.combine(Calendar().add(offered, days), dt.time(12))
        remind_by_deadline(at=timezone.make_aware(noon))
    rules = DeadlineReminder.objects.filter(assignment__incoming=paper).values_list("rule", flat=True)
    assert list(rules.order_by("pk")) == ["soon", "late_1", "late_3", "escalated"] or set(rules) >= {
        "soon",
        "late_1",
        "escalated",
    }


def paused(office, days=3, **fields):
    paper = directed(office, due_on=after(5), **fields)
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(5))
    paper.refresh_from_db()
    pause_due(
        paper, why="opinion", note="chờ Sở Tài chính có ý kiến", last=today() + DAY * days, by=office.minh, at=timezone.now()
    )  # fmt: skip
    return paper


def test_a_pause_moves_the_day_of_the_paper_and_of_its_tasks_and_tells_who_works(office):
    rule(office)
    paper = paused(office, days=7)
    calendar = working_days()
    skipped = sum(calendar.is_working(today() + DAY * n) for n in range(1, 8))
    moved = calendar.add(after(5), skipped)
    assert (
        paper.due_on
        == Incoming.objects.get(pk=paper.pk).due_on
        == task_of(paper, office.minh).due_on
        == moved
    )
    assert kinds(paper)[-1] == "pause_due"
    shown = page(office.minh, paper)
    assert "Đang tạm dừng" in shown and "chờ ý kiến của cơ quan khác, chờ Sở Tài chính có ý kiến" in shown
    assert "theo quy tắc “Trả lời công văn”" in shown and "Tính tiếp" in shown
    with pytest.raises(NotAllowedNow):
        pause_due(paper, why="papers", note="chờ lần nữa", last=after(2), by=office.minh, at=timezone.now())


def test_resumed_the_day_is_as_if_the_rest_had_not_been_paused(office):
    rule(office)
    paper = paused(office, days=10)
    assert at_desk(office.minh).post(reverse("incoming_resume_due", args=[paper.pk])).status_code == 302
    paper.refresh_from_db()
    assert (paper.due_on, task_of(paper, office.minh).due_on) == (after(5), after(5))
    one = DuePause.objects.get()
    assert one.last < one.first and one.ended_by == office.minh
    assert Notice.objects.filter(user=office.minh.user, text__contains="nay là").count() == 0  # his own act
    with pytest.raises(NotAllowedNow):
        resume_due(paper, by=office.minh, at=timezone.now())


def test_only_a_day_that_follows_a_rule_is_paused_and_only_by_who_works_or_directs(office):
    rule(office)
    given = {"why": "papers", "note": "chờ bổ sung hồ sơ", "last": after(2), "at": timezone.now()}
    by_hand = directed(office, due_on=after(3))
    with pytest.raises(ValidationError, match="do người ghi"):
        pause_due(by_hand, by=office.minh, **given)
    paper = directed(office, due_on=after(5), number="7")
    Incoming.objects.filter(pk=paper.pk).update(due_on=after(5))
    with pytest.raises(PermissionDenied):
        pause_due(paper, by=office.lan, **given)
    rule(office, name="Không dừng", pausable=False)
    DueRule.objects.filter(name="Trả lời công văn").delete()
    with pytest.raises(ValidationError, match="không được tạm dừng"):
        pause_due(paper, by=office.minh, **given)
    assert not DuePause.objects.exists() and Assignment.objects.get(incoming=paper).due_on == after(5)


def test_the_office_adds_and_ends_its_rules_on_the_page(office):
    client, url = at_desk(office.dung), reverse("due_rules")
    assert "Văn bản khẩn: giải quyết ngay" in words(client.get(url))
    sent = {
        "name": "Góp ý dự thảo", "clause": "Quy chế 12/QĐ-SNV", "kind": "CV", "urgency": "0", "words": "góp ý,  dự thảo ",
        "count": "7", "unit": "days", "starts": "issued", "pausable": "on", "valid_from": f"{today():%d/%m/%Y}",
    }  # fmt: skip
    assert client.post(url, sent).status_code == 302
    made = DueRule.objects.get(organisation=office.home_affairs)
    assert (made.words, made.urgency, made.starts, made.by) == ("góp ý,dự thảo", 0, "issued", office.dung)
    assert "Công văn, độ thường, trích yếu có “góp ý” hoặc “dự thảo”" in words(client.get(url))
    assert "0 chỉ dùng với ngày làm việc" in words(client.post(url, sent | {"count": "0"}))
    ended = client.post(reverse("due_rule_end", args=[made.pk]), {"last": f"{today():%d/%m/%Y}"})
    made.refresh_from_db()
    assert ended.status_code == 302 and made.valid_to == today()
    assert [e.kind for e in Event.objects.filter(document=None, kind__contains="due_rule")] == [
        "add_due_rule",
        "end_due_rule",
    ]
    for post in (office.lan, office.minh):
        assert at_desk(post).get(url).status_code == 403
    head = office.post("chu", "Chủ Khách", office.justice, Role.LEADER, "Giám đốc", head=True)
    assert at_desk(head).get(reverse("due_rule_end", args=[made.pk])).status_code == 404
    law = DueRule.objects.filter(organisation=None).first()
    assert client.get(reverse("due_rule_end", args=[law.pk])).status_code == 404


def test_a_rule_of_the_law_is_added_and_ended_by_two_operators(office):
    client = at_desk(office.quantri)
    sent = {
        "name": "Trả lời báo chí", "law": "clerical_work", "clause": "Điều 99", "kind": "", "urgency": "", "words": "báo chí",
        "count": "15", "unit": "working_days", "starts": "arrived", "valid_from": f"{today():%d/%m/%Y}",
    }  # fmt: skip
    assert client.post(reverse("due_rules"), sent).status_code == 302
    assert not DueRule.objects.filter(name="Trả lời báo chí").exists()
    confirmed(second_operator(latest()))
    made = DueRule.objects.get(name="Trả lời báo chí")
    assert made.organisation is None and not made.pausable
    assert (
        client.post(reverse("due_rule_end", args=[made.pk]), {"last": f"{today():%d/%m/%Y}"}).status_code
        == 302
    )
    confirmed(second_operator(latest()))
    made.refresh_from_db()
    assert made.valid_to == today()


def test_hours_are_counted_from_the_moment_it_came_also_while_it_waits_for_its_number(office):
    rule(office, count=4, unit="hours")
    came = office.paper()
    offered = (
        at_desk(office.lan)
        .get(reverse("incoming_register", args=[came.pk]))
        .context["form"]["due_on"]
        .value()
    )
    at_desk(office.lan).post(
        reverse("incoming_register", args=[came.pk]), {"due_on": f"{offered:%d/%m/%Y}", "then": "stay"}
    )
    shown = page(office.lan, came)
    assert (
        f"Hạn giải quyết {offered:%d/%m/%Y} theo quy tắc" in shown and "Tính giờ làm việc từ lúc đó" in shown
    )
