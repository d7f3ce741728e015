"""Thin: may be lost, late or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from orgs.calendar import working_days
from progress.reports import kept


@shared_task(time_limit=900, expires=60)
def count_months() -> None:
    kept.follow(at=timezone.now(), calendar=working_days())
