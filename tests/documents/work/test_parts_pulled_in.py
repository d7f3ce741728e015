"""A whole task is brought to an earlier day: no part ends after it without anybody knowing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.work import directions
from documents.actions.work.assignments import finish
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.actions.work.parts import PartsLater
from documents.actions.work.tasks import give_again
from documents.journey import NotAllowedNow
from documents.models import Assignment, Event, Task
from orgs.models import Notice
from tests.documents.desks import at_desk, words
from tests.documents.test_race import together
from tests.documents.work.without_paper import given, told, work_of


def day(n: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=n)


@pytest.fixture
def whole(office) -> Task:
    """With a part, a part of that, and one that ends early."""
    task = given(office, lead=office.hoa, due_on=day(10))
    office.part = given(office, by=office.hoa, lead=office.minh, parent=task, title="Tổng hợp", due_on=day(9))
    office.below = given(
        office, by=office.hoa, lead=office.minh, parent=office.part, title="Thu thập", due_on=day(8)
    )
    office.early = given(
        office, by=office.hoa, lead=office.minh, parent=task, title="Khảo sát", due_on=day(2)
    )
    return task


def sent(office, due_on: dt.date, **fields) -> dict:
    asked = {"text": "Làm gấp.", "lead": office.hoa.pk, "due_on": f"{due_on:%d/%m/%Y}", "product": ""}
    return asked | fields


def amend(task, office, due_on, **fields) -> None:
    directions.amend(
        Task.objects.get(pk=task.pk), by=office.dung, at=timezone.now(), text="Làm gấp.", lead=office.hoa,
        due_on=due_on, **fields,
    )  # fmt: skip


def days(*tasks) -> list[dt.date]:
    return [Task.objects.get(pk=task.pk).due_on for task in tasks]


def test_it_is_refused_with_the_parts_named_then_one_tick_pulls_them_in(office, whole):
    dung, address = at_desk(office.dung), f"/nhiem-vu/{whole.pk}/sua/"
    assert "Kéo hạn" not in words(dung.get(address))
    answer = dung.post(address, sent(office, day(5)))
    page = words(answer)
    assert (
        f"“Tổng hợp” ({day(9):%d/%m/%Y}), “Thu thập” ({day(8):%d/%m/%Y})" in page and "Khảo sát" not in page
    )
    assert "Kéo hạn các phần việc này về cùng ngày" in page and "Làm gấp." in page
    assert days(whole, office.part, office.below) == [day(10), day(9), day(8)] and "amend" not in told(whole)
    assert not Notice.objects.filter(text__contains="kéo hạn").exists()
    assert dung.post(address, sent(office, day(5), pull_in="on")).url == whole.get_absolute_url()
    assert days(whole, office.part, office.below, office.early) == [day(5)] * 3 + [day(2)]
    assert [work_of(one, office.minh).due_on for one in (office.part, office.below)] == [day(5)] * 2
    assert work_of(office.early, office.minh).due_on == day(2)
    for part in (office.part, office.below):
        event = part.events.last()
        assert (event.kind, event.user) == ("amend", office.dung.user)
        assert part.directions.standing().last().due_on == day(5)
    assert f"Thời hạn: {day(9):%d/%m/%Y} → {day(5):%d/%m/%Y}" in words(
        at_desk(office.minh).get(office.part.get_absolute_url())
    )
    assert told(office.early) == ["direct"]
    for post in (office.minh, office.hoa):
        heard = Notice.objects.filter(user=post.user, text__contains="kéo hạn")
        assert heard.count() == 2 and f"về {day(5):%d/%m/%Y} theo nhiệm vụ lớn" in heard[0].text
    assert not Event.objects.all().broken_links(office.home_affairs.pk)


def test_a_day_that_lets_every_part_end_before_asks_nothing(office, whole):
    amend(whole, office, day(9))
    assert days(whole, office.part) == [day(9), day(9)] and told(office.part) == ["direct"]


def test_a_part_without_a_day_gets_one_when_the_whole_does(office):
    whole = given(office, lead=office.hoa)
    part = given(office, by=office.hoa, lead=office.minh, parent=whole, title="Tổng hợp")
    with pytest.raises(PartsLater, match="không có hạn"):
        amend(whole, office, day(5))
    amend(whole, office, day(5), pull_in=True)
    assert days(part) == [day(5)] and work_of(part, office.minh).due_on == day(5)


def test_what_was_given_on_within_a_part_follows_and_what_is_done_stays(office):
    whole = given(office, lead=office.hoa, due_on=day(10))
    part = given(office, lead=office.hoa, parent=whole, title="Tổng hợp", due_on=day(9))
    done = given(office, by=office.hoa, lead=office.minh, parent=whole, title="Khảo sát", due_on=day(9))
    finish(work_of(done, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    at_desk(office.hoa).post(
        f"/cong-viec/{work_of(part, office.hoa).pk}/chuyen-tiep/",
        {"text": "Làm", "lead": office.minh.pk, "due_on": f"{day(9):%d/%m/%Y}"},
    )
    with pytest.raises(PartsLater) as refused:
        amend(whole, office, day(4))
    assert [one.title for one in refused.value.parts] == ["Tổng hợp"]
    amend(whole, office, day(4), pull_in=True)
    assert {one.due_on for one in Assignment.objects.filter(task=part)} == {day(4)}
    assert days(done) == [day(9)] and work_of(done, office.minh).due_on == day(9)


def test_given_again_to_an_earlier_day_it_asks_the_same(office, whole):
    directions.retract(whole, by=office.dung, at=timezone.now(), reason="Giao lại")
    assert days(office.part) == [day(9)]
    dung, address = at_desk(office.dung), f"/nhiem-vu/{whole.pk}/giao/"
    answer = dung.post(address, sent(office, day(6)))
    assert answer.status_code == 200 and "“Tổng hợp”" in words(answer)
    assert dung.post(address, sent(office, day(6), pull_in="on")).status_code == 302
    assert days(whole, office.part, office.below) == [day(6)] * 3


def test_given_again_all_who_hear_of_it_are_held_at_once(office, whole, monkeypatch):
    directions.retract(whole, by=office.dung, at=timezone.now(), reason="Giao lại")
    held = []
    monkeypatch.setattr("documents.actions.work.parts.hold", held.append)
    given_again = {"lead": office.hoa, "support": [office.minh], "info": [office.lan]}
    give_again(
        whole, by=office.dung, at=timezone.now(), text="Làm", due_on=day(6), pull_in=True, **given_again
    )
    assert {one.user_id for one in (office.hoa, office.minh, office.lan)} <= held[0]


def test_taken_back_to_an_earlier_day_of_before_the_whole_keeps_the_later_one(office):
    whole = given(office, lead=office.hoa, due_on=day(5))
    directions.retract(whole, by=office.dung, at=timezone.now(), reason="Giao lại")
    Task.objects.filter(pk=whole.pk).update(due_on=day(5))
    give_again(whole, by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa, due_on=day(10))
    part = given(office, by=office.hoa, lead=office.minh, parent=whole, due_on=day(9))
    whole.refresh_from_db()
    directions.retract(whole, by=office.dung, at=timezone.now(), reason="Giao lại lần nữa")
    assert days(whole, part) == [day(10), day(9)]


def test_many_parts_are_named_by_the_first_and_counted(office):
    whole = given(office, lead=office.hoa, due_on=day(10))
    for n in range(8):
        given(office, by=office.hoa, lead=office.minh, parent=whole, title=f"Phần {n}", due_on=day(9))
    with pytest.raises(ValidationError, match=r"“Phần 4” .*, 3 phần việc khác"):
        amend(whole, office, day(4))


@pytest.mark.django_db(transaction=True)
def test_of_bringing_the_whole_nearer_and_giving_a_part_more_time_no_part_ends_later(
    transactional_db, office
):
    whole = given(office, lead=office.hoa, due_on=day(10))
    part = given(office, by=office.hoa, lead=office.minh, parent=whole, due_on=day(3))
    asked = ask_extension(
        work_of(part, office.minh), by=office.minh, at=timezone.now(), due_on=day(9), reason="Chờ số liệu"
    )

    def nearer():
        try:
            amend(whole, office, day(5))
        except ValidationError as refused:
            return refused

    def more():
        try:
            grant_extension(
                type(asked).objects.get(pk=asked.pk), by=office.hoa, at=timezone.now(), due_on=day(9)
            )
        except ValidationError as refused:
            return refused

    answers = together(nearer, more)
    assert sum(isinstance(one, ValidationError) for one in answers) == 1
    assert not any(isinstance(one, NotAllowedNow) for one in answers)
    ends, part_ends = days(whole, part)
    assert part_ends <= ends and part_ends in (day(3), day(9))
