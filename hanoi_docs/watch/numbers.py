"""The numbers that tell how the system does, asked from the rows and the broker at the moment they are wanted.

Counts and ages only; nothing here knows a subject, a name or an address.
"""

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from redis.exceptions import RedisError

from documents.models import Delivery, StatusReport
from documents.response_deadlines import clock_at
from hanoi_docs.models import Run
from interop.models import Comparison, Inbound, Outbound, Unexplained
from signatures import failures
from signatures.models import Certificate, Signature

HEARTBEAT = "worker-heartbeat"  # the cache key under which a worker leaves the time
WORKER_MUST_SPEAK = 60  # seconds
HOUR = timedelta(hours=1)
LOOKED_AT = 2000  # of the last signatures: an hour's, and read from the end of the table


@dataclass(frozen=True)
class Pile:
    """What waits or stands open: how many, and how old the oldest is."""

    count: int = 0
    oldest: timedelta = timedelta()


def piles(at: datetime) -> dict[str, Pile]:
    """By name: city, axis, status, unpack (queues); failed, silent (not delivered); unexplained. Three queries."""
    clock = clock_at(at)
    rows = {
        "city": (Delivery.objects.filter(channel="city", state="queued"), "queued_at"),
        "axis": (Outbound.objects.filter(state__in=["queued", "sending"]), "created_at"),
        "status": (StatusReport.objects.filter(passed_on=False), "at"),
        "unpack": (Inbound.objects.filter(state=Inbound.State.RECEIVED), "received_at"),
        "failed": (
            Delivery.objects.refused(clock).filter(state="failed", outgoing__state="issued"),
            "queued_at",
        ),
        "silent": (Delivery.objects.silent(clock), "queued_at"),
        "unexplained": (Unexplained.objects.open(), "since"),
    }
    parts = [_counted(name, *row) for name, row in rows.items()]
    counted = parts[0].union(*parts[1:], all=True)
    found = {name: Pile(count, at - since) for name, count, since in counted if count}
    return {name: found.get(name, Pile()) for name in rows}


def _counted(name: str, rows: QuerySet, since: str) -> QuerySet:
    """One row: the name, how many, since when."""
    grouped = rows.order_by().annotate(pile=Value(name)).values("pile")
    return grouped.annotate(n=Count("pk"), oldest=Min(since)).values_list("pile", "n", "oldest")


def compared(at: datetime) -> timedelta | None:
    """How long ago register, outbox and axis were compared; None when they never were."""
    last = Comparison.objects.filter(pk=1).values_list("at", flat=True).first()
    return at - last if last else None


def signing(at: datetime) -> dict[str, int]:
    """Signatures given within the hour, those of them below the asked level, and acts that failed in this clock
    hour and the last by what was at fault."""
    latest = Signature.objects.order_by("-pk").values("pk")[:LOOKED_AT]
    given = Signature.objects.filter(pk__in=latest, signed_at__gt=at - HOUR)
    found = given.aggregate(given=Count("pk"), short=Count("pk", filter=~Q(level=F("asked_level"))))
    return found | {f"failed_{what}": number for what, number in failures.counted(at).items()}


def certificates(at: datetime) -> list[dict]:
    """For seals and for people: how many certificates are in use, end within 30 days or have ended, and the first end."""
    soon = Q(valid_to__lt=at + timedelta(days=30))
    rows = Certificate.objects.in_use().filter(revoked_at=None).annotate(seal=Q(user=None)).values("seal")
    return list(
        rows.annotate(n=Count("pk"), ending=Count("pk", filter=soon), first=Min("valid_to")).order_by("seal")
    )


def last_runs(jobs: Iterable[str]) -> dict[str, Run]:
    """The last run of each of these jobs and commands that is kept as a row."""
    newest = Run.objects.filter(job=OuterRef("job")).order_by("-pk").values("pk")[:1]
    rows = Run.objects.filter(job__in=jobs, pk=Subquery(newest))
    return {run.job: run for run in rows}


def last_good(job: str) -> Run | None:
    return Run.objects.filter(job=job, ok=True).order_by("-pk").first()


def database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def disk():
    """Of the folder with files and keys: total, used, free, in bytes."""
    return shutil.disk_usage(settings.STATE_DIR)


def heartbeat_age() -> float | None:
    """Seconds since beat, broker and a worker last did something together; None when it is not known."""
    try:
        spoke = cache.get(HEARTBEAT)
    except RedisError:
        return None
    return time.time() - spoke if spoke else None
