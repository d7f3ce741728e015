"""What the simulator keeps: nothing it has answered for is lost, whatever kills it."""

import json
import subprocess
import sys
import threading
import time
from datetime import date

import pytest

from interop.edxml import read
from interop.transport.axis import AxisError
from simulators.axis.journal import Journal, JournalDamaged
from tests.interop.simulator_process import Simulator, eventually, package

TODAY = date(2026, 11, 20)


def test_everything_is_there_after_a_kill(tmp_path):
    with Simulator(tmp_path, "--pace", "1000") as axis:
        client = axis.client()
        client.register_agency("H26.15", "Sở Nội vụ", parent_code="H26")
        ordered = axis.order("G09", ["H26.15"], subject="Về việc một")
        kept = axis.order("G22", ["H26.15"], subject="Về việc hai")
        first, second = client.list_received("edoc")
        client.acknowledge(first.doc_id, ok=True)
        doc = package("41", "G09", day=TODAY)
        doc_id = client.send(doc, messagetype="edoc", sender="H26.15")
        eventually(lambda: len(client.list_received("status")) == 1)

        axis.kill()
        axis.start()

        assert [item.doc_id for item in client.list_received("edoc")] == [second.doc_id]
        assert read(client.fetch(second.doc_id)).document_id == kept["document_id"]
        assert read(client.fetch(first.doc_id)).document_id == ordered["document_id"]
        assert "H26.15" in {agency.code for agency in client.directory()}
        assert [row.to_code for row in client.list_sent("edoc", doc_id)] == ["G09"]
        desk = axis.state("G09")
        assert [p["document_id"] for p in desk["inbox"]] == [read(doc).document_id]
        assert [p["document_id"] for p in desk["sent"]] == [ordered["document_id"]]
        time.sleep(0.5)  # a step played too early would come now
        assert len(client.list_received("status")) == 1, "01 is neither lost nor followed before its time"


def test_a_kill_under_load_loses_nothing_that_was_answered(tmp_path):
    with Simulator(tmp_path, "--pace", "1000") as axis:
        answered, stop = [], threading.Event()

        def send(lane):
            client = axis.client()
            for number in range(10_000):
                if stop.is_set():
                    return
                doc = package(str(number), "G09", sender=f"H26.{lane}", day=TODAY)
                try:
                    answered.append(client.send(doc, messagetype="edoc", sender=f"H26.{lane}"))
                except AxisError as error:
                    assert error.retryable
                    return

        lanes = [threading.Thread(target=send, args=(lane,)) for lane in range(4)]
        for lane in lanes:
            lane.start()
        eventually(lambda: len(answered) > 100, 30)
        axis.kill()
        stop.set()
        for lane in lanes:
            lane.join()
        axis.start()

        there = {row.sender_doc_id for row in axis.client().list_sent("edoc")}
        assert set(answered) <= there
        assert len(there) <= len(answered) + len(lanes), "at most one unanswered call per lane was kept"


def test_answers_go_on_where_a_kill_broke_them_off(tmp_path):
    with Simulator(tmp_path, "--pace", "0.5") as axis:
        client = axis.client()
        client.send(package("42", "G09", day=TODAY), messagetype="edoc", sender="H26.15")
        eventually(lambda: client.list_received("status"))
        axis.kill()
        axis.start()
        eventually(lambda: len(client.list_received("status")) == 5)
        codes = [read(client.fetch(item.doc_id)).status_code for item in client.list_received("status")]
        assert codes == ["01", "03", "04", "05", "06"]
        assert axis.state("G09")["inbox"][0]["arrival_number"] == 1


def test_a_torn_last_line_is_forgotten(tmp_path):
    with Simulator(tmp_path) as axis:
        axis.order("G09", ["H26"], subject="Về việc một")
        axis.kill()
        with open(tmp_path / "journal.jsonl", "ab") as journal:
            journal.write(b'{"e":"sent","id":"5beb')
        axis.start()
        axis.order("G09", ["H26"], subject="Về việc hai")
        axis.kill()
        axis.start()
        titles = [read(axis.client().fetch(i.doc_id)).subject for i in axis.client().list_received("edoc")]
        assert titles == ["Về việc một", "Về việc hai"]


def start_in_vain(store, secret):
    command = [sys.executable, "-m", "simulators.axis", "--store", store, "--port", "0", "--secret", secret]
    return subprocess.run(command, capture_output=True, timeout=30, check=False)


def test_a_second_simulator_on_one_store_does_not_start(tmp_path):
    with Simulator(tmp_path):
        second = start_in_vain(tmp_path, "s")
        assert second.returncode != 0
        assert b"BlockingIOError" in second.stderr


def test_no_secret_no_start(tmp_path):
    command = [
        sys.executable,
        "-m",
        "simulators.axis",
        "--store",
        tmp_path,
        "--port",
        "0",
        "--secret",
        "H26=",
    ]
    ended = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert b"no secret for H26" in ended.stderr


def test_django_is_not_loaded():
    code = "import simulators.axis.__main__, interop.transport.axis, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=30, check=False).returncode == 0


def test_the_journal_applies_in_the_order_of_the_file(tmp_path):
    seen = []
    journal = Journal(tmp_path / "journal", seen.append)

    def write(lane):
        for number in range(50):
            journal.append({"lane": lane, "n": number}, {"lane": lane, "n": number + 0.5})
            assert {"lane": lane, "n": number} in seen, "applied before append returns"

    lanes = [threading.Thread(target=write, args=(lane,)) for lane in range(4)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    journal.close()
    lines = [json.loads(line) for line in (tmp_path / "journal").read_text().splitlines()]
    assert len(lines) == 400
    assert lines == seen
    for lane in range(4):
        assert [r["n"] for r in seen if r["lane"] == lane] == [n / 2 for n in range(100)]


def test_damage_in_the_middle_is_not_passed_over(tmp_path):
    (tmp_path / "journal").write_bytes(b'{"n":1}\n{"n":\n{"n":3}\n')
    with pytest.raises(JournalDamaged, match="byte 8"):
        Journal(tmp_path / "journal", lambda record: None)


def test_a_journal_that_cannot_be_written_says_so_from_then_on(tmp_path):
    journal = Journal(tmp_path / "journal", lambda record: None)
    journal.close()
    for _ in range(2):
        with pytest.raises(OSError, match="closed after a failed write"):
            journal.append({"n": 1})
