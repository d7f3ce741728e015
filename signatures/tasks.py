"""Thin: every task may be lost, repeated or late without harm. No PIN ever travels in one."""

from celery import shared_task
from django.utils import timezone

from signatures.actions import batches, proofs
from signatures.models import Batch


@shared_task(time_limit=300, expires=240)
def sign_batch(*, batch_id: int) -> None:
    """Signs a batch with keys the server may use by itself."""
    batches.run_batch(Batch.objects.get(pk=batch_id), clock=timezone.now)


@shared_task(time_limit=60, expires=60)
def mend_batches() -> None:
    batches.mend_batches(at=timezone.now())


@shared_task(time_limit=600, expires=600)
def renew_proofs() -> None:
    proofs.renew_due(at=timezone.now())
