"""Thin: every task may be lost, repeated or late without harm. No PIN ever travels in one."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from signatures import actions
from signatures.actions import anchors, batches, certificates, collecting, finishing, proofs, sessions
from signatures.models import Batch

_COLLECTING = "collecting-signatures"


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


@shared_task(time_limit=300, expires=600)
def check_certificates() -> None:
    certificates.check_due(at=timezone.now())


@shared_task(time_limit=60, expires=5)
def collect_remote() -> None:
    """Fetches what was confirmed on telephones, and carries on what a dead process left half done."""
    if not cache.add(_COLLECTING, 1, timeout=60):  # one sweep at a time is kinder to the service, no more
        return
    try:
        finishing.revive(at=timezone.now())
        collecting.collect_remote(at=timezone.now())
        batches.settle(at=timezone.now())
    finally:
        cache.delete(_COLLECTING)


@shared_task(time_limit=60, expires=60)
def expire_sessions() -> None:
    sessions.expire(at=timezone.now())


@shared_task(time_limit=240, expires=300)
def recheck_unknown() -> None:
    actions.recheck_unknown(at=timezone.now())


@shared_task(time_limit=900, expires=3000)
def anchor_history() -> dict:
    """Compares the history with what was anchored, anchors it as it stands, stamps what waits for a stamp."""
    return anchors.hourly(at=timezone.now())


@shared_task(time_limit=6 * 3600, expires=3600)
def audit_history() -> dict:
    """Every event and every anchor again."""
    return anchors.daily()
