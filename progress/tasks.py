"""Thin: may be lost, late, repeated or run beside itself without harm."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from interop.tasks import called
from orgs.calendar import working_days
from progress.actions import mailing, making, pushing, subscribing, telling
from progress.reports import kept

_LIMITED = {"time_limit": 240, "expires": 60}


@shared_task(**_LIMITED)
def tell_people() -> None:
    cache.delete(called(tell_people.name))
    telling.follow(at=timezone.now())


@shared_task(**_LIMITED)
def send_mail() -> None:
    cache.delete(called(send_mail.name))
    mailing.revive(at=timezone.now())
    mailing.send_due(at=timezone.now())


@shared_task(**_LIMITED)
def send_push() -> None:
    cache.delete(called(send_push.name))
    pushing.send_due(at=timezone.now())


@shared_task(time_limit=900, expires=60)
def make_reports() -> None:
    cache.delete(called(make_reports.name))
    making.make_waiting()


@shared_task(time_limit=900, expires=600)
def send_reports() -> None:
    subscribing.tell_due(at=timezone.now())
    making.forget_made(at=timezone.now())


@shared_task(time_limit=900, expires=60)
def count_months() -> None:
    kept.follow(at=timezone.now(), calendar=working_days())
