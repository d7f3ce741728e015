"""Which package carries a paper to a recipient, when recipients join and leave while it is under way."""

import pytest
from django.db import connection
from django.utils import timezone

from documents.models import Delivery
from interop.models import Outbound
from interop.outbound import enqueue, outbox, outcomes, sending
from interop.outbound.package_of import carried_by
from tests.interop.city_side import issued
from tests.interop.outbound.test_update_out import changed, province, state_at


@pytest.mark.django_db
def test_a_delivery_is_found_by_its_paper_without_reading_all_packages():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")  # the tables of a test are too small for an index
    for which in ({}, {"state": "sent"}):
        plan = Delivery.objects.filter(~carried_by(**which), outgoing=1).explain()
        assert plan.count("Index Cond: (outgoing_id = documents_delivery.outgoing_id)") == 2, plan


def test_who_is_taken_off_a_list_that_failed_is_not_sent_to_when_it_is_tried_again(office, line):
    more = province(office)
    paper = issued(office, office.ministry, more, office.justice)
    enqueue.pack_issued(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    outcomes.fail(claimed, "Trục từ chối cả gói.")
    changed(office, paper, remove=[office.ministry])
    assert outbox.try_again(Outbound.objects.all(), at=timezone.now()) == 1
    line.leave()
    assert (state_at(paper, office.ministry), state_at(paper, more)) == ("cancelled", "sent")
    assert len(line.received("H49")) == 1 and not line.received("G09")


def test_nothing_is_sent_again_when_everybody_it_was_for_has_been_taken_off(office):
    paper = issued(office, office.ministry, office.justice)
    enqueue.pack_issued(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    outcomes.fail(claimed, "Trục từ chối cả gói.")
    changed(office, paper, remove=[office.ministry])
    assert outbox.try_again(Outbound.objects.all(), at=timezone.now()) == 0
    assert Outbound.objects.get(outgoing=paper).state == "failed"
