import time

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from hanoi_docs.backups import runs

HEARTBEAT = "worker-heartbeat"


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
    if settings.BACKUP_DIR and settings.BACKUP_KEY_FILE:
        runs.rehearse(at=timezone.now())
