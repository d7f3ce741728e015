"""Whoever looks at a paper is counted, at no query on the page; whoever comes in, goes or fails is written down."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from documents import readings, tasks
from documents.models import Access, Document, Reading
from hanoi_docs.degraded.switch import turn_off, turn_on
from orgs.models import Delegation
from tests.documents.desks import at_desk, directed, words
from tests.documents.test_events import settled

PASSWORD = "mat-khau-thu-nghiem-2026"


def rows() -> set[tuple]:
    return set(Reading.objects.values_list("document", "user__username", "kind", "count"))


def test_every_look_at_a_paper_its_pages_and_its_files_is_counted_by_day_and_person(office):
    paper = directed(office)
    file = paper.files.get()
    lan, minh = at_desk(office.lan), at_desk(office.minh)
    for _ in range(2):
        assert lan.get(paper.get_absolute_url()).status_code == 200
    minh.get(f"{paper.get_absolute_url()}?tab=flow")
    b"".join(minh.get(f"/tep/{file.pk}/trang/1/").streaming_content)
    b"".join(minh.get(f"/tep/{file.pk}/").streaming_content)
    assert rows() == set()  # nothing written by the pages themselves
    tasks.count_readings()
    assert rows() == {
        (paper.pk, "lan", "paper", 2),
        (paper.pk, "minh", "paper", 1),
        (paper.pk, "minh", "content", 1),
        (paper.pk, "minh", "download", 1),
    }
    lan.get(paper.get_absolute_url())
    tasks.count_readings()
    tasks.count_readings()  # twice is once
    assert (paper.pk, "lan", "paper", 3) in rows() and Reading.objects.count() == 4
    row = Reading.objects.get(user=office.lan.user)
    assert (row.day, row.post_id) == (timezone.localdate(), office.lan.pk) and row.first_at < row.last_at


def test_what_one_did_not_get_to_see_is_no_look(office):
    paper = directed(office)
    assert at_desk(office.khach).get(paper.get_absolute_url()).status_code == 404
    at_desk(office.khach).get(f"/tep/{paper.files.get().pk}/")
    at_desk(office.lan).head(paper.get_absolute_url())
    at_desk(office.lan).post(f"{paper.get_absolute_url()}tra-loi-thu-hoi/", {})
    at_desk(office.lan).get("/van-ban-den/")
    tasks.count_readings()
    assert rows() == set()


def test_a_page_of_a_step_shows_the_paper_too(office):
    paper = office.paper()
    at_desk(office.lan).get(f"{paper.get_absolute_url()}tu-choi/")
    tasks.count_readings()
    assert rows() == {(paper.pk, "lan", "paper", 1)}


def test_under_delegation_it_is_the_person_at_the_keyboard(office):
    paper = directed(office)
    today = timezone.localdate()
    Delegation.objects.create(post=office.lan, to=office.minh.user, valid_from=today, valid_to=today)
    client = Client()
    client.force_login(office.minh.user)
    session = client.session
    session["post"] = office.lan.pk
    session.save()
    assert client.get(paper.get_absolute_url()).status_code == 200
    tasks.count_readings()
    row = Reading.objects.get()
    assert (row.user.username, row.post) == ("minh", office.lan)


def test_how_often_it_was_seen_stands_in_the_history_for_whoever_answers_for_it(office):
    paper = directed(office)
    flow = f"{paper.get_absolute_url()}?tab=flow"
    for post in (office.lan, office.minh, office.minh):
        at_desk(post).get(paper.get_absolute_url())
    tasks.count_readings()
    assert "Lượt xem: 3 của 2 người · Lượt tải về: 0" in words(at_desk(office.lan).get(flow))
    assert "Lượt xem" not in words(at_desk(office.hoa).get(flow))


def test_without_a_broker_the_page_writes_the_look_itself(office, settings):
    paper = directed(office)
    client = at_desk(office.lan)
    before, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    assert client.get(paper.get_absolute_url()).status_code == 200
    settings.REDIS_URL = before
    assert rows() == {(paper.pk, "lan", "paper", 1)}


def test_while_writing_is_switched_off_a_look_writes_nothing(office, settings, now, monkeypatch):
    paper, client = directed(office), at_desk(office.lan)
    turn_on("", at=now)
    before, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    assert client.get(paper.get_absolute_url()).status_code == 200 and not rows()
    settings.REDIS_URL = before
    monkeypatch.setattr(readings, "MANY", 2)
    for _ in range(3):
        client.get(paper.get_absolute_url())
    assert not rows(), "however many wait"
    turn_off()
    tasks.count_readings()
    assert rows() == {(paper.pk, "lan", "paper", 3)}


def test_a_database_that_only_reads_is_read_without_a_broker_too(transactional_db, office, settings):
    paper, client = directed(office), at_desk(office.lan)
    before, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    connection.cursor().execute("SET default_transaction_read_only = on")
    try:
        assert client.get(paper.get_absolute_url()).status_code == 200
    finally:
        connection.cursor().execute("SET default_transaction_read_only = off")
        settings.REDIS_URL = before
    assert not rows()


def test_a_list_whose_worker_was_killed_is_counted_later_and_one_at_work_is_left_alone(office, now):
    paper = directed(office)
    line = readings._redis()
    for begun in (int(now.timestamp()) - 2 * readings.LEFT_BEHIND, int(now.timestamp()) - 5):
        readings.note(paper.pk, "paper", by=office.lan, at=now)
        line.rename(readings.WAITING, f"{readings.WAITING}:{begun}:abc")
    assert readings.flush() == 1
    assert rows() == {(paper.pk, "lan", "paper", 1)}
    assert len(line.keys(f"{readings.WAITING}:*")) == 1


def test_a_look_at_a_paper_that_is_gone_stops_nobody_elses(office, now):
    paper = directed(office)
    gone = Document.objects.order_by("-pk").first().pk + 1000
    for key in (gone, paper.pk):
        readings.note(key, "paper", by=office.lan, at=now)
    readings.flush()
    assert rows() == {(paper.pk, "lan", "paper", 1)}


def test_when_the_job_stands_still_the_list_does_not_grow_without_end(office, now, monkeypatch):
    monkeypatch.setattr(readings, "MANY", 3)
    paper = directed(office)
    for _ in range(4):
        readings.note(paper.pk, "paper", by=office.lan, at=now)
    assert rows() == {(paper.pk, "lan", "paper", 3)}


def test_who_comes_in_goes_or_fails_is_written_down_with_the_office(office):
    office.lan.user.set_password(PASSWORD)
    office.lan.user.save()
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post("/dang-nhap/", {"username": "lan", "password": "sai"})
    client.post("/dang-nhap/", {"username": "mat-khau-go-nham-o", "password": "x"})
    client.post("/dang-nhap/", {"username": "lan", "password": PASSWORD})
    client.post("/dang-xuat/")
    found = list(
        Access.objects.order_by("pk").values_list("kind", "user__username", "organisation__code", "address")
    )
    assert found == [
        ("failed", "lan", "H26.TAM002", "192.0.2.7"),
        ("failed", None, None, "192.0.2.7"),  # the name is not kept: it may be a password
        ("in", "lan", "H26.TAM002", "192.0.2.7"),
        ("out", "lan", "H26.TAM002", "192.0.2.7"),
    ]


def test_the_database_refuses_to_change_an_access(office):
    at_desk(office.lan)
    settled()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM documents_access")
