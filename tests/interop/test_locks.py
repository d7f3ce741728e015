"""Two that write about the same papers at the same moment wait for each other in one order."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from documents.actions.delivery.statuses import record_status
from documents.actions.requests import change
from documents.journey import lock
from documents.models import ChangeRequest, Delivery, Incoming
from interop.edxml import Attachment, BusinessType, Organ, ResponseFor, write
from interop.inbound import inbox
from interop.models import Inbound
from interop.outbound import enqueue, outcomes, sending
from tests.conftest import tiny_pdf

from .city_side import issued
from .ministry import DESK, from_ministry, raw

pytestmark = pytest.mark.django_db(transaction=True)
UID = "G09,2026/11/20,1/BNV"
THEIRS = "H26.TAM003"
NO = "Đã giải quyết theo nội dung cũ"


def comes(line, *, opened=True, **changes) -> Inbound:
    both = [Organ(DESK), Organ(THEIRS)]
    raw(line, write(from_ministry(receivers=both, **changes)), to=[one.organ_id for one in both])
    line.come() if opened else line.poll()
    return Inbound.objects.latest("pk")


def while_a_clerk_has(paper: Incoming, act, worker):
    """The clerk's transaction holds the paper; the worker comes as far as it can; then the clerk goes on."""
    held = Flag()

    def clerk():
        try:
            with transaction.atomic():
                lock(paper)
                held.set()
                sleep(1)
                act()
        finally:
            connection.close()

    def work():
        try:
            return worker()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pressed = pool.submit(clerk)
        assert held.wait(20)
        worked = pool.submit(work)
        pressed.result(30)
        return worked.result(30)


def recall_of_it(line) -> Inbound:
    meant = [ResponseFor(DESK, document_id=UID)]
    recall = {"business_type": BusinessType.RECALL, "business_reason": "Ban hành nhầm", "response_for": meant}
    return comes(line, opened=False, **recall)


def test_a_recall_comes_while_a_clerk_refuses_an_update_with_files(transactional_db, office, line):
    comes(line, attachments=[Attachment("1-BNV.pdf", tiny_pdf(), content_id="1")])
    more = [Attachment("phu-luc.pdf", tiny_pdf() + b"%", content_id="2")]
    comes(
        line, business_type=BusinessType.UPDATE, business_reason="Bổ sung phụ lục", business_document_id=UID,
        attachments=more,
    )  # fmt: skip
    assert ChangeRequest.objects.filter(answer="").count() == 2
    theirs = Incoming.objects.get(organisation=office.justice)
    request = recall_of_it(line)
    assert while_a_clerk_has(
        theirs,
        lambda: change.keep_as_it_is(theirs, by=office.khach, at=timezone.now(), reason=NO),
        lambda: inbox.unpack(request.pk, at=timezone.now()),
    )
    assert ChangeRequest.objects.filter(kind="recall", answer="").count() == 2


@pytest.mark.parametrize("end", ["sent", "later"])
def test_an_outcome_is_written_while_statuses_are_heard(transactional_db, office, line, end):
    """Whoever hears has the first delivery and goes on to the second; the outcome must not have the second already."""
    more = office.org("H49", "UBND tỉnh Quảng Ninh", 1, kind="tinh", external=True)
    paper = issued(office, office.ministry, more)
    enqueue.enqueue(at=timezone.now())
    (claimed,) = sending.claim(1, at=timezone.now())
    first, second = paper.deliveries.order_by("pk")
    for state in ("failed", "queued"):  # tried again: its row now lies behind the other
        Delivery.objects.filter(pk=first.pk).update(state=state)

    def write_it():
        try:
            if end == "later":
                outcomes.later(claimed, "Trục liên thông trả lời lỗi HTTP 500.")
            else:
                outcomes.sent([outcomes.Taken(claimed, "axis-1", "0" * 64)], at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            record_status(first, code="01", said_at=timezone.now(), at=timezone.now())
            outcome = pool.submit(write_it)
            sleep(1)
            record_status(second, code="01", said_at=timezone.now(), at=timezone.now())
        outcome.result(30)
    assert set(paper.deliveries.values_list("state", flat=True)) == {"arrived"}
