"""An administrator looks as somebody of his scope: told to the person at once, and in the chain of the office."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from orgs.access import may_look_as
from orgs.actions.notices import tell
from orgs.actions.refused import Refused
from orgs.looking import LASTS
from orgs.models import Post
from orgs.record import record


@transaction.atomic
def look_as(post: Post, *, reason: str, by: Post, at: datetime) -> None:
    """Raises PermissionDenied for a post beyond this administrator, Refused without a reason."""
    if not may_look_as(by, post, timezone.localdate(at)):
        raise PermissionDenied(
            "Chỉ xem được như người đang làm việc ở cơ quan mình, không như quản trị hệ thống."
        )
    if len(reason.strip()) < 10:
        raise Refused("Hãy ghi lý do, ít nhất 10 ký tự. Người được xem thấy nguyên văn.")
    until = timezone.localtime(at + timedelta(seconds=LASTS))
    tell(
        [post.user],
        f"{by.operator} ({by}) đang xem hệ thống như bạn ({post.title}), chỉ xem, không thấy nội dung văn bản, "
        f"muộn nhất đến {until:%H:%M}. Lý do: {reason}",
        at=at,
    )
    _note("look_as", post, by=by, at=at, reason=reason, until=until.isoformat())


@transaction.atomic
def stop_looking(post: Post, *, by: Post, at: datetime) -> None:
    """Ended by hand; a look whose time is over ends without an event, its beginning says until when it could last."""
    _note("stop_looking", post, by=by, at=at)


def _note(kind: str, post: Post, *, by: Post, at: datetime, **facts: str) -> None:
    said = {"user": post.user_id, "name": str(post.user), "text": f"{post.user} ({post})"}
    record(kind, post.organisation, by=by, at=at, **said | facts)
