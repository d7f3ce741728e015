"""When the axis is asked again: at the tick, and sooner where something is expected of it."""

import base64

import pytest
from django.core.cache import cache

from interop import tasks
from interop.models import Outbound
from tests.conftest import tiny_pdf
from tests.interop.city_side import issued


@pytest.fixture
def calls(monkeypatch):
    """The polls that were called for, by the seconds until they are due."""
    due = []
    monkeypatch.setattr(tasks.poll_axis, "apply_async", lambda *, countdown: due.append(countdown))
    cache.delete(tasks.called(tasks.poll_axis.name))
    return due


def brought(line, count: int) -> None:
    pdf = {"name": "van-ban.pdf", "data": base64.b64encode(tiny_pdf()).decode()}
    for number in range(1, count + 1):
        line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", number=str(number), files=[pdf])


def test_where_something_came_from_the_axis_is_asked_again_until_nothing_comes(office, line, calls):
    tasks.poll_axis()
    assert calls == []
    brought(line, 2)
    tasks.poll_axis()
    assert calls == [tasks._SOON]
    tasks.poll_axis()
    assert calls == [tasks._SOON]


def test_after_many_it_is_asked_at_once(office, line, calls, monkeypatch):
    monkeypatch.setattr(tasks, "_MANY", 3)
    brought(line, 3)
    tasks.poll_axis()
    assert calls == [0]


def test_whoever_gets_a_paper_is_asked_for_its_answer_and_once(office, line, calls):
    tasks.relay_queued()
    assert calls == []
    issued(office, office.ministry)
    tasks.relay_queued()
    assert calls == [tasks._SOON]
    issued(office, office.ministry, number="16")
    tasks.relay_queued()
    assert calls == [tasks._SOON], "one call waiting is enough"


def test_after_a_turn_of_sending_the_rest_is_called_for(office, line, calls, monkeypatch):
    again = []
    monkeypatch.setattr(tasks.relay_queued, "apply_async", lambda *, countdown: again.append(countdown))
    monkeypatch.setattr(tasks, "_TURN", 0)
    issued(office, office.ministry)
    tasks.relay_queued()
    assert (again, Outbound.objects.get().state) == ([], "queued")
    monkeypatch.setattr(tasks, "_TURN", 5)
    tasks.relay_queued()
    assert (again, Outbound.objects.get().state) == ([0], "sent")
    tasks.relay_queued()
    assert again == [0], "nothing was left"
