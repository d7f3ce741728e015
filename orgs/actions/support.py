"""Asking the support of the office, answering that it is done, and closing a hint."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from orgs.access import answers_support
from orgs.actions.notices import hold, tell
from orgs.actions.refused import Refused
from orgs.models import Post, Role, SupportRequest, User

AN_HOUR = timedelta(hours=1)
MOST = 10  # questions of one person in an hour


@transaction.atomic
def ask_support(
    *, user: User, post: Post | None, text: str, page: str, request_id: str, at: datetime
) -> SupportRequest:
    """Keeps the question and tells whoever answers it, which is somebody else. Refused for the eleventh in an hour."""
    hold([user.pk])
    if user.support_requests.filter(at__gt=at - AN_HOUR).count() >= MOST:
        raise Refused(f"Bạn đã hỏi {MOST} lần trong một giờ. Hãy gọi quản trị đơn vị, hoặc hỏi lại sau.")
    office = post.organisation if post else None
    administrators = Post.objects.on(timezone.localdate(at)).filter(user__is_active=True)
    of_office = administrators.filter(role=Role.ORG_ADMIN, organisation=office).exclude(user=user)
    here = _holders(of_office) if office else []
    to = here or _holders(administrators.filter(role=Role.SYS_ADMIN))
    made = SupportRequest.objects.create(
        user=user, post=post, organisation=office, to_operators=not here, page=page[:200], request_id=request_id[:64],
        text=text, at=at,
    )  # fmt: skip
    tell(to, f"{user} ({post or 'chưa có vị trí'}) hỏi hỗ trợ.", at=at, url=reverse("support_requests"))
    return made


@transaction.atomic
def support_done(asked: SupportRequest, *, by: Post, at: datetime) -> None:
    """Of two who press, one is written down; whoever asked is told. Refused when it was done before."""
    if not answers_support(by, asked):
        raise PermissionDenied("Câu hỏi này do quản trị của cơ quan khác trả lời.")
    open_one = SupportRequest.objects.filter(pk=asked.pk, done_at=None)
    if not open_one.update(done_at=at, done_by=by.operator):
        raise Refused("Câu hỏi này đã có người đánh dấu xong.")
    tell(
        [asked.user],
        f"{by.operator} đã xử lý câu hỏi hỗ trợ của bạn lúc {timezone.localtime(asked.at):%H:%M %d/%m}.",
        at=at,
    )


@transaction.atomic
def close_hint(user: User, name: str) -> None:
    """Twice is once; two at once lose neither."""
    hold([user.pk])
    closed = User.objects.values_list("hints_closed", flat=True).get(pk=user.pk).split()
    if name not in closed:
        User.objects.filter(pk=user.pk).update(hints_closed=" ".join([*closed, name]))


def _holders(posts: QuerySet[Post]) -> list[User]:
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("pk"))
