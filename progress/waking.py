"""What follows a commit: history is read on at once, bells ring, mail that is due at once leaves. And what follows the end
of sessions: their browsers are told nothing more."""

from django.db import transaction

from interop.waking import call
from progress.actions import mailing, pushing
from progress.bell import ring
from progress.tasks import send_mail, send_push, tell_people
from progress.this_browser import address_in, address_of, in_session


def recorded(**_) -> None:
    call(tell_people)


def signed_in(*, request, **_) -> None:
    """Also a browser that was switched on in an earlier session is that of this one."""
    if found := address_of(request):
        in_session(request, found)


def session_ended(*, user, held, **_) -> None:
    if found := address_in(held, user):
        pushing.end_push(found)


def sessions_ended(*, user, **_) -> None:
    pushing.end_all_push(user)


def signed_out(*, request, **_) -> None:
    if found := address_of(request):
        pushing.end_push(found)


def notices_changed(*, users, new, **_) -> None:
    """Inside the transaction that put notices up or saw them: their mail is a row beside them."""
    transaction.on_commit(lambda: ring(users), robust=True)
    if mailing.enqueue(new):
        transaction.on_commit(lambda: call(send_mail), robust=True)
    if pushing.enqueue(new):
        transaction.on_commit(lambda: call(send_push), robust=True)
