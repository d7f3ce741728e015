"""Reports that come by themselves: a notice after each week or month, and mail as its reader has chosen."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from orgs.access import posts_of
from orgs.actions.notices import put_up
from orgs.models import Notice, Post, User
from progress.models import Subscription
from progress.models.office import closing_day_of
from progress.reports.all import REPORTS
from progress.reports.asking import Asking, asked_by
from progress.reports.periods import DAY, Period, month_of, stretch
from progress.reports.tables import table_of, title_of

MOST = 20  # of one person
PERIODIC = "report"  # the kind of its notice
Every = Subscription.Every


@transaction.atomic
def subscribe(ask: Asking, *, every: str, at: datetime) -> Subscription:
    """From the end of this week, or month, on. Asked for twice it is one.

    Raises ValidationError for another rhythm, and for whoever has very many.
    """
    if every not in Every.values:
        raise ValidationError("Hãy chọn nhận hằng tuần hoặc hằng tháng.")
    post, user = ask.post, ask.post.operator
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one press after the other
    mine = Subscription.objects.filter(user=user)
    what = {"post": post, "report": ask.report.name, "scope": ask.scope, "every": every}
    there = mine.filter(**what).first()
    if there:
        return there
    if mine.count() >= MOST:
        raise ValidationError(f"Bạn đã đăng ký {MOST} báo cáo. Hãy bỏ bớt trước khi đăng ký thêm.")
    return Subscription.objects.create(**what, user=user, since=at, next_on=_next(every, post, at))


def unsubscribe(found: Subscription) -> None:
    found.delete()


def tell_due(*, at: datetime) -> int:
    """Each whose day has come, in a transaction of its own: the notice and the next day stand together or not at all, so
    that nobody is told twice of one week. After a standstill the last whole week or month is told, not all of them."""
    due = Subscription.objects.filter(next_on__lte=timezone.localdate(at)).order_by("next_on", "pk")
    return sum(_tell(pk, at=at) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: int, *, at: datetime) -> bool:
    due = Subscription.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    found = due.filter(pk=pk, next_on__lte=timezone.localdate(at)).first()
    if found is None:  # somebody else told it
        return False
    ask = _asked(found, at=at)
    if ask is None:
        put_up(
            [
                _notice(
                    found,
                    "Bạn không còn quyền xem một báo cáo đã đăng ký nhận; đăng ký đã được bỏ.",
                    "",
                    at=at,
                )
            ]
        )
        found.delete()
        return False
    url = f"{reverse(f'report_{found.report}')}?{ask.query()}"
    put_up([_notice(found, _figures(ask), url, at=at)])
    found.next_on = _next(found.every, ask.post, at)
    found.save(update_fields=["next_on"])
    return True


def _asked(found: Subscription, *, at: datetime) -> Asking | None:
    """As its holder may ask today, of the week or month that is over; None: he may not any more."""
    post = next(
        (one for one in posts_of(found.user, timezone.localdate(at)) if one.pk == found.post_id), None
    )
    if post is None or not found.user.is_active or found.report not in REPORTS:
        return None
    said = QueryDict(mutable=True)
    said.update(_over(found.every, post, at).query | {"org": found.scope})
    try:
        return asked_by(post, said, REPORTS[found.report])
    except Http404:
        return None


def _figures(ask: Asking) -> str:
    total = table_of(ask, beside=True).total
    labels = [one.label for one in (*ask.report.measures, *ask.report.ratios)]
    said = "; ".join(f"{label}: {cell.words}" for label, cell in zip(labels, total.cells, strict=False))
    return f"{title_of(ask)}. {said}."


def _notice(found: Subscription, text: str, url: str, *, at: datetime) -> Notice:
    # In an address there is room for two hundred signs.
    return Notice(
        user_id=found.user_id, post_id=found.post_id, kind=PERIODIC, text=text[:500], at=at, url=url if len(url) <= 200 else ""
    )  # fmt: skip


def _over(every: str, post: Post, at: datetime) -> Period:
    """The last one that is whole."""
    today = timezone.localdate(at)
    if every == Every.WEEK:
        monday = _monday(today)
        return stretch(monday - 7 * DAY, monday - DAY)
    return month_of(today, closing_day_of(post.organisation_id)).previous()


def _next(every: str, post: Post, at: datetime) -> date:
    today = timezone.localdate(at)
    if every == Every.WEEK:
        return _monday(today) + 7 * DAY
    return month_of(today, closing_day_of(post.organisation_id)).until + DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
