"""Packages are kept, confirmed to the axis and opened once, whoever dies meanwhile; statuses find their papers."""

import errno
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Flag

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import blobs
from documents.models import Incoming
from interop import tasks
from interop.edxml import Organ, ResponseFor, Status, read, write
from interop.inbound import inbox
from interop.models import Inbound
from interop.transport import connection as axis_line
from interop.transport.axis import AxisClient, AxisError
from tests.interop.city_side import issued
from tests.interop.ministry import DESK, from_ministry, ordered, raw, status


def test_a_crash_between_keeping_and_acknowledging_only_means_another_listing(office, line, monkeypatch):
    ordered(line)

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("interop.transport.axis.AxisClient.acknowledge", die)
        with pytest.raises(KeyboardInterrupt):
            line.poll()
    assert Inbound.objects.get().acknowledged is False
    assert line.come() == 0
    assert (Inbound.objects.get().acknowledged, Incoming.objects.count()) == (True, 1)
    assert line.axis.client().list_received("edoc") == []


def test_what_cannot_be_read_is_kept_with_the_reason_and_told_to_the_axis(office, line):
    raw(line, b"<edXML>broken")
    line.come()
    inbound = Inbound.objects.get()
    assert (inbound.state, inbound.sender_code, Incoming.objects.count()) == ("invalid", "G09", 0)
    assert inbound.reason and inbound.raw is not None
    assert [item.status for item in line.axis.client().list_received("edoc")] == ["fail"]
    assert line.come() == 0, "kept once, however long the axis lists it"


def test_five_failures_and_a_person_must_look(office, line):
    ordered(line)
    line.poll()
    inbound, at = Inbound.objects.get(), timezone.now()
    lost = blobs.path_of(inbound.raw)
    lost.rename(lost.with_suffix(".away"))  # a disk that is not mounted
    for attempt in range(6):
        inbox.unpack(inbound.pk, at=at + attempt * 2 * inbox.STUCK_AFTER)
    inbox.revive(at=at + timedelta(hours=2))
    inbound.refresh_from_db()
    assert (inbound.state, inbound.attempts) == ("invalid", 5)
    assert "FileNotFoundError" in inbound.reason
    lost.with_suffix(".away").rename(lost)
    assert inbox.open_again(inbound.pk)
    inbox.unpack_waiting(at=timezone.now())
    assert Incoming.objects.count() == 1


def test_a_claimed_package_is_left_to_its_worker_until_that_one_must_be_dead(office, line):
    ordered(line)
    line.poll()
    at = timezone.now()
    Inbound.objects.update(claimed_at=at, attempts=1)
    assert inbox.unpack_waiting(at=at + timedelta(minutes=1)) == 0
    assert inbox.unpack_waiting(at=at + timedelta(minutes=6)) == 1
    assert Incoming.objects.count() == 1


def test_a_status_without_our_id_is_matched_by_number_and_date(office, line):
    paper = issued(office, office.ministry)
    words = "Vào sổ văn bản đến số 321 ngày 20/11/2026"
    assert status(line, code="03", description=words, day=paper.issued_on).state == "unpacked"
    delivery = paper.deliveries.get()
    assert (delivery.state, delivery.their_number) == ("accepted", "321")


def test_statuses_that_fit_nowhere_or_ask_for_more_wait_for_a_person(office, line):
    paper = issued(office, office.ministry)
    uid = paper.document_uid
    assert "Không tìm thấy" in status(line, code="03", number="99/X", day=paper.issued_on).reason
    assert "nơi nhận" in status(line, code="03", document_id=uid, sender="G22").reason
    asked = status(line, code="13", description="Gửi nhầm", document_id="G09,2026/11/20,1/BNV")
    assert "không có ở đây" in asked.reason and "Gửi nhầm" in asked.reason
    assert paper.deliveries.get().state == "queued"


def test_a_package_in_the_name_of_another_waits_for_a_person(office, line):
    raw(line, write(from_ministry()), by="G22")
    line.come()
    inbound = Inbound.objects.get()
    assert (inbound.state, Incoming.objects.count()) == ("invalid", 0)
    assert "G22" in inbound.reason and "G09" in inbound.reason
    assert inbox.open_again(inbound.pk), "somebody has asked the ministry"
    inbox.unpack_waiting(at=timezone.now())
    assert Incoming.objects.get().sender_code == "G09"


def test_who_hands_over_for_a_body_below_or_by_its_code_of_before_is_no_stranger(office, line):
    office.org("G09.12", "Cục Văn thư", 2, external=True, parent=office.ministry)
    for number, sender in (("1", "G09.12"), ("2", "000.00.12.G09")):
        raw(line, write(from_ministry(sender=Organ(sender), document_id=f"{sender},2026/11/20,{number}/X")))
    line.come()
    assert set(Inbound.objects.values_list("state", flat=True)) == {"unpacked"}


