"""Telling a person what happened to their account or powers."""

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
    ids = sorted({person.pk for person in people})
    Notice.objects.bulk_create([Notice(user_id=pk, text=text[:500], url=url, at=at) for pk in ids])
    # The number stands on the row that every page reads anyhow; rows are held in one order.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    User.objects.filter(pk__in=ids).update(notices_waiting=F("notices_waiting") + 1)


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
