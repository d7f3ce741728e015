"""Thin: may be lost, late or run twice without harm."""

from celery import shared_task
from django.utils import timezone

from casefiles import apart, freezing
from casefiles.actions import archive, destroying, exports, integrity
from casefiles.models import Disposal, DisposalLine


@shared_task(time_limit=600, expires=3600)
def tell_of_due_files() -> None:
    archive.tell_of_due(at=timezone.now())
    destroying.tell_of_late(at=timezone.now())
    # A folder that was lost, or a version that kept none.
    apart.keep(DisposalLine.objects.all())
    apart.keep_certificates(Disposal.objects.all())


@shared_task(time_limit=600, expires=60)
def finish_disposals() -> None:
    """What was decided, and begun, is destroyed; also what a dead worker left."""
    destroying.finish(at=timezone.now())


@shared_task(time_limit=900, expires=3600)
def audit_archive() -> dict:
    """A piece of the monthly look at every byte of the archive."""
    return integrity.audit_piece(at=timezone.now())


@shared_task(time_limit=900, expires=30)
def make_exports() -> None:
    exports.make_waiting()


@shared_task(time_limit=600, expires=3600)
def forget_exports() -> None:
    exports.forget_old(at=timezone.now())


@shared_task(time_limit=1800, expires=3600)
def freeze_months() -> None:
    freezing.freeze(at=timezone.now())
