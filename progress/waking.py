"""What follows a commit: history is read on at once, bells ring, mail that is due at once leaves."""

from django.db import transaction

from interop.waking import call
from progress.actions import mailing, pushing
from progress.bell import ring
from progress.tasks import send_mail, send_push, tell_people


def recorded(**_) -> None:
    call(tell_people)


def notices_changed(*, users, new, **_) -> None:
    """Inside the transaction that put notices up or saw them: their mail is a row beside them."""
    transaction.on_commit(lambda: ring(users), robust=True)
    if mailing.enqueue(new):
        transaction.on_commit(lambda: call(send_mail), robust=True)
    if pushing.enqueue(new):
        transaction.on_commit(lambda: call(send_push), robust=True)
