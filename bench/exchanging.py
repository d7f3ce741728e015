"""From the issue to the arrival at the other side and back, with the office's own workers and their timetable."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.pace import Run, Work, go
from bench.registering import Commits
from bench.relaying import simulator, tasks_per_second, wait_for
from bench.stage import Stage
from documents.models import Delivery, Incoming, Outgoing
from hanoi_docs.celery import app
from interop.directory.publish import publish
from interop.transport.axis import AxisClient
from interop.waking import wake
from orgs.models import Organisation
from signatures import actions as signing

PAPERS = 100  # for every second asked for
SINGLES = 8  # likewise, one after another on an idle system
DESKS = 650
WORKERS = 2


def measure(stage: Stage) -> list[Figure]:
    """The played ministries say 01 at once and nothing more: their next answer is put off."""
    own, ministry = fill.people().orgs["so"], Organisation.objects.get(code="G09")
    desks = list(
        Organisation.objects.inside().gates().exclude(pk=own.pk).in_order()[: min(DESKS, stage.papers)]
    )
    with simulator(stage) as url:
        publish(AxisClient(url, settings.AXIS_SYSTEM_ID, settings.AXIS_SECRET))
        with _office_at_work(stage, url):
            bare = go(Work(Commits().one, range(10**9)), stage.seconds / 2).rate
            tasks = tasks_per_second(int(100 * stage.seconds))
            through = _through(ministry, max(20, int(PAPERS * stage.seconds)))
            single = _singles(stage, ministry, max(3, int(SINGLES * stage.seconds)))
            press, spread = _to_everybody(desks)
    to_all = f"one paper to {len(desks)} desks of the city"
    name = "issue to arrival and their 01 heard"
    return [
        Figure(name, through, "papers/s", tasks, f"empty tasks, {WORKERS} workers"),
        Figure(f"{name}, beside inserts", through, "papers/s", bare, "bare inserts and commits"),
        Figure("issue to arrival, idle, p50", single.quantile_ms(0.5), "ms"),
        Figure("issue to arrival, idle, p95", single.quantile_ms(0.95), "ms", 2000, "what is allowed"),
        Figure(f"{to_all}, until the press answers", 1000 * press, "ms"),
        Figure(f"{to_all}, until all have it", spread, "s", 5, "what is allowed"),
    ]


def _through(ministry: Organisation, count: int) -> float:
    """From the rows that the issues leave to the last status in our books."""
    papers = fill.copies(fill.issued_paper(), count, first=50_000)
    fill.settle()
    begun = time.perf_counter()
    for paper in papers:
        fill.queue(paper, [ministry], timezone.now())
        wake()  # as each issue does
    # Their keys follow each other; asked for by name, fifty times a second, they would cost a tenth of a core.
    rows = Delivery.objects.filter(outgoing__gte=papers[0].pk, outgoing__lte=papers[-1].pk)
    rows = rows.exclude(state="arrived")
    wait_for("all is said to have arrived", lambda: not rows.exists(), 30 + count / 5)
    return count / (time.perf_counter() - begun)


def _singles(stage: Stage, ministry: Organisation, count: int) -> Run:
    """Each alone: from the commit of its rows to the moment the axis has written it down."""
    papers = fill.copies(fill.issued_paper(), count, first=90_000)
    times = []
    for paper in papers:
        at = timezone.now()
        fill.queue(paper, [ministry], at)
        wake()
        delivery = Delivery.objects.filter(outgoing=paper)
        wait_for("it is sent", lambda delivery=delivery: delivery.exclude(state="queued").exists(), 30)
        times.append((_taken_at(stage, paper) - at).total_seconds())
        time.sleep(0.2)
    return Run(times, sum(times))


def _taken_at(stage: Stage, paper: Outgoing) -> datetime:
    for line in reversed((stage.folder / "axis/journal.jsonl").read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        if record["e"] == "sent" and record["envelope"]["document_id"] == paper.document_uid:
            return datetime.fromisoformat(record["at"])
    raise AssertionError(f"The axis does not have {paper.document_uid}")


def _to_everybody(desks: list[Organisation]) -> tuple[float, float]:
    """The press "Cấp số, đóng dấu, phát hành", and from its end until every desk shows the paper."""
    posts, at = fill.people().posts, timezone.now()
    paper = fill.approved_paper()
    paper.recipients.set(desks)
    signing.sign(paper, by=posts["dung"], at=at)
    begun = time.perf_counter()
    signing.number_seal_issue(paper, by=posts["lan"], at=timezone.now())
    pressed = time.perf_counter()
    rows = Incoming.objects.filter(delivery__outgoing=paper)
    wait_for("all desks have it", lambda: rows.count() == len(desks), 60)
    return pressed - begun, time.perf_counter() - pressed


@contextmanager
def _office_at_work(stage: Stage, axis: str) -> Iterator[None]:
    """The worker as it runs on a server, with the timetable in it."""
    app.control.purge()  # what the acts measured before have left
    line = f"celery -A hanoi_docs worker -B -s {stage.folder / 'beat'} -c {WORKERS} -I bench.relaying --loglevel WARNING"
    with stage.process("worker", *line.split(), AXIS_URL=axis, AXIS_SECRET=settings.AXIS_SECRET):
        wait_for("the workers start", lambda: bool(app.control.ping(timeout=1.0)))
        yield
    connection.close()
