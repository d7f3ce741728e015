"""Xin gia hạn: asked by whoever has the task, granted or refused by whoever gave it, counted, two levels."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work import directions
from documents.actions.work.extensions import (
    PastTheOneAbove,
    ask_extension,
    grant_extension,
    refuse_extension,
    withdraw_extension,
)
from documents.journey import NotAllowedNow
from documents.models import Assignment, Extension, Incoming
from documents.views.reports.progress import by_unit
from documents.views.shared.rows import moment
from orgs.models import Notice, Post, Role
from tests.documents.desks import at_desk, directed, kinds, late, task_of, words
from tests.documents.test_race import together

TODAY = timezone.localdate
REASON = "Chờ số liệu của các quận"


def day(n: int) -> dt.date:
    return TODAY() + dt.timedelta(days=n)


def asked(office, *, until=10, due=5, **fields) -> Extension:
    paper = directed(office, due_on=day(due), **fields)
    task = task_of(paper, fields.get("lead") or office.minh)
    return ask(task, until)


def ask(task, until: int) -> Extension:
    task = Assignment.objects.for_list().get(pk=task.pk)
    return ask_extension(task, by=task.assignee, at=timezone.now(), due_on=day(until), reason=REASON)


def again(extension) -> Extension:
    return Extension.objects.get(pk=extension.pk)


def url(extension, what: str) -> str:
    return f"/gia-han/{extension.pk}/{what}/"


def test_asking_leaves_the_deadline_and_tells_the_giver(office):
    paper = directed(office, due_on=day(5))
    task = task_of(paper, office.minh)
    answer = at_desk(office.minh).post(
        f"/cong-viec/{task.pk}/xin-gia-han/", {"due_on": f"{day(10):%d/%m/%Y}", "reason": REASON}, follow=True
    )
    assert "Thời hạn chưa đổi" in words(answer)
    task.refresh_from_db()
    extension = task.extensions.get()
    assert (task.due_on, extension.state, extension.to, extension.due_before) == (
        day(5),
        "asked",
        office.dung,
        day(5),
    )
    assert kinds(paper)[-1] == "ask_extension"
    assert "xin gia hạn" in Notice.objects.get(user=office.dung.user).text
    page = words(at_desk(office.dung).get(paper.get_absolute_url()))
    assert "xin gia hạn" in page and "Đồng ý gia hạn" in page and "Từ chối gia hạn" in page
    mine = words(at_desk(office.minh).get(paper.get_absolute_url()))
    assert "Chờ Phạm Tiến Dũng duyệt" in mine and "Đồng ý gia hạn" not in mine


def test_the_givers_count_opens_exactly_its_list(office):
    extensions = [asked(office, number=str(number)) for number in range(3)]
    refuse_extension(extensions[0], by=office.dung, at=timezone.now(), reason="Không")
    work.finish(
        task_of(extensions[1].assignment.incoming, office.minh),
        by=office.minh,
        at=timezone.now(),
        result="Xong",
    )
    dung = at_desk(office.dung)
    desk = dung.get("/")
    assert "Xin gia hạn chờ duyệt" in words(desk) and "Xem tất cả (1)" in words(desk)
    listed = dung.get("/cong-viec/?box=extension")
    assert [row["url"] for row in listed.context["rows"]] == [url(extensions[2], "dong-y")]
    assert f"Trần Quang Minh xin đến {day(10):%d/%m/%Y}" in words(listed)
    assert at_desk(office.thao).get("/").context["extensions"] == []
    assert at_desk(office.minh).get("/cong-viec/?box=extension").context["box"].name != "extension"


def test_granting_moves_the_day_of_the_task_and_of_its_paper(office):
    extension = asked(office)
    sent = {"due_on": f"{day(8):%d/%m/%Y}"}
    answer = at_desk(office.dung).post(url(extension, "dong-y"), sent, follow=True)
    assert f"đến {day(8):%d/%m/%Y}" in words(answer)
    extension, paper = again(extension), Incoming.objects.get(pk=extension.assignment.incoming_id)
    task = extension.assignment
    assert (extension.state, extension.due_before, extension.due_granted) == ("granted", day(5), day(8))
    assert (task.due_on, task.extended, paper.due_on) == (day(8), 1, day(8))
    event = paper.events.last()
    assert (event.kind, event.payload["extension"], event.payload["task"]) == (
        "grant_extension",
        extension.pk,
        task.pk,
    )
    page = words(at_desk(office.minh).get(f"{paper.get_absolute_url()}?tab=work"))
    assert f"{day(5):%d/%m/%Y} → {day(8):%d/%m/%Y}" in page and f"hạn ban đầu {day(5):%d/%m/%Y}" in page
    assert "đã gia hạn 1 lần" in page
    assert "đồng ý gia hạn" in Notice.objects.filter(user=office.minh.user).latest("pk").text


def test_in_time_is_judged_by_the_last_day_that_was_granted(office):
    extension = asked(office)
    task = extension.assignment
    Assignment.objects.update(due_on=day(-2))
    Extension.objects.update(due_before=day(-2))
    assert by_unit(office.dung, moment())[0]["overdue"] == 1
    grant_extension(again(extension), by=office.dung, at=timezone.now())
    work.finish(task_of(task.incoming, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    (unit,) = by_unit(office.dung, moment())
    assert (unit["done_in_time"], unit["done_late"]) == (1, 0)
    assert task.extensions.get().due_before == day(-2)  # the original day, for reports


def test_a_paper_with_a_day_of_its_own_keeps_it(office):
    extension = asked(office)
    paper = extension.assignment.incoming
    Incoming.objects.filter(pk=paper.pk).update(due_on=day(20))
    grant_extension(extension, by=office.dung, at=timezone.now())
    paper.refresh_from_db()
    assert (paper.due_on, task_of(paper, office.minh).due_on) == (day(20), day(10))


def test_refusing_keeps_the_day_and_says_why(office):
    extension = asked(office)
    dung = at_desk(office.dung)
    assert dung.post(url(extension, "tu-choi"), {"reason": " "}).status_code == 200
    assert dung.post(url(extension, "tu-choi"), {"reason": "Đã quá gấp"}).status_code == 302
    extension = again(extension)
    assert (extension.state, extension.assignment.due_on, extension.assignment.extended) == (
        "refused",
        day(5),
        0,
    )
    paper = extension.assignment.incoming
    assert "Lý do từ chối: Đã quá gấp" in words(
        at_desk(office.minh).get(f"{paper.get_absolute_url()}?tab=work")
    )
    ask(extension.assignment, 9)  # a refusal is no extension; he may ask again


def test_whoever_asked_withdraws_while_it_waits(office):
    extension = asked(office)
    assert at_desk(office.dung).post(url(extension, "rut")).status_code == 403
    there = at_desk(office.minh).post(url(extension, "rut")).url
    assert there == f"{extension.assignment.incoming.get_absolute_url()}?tab=work"
    assert again(extension).state == "withdrawn"
    late_answer = at_desk(office.dung).post(url(extension, "dong-y"), {"due_on": f"{day(10):%d/%m/%Y}"})
    assert late_answer.status_code == 409 and "đã rút đề nghị gia hạn" in words(late_answer)
    assert task_of(extension.assignment.incoming, office.minh).due_on == day(5)


@pytest.mark.parametrize(
    ("until", "said"),
    [(5, "phải sau thời hạn hiện tại"), (3, "phải sau thời hạn hiện tại")],
)
def test_a_day_that_is_no_later_is_refused_on_the_form(office, until, said):
    task = task_of(directed(office, due_on=day(5)), office.minh)
    sent = {"due_on": f"{day(until):%d/%m/%Y}", "reason": REASON}
    answer = at_desk(office.minh).post(f"/cong-viec/{task.pk}/xin-gia-han/", sent)
    assert said in words(answer) and REASON in words(answer)
    assert not Extension.objects.exists()


def test_a_late_task_asks_for_a_day_that_is_not_past(office):
    paper = late(directed(office, due_on=day(1)), days=10)
    task = task_of(paper, office.minh)
    with pytest.raises(ValidationError, match="quá khứ"):
        ask(task, -2)
    grant_extension(ask(task, 2), by=office.dung, at=timezone.now())
    assert task_of(paper, office.minh).due_on == day(2)


@pytest.mark.parametrize("end", ["finish", "give_back", "withdraw"])
def test_after_the_task_has_ended_nothing_is_asked_or_granted(office, end):
    extension = asked(office)
    task = task_of(extension.assignment.incoming, office.minh)
    if end == "finish":
        work.finish(task, by=office.minh, at=timezone.now(), result="Xong")
    elif end == "give_back":
        work.give_back(task, by=office.minh, at=timezone.now(), reason="Không phải việc của tôi")
    else:
        work.withdraw(task, by=office.dung, at=timezone.now(), reason="Nhầm người")
    answer = at_desk(office.dung).post(url(extension, "dong-y"), {"due_on": f"{day(9):%d/%m/%Y}"})
    assert answer.status_code == 409 and "không còn cần quyết định" in words(answer)
    task.refresh_from_db()
    with pytest.raises(NotAllowedNow):
        ask(task, 10)
    answer = at_desk(office.minh).post(
        f"/cong-viec/{task.pk}/xin-gia-han/", {"due_on": f"{day(10):%d/%m/%Y}", "reason": REASON}
    )
    assert answer.status_code == 409 and REASON in words(answer)  # what was typed is still there
    assert task.due_on == day(5)


def test_a_second_request_waits_for_the_first(office):
    extension = asked(office)
    with pytest.raises(NotAllowedNow, match="Phạm Tiến Dũng"):
        ask(extension.assignment, 12)
    page = words(at_desk(office.minh).get(f"/cong-viec/{extension.assignment_id}/xin-gia-han/"))
    assert f"Đã có đề nghị gia hạn đến {day(10):%d/%m/%Y}" in page
    fields = {"by": office.minh, "to": office.dung, "at": timezone.now(), "reason": "x", "due_before": day(5)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(assignment=extension.assignment, due_asked=day(12), **fields)


def test_no_more_than_the_office_allows(office):
    extension = asked(office)
    for until in (11, 12):
        grant_extension(extension, by=office.dung, at=timezone.now())
        extension = ask(extension.assignment, until) if until == 11 else extension
    task = task_of(extension.assignment.incoming, office.minh)
    with pytest.raises(ValidationError, match="đã được gia hạn 2 lần"):
        ask(task, 13)
    page = words(at_desk(office.minh).get(f"/cong-viec/{task.pk}/xin-gia-han/"))
    assert "Cơ quan cho phép nhiều nhất 2 lần" in page
    office.home_affairs.extension_limit = 3
    office.home_affairs.save()
    assert ask(task, 13).due_before == day(11)


def test_the_office_sets_how_often(office):
    ha = office.post("ha", "Ngô Thúy Hà", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    at_desk(ha).post("/don-vi/cach-lam-viec/", {"extension_limit": "1"})
    office.home_affairs.refresh_from_db()
    assert office.home_affairs.extension_limit == 1
    assert office.home_affairs.events.last().kind == "limit_extensions"
    before = office.home_affairs.events.count()
    for wrong in ("10", "-1", "hai", "", "\x00", "9" * 40):
        answer = at_desk(ha).post("/don-vi/cach-lam-viec/", {"extension_limit": wrong}, follow=True)
        assert "từ 0 đến 9" in words(answer)
    at_desk(ha).post("/don-vi/cach-lam-viec/", {"extension_limit": "1"})
    assert office.home_affairs.events.count() == before
    assert at_desk(office.minh).post("/don-vi/cach-lam-viec/", {"extension_limit": "5"}).status_code == 403


def handed(office, due=5):
    paper = directed(office, lead=office.hoa, due_on=day(due))
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh)
    return paper


def test_no_head_grants_a_day_after_his_own_but_asks_for_his_first(office):
    paper = handed(office)
    extension = ask(task_of(paper, office.minh), 10)
    assert extension.to == office.hoa
    hoa, above = at_desk(office.hoa), task_of(paper, office.hoa)
    button = f"/cong-viec/{above.pk}/xin-gia-han/?den={day(10)}"
    assert button in hoa.get(url(extension, "dong-y")).content.decode()
    answer = hoa.post(url(extension, "dong-y"), {"due_on": f"{day(10):%d/%m/%Y}"})
    assert "không thể cho cấp dưới hạn muộn hơn" in words(answer) and button in answer.content.decode()
    form = hoa.get(button)
    assert f'value="{day(10):%d/%m/%Y}"' in form.content.decode()
    hoa.post(button, {"due_on": f"{day(10):%d/%m/%Y}", "reason": REASON})
    assert "đang chờ duyệt" in words(hoa.get(url(extension, "dong-y")))
    grant_extension(above.extensions.get(), by=office.dung, at=timezone.now())
    assert hoa.post(url(extension, "dong-y"), {"due_on": f"{day(10):%d/%m/%Y}"}).status_code == 302
    paper.refresh_from_db()
    assert {task_of(paper, who).due_on for who in (office.hoa, office.minh)} == {day(10)} == {paper.due_on}


def test_a_head_may_grant_up_to_his_own_day(office):
    paper = directed(office, lead=office.hoa, due_on=day(9))
    work.hand_on(
        task_of(paper, office.hoa),
        by=office.hoa,
        at=timezone.now(),
        text="Làm",
        lead=office.minh,
        due_on=day(5),
    )
    extension = ask(task_of(paper, office.minh), 12)
    with pytest.raises(PastTheOneAbove):
        grant_extension(extension, by=office.hoa, at=timezone.now())
    grant_extension(again(extension), by=office.hoa, at=timezone.now(), due_on=day(9))
    paper.refresh_from_db()
    assert (task_of(paper, office.minh).due_on, paper.due_on) == (day(9), day(9))


@pytest.mark.parametrize("until", [5, 4, 11])
def test_a_day_that_was_not_asked_for_is_not_granted(office, until):
    extension = asked(office)
    with pytest.raises(ValidationError):
        grant_extension(extension, by=office.dung, at=timezone.now(), due_on=day(until))
    assert again(extension).state == "asked"


def test_only_whom_it_was_put_to_decides(office):
    extension = asked(office)
    for who, code in ((office.minh, 403), (office.thao, 403), (office.lan, 403), (office.khach, 404)):
        for what in ("dong-y", "tu-choi"):
            assert at_desk(who).get(url(extension, what)).status_code == code
            assert at_desk(who).post(url(extension, what), {"reason": "x"}).status_code == code
    with pytest.raises(PermissionDenied):
        refuse_extension(extension, by=office.thao, at=timezone.now(), reason="Không")
    with pytest.raises(PermissionDenied):
        withdraw_extension(extension, by=office.hoa, at=timezone.now())
    for who in (office.hoa, office.dung):
        assert at_desk(who).get(f"/cong-viec/{extension.assignment_id}/xin-gia-han/").status_code == 404


def test_who_is_only_told_or_has_no_deadline_asks_for_nothing(office):
    paper = directed(office, info=[office.hoa])
    for who in (office.hoa, office.minh):
        task = task_of(paper, who)
        assert at_desk(who).get(f"/cong-viec/{task.pk}/xin-gia-han/").status_code in (403, 409)
        assert "Xin gia hạn" not in words(at_desk(who).get(paper.get_absolute_url()))


def test_when_the_giver_has_left_whoever_stands_above_decides(office):
    paper = handed(office, due=9)
    task = task_of(paper, office.minh)
    Assignment.objects.filter(pk=task.pk).update(due_on=day(3))
    extension = ask(task, 6)
    Post.objects.filter(pk=office.hoa.pk).update(valid_to=TODAY())
    dung = at_desk(office.dung)
    assert [row["url"] for row in dung.get("/cong-viec/?box=extension").context["rows"]] == [
        url(extension, "dong-y")
    ]
    assert dung.post(url(extension, "dong-y"), {"due_on": f"{day(6):%d/%m/%Y}"}).status_code == 302
    task.refresh_from_db()
    assert task.due_on == day(6)
    assert ask(task, 8).to == office.dung  # the next request goes to him at once


def test_what_the_leader_amends_meanwhile_holds(office):
    extension = asked(office)
    paper = extension.assignment.incoming
    directions.amend(
        paper, by=office.dung, at=timezone.now(), text="Chủ trì tham mưu.", lead=office.minh, due_on=day(8),
        product="Công văn trả lời",
    )  # fmt: skip
    with pytest.raises(ValidationError):
        grant_extension(again(extension), by=office.dung, at=timezone.now(), due_on=day(7))
    grant_extension(again(extension), by=office.dung, at=timezone.now())
    assert (again(extension).due_before, task_of(paper, office.minh).due_on) == (day(8), day(10))


def test_an_amendment_of_words_leaves_a_supporters_granted_day_alone(office):
    paper = directed(office, lead=office.hoa, support=[office.thao], due_on=day(5))
    extension = ask(task_of(paper, office.thao), 12)
    grant_extension(extension, by=again(extension).to, at=timezone.now())
    as_it_was = {"by": office.dung, "at": timezone.now(), "lead": office.hoa, "support": [office.thao]}
    directions.amend(paper, text="Làm cho kỹ.", due_on=day(5), **as_it_was)
    assert task_of(paper, office.thao).due_on == day(12)
    directions.amend(paper, text="Làm cho kỹ.", due_on=day(7), **as_it_was)
    assert task_of(paper, office.thao).due_on == day(7)
    said = paper.events.filter(kind="amend").last().payload["amended"]
    assert f"Thời hạn của {office.thao.user}: {day(12):%d/%m/%Y} → {day(7):%d/%m/%Y}" in said


def test_a_day_above_that_was_amended_meanwhile_binds_the_grant_below(office):
    paper = handed(office)
    head, below = task_of(paper, office.hoa), task_of(paper, office.minh)
    extension = ask(below, 9)
    Assignment.objects.filter(pk=head.pk).update(due_on=day(10))
    looked_at = again(extension)
    assert looked_at.assignment.parent.due_on == day(10)
    Assignment.objects.filter(pk=head.pk).update(due_on=day(6))
    with pytest.raises(ValidationError, match="hạn"):
        grant_extension(looked_at, by=looked_at.to, at=timezone.now())


def test_nobody_grants_himself_more_time_by_an_inbox_that_was_lent(office):
    extension = asked(office)
    lent = again(extension).to.used_by(extension.assignment.assignee.user)
    with pytest.raises(PermissionDenied):
        grant_extension(again(extension), by=lent, at=timezone.now())


def test_retracting_a_direction_takes_the_granted_day_from_the_paper_too(office):
    extension = asked(office)
    paper = extension.assignment.incoming
    grant_extension(extension, by=office.dung, at=timezone.now())
    paper.refresh_from_db()
    directions.retract(paper, by=office.dung, at=timezone.now(), reason="Nhầm")
    paper.refresh_from_db()
    assert paper.due_on is None


def test_a_list_of_requests_costs_the_same_for_one_and_for_three(office):
    counts, dung = [], at_desk(office.dung)
    for number in range(3):
        asked(office, number=str(number))
        if number in (0, 2):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                rows = dung.get("/cong-viec/?box=extension").context["rows"]
            counts.append((len(rows), len(queries)))
    assert [rows for rows, _ in counts] == [1, 3] and counts[0][1] == counts[1][1]


def test_the_work_of_a_paper_costs_the_same_for_one_request_and_for_three(office):
    extension = asked(office)
    paper, dung, counts = extension.assignment.incoming, at_desk(office.dung), []
    for until in (11, 12, 13):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            dung.get(f"{paper.get_absolute_url()}?tab=work")
        counts.append(len(queries))
        refuse_extension(again(extension), by=office.dung, at=timezone.now(), reason="Không")
        extension = ask(extension.assignment, until)
    assert len(set(counts)) == 1, counts


@pytest.mark.django_db(transaction=True)
def test_of_granting_and_refusing_one_wins_and_the_other_hears_by_whom(transactional_db, office):
    extension = asked(office)

    def grant():
        grant_extension(again(extension), by=office.dung, at=timezone.now())

    def refuse():
        refuse_extension(again(extension), by=office.dung, at=timezone.now(), reason="Không")

    answers = together(grant, refuse)
    (refusal,) = [one for one in answers if isinstance(one, NotAllowedNow)]
    assert "Phạm Tiến Dũng" in str(refusal)
    task = Assignment.objects.get(pk=extension.assignment_id)
    granted = again(extension).state == "granted"
    assert (task.due_on, task.extended) == ((day(10), 1) if granted else (day(5), 0))


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_put(transactional_db, office):
    task = task_of(directed(office, due_on=day(5)), office.minh)
    answers = together(lambda: ask(task, 8), lambda: ask(task, 9))
    assert sorted(type(one).__name__ for one in answers) == ["Extension", "NotAllowedNow"]
    assert Extension.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_finishing_and_granting_at_once_nothing_is_lost(transactional_db, office):
    extension = asked(office)
    task = extension.assignment

    def finish():
        one = Assignment.objects.get(pk=task.pk)
        work.finish(one, by=office.minh, at=timezone.now(), result="Xong")

    together(finish, lambda: grant_extension(again(extension), by=office.dung, at=timezone.now()))
    task = Assignment.objects.get(pk=task.pk)
    assert task.state == "done"
    assert (task.extended == 1) == (again(extension).state == "granted") == (task.due_on == day(10))
