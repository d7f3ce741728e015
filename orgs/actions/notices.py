"""Telling a person what happened to their account, their powers or their work."""

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F

from orgs.models import Notice, User

logger = logging.getLogger(__name__)


@transaction.atomic
def tell(people: Iterable[User], text: str, *, at: datetime, url: str = "") -> None:
    """Each is told on the very next page. In the transaction of the act: who is told of it, it happened to."""
    tell_each({person.pk: text for person in people}, at=at, url=url)


@transaction.atomic
def tell_each(texts: dict[int, str], *, at: datetime, url: str = "") -> None:
    """Each, by the key of the account, their own sentence."""
    hold(texts)
    Notice.objects.bulk_create(
        [Notice(user_id=pk, text=text[:500], url=url, at=at) for pk, text in sorted(texts.items())]
    )
    # The number stands on the row that every page reads anyhow.
    User.objects.filter(pk__in=texts).update(notices_waiting=F("notices_waiting") + 1)


def hold(accounts: Iterable[int]) -> None:
    """Holds the rows of those who will be told, in one order, and before an event holds the chain: acts of
    administration take them in that order too, and no two wait for each other."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=list(accounts))
    list(rows.order_by("pk").values_list("pk"))


def by_mail(user: User, subject: str, text: str) -> None:
    """The same by mail, to who has an address, where mail leaves at all. The notice is the promise, a mail the help."""
    if not (settings.EMAIL_URL and user.email):
        return

    def send():
        try:
            send_mail(subject, f"{text}\n\n{settings.PUBLIC_URL}", None, [user.email])
        except (OSError, SMTPException) as error:
            logger.warning("no mail to account %s: %s", user.pk, type(error).__name__)

    transaction.on_commit(send)


@transaction.atomic
def see(user: User, *, at: datetime) -> None:
    """All that waited has been seen."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Notice.objects.filter(user=user, seen_at=None).update(seen_at=at)
    User.objects.filter(pk=user.pk).update(notices_waiting=0)
