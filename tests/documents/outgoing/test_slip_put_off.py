"""The day of a slip that goes round is put off by whoever made it; those who are waited for are told."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from documents.actions.outgoing import slips as acts
from documents.actions.outgoing.slips_by_deadline import remind_of_slips
from documents.journey import NotAllowedNow
from documents.models import Event, SlipReminder, SlipRound
from orgs.models import DayOff, Notice, Role
from progress.actions.telling import follow
from tests.documents.desks import at_desk, words
from tests.documents.outgoing.slipping import TOMORROW, slipped, speaks
from tests.documents.outgoing.test_slip_notices import MONDAY, noon
from tests.documents.outgoing.test_slips import slip_now
from tests.documents.test_race import together
from tests.documents.work.test_circulate import text_of_pdf

LATER = TOMORROW + dt.timedelta(days=6)


@pytest.fixture
def nga(office):
    return office.post("nga", "Vũ Nga", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)


def told(post) -> list[str]:
    follow(at=timezone.now())
    rows = Notice.objects.filter(user=post.user, kind__in=["slip", "slip_later", "slip_deadline"])
    return list(rows.order_by("pk").values_list("text", flat=True))


def put_off(slip, day: dt.date, *, by=None, office=None):
    acts.extend_slip(slip_now(slip), due_on=day, by=by or office.minh, at=timezone.now())


def test_its_maker_puts_it_off_and_those_who_are_waited_for_hear_of_it(office, nga):
    slip = slipped(office, [nga, office.hoa], [office.dung], due_on=TOMORROW)
    speaks(slip, office.hoa)
    told(office.hoa)
    minh, url = at_desk(office.minh), f"/phieu-trinh/{slip.pk}/gia-han/"
    assert "Gia hạn" in words(minh.get(slip.get_absolute_url()))
    assert f"Hạn đang có: {TOMORROW:%d/%m/%Y}" in words(minh.get(url))
    assert minh.post(url, {"due_on": f"{LATER:%d/%m/%Y}"}).status_code == 302
    slip.refresh_from_db()
    assert slip.due_on == LATER and SlipRound.objects.get().due_on == TOMORROW, "what was said then stays"
    event = Event.objects.get(kind="extend_slip")
    assert event.payload["note"] == f"{TOMORROW:%d/%m/%Y} → {LATER:%d/%m/%Y}"
    sentence = f"Trần Quang Minh gia hạn cho ý kiến phiếu trình đến {LATER:%d/%m/%Y}."
    assert told(nga)[-1] == sentence
    assert sentence not in told(office.hoa) and told(office.dung) == []
    for who in (nga, office.minh):
        assert f"hạn {LATER:%d/%m/%Y} (gia hạn từ {TOMORROW:%d/%m/%Y})" in words(
            at_desk(who).get(slip.get_absolute_url())
        )
    assert f"{LATER:%d/%m/%Y}, gia hạn từ {TOMORROW:%d/%m/%Y}" in text_of_pdf(
        minh.get(f"/phieu-trinh/{slip.pk}/in/").content
    )
    (row,) = at_desk(nga).get("/phieu-trinh/?box=waiting").context["rows"]
    assert row["due_on"] == LATER
    speaks(slip, nga)
    assert told(office.dung) == [f"Phiếu trình của Trần Quang Minh chờ bạn cho ý kiến, hạn {LATER:%d/%m/%Y}."]


def test_only_a_later_day_puts_it_off(office, nga):
    slip = slipped(office, [nga], due_on=LATER)
    minh, url = at_desk(office.minh), f"/phieu-trinh/{slip.pk}/gia-han/"
    for bad in (LATER, TOMORROW, timezone.localdate() - dt.timedelta(days=9)):
        page = minh.post(url, {"due_on": f"{bad:%d/%m/%Y}"})
        assert page.status_code == 200 and page.context["form"].errors, bad
    for bad in ("", "hôm qua", "31/02/2027", "a\x00"):
        assert minh.post(url, {"due_on": bad}).status_code == 200
    slip.refresh_from_db()
    assert slip.due_on == LATER and not Event.objects.filter(kind="extend_slip").exists()


def test_one_without_a_day_is_given_one(office, nga):
    slip = slipped(office, [nga])
    put_off(slip, LATER, office=office)
    assert Event.objects.get(kind="extend_slip").payload["days"] == ["(không có)", f"{LATER:%d/%m/%Y}"]


@pytest.mark.parametrize("how", ["returned", "taken back"])
def test_what_does_not_go_round_is_not_put_off(office, nga, how):
    slip = slipped(office, [nga], due_on=TOMORROW)
    if how == "returned":
        speaks(slip, nga, "disagree", "Sai căn cứ.")
    else:
        acts.take_back_slip(slip_now(slip), reason="Nhầm", by=office.minh, at=timezone.now())
    page = at_desk(office.minh).post(f"/phieu-trinh/{slip.pk}/gia-han/", {"due_on": f"{LATER:%d/%m/%Y}"})
    assert page.status_code == 409 and "Không thể “Gia hạn”" in words(page)
    assert f"{LATER:%d/%m/%Y}" in page.content.decode(), "what was typed is not lost"


def test_nobody_else_puts_it_off(office, nga):
    slip = slipped(office, [nga], [office.dung], due_on=TOMORROW)
    for who, code in ((nga, 403), (office.dung, 403), (office.thao, 404), (office.khach, 404)):
        answer = at_desk(who).post(f"/phieu-trinh/{slip.pk}/gia-han/", {"due_on": f"{LATER:%d/%m/%Y}"})
        assert answer.status_code == code, who
    assert not Event.objects.filter(kind="extend_slip").exists()


def test_those_above_put_off_what_one_who_has_left_sent_round(office, nga):
    slip = slipped(office, [nga], due_on=TOMORROW)
    office.minh.valid_to = timezone.localdate()
    office.minh.save()
    head = at_desk(office.dung)
    page = head.post(f"/phieu-trinh/{slip.pk}/gia-han/", {"due_on": f"{LATER:%d/%m/%Y}"}, follow=True)
    slip.refresh_from_db()
    assert page.status_code == 200 and slip.due_on == LATER


def test_a_new_round_has_its_own_day(office, nga):
    slip = slipped(office, [nga], due_on=TOMORROW)
    put_off(slip, LATER, office=office)
    speaks(slip, nga, "disagree", "Sai căn cứ.")
    acts.send_slip_again(slip_now(slip), by=office.minh, at=timezone.now(), due_on=None)
    slip.refresh_from_db()
    assert (slip.round, slip.due_on) == (2, None)


def test_a_day_put_off_is_reminded_of_anew(office, nga):
    DayOff.objects.all().delete()
    slip = slipped(office, [nga], due_on=MONDAY)
    remind_of_slips(at=noon(MONDAY))
    put_off(slip, MONDAY + dt.timedelta(days=14), office=office)
    assert remind_of_slips(at=noon(MONDAY + dt.timedelta(days=2))) == 0
    for _ in range(2):
        remind_of_slips(at=noon(MONDAY + dt.timedelta(days=14)))
    found = SlipReminder.objects.order_by("pk").values_list("rule", "due_on")
    assert list(found) == [("soon", MONDAY), ("soon", MONDAY + dt.timedelta(days=14))]
    assert told(nga)[-1] == "Phiếu trình chờ Vũ Nga: sắp đến hạn, hạn 16/03/2099."


def test_slips_of_before_have_the_day_of_their_last_round(office, nga):
    """As the rows lay when their day stood in the round alone, and the statement of the migration over them."""
    DayOff.objects.all().delete()
    slip = slipped(office, [nga], due_on=TOMORROW)
    speaks(slip, nga, "disagree", "Sai căn cứ.")
    acts.send_slip_again(slip_now(slip), by=office.minh, at=timezone.now(), due_on=MONDAY)
    remind_of_slips(at=noon(MONDAY))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE documents_slipreminder DISABLE TRIGGER documents_slipreminder_no_change")
        cursor.execute("ALTER TABLE documents_slipreminder ALTER due_on DROP NOT NULL")
        cursor.execute(
            "UPDATE documents_slip SET due_on = NULL; UPDATE documents_slipreminder SET due_on = NULL"
        )
        cursor.execute(import_module("documents.migrations.0037_slips_put_off").FILL)
    slip.refresh_from_db()
    assert slip.due_on == MONDAY and SlipReminder.objects.get().due_on == MONDAY
    with pytest.raises(Error), transaction.atomic():
        SlipReminder.objects.update(rule="late_1")


@pytest.mark.django_db(transaction=True)
def test_put_off_and_returned_at_once(transactional_db, office):
    slip = slipped(office, [office.hoa], due_on=TOMORROW)
    answers = together(
        lambda: put_off(slip, LATER, office=office),
        lambda: speaks(type(slip).objects.get(), office.hoa, "disagree", "Chưa được."),
    )
    slip.refresh_from_db()
    late = [one for one in answers if isinstance(one, NotAllowedNow)]
    assert slip.state == "returned" and slip.due_on == (TOMORROW if late else LATER)
