"""Thin: may be lost, late or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from documents import readings
from documents.actions.incoming import scanning


@shared_task(time_limit=120, expires=60)
def count_readings() -> None:
    readings.flush()


@shared_task(time_limit=180, expires=60)
def scan_waiting() -> None:
    scanning.scan_waiting(at=timezone.now())
