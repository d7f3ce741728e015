"""An administrator looks as somebody of his scope: told to the person at once, and in the chain of the office."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from orgs.access import may_look_as
from orgs.actions.notices import tell
from orgs.actions.refused import Refused
from orgs.looking import LASTS, holds
from orgs.models import Look, Post
from orgs.record import record


@transaction.atomic
def look_as(post: Post, *, reason: str, by: Post, at: datetime) -> Look:
    """Raises PermissionDenied for a post beyond this administrator, Refused without a reason."""
    if not may_look_as(by, post, timezone.localdate(at)):
        raise PermissionDenied(
            "Chỉ xem được như người đang làm việc ở cơ quan mình, không như quản trị hệ thống."
        )
    if len(reason.strip()) < 10:
        raise Refused("Hãy ghi lý do, ít nhất 10 ký tự. Người được xem thấy nguyên văn.")
    until = at + timedelta(seconds=LASTS)
    tell(
        [post.user],
        f"{by.operator} ({by}) đang xem hệ thống như bạn ({post.title}), chỉ xem, không thấy nội dung văn bản, "
        f"muộn nhất đến {timezone.localtime(until):%H:%M}. Lý do: {reason}",
        at=at,
    )
    _note("look_as", post, by=by, at=at, reason=reason, until=timezone.localtime(until).isoformat())
    return Look.objects.create(
        post=post, user=post.user, by=by, reason=reason.strip(), begun_at=at, until=until
    )


@transaction.atomic
def stop_looking(look: Look, *, by: Post | None, at: datetime) -> bool:
    """Ended by hand, or by=None by the system: its time is over, or a right it came from. False when it had ended before;
    so one look leaves one end in the chain, whoever is first."""
    ended_at = min(at, look.until)
    if not Look.objects.filter(pk=look.pk, ended_at=None).update(ended_at=ended_at):
        return False
    facts = {"ended_at": timezone.localtime(ended_at).isoformat()}
    if by is None:
        facts |= {"looker": str(look.by), "reason": f"Tự kết thúc lượt xem của {look.by.user} ({look.by})."}
    _note("stop_looking", look.post, by=by, at=at, **facts)
    return True


def end_over(*, at: datetime) -> int:
    """Ends what nobody ended by hand, also where the browser was closed; gives how many."""
    day = timezone.localdate(at)
    under_way = Look.objects.filter(ended_at=None).with_names().order_by("post__organisation", "pk")
    over = [look for look in under_way if look.until <= at or not holds(look, day)]
    return sum(stop_looking(look, by=None, at=at) for look in over)


def _note(kind: str, post: Post, *, by: Post | None, at: datetime, **facts: str) -> None:
    said = {"user": post.user_id, "name": str(post.user), "text": f"{post.user} ({post})"}
    record(kind, post.organisation, by=by, at=at, **said | facts)
