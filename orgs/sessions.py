"""Sessions as rows of ours: whose, where, since when. They end after a time without use and after a working day."""

import time
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orgs.identity import throttle
from orgs.signals import session_ended, sessions_ended
from ui.ready import Ready

SEEN_EVERY = 60  # seconds: a click is not a write


class SessionStore(DatabaseSessions):
    """Django's own, with columns (its documented way). `begun`, `seen` are seconds of the epoch in the session itself."""

    @classmethod
    def get_model_class(cls):
        from orgs.models import Session

        return Session

    def load(self):
        """As Django's, by a statement that is ready and brings the account with it."""
        found = _OPEN.objects(self.session_key, timezone.now()) if self.session_key else []
        if found:
            _account.set(found[0].user)
            return self.decode(found[0].session_data)
        self._session_key = None
        return {}

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        user = data.get("_auth_user_id")
        row.user_id = int(user) if user else None
        row.begun_at, row.seen_at = _moment(data.get("begun")), _moment(data.get("seen"))
        row.address, row.device = data.get("address", ""), data.get("device", "")
        return row


def _open(key: str, now: datetime):
    rows = SessionStore.get_model_class().objects
    return rows.filter(session_key=key, expire_date__gt=now).select_related("user")


_OPEN = Ready(_open)
_account: ContextVar = ContextVar("the account of the session that was read", default=None)


def account_read(pk: int):
    """The account that came with the session just read: once, so that nobody is who he was at an earlier page; else None."""
    found = _account.get()
    _account.set(None)
    return found if found is not None and found.pk == pk else None


def ended(request) -> str:
    """Why the session of this request is over, as a sentence; empty while it lasts. Notes that it is in use."""
    session, now = request.session, time.time()
    begun, seen = session.get("begun", 0), session.get("seen", 0)
    if now - begun > settings.SESSION_COOKIE_AGE:
        return "Phiên đăng nhập đã hết sau một ngày làm việc. Hãy đăng nhập lại."
    if now - seen > settings.SESSION_IDLE_MINUTES * 60:
        return (
            f"Phiên đăng nhập đã hết vì {settings.SESSION_IDLE_MINUTES} phút không dùng. Hãy đăng nhập lại."
        )
    if now - seen > SEEN_EVERY and _by_a_person(request):
        session["seen"] = int(now)
    return ""


def of(user):
    """The sessions of a person that are still open, newest use first."""
    now = timezone.now().timestamp()
    return user.sessions.filter(
        begun_at__gt=_moment(now - settings.SESSION_COOKIE_AGE),
        seen_at__gt=_moment(now - settings.SESSION_IDLE_MINUTES * 60),
    ).order_by("-seen_at")


def end_named(user, name: str, *, but: str | None) -> int:
    """Ends the one that a page calls `name`, unless its key is `but`. How many that were: one or none."""
    others = user.sessions.exclude(session_key=but)
    keys = [key for key in others.values_list("session_key", flat=True) if name_of(key) == name]
    with transaction.atomic():
        for found in others.filter(session_key__in=keys).select_for_update():
            session_ended.send(sender=type(user), user=user, held=found.get_decoded())
        return others.filter(session_key__in=keys).delete()[0]


def end_all(user, *, but: str | None = None) -> int:
    """Ends every session of the account at once, except the one with that key. How many there were."""
    with transaction.atomic():
        count = user.sessions.exclude(session_key=but).delete()[0]
        sessions_ended.send(sender=type(user), user=user)
    return count


def name_of(key: str) -> str:
    """What a page calls a session: its key opens it, so no page carries that."""
    return salted_hmac("orgs.sessions", key, algorithm="sha256").hexdigest()[:32]


def _by_a_person(request) -> bool:
    """A page that asks by itself every few seconds keeps no session alive."""
    return request.method == "POST" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _begin(sender, request, user, **kwargs) -> None:
    now = int(time.time())
    request.session["begun"] = request.session["seen"] = now
    request.session["address"] = _kept(throttle.address_of(request), 100)
    request.session["device"] = _kept(request.headers.get("User-Agent", ""), 200)


def _kept(text: str, most: int) -> str:
    return text.replace("\x00", "")[:most]


user_logged_in.connect(_begin, dispatch_uid="a session begins")
