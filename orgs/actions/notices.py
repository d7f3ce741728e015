"""Telling a person what happened to their account, their powers or their work."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Greatest

from orgs.models import Notice, User
from orgs.models.notice import ACCOUNT
from orgs.signals import notices_changed

logger = logging.getLogger(__name__)


@transaction.atomic
def tell(people: Iterable[User], text: str, *, at: datetime, url: str = "", kind: str = ACCOUNT) -> None:
    """Each is told on the very next page. In the transaction of the act: who is told of it, it happened to."""
    tell_each({person.pk: text for person in people}, at=at, url=url, kind=kind)


@transaction.atomic
def tell_each(texts: dict[int, str], *, at: datetime, url: str = "", kind: str = ACCOUNT) -> None:
    """Each, by the key of the account, their own sentence."""
    put_up(
        [
            Notice(user_id=pk, kind=kind, text=text[:500], url=url, at=at, urgent=True)
            for pk, text in sorted(texts.items())
        ]
    )


@transaction.atomic
def put_up(notices: list[Notice]) -> None:
    """Keeps them, and the numbers on the accounts. Whoever sends them on hears of it in the same transaction."""
    if not notices:
        return
    hold({notice.user_id for notice in notices})
    Notice.objects.bulk_create(notices)
    _add(Counter(notice.user_id for notice in notices), "notices_waiting")
    _add(Counter(notice.user_id for notice in notices if notice.urgent), "notices_urgent")
    notices_changed.send(sender=Notice, users={notice.user_id for notice in notices}, new=notices)


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
def see(user: User, *, at: datetime, before: datetime | None = None) -> None:
    """All that waited has been seen; or all of it that is older than `before`."""
    hold([user.pk])
    waiting = user.notices.unseen()
    (waiting.filter(at__lt=before) if before else waiting).update(seen_at=at)
    left = waiting.aggregate(waiting=Count("pk"), urgent=Count("pk", filter=Q(urgent=True)))
    User.objects.filter(pk=user.pk).update(notices_waiting=left["waiting"], notices_urgent=left["urgent"])
    notices_changed.send(sender=Notice, users={user.pk}, new=[])


@transaction.atomic
def see_one(notice: Notice, *, at: datetime) -> None:
    """This one has been seen. Seen twice, it counts once."""
    hold([notice.user_id])
    if not Notice.objects.unseen().filter(pk=notice.pk).update(seen_at=at):
        return
    fewer = {"notices_waiting": Greatest(F("notices_waiting") - 1, 0)}
    if notice.urgent:
        fewer["notices_urgent"] = Greatest(F("notices_urgent") - 1, 0)
    User.objects.filter(pk=notice.user_id).update(**fewer)
    notices_changed.send(sender=Notice, users={notice.user_id}, new=[])


def _add(counted: Counter, column: str) -> None:
    """The number stands on the row that every page reads anyhow."""
    by_number = defaultdict(list)
    for user, number in counted.items():
        by_number[number].append(user)
    for number, users in by_number.items():
        User.objects.filter(pk__in=users).update(**{column: F(column) + number})
