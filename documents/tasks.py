"""Thin: may be lost, late or run twice without harm."""

import time

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from documents import blobs, readings
from documents.actions import file_texts, unsent
from documents.actions.incoming import scan_reading, scanning
from documents.actions.outgoing import office_files, slips_by_deadline
from documents.actions.work import by_deadline, order_extensions, orders, recurring

_SCANS, _OFFICE, _TEXTS = "scans-being-read", "office-files-being-converted", "texts-being-read"
_SHIFT = 50  # seconds


@shared_task(time_limit=120, expires=60)
def count_readings() -> None:
    readings.flush()


@shared_task(time_limit=180, expires=60)
def scan_waiting() -> None:
    scanning.scan_waiting(at=timezone.now())


@shared_task(time_limit=600, expires=600)
def give_recurring() -> None:
    recurring.give_due(at=timezone.now())


@shared_task(time_limit=120, expires=30)
def tell_orders() -> None:
    orders.tell_orders(at=timezone.now())
    order_extensions.tell_extensions(at=timezone.now())


@shared_task(time_limit=1800, expires=1800)
def remind_by_deadline() -> None:
    by_deadline.remind_by_deadline(at=timezone.now())
    slips_by_deadline.remind_of_slips(at=timezone.now())


@shared_task(time_limit=300, expires=3600)
def forget_unsent() -> None:
    """What was typed and neither sent nor opened again for thirty days, and files that nothing holds."""
    unsent.forget_old(at=timezone.now())
    blobs.destroy_unheld(at=timezone.now())


@shared_task(time_limit=240, expires=5)
def convert_office_files() -> None:
    """One at a time, for the same reason as below: LibreOffice takes a processor of its own."""
    if not cache.add(_OFFICE, True, _SHIFT + 150):
        return
    try:
        end = time.monotonic() + _SHIFT
        while time.monotonic() < end and office_files.convert_next(at=timezone.now()):
            pass
    finally:
        cache.delete(_OFFICE)


@shared_task(time_limit=180, expires=5)
def read_texts() -> None:
    """A shift on the words of files, the newest first: one at a time, as above; the backlog is taken up where nothing waits."""
    if not cache.add(_TEXTS, True, _SHIFT + 100):
        return
    try:
        end = time.monotonic() + _SHIFT
        while time.monotonic() < end and file_texts.read_next(at=timezone.now()):
            pass
    finally:
        cache.delete(_TEXTS)


@shared_task(time_limit=180, expires=5)
def read_scans() -> None:
    """A shift on what was scanned: one at a time, so that recognising leaves the other processor to everybody else.
    The turn of a worker that was killed ends by itself."""
    if not cache.add(_SCANS, True, _SHIFT + 100):
        return
    try:
        end = time.monotonic() + _SHIFT
        while time.monotonic() < end and scan_reading.step(at=timezone.now()):
            pass
        scan_reading.release_settled()
    finally:
        cache.delete(_SCANS)
