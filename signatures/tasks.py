"""Thin: a task wakes the room up. Each may be lost, repeated, late, or run beside itself."""

from celery import shared_task
from django.utils import timezone

from signatures import actions


@shared_task(time_limit=240, expires=300)
def recheck_unknown() -> None:
    actions.recheck_unknown(at=timezone.now())
