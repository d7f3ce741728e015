"""Thin: may be lost, late or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from casefiles.actions import archive


@shared_task(time_limit=600, expires=3600)
def tell_of_due_files() -> None:
    archive.tell_of_due(at=timezone.now())
