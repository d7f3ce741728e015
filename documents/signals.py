"""A tap on the shoulder after commit. The row is the truth; losing every tap costs time, never a paper."""

from django.db import transaction
from django.dispatch import Signal

left_for_exchange = Signal()
recorded = Signal()


def wake_exchange(*, urgent: bool = False) -> None:
    transaction.on_commit(lambda: left_for_exchange.send_robust(sender=None, urgent=urgent))


def wake_readers_of_history() -> None:
    """Once a transaction, however many events it leaves."""
    if not any(call is _tap for _, call, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(_tap)


def _tap() -> None:
    recorded.send_robust(sender=None)
