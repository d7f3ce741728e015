"""/metrics, in the text format of Prometheus: asked from rows and broker when it is scraped, nothing kept in a process.

Only for whoever brings METRICS_TOKEN; for all others the page is not there. At most ten queries.
"""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from hanoi_docs.models import Alarm, Job
from hanoi_docs.watch import jobs, numbers, page_times
from interop.transport.connection import axis_state

QUEUES = ("city", "axis", "status", "unpack")
UNDELIVERED = ("failed", "silent")


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not has_token(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")


class _Numbers(Collector):
    def __init__(self, at: datetime):
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield from _exchange(self.at)
        yield from _timetable(self.at)
        yield from _signing(self.at)
        yield from _machine(self.at)
        yield from _broker(self.at)


def _gauge(name: str, says: str, rows: dict, label: str = "") -> Metric:
    """`rows`: label → number; what is not known is left out."""
    family = GaugeMetricFamily(f"hanoi_{name}", says, labels=[label] if label else [])
    for value, number in rows.items():
        if number is not None:
            family.add_metric([value] if label else [], number)
    return family


def _one(name: str, says: str, number: float | None) -> Metric:
    return _gauge(name, says, {"": number})


def _exchange(at: datetime) -> Iterator[Metric]:
    piles, age = numbers.piles(at), numbers.compared(at)
    waits = {name: piles[name] for name in QUEUES}
    yield _gauge("queue_items", "What waits.", {name: pile.count for name, pile in waits.items()}, "queue")
    ages = {name: pile.oldest.total_seconds() for name, pile in waits.items()}
    yield _gauge("queue_oldest_seconds", "Age of the oldest that waits.", ages, "queue")
    yield _one("event_lag_seconds", "How long the oldest act of an office waits to be told.", ages["status"])
    lost = {name: piles[name].count for name in UNDELIVERED}
    yield _gauge(
        "undelivered", "Deliveries that failed, or nobody has confirmed within the hours.", lost, "why"
    )
    yield _one("unexplained", "Documents nobody can explain: must be 0.", piles["unexplained"].count)
    yield _one(
        "comparison_age_seconds",
        "Since register, outbox and axis were compared.",
        age and age.total_seconds(),
    )


def _timetable(at: datetime) -> Iterator[Metric]:
    rows = [row for row in Job.objects.all() if row.name in jobs.timetable()]
    ran = [row for row in rows if row.ended_at]
    ages = {row.name: (at - row.ended_at).total_seconds() for row in ran}
    yield _gauge("job_age_seconds", "Since the last run of a job of the timetable.", ages, "job")
    yield _gauge("job_ok", "Whether the last run was good.", {row.name: int(row.ok) for row in ran}, "job")
    took = {row.name: (row.ended_at - row.started_at).total_seconds() for row in ran}
    yield _gauge("job_seconds", "How long the last run took.", took, "job")
    yield _one("alarms_open", "Alarms that are open.", Alarm.objects.filter(closed_at=None).count())
    last = numbers.last_good("backup")
    yield _one(
        "backup_age_seconds", "Since the last good backup.", last and (at - last.ended_at).total_seconds()
    )


def _signing(at: datetime) -> Iterator[Metric]:
    rows = {"seal" if row["seal"] else "person": row for row in numbers.certificates(at)}
    left = {kind: (row["first"] - at).total_seconds() / 86400 for kind, row in rows.items()}
    yield _gauge("certificate_days_left", "Until the first certificate in use ends.", left, "of")
    ending = {kind: row["ending"] for kind, row in rows.items()}
    yield _gauge("certificates_ending", "In use, and ended or ending within 30 days.", ending, "of")
    try:
        found = numbers.signing(at)
    except RedisError:
        return
    yield _one("signatures_hour", "Signatures given in the last hour.", found["given"])
    yield _one("signatures_short_hour", "Of them, below the level that was asked for.", found["short"])
    errors = {kind: found[f"failed_{kind}"] for kind in ("key", "service")}
    yield _gauge(
        "signing_errors", "Acts of signing that failed, this clock hour and the last.", errors, "fault"
    )


def _machine(at: datetime) -> Iterator[Metric]:
    disk = numbers.disk()
    yield _gauge(
        "disk_bytes", "Of the folder with files and keys.", {"total": disk.total, "free": disk.free}, "what"
    )
    yield _one("database_bytes", "Size of the database.", numbers.database_bytes())


def _broker(at: datetime) -> Iterator[Metric]:
    """What only the broker knows; with the broker away these are missing and `hanoi_broker_up` is 0."""
    yield _one(
        "heartbeat_age_seconds", "Since beat, broker and worker worked together.", numbers.heartbeat_age()
    )
    if settings.AXIS_URL and (axis := axis_state()):
        yield _one("axis_up", "Whether the axis answered when last asked.", int(axis["ok"]))
    try:
        times, statuses = page_times.kept()
    except RedisError:
        yield _one("broker_up", "Whether the broker answers.", 0)
        return
    yield _one("broker_up", "Whether the broker answers.", 1)
    pages = HistogramMetricFamily("hanoi_page_seconds", "Time of a page, by its view.", labels=["view"])
    for view, (buckets, seconds) in times.items():
        pages.add_metric([view], buckets, seconds)
    yield pages
    answers = CounterMetricFamily("hanoi_answers", "Answers by their status.", labels=["status"])
    for status, number in statuses.items():
        answers.add_metric([status], number)
    yield answers
