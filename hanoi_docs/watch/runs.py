"""Runs and alarms: written here, read by the operator's page and /metrics."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hanoi_docs.models import Alarm, Run
from hanoi_docs.watch.names import name_of


def record_run(job: str, *, started: datetime, ok: bool, result: dict[str, Any]) -> Run:
    """A run that has ended, now. What is not ok raises the alarm of the job; what is ok closes it.

    `result["problem"]` is the sentence an operator reads.
    """
    at = timezone.now()
    run = Run.objects.create(job=job, started_at=started, ended_at=at, ok=ok, result=result)
    if ok:
        close_alarm(f"job:{job}", at=at)
    else:
        said = result.get("problem") or "lần chạy gần nhất không thành công."
        raise_alarm(f"job:{job}", f"{name_of(job)}: {said}", at=at)
    return run


@transaction.atomic
def raise_alarm(key: str, text: str, *, at: datetime) -> Alarm:
    """Opens an alarm, or notes that an open one is still true."""
    alarm, made = Alarm.objects.select_for_update().get_or_create(
        key=key, closed_at=None, defaults={"text": text[:500], "first_at": at, "last_at": at}
    )
    if not made:
        alarm.text, alarm.last_at, alarm.times = text[:500], at, alarm.times + 1
        alarm.save(update_fields=["text", "last_at", "times"])
    return alarm


def close_alarm(key: str, *, at: datetime) -> None:
    Alarm.objects.filter(key=key, closed_at=None).update(closed_at=at)
