"""Who is told of a slip: whose turn it is, and whoever made it when it ends; what the day brings."""

import datetime as dt

import pytest
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import slips as acts
from documents.actions.outgoing.drafts import edit
from documents.actions.outgoing.slips_by_deadline import remind_of_slips
from documents.models import Event, Outgoing, SlipReminder, SlipRound
from orgs.models import DayOff, Delegation, Notice, Role
from progress.actions.telling import follow
from tests.documents.outgoing.slipping import place_of, slipped, speaks
from tests.documents.outgoing_cases import fields

MONDAY = dt.date(2099, 3, 2)


@pytest.fixture
def nga(office):
    return office.post("nga", "Vũ Nga", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)


def noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def told(post) -> list[str]:
    follow(at=timezone.now())
    rows = Notice.objects.filter(user=post.user, kind__in=["slip", "slip_over", "slip_deadline", "check"])
    return list(rows.order_by("pk").values_list("text", flat=True))


def test_each_is_told_when_the_turn_comes_and_the_maker_at_the_end(office, nga):
    slip = slipped(office, [nga], [office.dung], due_on=MONDAY)
    assert told(nga) == ["Phiếu trình của Trần Quang Minh chờ bạn cho ý kiến, hạn 02/03/2099."]
    assert told(office.dung) == [] and told(office.minh) == []
    speaks(slip, nga)
    assert told(office.dung) == ["Phiếu trình của Trần Quang Minh chờ bạn cho ý kiến, hạn 02/03/2099."]
    assert told(office.minh) == []
    speaks(slip, office.dung)
    assert told(office.minh) == ["Phiếu trình của bạn được thông qua; dự thảo đã được trình duyệt."]
    assert told(office.hoa) == ["Phạm Tiến Dũng trình dự thảo, chờ bạn kiểm tra nội dung."]


def test_a_refusal_tells_the_maker_and_those_who_are_waited_for_no_more(office, nga):
    slip = slipped(office, [nga, office.hoa], [office.dung])
    speaks(slip, nga, "disagree", "Sai căn cứ.")
    assert told(office.minh) == ["Vũ Nga không đồng ý, trả lại phiếu trình của bạn."]
    assert told(office.hoa)[-1].startswith("Vũ Nga không đồng ý, phiếu trình bị trả lại")
    assert told(office.dung) == [] and len(told(nga)) == 1


def test_a_change_and_a_new_round_are_told(office, nga):
    slip = slipped(office, [nga])
    draft = Outgoing.objects.get()
    edit(draft, by=office.minh, at=timezone.now(), **fields(office, body="Khác."))
    assert "các ý kiến về phiếu trình hết hiệu lực" in told(nga)[-1]
    slip.refresh_from_db()
    slip.outgoing = draft
    acts.send_slip_again(slip, by=office.minh, at=timezone.now())
    assert told(nga)[-1] == "Phiếu trình của Trần Quang Minh lần 2 chờ bạn cho ý kiến."


def test_who_is_put_in_a_place_and_who_is_put_out_hear_of_it(office, nga):
    slip = slipped(office, [nga])
    acts.replace_in_slip(
        place_of(slip, nga), post=office.hoa, reason="Vắng", by=office.minh, at=timezone.now()
    )
    assert told(nga)[-1] == "Trần Quang Minh đã thay bạn bằng người khác trong phiếu trình."
    assert told(office.hoa) == ["Phiếu trình của Trần Quang Minh chờ bạn cho ý kiến."]
    acts.take_back_slip(slip, reason="Nhầm", by=office.minh, at=timezone.now())
    assert "đã thu lại phiếu trình" in told(office.hoa)[-1]


def test_a_cancelled_draft_is_told_of(office, nga):
    slipped(office, [nga], [office.dung])
    papers.cancel(Outgoing.objects.get(), by=office.minh, at=timezone.now())
    assert told(nga)[-1] == "Trần Quang Minh đã hủy dự thảo có phiếu trình; không phải cho ý kiến nữa."
    assert told(office.dung) == [] and told(office.minh) == []


def test_its_day_is_told_of_once_at_every_turn(office, nga):
    DayOff.objects.all().delete()
    slipped(office, [nga], due_on=MONDAY + dt.timedelta(days=2))
    slipped(office, [nga])  # without a day: nobody is reminded
    for number in range(-4, 18):
        for _ in range(2):
            remind_of_slips(at=noon(MONDAY + dt.timedelta(days=number)))
    assert list(SlipReminder.objects.order_by("pk").values_list("rule", flat=True)) == [
        "soon", "late_1", "late_3", "late_7",
    ]  # fmt: skip
    soon, *late = Event.objects.filter(kind__in=["near_deadline", "past_deadline"])
    assert soon.payload["told"] == [nga.pk] and late[0].payload["told"] == [nga.pk, office.minh.pk]
    assert told(nga)[-4] == "Phiếu trình chờ Vũ Nga: sắp đến hạn, hạn 04/03/2099."
    assert told(office.minh)[0] == "Phiếu trình chờ Vũ Nga: quá hạn 1 ngày làm việc, hạn 04/03/2099."


def test_of_its_day_those_are_told_who_stand_in_for_opinions_and_not_for_work(office, nga):
    DayOff.objects.all().delete()
    binh = office.post("binh", "Lê Bình", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)
    for post, deputy, business in ((nga, office.hoa, "opinions"), (binh, office.thao, "work")):
        Delegation.objects.create(
            post=post, to=deputy.user, valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2100, 1, 1), kinds=[business]
        )  # fmt: skip
    slipped(office, [nga, binh], due_on=MONDAY)
    remind_of_slips(at=noon(MONDAY))
    assert told(office.hoa)[-1] == told(binh)[-1] == told(nga)[-1]
    assert (
        "sắp đến hạn" in told(nga)[-1]
        and told(office.thao) == []
        and not Notice.objects.filter(kind="deadline").exists()
    )


def test_a_slip_that_is_not_going_round_is_not_reminded_of(office, nga):
    slip = slipped(office, [nga], due_on=MONDAY)
    speaks(slip, nga, "disagree", "Chưa được.")
    assert remind_of_slips(at=noon(MONDAY)) == 0 and SlipRound.objects.count() == 1
