"""Disk and database: a sample a day, how much they grow, how many days are left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from documents.models import Document
from hanoi_docs.models import Run
from hanoi_docs.watch import numbers
from hanoi_docs.watch.runs import record_run

SAMPLE = "take_sample"
EVERY = timedelta(hours=23)
LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Growth:
    """Bytes a day, and days until the disk is full; None where it is not known yet or nothing grows."""

    disk_a_day: float | None = None
    database_a_day: float | None = None
    days_left: float | None = None


def take_sample(at: datetime) -> Run | None:
    """Today's, unless there is one."""
    if Run.objects.filter(job=SAMPLE, started_at__gt=at - EVERY).exists():
        return None
    disk = numbers.disk()
    found = {
        "disk_total": disk.total,
        "disk_used": disk.used,
        "disk_free": disk.free,
        "database": numbers.database_bytes(),
        "papers": Document.objects.count(),
    }
    return record_run(SAMPLE, started=at, ok=True, result=found)


def growth(at: datetime | None = None, *, free: int | None = None) -> Growth:
    """From the first to the last sample of thirty days; less than a day of them says nothing."""
    at = at or timezone.now()
    rows = list(Run.objects.filter(job=SAMPLE, started_at__gt=at - LOOKS_BACK).order_by("started_at"))
    if len(rows) < 2 or rows[-1].started_at - rows[0].started_at < EVERY:
        return Growth()
    first, last = rows[0], rows[-1]
    days = (last.started_at - first.started_at) / timedelta(days=1)
    disk, database = ((last.result[name] - first.result[name]) / days for name in ("disk_used", "database"))
    free = last.result["disk_free"] if free is None else free
    return Growth(disk, database, free / disk if disk > 0 else None)
