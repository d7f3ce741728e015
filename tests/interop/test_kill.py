"""A process may die between any two lines. What it had begun is finished by another, exactly once."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from documents import blobs
from documents.models import Incoming
from interop.edxml import read, write
from interop.inbound import inbox
from interop.inbound.inbox import open_edoc
from interop.inbound.package import resolve
from interop.models import Inbound, Outbound
from interop.outbound import enqueue, outcomes, packing, sending
from interop.transport.axis import AxisClient

from .city_side import Line, issued
from .simulator_process import SECRET, eventually

LATER = timedelta(minutes=6)


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.process.send_signal(signal.SIGCONT)
    line.axis.stop()


def claimed(office) -> Outbound:
    issued(office, office.ministry)
    enqueue.pack_issued(at=timezone.now())
    return sending.claim(1, at=timezone.now())[0]


def test_killed_after_the_axis_took_the_paper(office, line):
    outbound = claimed(office)
    with packing.pack(outbound) as package:
        doc_id = line.axis.client().send(package, messagetype="edoc", sender=outbound.sender_code)
    # … and here the worker dies: nothing of this is in the database.
    line.leave()
    assert Outbound.objects.get().state == "sending", "nobody takes what may still be at work"
    assert sending.revive(at=timezone.now() + LATER) == 1
    line.back()
    line.leave()
    outbound.refresh_from_db()
    assert (outbound.state, outbound.axis_doc_id, outbound.attempts) == ("sent", doc_id, 2)
    assert outbound.outgoing.deliveries.get().state == "sent"
    assert [paper["copies"] for paper in line.received("G09")] == [1]


def test_killed_before_the_axis_took_the_paper(office, line):
    claimed(office)
    sending.revive(at=timezone.now() + LATER)
    line.back()
    line.leave()
    assert (Outbound.objects.get().state, line.received("G09")[0]["copies"]) == ("sent", 1)


def test_an_answer_that_was_lost_on_the_way_is_no_second_sending(office, line):
    outbound = claimed(office)
    hasty = AxisClient(line.axis.url, "H26", SECRET, timeout=(1, 1))
    line.axis.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(1) as lines:
        assert sending.send(hasty, [outbound], lines) == 1
    assert Outbound.objects.get().state == "queued"
    line.axis.process.send_signal(signal.SIGCONT)
    eventually(lambda: line.received("G09"))
    line.back()
    line.leave()
    assert (Outbound.objects.get().state, line.received("G09")[0]["copies"]) == ("sent", 1)


def test_the_same_number_on_another_paper_is_not_taken_for_ours(office, line):
    outbound = claimed(office)
    other = packing.edoc_of(outbound.outgoing, outbound.receivers)
    other.document_id, other.subject = "H26.TAM002,2025/11/20,15/SNV-TCBC", "Việc của năm trước"
    line.axis.client().send(write(other), messagetype="edoc", sender=outbound.sender_code)
    sending.revive(at=timezone.now() + LATER)
    line.back()
    line.leave()
    titles = {paper["title"] for paper in line.received("G09")}
    assert titles == {"Về việc báo cáo biên chế", "Việc của năm trước"}


def test_a_worker_that_comes_back_from_the_dead_overwrites_nothing(office, line):
    outbound = claimed(office)
    sending.revive(at=timezone.now() + LATER)
    line.back()
    line.leave()
    sent = Outbound.objects.get()
    outcomes.later(outbound, "Không kết nối được với trục liên thông.")
    outcomes.fail(outbound, "Trục liên thông từ chối")
    assert Outbound.objects.values().get() == Outbound.objects.filter(pk=sent.pk).values().get()
    assert (Outbound.objects.get().state, sent.outgoing.deliveries.get().state) == ("sent", "sent")


def test_killed_between_refusing_a_secret_and_destroying_it(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", secret=True)
    line.poll()
    inbound = Inbound.objects.get()
    path = blobs.path_of(inbound.raw)
    Inbound.objects.update(state="refused")  # committed, and then the worker died
    assert path.exists()
    inbox.revive(at=timezone.now())
    assert not path.exists()
    assert Inbound.objects.get().raw is None


def test_killed_while_opening_leaves_the_package_for_the_next(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])
    line.poll()
    Inbound.objects.update(claimed_at=timezone.now(), attempts=1)  # claimed, and then the worker died
    inbox.unpack_waiting(at=timezone.now())
    assert Incoming.objects.count() == 0
    inbox.unpack_waiting(at=timezone.now() + LATER)
    assert (Incoming.objects.count(), Inbound.objects.get().attempts) == (1, 2)


def test_two_workers_with_the_same_package_make_one_paper(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])
    line.poll()
    inbound, at = Inbound.objects.get(), timezone.now()
    assert [inbox.unpack(inbound.pk, at=at), inbox.unpack(inbound.pk, at=at)] == [True, False]
    open_edoc(
        resolve(inbound, read(blobs.read(inbound.raw)), at=at)
    )  # a worker that had read before the other wrote
    assert Incoming.objects.count() == 1
