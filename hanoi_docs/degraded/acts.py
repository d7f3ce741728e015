"""Switching the read-only mode on and off."""

from datetime import datetime

from django.db import transaction

from hanoi_docs.degraded import switch as file
from orgs.models import Post
from orgs.record import record


def switch(on: bool, *, words: str = "", by: Post, at: datetime) -> None:
    """The event first: who stopped the office stands in the chain of his own organisation."""
    with transaction.atomic():
        record("read_only_on" if on else "read_only_off", by.organisation, by=by, at=at, words=words)
        file.turn_on(words, at=at) if on else file.turn_off()
