"""Something was left for the exchange: a worker looks now instead of at the next tick of the timetable.

It runs inside web requests, so a broker that is away may cost a moment once, never a page.
"""

import logging
import time

from celery import Task, current_app
from django.core.cache import cache

from interop.tasks import called, relay_queued, report_waiting

log = logging.getLogger(__name__)
QUIET = 30  # seconds without another try after the broker did not answer
_HURRY = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
_quiet_until = 0.0


def wake(**_) -> None:
    call(report_waiting, relay_queued)


def call(*tasks: Task) -> None:
    """Each of these soon; when the broker is away, at the next tick of the timetable."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        # One call waiting is enough: it will see what was committed before it starts.
        calls = [task for task in tasks if cache.add(called(task.name), 1, timeout=5)]
        if not calls:
            return
        with current_app.connection_for_write(transport_options=_HURRY) as line:
            for task in calls:
                task.apply_async(connection=line, retry=False)
    except Exception as error:
        _quiet_until = time.monotonic() + QUIET
        log.warning("the broker is away, the timetable will do it: %s", type(error).__name__)
