"""What streams ask the database, each as one statement."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from orgs.models import Session, User


def sessions(keys: list[str]) -> dict[str, tuple[int, int]]:
    """Those that hold at this second: whose, and how many notices he has not seen. As orgs.sessions.ended judges."""
    connection.close_if_unusable_or_obsolete()
    now = timezone.now()
    rows = Session.objects.filter(
        session_key__in=keys, expire_date__gt=now, user__is_active=True,
        begun_at__gt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        seen_at__gt=now - timedelta(minutes=settings.SESSION_IDLE_MINUTES),
    )  # fmt: skip
    found = rows.values_list("session_key", "user", "user__notices_waiting")
    return {key: (user, unread) for key, user, unread in found}


def numbers(users: list[int]) -> dict[int, int]:
    """How many notices each has not seen."""
    connection.close_if_unusable_or_obsolete()
    return dict(User.objects.filter(pk__in=users).values_list("pk", "notices_waiting"))
