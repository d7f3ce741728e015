"""What happened stays: an unbroken chain that the database itself refuses to change."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.models import Event
from tests.documents.desks import at_desk, directed, kinds, task_of, words


def test_the_story_of_a_paper_in_order(office):
    paper = directed(office)
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    assert kinds(paper) == [
        "receive",
        "register",
        "present",
        "direct",
        "start",
        "start",
        "finish",
        "complete",
    ]
    page = words(at_desk(office.lan).get(f"/van-ban-den/{paper.pk}/?tab=flow"))
    for word in (
        "Vào sổ văn bản đến",
        "Trình lãnh đạo → Phạm Tiến Dũng (Giám đốc)",
        "Chủ trì: Trần Quang Minh",
    ):
        assert word in page


def test_the_chain_is_whole_and_each_office_has_its_own(office):
    directed(office)
    office.paper(office.justice)
    for organisation in (office.home_affairs, office.justice):
        assert Event.objects.broken_links(organisation.pk) == []
        numbers = list(
            Event.objects.filter(organisation=organisation).order_by("seq").values_list("seq", flat=True)
        )
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("act", ["update", "delete", "truncate"])
def test_the_database_refuses_to_rewrite_it(office, act):
    office.paper()
    settled()
    sql = {
        "update": "UPDATE documents_event SET kind = 'khac'",
        "delete": "DELETE FROM documents_event",
        "truncate": "TRUNCATE documents_event CASCADE",
    }[act]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Event.objects.filter(kind="receive").exists()


def settled() -> None:
    """As after a commit: no foreign key left to check, every trigger in its place."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Tests with real commits switch this one off to clean up after themselves (conftest).
        cursor.execute("ALTER TABLE documents_event ENABLE TRIGGER documents_event_no_truncate")


def test_a_change_behind_its_back_is_found(office):
    paper = directed(office)
    victim = paper.events.all()[1]
    settled()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_event DISABLE TRIGGER documents_event_no_change")
        cursor.execute("UPDATE documents_event SET payload = '{\"number\": 99}' WHERE id = %s", [victim.pk])
        cursor.execute("ALTER TABLE documents_event ENABLE TRIGGER documents_event_no_change")
    assert Event.objects.broken_links(office.home_affairs.pk) == [victim.seq]


def test_an_act_that_is_refused_leaves_no_event(office):
    paper = directed(office)
    before = Event.objects.count()
    at_desk(office.thao).post(f"/van-ban-den/{paper.pk}/tu-choi/", {"reason": "Không đúng thẩm quyền"})
    at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/vao-so/", {})
    assert Event.objects.count() == before


def test_the_history_of_a_paper_with_a_deadline_for_its_work_can_be_read(office):
    day = timezone.localdate() + timedelta(days=5)
    paper = directed(office, due_on=day)
    page = at_desk(office.lan).get(f"{paper.get_absolute_url()}?tab=flow")
    assert page.status_code == 200 and "Chủ trì tham mưu." in words(page)
