import time

from celery import shared_task
from django.core.cache import cache

from orgs.sessions import SessionStore

HEARTBEAT = "worker-heartbeat"


@shared_task(expires=30, time_limit=10)
def heartbeat() -> None:
    """Says that beat, broker and a worker work together: the one that ran this wrote the time."""
    cache.set(HEARTBEAT, time.time(), 600)


@shared_task(expires=3600, time_limit=60)
def forget_sessions() -> None:
    """Rows of sessions that ended long ago."""
    SessionStore.clear_expired()
