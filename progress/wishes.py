"""What each wants by mail, put together from one's own choice, the office's and what the kind itself has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from orgs.models import Notice, Post, User
from progress.kinds import KINDS
from progress.models import When, Wish

DAILY_AT = time(7, 30)  # before the working day of the city's offices


@dataclass(frozen=True)
class Wanted:
    own: Wish | None
    office: Wish | None

    def when(self, kind: str) -> str:
        for wish in (self.own, self.office):
            if wish is not None and wish.mail.get(kind) in When.values:
                return wish.mail[kind]
        return KINDS[kind].mail if kind in KINDS else When.URGENT

    @property
    def with_words(self) -> bool:
        return bool(self.own and self.own.with_words and self.office and self.office.with_words)

    def due(self, notice: Notice, at: datetime) -> datetime | None:
        """When the mail of this notice leaves; None: not at all. What is urgent waits for no morning."""
        when = self.when(notice.kind)
        if when == When.NEVER or (when == When.URGENT and not notice.urgent):
            return None
        if when == When.DAILY:
            return _next(DAILY_AT, at)
        return at if notice.urgent else self._after_quiet(at)

    def push_due(self, notice: Notice, at: datetime) -> datetime | None:
        """The same of what is pushed."""
        when = self.own.push if self.own else When.URGENT
        if when == When.NEVER or (when == When.URGENT and not notice.urgent):
            return None
        return at if notice.urgent else self._after_quiet(at)

    def _after_quiet(self, at: datetime) -> datetime:
        if not (self.own and self.own.quiet_from is not None):
            return at
        begin, end, now = self.own.quiet_from, self.own.quiet_to, timezone.localtime(at).time()
        quiet = begin <= now < end if begin <= end else now >= begin or now < end
        return _next(end, at) if quiet else at


def wanted_by(users: Iterable[int], at: datetime) -> dict[int, Wanted]:
    """By account. The office is that of the first post of one's own."""
    users = set(users)
    own = {wish.user_id: wish for wish in Wish.objects.filter(user__in=users)}
    homes = home_offices(users, at)
    offices = {
        wish.organisation_id: wish for wish in Wish.objects.filter(organisation__in=set(homes.values()))
    }
    return {user: Wanted(own.get(user), offices.get(homes.get(user))) for user in users}


def home_offices(users: Iterable[int], at: datetime) -> dict[int, int]:
    posts = Post.objects.on(timezone.localdate(at)).filter(user__in=users)
    rows = posts.order_by("user", "organisation__level", "pk").values_list("user", "organisation")
    found: dict[int, int] = {}
    for user, organisation in rows:
        found.setdefault(user, organisation)
    return found


def wanted(user: User, at: datetime) -> Wanted:
    return wanted_by([user.pk], at)[user.pk]


def _next(hour: time, at: datetime) -> datetime:
    local = timezone.localtime(at)
    then = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return then if then > local else then + timedelta(days=1)
