"""Thin: a task wakes a floor up. Every one of them may be lost, repeated, late, or run beside itself."""

import logging

from celery import Task, shared_task
from django.core.cache import cache
from django.utils import timezone

from documents.actions.requests import answer
from interop.inbound import inbox
from interop.outbound import outbox, sending, status_reports
from interop.reconciliation import compare
from interop.transport import connection
from interop.transport.adapter import AxisError

log = logging.getLogger(__name__)
# Whoever runs longer is ended; a claim older than that belongs to nobody (sending.STUCK_AFTER).
_LIMITED = {"time_limit": 240, "expires": 60}
_SOON = 1  # seconds until the axis is asked when something is expected of it: what comes together costs less
_TURN = 1.0  # seconds of sending; then whoever fetches has his turn, however long the queue is
_MANY = 50  # so many at a time came together already


def called(task_name: str) -> str:
    """The cache key that says: this task has been called and has not begun yet (see `waking`)."""
    return f"called:{task_name}"


@shared_task(**_LIMITED)
def relay_queued() -> None:
    cache.delete(called(relay_queued.name))
    if outbox.waits_for_the_axis():
        _soon(poll_axis, _SOON)  # software says 01 at once: it is fetched while the rest is sent
    if outbox.relay(connection.line(), at=timezone.now(), turn=_TURN):
        _soon(relay_queued, 0)


@shared_task(**_LIMITED)
def poll_axis() -> None:
    """The folders first: they do not wait for an axis that is away. Where something comes from, more comes soon."""
    cache.delete(called(poll_axis.name))
    at, new = timezone.now(), 0
    if folder := connection.folder_exchange():
        try:
            new += inbox.poll(folder, at=at) or 0
        except AxisError as error:
            log.error("the folder exchange: %s", error.text)
    if client := connection.axis_client():
        try:
            came = inbox.poll(client, at=at)
            if came is not None:  # another poll, which may hang over an axis that is away, is no word from it
                connection.reached(at)
                new += came
        except AxisError as error:
            connection.lost(error, timezone.now())  # the call may have waited for minutes
    if new:
        unpack_waiting.delay()
        _soon(poll_axis, 0 if new >= _MANY else _SOON)


@shared_task(**_LIMITED)
def unpack_waiting() -> None:
    inbox.unpack_waiting(at=timezone.now())


@shared_task(**_LIMITED)
def report_waiting() -> None:
    cache.delete(called(report_waiting.name))
    if status_reports.report_waiting(at=timezone.now()):
        relay_queued.delay()


@shared_task(**_LIMITED)
def revive_stuck() -> None:
    at = timezone.now()
    sending.revive(at=at)
    inbox.revive(at=at)
    answer.answer_for_closed_offices(at=at)


@shared_task(**_LIMITED)
def compare_all() -> None:
    compare.compare(connection.axis_client(), at=timezone.now())


def _soon(task: Task, seconds: int) -> None:
    """One call waiting is enough."""
    if cache.add(called(task.name), 1, timeout=5):
        task.apply_async(countdown=seconds)