def test_the_raw_package_is_kept_as_it_came(office, line):
    ordered(line)
    line.come()
    inbound = Inbound.objects.get()
    assert read(blobs.read(inbound.raw)).subject == "Về việc tinh giản biên chế"


def test_a_confirmation_whose_answer_was_lost_counts_once_the_axis_lists_the_package_no_more(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])
    line.axis.faults(drop_after=1, calls=["/updateStatus"])
    assert line.poll() == 1
    assert Inbound.objects.get().acknowledged is False
    line.axis.faults()
    assert line.poll() == 0
    assert Inbound.objects.get().acknowledged is True


def test_many_statuses_cost_no_more_questions_than_one(office, line):
    papers_out = [issued(office, office.ministry, number=str(n)) for n in range(1, 7)]

    def questions(papers) -> int:
        for paper in papers:
            about = ResponseFor(DESK, paper.code, paper.issued_on, paper.document_uid)
            raw(line, write(Status(Organ("G09"), about, "04", "Đã phân công", None)), messagetype="status")
        with CaptureQueriesContext(connection) as asked:
            assert line.poll() == len(papers)
        assert inbox.unpack_waiting(at=timezone.now()) == 0, "the poll has taken them down"
        return len(asked)

    assert questions(papers_out[:1]) == questions(papers_out[1:])
    assert {paper.deliveries.get().state for paper in papers_out} == {"assigned"}


def test_a_status_that_the_poll_died_over_is_opened_after_it(office, line, monkeypatch):
    paper = issued(office, office.ministry)
    about = ResponseFor(DESK, paper.code, paper.issued_on, paper.document_uid)
    raw(line, write(Status(Organ("G09"), about, "04", "Đã phân công", None)), messagetype="status")

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as crash, pytest.raises(KeyboardInterrupt):
        crash.setattr("interop.inbound.statuses.open_statuses", die)
        line.poll()
    assert (Inbound.objects.get().acknowledged, paper.deliveries.get().state) == (True, "queued")
    assert inbox.unpack_waiting(at=timezone.now()) == 1
    assert paper.deliveries.get().state == "assigned"


def test_one_package_that_cannot_be_kept_does_not_hold_up_the_others(office, line, monkeypatch):
    for number in ("1", "2", "3"):
        ordered(line, number=number)
    keep = inbox.keep

    def full_for_the_second(came, *, at):
        if any("2/" in envelope_code(raw) for _, raw in came):
            raise OSError(errno.ENOSPC, "No space left on device")
        return keep(came, at=at)

    monkeypatch.setattr(inbox, "keep", full_for_the_second)
    line.come()
    assert Incoming.objects.count() == 2
    monkeypatch.undo()
    line.come()
    assert Incoming.objects.count() == 3


def envelope_code(package) -> str:
    package.seek(0)
    return read(package).code


def test_one_package_that_the_axis_cannot_give_does_not_hold_up_the_others(office, line, monkeypatch):
    for number in range(1, 3 * inbox.LINES):
        ordered(line, number=str(number))
    first = line.axis.client().list_received("edoc")[0].doc_id
    fetch = AxisClient.fetch

    def broken(client, doc_id):
        if doc_id == first:
            raise AxisError("20", "Loi he thong", retryable=True)
        return fetch(client, doc_id)

    monkeypatch.setattr(AxisClient, "fetch", broken)
    tasks.poll_axis()
    assert Inbound.objects.count() == 3 * inbox.LINES - 2
    assert axis_line.axis_state()["ok"], "nor what is to be sent"
    monkeypatch.undo()
    assert line.poll() == 1


def test_a_poll_that_finds_another_under_way_is_no_word_from_the_axis(transactional_db, office, line):
    """The other one may be waiting for an axis that is away: senders would try again as if it were back."""
    axis_line.lost(AxisError("network", "không nối được", retryable=True), timezone.now())
    polling, done = Flag(), Flag()

    def another():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [inbox._POLLING])
            polling.set()
            done.wait(20)
            # By word: a server lets go of a closed connection's locks only when it has seen that it is closed.
            cursor.execute("SELECT pg_advisory_unlock(%s)", [inbox._POLLING])
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(another)
        assert polling.wait(20)
        tasks.poll_axis()
        assert axis_line.away()
        done.set()
    tasks.poll_axis()
    assert not axis_line.away()


def test_an_axis_that_was_waited_for_in_vain_is_away_from_then_on(office, line, monkeypatch):
    """Not from when the call began: that may be longer ago than the finding is believed."""
    monkeypatch.setattr(axis_line, "TIMEOUT", (1, 1))
    monkeypatch.setattr(axis_line, "BELIEVED", timedelta(seconds=0.9))
    axis_line._client.cache_clear()
    line.axis.process.send_signal(signal.SIGSTOP)
    try:
        tasks.poll_axis()
        assert axis_line.away()
    finally:
        line.axis.process.send_signal(signal.SIGCONT)
        axis_line._client.cache_clear()
