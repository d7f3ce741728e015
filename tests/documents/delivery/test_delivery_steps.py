"""Which state of a delivery may follow which: every pair tried on real rows."""

import pytest
from django.utils import timezone

from documents import deliveries
from documents.models import Delivery
from documents.states import DeliveryState as State
from tests.documents.desks import outgoing

_SAID = (State.ARRIVED, State.ACCEPTED, State.ASSIGNED, State.PROCESSING, State.COMPLETED)


def queued(office) -> Delivery:
    paper, to = outgoing(office, state="issued"), office.justice
    return paper.deliveries.create(
        sender=office.home_affairs, recipient=to, recipient_name=to.name, recipient_code=to.code, channel="city",
        queued_at=timezone.now(),
    )  # fmt: skip


def may(was: State, to: State) -> bool:
    """As the law of the axis has it: what was said later counts, an end is an end, and a consent is believed."""
    if to == State.CANCELLED:
        return was != State.CANCELLED
    if was in State.ENDED or to == was:
        return False
    if to in (State.SENT, State.FAILED):
        return was == State.QUEUED
    if to == State.QUEUED:
        return was == State.FAILED
    if to == State.REJECTED or was in State.UNSENT or was == State.SENT:
        return True
    return _SAID.index(to) > _SAID.index(was)


def test_every_state_is_left_only_as_the_table_says(office):
    way = queued(office)
    for was in State:
        for to in State:
            Delivery.objects.filter(pk=way.pk).update(state=was)
            moved = deliveries.move(Delivery.objects.filter(pk=way.pk), to, problem="vì sao")
            way.refresh_from_db()
            assert (moved == 1) == may(was, to), (was, to)
            assert way.state == (to if moved else was)


def test_a_state_is_no_fact_to_note(office):
    way = queued(office)
    with pytest.raises(TypeError):
        deliveries.note(Delivery.objects.filter(pk=way.pk), state=State.SENT)
    at = timezone.now()
    assert deliveries.note(Delivery.objects.filter(pk=way.pk), fetched_at=at) == 1
    way.refresh_from_db()
    assert (way.state, way.fetched_at) == (State.QUEUED, at)
