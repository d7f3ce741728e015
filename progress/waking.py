"""What follows a commit: history is read on at once, bells ring, mail that is due at once leaves."""

from django.db import transaction

from interop.waking import call
from progress.actions.mailing import enqueue
from progress.bell import ring
from progress.tasks import send_mail, tell_people


def recorded(**_) -> None:
    call(tell_people)


def notices_changed(*, users, new, **_) -> None:
    """Inside the transaction that put notices up or saw them: their mail is a row beside them."""
    transaction.on_commit(lambda: ring(users), robust=True)
    if enqueue(new):
        transaction.on_commit(lambda: call(send_mail), robust=True)
