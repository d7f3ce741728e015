"""Thin: may be lost, late or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from documents import readings
from documents.actions import unsent
from documents.actions.incoming import scanning
from documents.actions.outgoing import slips_by_deadline
from documents.actions.work import by_deadline, orders, recurring


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


@shared_task(time_limit=1800, expires=1800)
def remind_by_deadline() -> None:
    by_deadline.remind_by_deadline(at=timezone.now())
    slips_by_deadline.remind_of_slips(at=timezone.now())


@shared_task(time_limit=300, expires=3600)
def forget_unsent() -> None:
    """What was typed and neither sent nor opened again for thirty days."""
    unsent.forget_old(at=timezone.now())
