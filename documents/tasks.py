"""Thin: may be lost, late or run twice without harm."""

from celery import shared_task

from documents import readings


@shared_task(time_limit=120, expires=60)
def count_readings() -> None:
    readings.flush()
