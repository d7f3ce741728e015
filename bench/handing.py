"""Issued papers to desks inside the city: many papers to one desk each, and one paper to every desk."""

import time
from itertools import cycle

from django.utils import timezone

from bench import fill
from bench.figures import Figure
from bench.pace import Work, go
from bench.registering import Commits
from bench.stage import Stage
from documents import blobs
from documents.models import Incoming, Outgoing
from interop.outbound import outbox
from orgs.models import Organisation
from signatures.actions import check

PAPERS = 20  # for every second asked for
DESKS = 600  # the departments, districts and communes one city circular goes to


def measure(stage: Stage) -> list[Figure]:
    own = fill.people().orgs["so"]
    desks = list(
        Organisation.objects.inside().gates().exclude(pk=own.pk).in_order()[: min(DESKS, stage.papers)]
    )
    return [*_one_each(stage, desks), _one_to_all(stage, desks)]


def _one_each(stage: Stage, desks: list[Organisation]) -> list[Figure]:
    papers = fill.copies(fill.issued_paper(), max(4, int(PAPERS * stage.seconds)), first=30_000)
    for paper, desk in zip(papers, cycle(desks), strict=False):
        fill.queue(paper, [desk], timezone.now())
    fill.settle()
    rate = len(papers) / _hand_over(papers)
    pdf = blobs.read(papers[0].current_file().blob)
    checked = go(Work(lambda _: check(pdf), range(10**9)), stage.seconds / 2).rate
    return [
        Figure(
            "handed over in the city, one desk each",
            rate,
            "papers/s",
            checked,
            "checking the signatures alone",
        )
    ]


def _one_to_all(stage: Stage, desks: list[Organisation]) -> Figure:
    papers = fill.copies(fill.issued_paper(), 1, first=40_000)
    fill.queue(papers[0], desks, timezone.now())
    fill.settle()
    commits = go(Work(Commits().one, range(10**9)), stage.seconds / 2).rate
    seconds = _hand_over(papers)
    name = f"{len(desks)} bare inserts and commits"
    return Figure(f"one paper on {len(desks)} desks of the city", seconds, "s", len(desks) / commits, name)


def _hand_over(papers: list[Outgoing]) -> float:
    """Seconds until every desk has its own record of the paper."""
    begun = time.perf_counter()
    done = outbox.relay_inside(at=timezone.now())
    elapsed = time.perf_counter() - begun
    arrived = Incoming.objects.filter(delivery__outgoing__in=papers, signature_verdict="valid").count()
    if arrived != done or arrived == 0:
        raise AssertionError(f"{done} handed over, {arrived} on the desks")
    return elapsed
