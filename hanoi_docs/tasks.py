"""Thin, as all tasks: any of them may be lost, repeated or late without harm."""

import time

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from hanoi_docs.watch import capacity, mail, rules
from hanoi_docs.watch.numbers import HEARTBEAT


@shared_task(expires=30, time_limit=10)
def heartbeat() -> None:
    """Says that beat, broker and a worker work together: the one that ran this wrote the time."""
    cache.set(HEARTBEAT, time.time(), 600)


@shared_task(expires=50, time_limit=50)
def look_around() -> None:
    """Asks the rules, and tells what is new."""
    at = timezone.now()
    rules.look(at)
    mail.tell(at)


@shared_task(expires=600, time_limit=300)
def take_sample() -> None:
    capacity.take_sample(timezone.now())
