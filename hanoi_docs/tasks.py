"""Thin, as all tasks: any of them may be lost, repeated or late without harm."""

import time

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from hanoi_docs.backups import runs
from hanoi_docs.watch import capacity, mail, rules
from hanoi_docs.watch.numbers import HEARTBEAT
from orgs.actions.looking import end_over
from orgs.sessions import SessionStore


@shared_task(expires=30, time_limit=10)
def heartbeat() -> None:
    """Says that beat, broker and a worker work together: the one that ran this wrote the time."""
    cache.set(HEARTBEAT, time.time(), 600)


@shared_task
def nightly_backup() -> None:
    if settings.BACKUP_DIR:
        runs.backup(at=timezone.now())


@shared_task
def monthly_rehearsal() -> None:
    """Where the key that opens is kept elsewhere, an operator rehearses with it: `manage.py rehearse --key`."""
    if settings.BACKUP_DIR and settings.BACKUP_KEY_PATH:
        runs.rehearse(at=timezone.now())


@shared_task(expires=50, time_limit=50)
def look_around() -> None:
    """Asks the rules, and tells what is new."""
    at = timezone.now()
    rules.look(at)
    mail.tell(at)


@shared_task(expires=600, time_limit=300)
def take_sample() -> None:
    capacity.take_sample(timezone.now())


@shared_task(expires=50, time_limit=50)
def end_looks() -> None:
    """Looks as another user whose time is over."""
    end_over(at=timezone.now())


@shared_task(expires=3600, time_limit=60)
def forget_sessions() -> None:
    """Rows of sessions that ended long ago."""
    SessionStore.clear_expired()
