"""A real worker is killed in the middle of its work; a new one ends with every paper delivered once."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from documents.models import Delivery, Incoming
from interop.models import Outbound
from interop.outbound.sending import STUCK_AFTER
from interop.tasks import relay_queued, report_waiting, revive_stuck
from tests.interop.city_side import Line, issued
from tests.interop.simulator_process import eventually


class Worker:
    """`celery worker` on the test's database, files and axis, with a queue of its own."""

    def __init__(self, queue: str, log):
        self.queue = queue
        command = ["celery", "-A", "hanoi_docs", "worker", "-Q", queue, "-n", f"{queue}@test", "-c", "1"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--without-mingle", "--without-gossip", "--without-heartbeat"],
            env=_environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def kill(self) -> None:
        """The parent and its child at once, as a machine that loses its power would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def _environment() -> dict[str, str]:
    target = connection.settings_dict
    account = f"{target['USER']}:{target['PASSWORD']}" if target["PASSWORD"] else target["USER"]
    return os.environ | {
        "DATABASE_URL": f"postgresql://{account}@{target['HOST']}:{target['PORT']}/{target['NAME']}",
        "STATE_DIR": str(django_settings.STATE_DIR),
        "AXIS_URL": django_settings.AXIS_URL,
        "AXIS_SYSTEM_ID": django_settings.AXIS_SYSTEM_ID,
        "AXIS_SECRET": django_settings.AXIS_SECRET,
    }


@pytest.fixture
def line(tmp_path, settings):
    line = Line(tmp_path, settings)
    yield line
    line.axis.process.send_signal(signal.SIGCONT)
    line.axis.stop()


@pytest.fixture
def worker(transactional_db, line, tmp_path):
    """Starts workers; whatever is left of them at the end is killed."""
    queue, started = f"kill-{uuid.uuid4().hex[:8]}", []

    def start() -> Worker:
        with open(tmp_path / "worker.log", "ab") as log:
            started.append(Worker(queue, log))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


def states() -> list[str]:
    return sorted(Outbound.objects.filter(message_type="edoc").values_list("state", flat=True))


@pytest.mark.parametrize("fate", ["the axis took the paper", "the axis lost the paper"])
def test_killed_while_sending(worker, office, line, fate):
    papers = [issued(office, office.ministry, office.justice, number=str(n)) for n in (1, 2, 3)]
    line.axis.process.send_signal(signal.SIGSTOP)  # the axis takes the connection and says nothing
    first = worker()
    relay_queued.apply_async(queue=first.queue)
    eventually(lambda: "sending" in states(), 40)
    time.sleep(1)  # the request is on the wire
    first.kill()
    assert states() == ["sending"] * 3, "all three of its claim are in doubt"
    assert Delivery.objects.filter(channel="axis", state="queued").count() == 3
    if fate == "the axis took the paper":
        line.axis.process.send_signal(signal.SIGCONT)
        eventually(lambda: line.received("G09"))
    else:
        line.axis.kill()
        line.axis.start()
        assert line.received("G09") == []
    Outbound.objects.filter(state="sending").update(claimed_at=timezone.now() - 2 * STUCK_AFTER)
    second = worker()
    for task in (revive_stuck, relay_queued, report_waiting):
        task.apply_async(queue=second.queue)
    eventually(lambda: states() == ["sent"] * 3, 40)
    eventually(lambda: len(line.received("G09")) == 3)
    assert [paper["copies"] for paper in line.received("G09")] == [1, 1, 1]
    assert Incoming.objects.filter(organisation=office.justice).count() == 3
    assert not Delivery.objects.filter(outgoing__in=papers, state__in=["queued", "failed"]).exists()


def test_killed_in_the_middle_of_a_paper_to_two_hundred_offices(worker, office, line):
    offices = [office.org(f"H26.P{n:03d}", f"Phường {n}", 2, parent=office.city) for n in range(200)]
    paper = issued(office, *offices)
    first = worker()
    relay_queued.apply_async(queue=first.queue)
    deadline = time.monotonic() + 40
    while not (done := Incoming.objects.count()) and time.monotonic() < deadline:
        time.sleep(0.02)
    first.kill()
    done = Incoming.objects.count()
    assert 0 < done < 200, "killed in the middle"
    assert paper.deliveries.filter(state="sent").count() == done, "a paper and its delivery stand together"
    second = worker()
    relay_queued.apply_async(queue=second.queue)
    eventually(lambda: not paper.deliveries.filter(state="queued").exists(), 40)
    assert Incoming.objects.count() == 200
    assert Incoming.objects.values("organisation").distinct().count() == 200
