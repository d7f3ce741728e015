"""A tap on the shoulder after commit. The row is the truth; losing every tap costs time, never a paper."""

from django.db import transaction
from django.dispatch import Signal

left_for_exchange = Signal()


def wake_exchange(*, urgent: bool = False) -> None:
    transaction.on_commit(lambda: left_for_exchange.send_robust(sender=None, urgent=urgent))
