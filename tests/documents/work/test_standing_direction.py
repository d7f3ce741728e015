"""Which direction stands, and what amending or taking it back leaves alone."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from documents.actions.incoming.reception import present
from documents.actions.work import assignments as work
from documents.actions.work import directions
from documents.journey import NotAllowedNow
from documents.models import Document, Event, Incoming
from hanoi_docs.degraded import away
from orgs.models import Notice
from tests.documents.desks import at_desk, directed, presented, registered, task_of


def day(n: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=n)


def given(office, **fields) -> Incoming:
    """Due in 20 days; the director asks for it in 5."""
    paper = presented(office)
    Document.objects.filter(pk=paper.pk).update(due_on=day(20))
    paper.refresh_from_db()
    work.direct(
        paper,
        by=office.dung,
        at=timezone.now(),
        text="Làm",
        **{"lead": office.hoa, "due_on": day(5)} | fields,
    )
    return paper


def amended(paper, office, **changes) -> None:
    what = {"text": "Làm lại", "lead": office.hoa, "due_on": day(5)} | changes
    directions.amend(paper, by=office.dung, at=timezone.now(), **what)
    paper.refresh_from_db()


def test_a_day_that_was_agreed_with_the_sender_stays(office):
    paper = given(office)
    Document.objects.filter(pk=paper.pk).update(due_on=day(30))  # as after 15 to an update
    amended(paper, office)
    assert paper.due_on == day(30)
    directions.retract(paper, by=office.dung, at=timezone.now(), reason="Giao nhầm phòng")
    paper.refresh_from_db()
    assert paper.due_on == day(30)


def test_a_day_that_is_taken_away_gives_the_papers_own_back(office):
    paper = given(office)
    amended(paper, office, text="Làm", due_on=None)
    assert (paper.due_on, task_of(paper, office.hoa).due_on) == (day(20), None)


def test_who_directed_before_does_not_take_back_what_another_directs_now(office):
    paper = registered(office)
    present(paper, to=office.thao, by=office.lan, at=timezone.now())
    work.direct(paper, by=office.thao, at=timezone.now(), text="Làm", lead=office.hoa)
    work.give_back(task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), reason="Không thuộc phòng")
    paper.refresh_from_db()
    work.direct(paper, by=office.dung, at=timezone.now(), text="Vẫn làm", lead=office.minh)
    paper = Incoming.objects.get(pk=paper.pk)
    assert "/retract/" not in at_desk(office.thao).get(paper.get_absolute_url()).content.decode()
    for act in (
        lambda: directions.retract(paper, by=office.thao, at=timezone.now(), reason="Giao nhầm"),
        lambda: directions.amend(paper, by=office.thao, at=timezone.now(), text="x", lead=office.hoa),
    ):
        with pytest.raises(PermissionDenied):
            act()
    directions.retract(paper, by=office.dung, at=timezone.now(), reason="Giao nhầm phòng")
    over = [(one.text, one.taken_back_at is not None) for one in paper.directions.all()]
    assert over == [("Làm", False), ("Vẫn làm", True)]


def test_an_amendment_that_was_not_seen_is_not_taken_back(office):
    paper = given(office)
    seen = paper.directions.get().pk
    amended(paper, office)
    with pytest.raises(NotAllowedNow):
        directions.retract(paper, by=office.dung, at=timezone.now(), reason="Giao nhầm phòng", seen=seen)
    assert f'name="seen" value="{paper.directions.last().pk}"' in (
        at_desk(office.dung).get(f"/van-ban-den/{paper.pk}/rut-chi-dao/").content.decode()
    )


def test_the_product_alone_is_an_amendment(office):
    paper = given(office, product="Công văn")
    amended(paper, office, text="Làm", product="Báo cáo")
    assert task_of(paper, office.hoa).product == "Báo cáo"
    assert "Sản phẩm được viết lại" in Event.objects.get(kind="amend").payload["amended"]


def test_who_keeps_a_task_is_not_told_that_none_is_left(office):
    paper = given(office, info=[office.minh])
    work.hand_on(
        task_of(paper, office.hoa),
        by=office.hoa,
        at=timezone.now(),
        text="Làm",
        lead=office.minh,
        due_on=day(4),
    )
    Notice.objects.all().delete()
    amended(paper, office, info=[])
    assert "không còn việc" not in Notice.objects.filter(user=office.minh.user).last().text


def test_opening_what_one_is_told_of_writes_nothing_while_writing_is_switched_off(office, monkeypatch):
    paper = directed(office, lead=office.hoa, info=[office.minh])
    before = Event.objects.count()
    monkeypatch.setattr(away, "writing_stopped", lambda: True)
    assert at_desk(office.minh).get(paper.get_absolute_url()).status_code == 200
    assert (Event.objects.count(), task_of(paper, office.minh).state) == (before, "new")
    monkeypatch.undo()
    at_desk(office.minh).get(paper.get_absolute_url())
    assert task_of(paper, office.minh).state == "done"
