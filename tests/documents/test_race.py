"""Two people at once: numbers without gap or repeat, and of two presses one wins."""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from documents.actions.incoming.reception import register, register_paper
from documents.arrival import Arrival
from documents.journey import NotAllowedNow
from documents.models import Event, Incoming, RegisterBook
from orgs.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts) -> list:
    """Runs the acts in threads that start at the same moment; an exception is an answer too."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=60)
            return act()
        except NotAllowedNow as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_eight_clerks_fill_one_book_without_gap_or_repeat(transactional_db, office):
    arrival = Arrival(subject="Đua", kind="CV", issuer_name="Bộ Nội vụ")

    def fifty():
        return [
            register_paper(arrival, files=[], by=office.lan, at=timezone.now()).arrival_number
            for _ in range(50)
        ]

    taken = list(chain.from_iterable(together(*[fifty] * 8)))
    assert sorted(taken) == list(range(1, 401))
    assert RegisterBook.objects.get().last_number == 400
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_of_two_presses_one_wins(transactional_db, office):
    paper = office.paper()

    def press():
        return register(Incoming.objects.get(pk=paper.pk), by=office.lan, at=timezone.now())

    answers = together(press, press)
    assert sorted(type(answer).__name__ for answer in answers) == ["Incoming", "NotAllowedNow"]
    paper.refresh_from_db()
    assert (paper.arrival_number, RegisterBook.objects.get().last_number) == (1, 1)
    assert list(paper.events.values_list("kind", flat=True)) == ["receive", "register"]


def test_two_clerks_get_consecutive_numbers(transactional_db, office):
    other = office.post("lan2", "Ngô Thị Lan Anh", office.home_affairs, Role.CLERK, "Văn thư")
    first, second = office.paper(number="1"), office.paper(number="2")
    together(
        lambda: register(first, by=office.lan, at=timezone.now()),
        lambda: register(second, by=other, at=timezone.now()),
    )
    assert {first.arrival_number, second.arrival_number} == {1, 2}


def test_a_number_taken_by_an_act_that_fails_is_given_again(transactional_db, office):
    paper = office.paper()
    register(paper, by=office.lan, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        register(Incoming.objects.get(pk=paper.pk), by=office.lan, at=timezone.now())
    assert register(office.paper(number="2"), by=office.lan, at=timezone.now()).arrival_number == 2
