"""Issued papers to the axis: our outbox against a real simulator process, beside bare calls of the client.

The played ministries' answers are put off (--pace), so nothing comes back while it is measured.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.pace import Run, Work, go
from bench.stage import Stage
from hanoi_docs.celery import app
from interop.edxml import write
from interop.models import Outbound
from interop.outbound import outbox
from interop.outbound.packing import edoc_of
from interop.tasks import relay_queued
from interop.transport.axis import AxisClient
from orgs.models import Organisation

PACKAGES = 40  # for every second asked for
TASKS = 400
WORKERS = 2
PATIENCE = 60.0  # seconds for what should be there at once
_DONE = "bench-tasks-done"


@shared_task
def nothing() -> None:
    """The least a task can do that still shows that it was done."""
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        line.incr(_DONE)


def measure(stage: Stage) -> list[Figure]:
    ministry = Organisation.objects.get(code="G09") if fill.people() else None
    count = max(8, int(PACKAGES * stage.seconds))
    with simulator(stage) as url:
        client = AxisClient(url, settings.AXIS_SYSTEM_ID, settings.AXIS_SECRET)
        bare = _bare(stage, client, ministry, count)
        alone = _relayed(client, ministry, count)
        with _workers(stage, url):
            together = _relayed_by_workers(ministry, count)
            tasks = tasks_per_second(int(TASKS * stage.seconds))
    name = "bare calls of the client, one thread"
    return [
        Figure("relayed packages, one process", alone, "packages/s", bare, name),
        Figure(f"relayed packages, {WORKERS} workers", together, "packages/s", bare, name),
        Figure(f"empty tasks, {WORKERS} workers", tasks, "tasks/s"),
    ]


def _bare(stage: Stage, client: AxisClient, ministry: Organisation, count: int) -> float:
    """The same packages, made before the clock runs."""
    papers = fill.copies(fill.issued_paper(), count, first=1)
    packages = [write(edoc_of(paper, [ministry.code])) for paper in papers]
    stage.conditions["package"] = f"{len(packages[0]) / 1000:.0f} kB"
    sender = papers[0].organisation.code
    work = Work(lambda package: client.send(package, messagetype="edoc", sender=sender), packages)
    return go(work, stage.seconds).rate


def _relayed(client: AxisClient, ministry: Organisation, count: int) -> float:
    _queue(ministry, count, first=10_000)
    begun = time.perf_counter()
    done = outbox.relay(client, at=timezone.now())
    elapsed = time.perf_counter() - begun
    _check(done, count)
    return Run([0.0] * done, elapsed).rate


def _relayed_by_workers(ministry: Organisation, count: int) -> float:
    """From the tap on the workers' shoulders to the last package that the axis has."""
    before = _sent()
    _queue(ministry, count, first=20_000)
    begun = time.perf_counter()
    for _ in range(WORKERS):
        relay_queued.delay()
    wait_for("the workers relay", lambda: _sent() - before == count)
    return count / (time.perf_counter() - begun)


def tasks_per_second(count: int) -> float:
    """From the first one published to the last one done, publishing included."""
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        line.set(_DONE, 0)
        begun = time.perf_counter()
        for _ in range(count):
            nothing.delay()
        wait_for("the workers do nothing", lambda: int(line.get(_DONE)) == count)
    return count / (time.perf_counter() - begun)


def _queue(ministry: Organisation, count: int, *, first: int) -> None:
    for paper in fill.copies(fill.issued_paper(), count, first=first):
        fill.queue(paper, [ministry], timezone.now())
    fill.settle()


def _sent() -> int:
    return Outbound.objects.filter(state=Outbound.State.SENT).count()


def _check(done: int, wanted: int) -> None:
    failed = Outbound.objects.exclude(state=Outbound.State.SENT).values_list("problem", flat=True)
    if done != wanted or failed:
        raise AssertionError(f"{done} of {wanted} packages were relayed: {list(failed[:3])}")


@contextmanager
def simulator(stage: Stage) -> Iterator[str]:
    """The axis as a process of its own; gives its address."""
    secrets = f"{settings.AXIS_SYSTEM_ID}={settings.AXIS_SECRET}"
    line = ["simulators.axis", "--store", str(stage.folder / "axis"), "--port", "0", "--pace", "100000"]
    with stage.process("simulator", *line, AXIS_SIMULATOR_SECRETS=secrets):
        wait_for("the simulator starts", lambda: stage.said("simulator").startswith("http"))
        yield stage.said("simulator").splitlines()[0]


@contextmanager
def _workers(stage: Stage, axis: str) -> Iterator[None]:
    """The office's own worker as it runs on a server, with one empty task more."""
    app.control.purge()  # what the acts measured before have left
    line = f"celery -A hanoi_docs worker -c {WORKERS} -I bench.relaying --loglevel WARNING".split()
    with stage.process("worker", *line, AXIS_URL=axis, AXIS_SECRET=os.environ["AXIS_SECRET"]):
        wait_for("the workers start", lambda: bool(app.control.ping(timeout=1.0)))
        yield


def wait_for(what: str, ready: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {patience:.0f} s: {what}")
        time.sleep(0.02)
