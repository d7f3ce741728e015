"""Two acts on one paper or one book at the same moment: they wait for each other, in one order."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from documents.actions.incoming.reception import register, register_paper
from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments as work
from documents.arrival import Arrival
from documents.journey import NotAllowedNow
from documents.models import ChainHead, Incoming, Outgoing
from tests.documents.desks import directed, task_of
from tests.documents.outgoing_cases import fields, written

pytestmark = pytest.mark.django_db(transaction=True)
ARRIVAL = Arrival(subject="Giấy", kind="CV", issuer_name="Bộ Nội vụ")


def begun(act, pool, done: Flag, hold: Flag):
    """Runs the act in a thread, says when it is done and keeps its transaction open until `hold` is set."""

    def run():
        try:
            with transaction.atomic():
                answer = act()
                done.set()
                hold.wait(60)
                return answer
        finally:
            done.set()
            connection.close()

    return pool.submit(run)


def alone(act, pool):
    def run():
        try:
            return act()
        finally:
            connection.close()

    return pool.submit(run)


def overlapping(first, second):
    """`first` has written and not yet committed when `second` begins. Returns the answer of `second`."""
    done, hold = Flag(), Flag()
    with ThreadPoolExecutor(2) as pool:
        one = begun(first, pool, done, hold)
        assert done.wait(60)
        two = alone(second, pool)
        waiting(1, seconds=1.5)  # a submission draws its page before it asks for the lock
        hold.set()
        one.result(60)
        return two.exception(60) or two.result()


def queued_at_the_chain(organisation, *acts):
    """All acts have come as far as their first event, in this order, when the chain is let go."""
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            ChainHead.objects.select_for_update().get(organisation=organisation)
            queue = []
            for act in acts:
                queue.append(alone(act, pool))
                waiting(len(queue), seconds=10)
        return [one.result(60) for one in queue]


def waiting(count: int, *, seconds: float) -> None:
    """Until so many wait for a lock, or the seconds are over: not everybody has to wait."""
    end = monotonic() + seconds
    with connection.cursor() as cursor:
        while monotonic() < end:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= count:
                return
            sleep(0.02)


def again(paper: Outgoing) -> Outgoing:
    return Outgoing.objects.get(pk=paper.pk)


def test_a_draft_that_is_just_being_submitted_is_not_edited(transactional_db, office):
    paper = written(office)
    given = fields(office, body="Nội dung khác")
    answer = overlapping(
        lambda: papers.submit(again(paper), by=office.minh, at=timezone.now()),
        lambda: papers.edit(again(paper), by=office.minh, at=timezone.now(), **given),
    )
    assert isinstance(answer, NotAllowedNow)
    assert (again(paper).state, again(paper).body) == ("in_review", paper.body)


def test_a_subject_that_is_just_being_changed_is_not_submitted_as_it_was(transactional_db, office):
    paper = written(office)
    given = fields(office, subject="Về việc khác")
    answer = overlapping(
        lambda: papers.edit(again(paper), by=office.minh, at=timezone.now(), **given),
        lambda: papers.submit(again(paper), by=office.minh, at=timezone.now()),
    )
    assert isinstance(answer, NotAllowedNow)
    assert (again(paper).state, again(paper).subject) == ("draft", "Về việc khác")


def test_mail_in_an_envelope_and_mail_over_the_wire_go_into_one_book(transactional_db, office):
    paper = office.paper()
    register(office.paper(), by=office.lan, at=timezone.now())
    queued_at_the_chain(
        office.home_affairs,
        lambda: register_paper(ARRIVAL, files=[], by=office.lan, at=timezone.now()),
        lambda: register(paper, by=office.lan, at=timezone.now()),
    )
    entered = Incoming.objects.exclude(arrival_number=None).values_list("arrival_number", flat=True)
    assert sorted(entered) == [1, 2, 3]


def test_lead_and_support_finish_at_the_same_moment(transactional_db, office):
    paper = directed(office, support=[office.hoa])
    lead, support = task_of(paper, office.minh), task_of(paper, office.hoa)

    def too_late():
        with pytest.raises(NotAllowedNow):
            work.finish(support, by=office.hoa, at=timezone.now(), result="Số liệu")

    queued_at_the_chain(
        office.home_affairs,
        lambda: work.finish(lead, by=office.minh, at=timezone.now(), result="Xong"),
        too_late,
    )
    support.refresh_from_db()
    assert (support.state, support.result) == ("done", "Khép theo văn bản")
