"""Looking as another user: what a desk shows, never what a paper says. For half an hour, read-only, told to whoever is
looked at. Nothing but the pages made for it opens meanwhile, so no page of a colleague can show more or write."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone

from orgs.access import may_look_as
from orgs.models import Post

LASTS = 30 * 60  # seconds
SESSION_KEY = "looking"  # {post, by: whose post looks, until: second of the epoch}
OPEN = frozenset({"looking", "looking_paper", "healthz"})  # opened
PRESSED = frozenset({"look_end", "logout"})
NOTHING_IS_SENT = "Bạn đang xem như người khác, chỉ xem: chưa có gì được ghi. Hãy bấm “Kết thúc xem” trước."


@dataclass(frozen=True)
class Look:
    post: Post  # as whom; in person, for a lent inbox is not his own
    until: datetime


def begin(request, post: Post) -> None:
    """Of the session at this keyboard alone. A second look begins when the first has ended."""
    until = int(time.time()) + LASTS
    request.session[SESSION_KEY] = {"post": post.pk, "by": request.post.pk, "until": until}


def end(request) -> None:
    request.session.pop(SESSION_KEY, None)


def current(request) -> Look | None:
    """The look of this session, asked anew on every page: it is over with its time, and with any right it came from."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    left = kept["until"] - time.time()
    if 0 < left <= LASTS and request.post is not None and request.post.pk == kept["by"]:
        day = timezone.localdate()
        post = Post.objects.on(day).with_names().filter(pk=kept["post"]).first()
        if post is not None and may_look_as(request.post, post, day):
            return Look(post, datetime.fromtimestamp(kept["until"], UTC))
    end(request)
    messages.info(request, "Đã hết lượt xem như người dùng khác. Bạn lại làm việc với vai trò của mình.")
    return None


def gate(request, name: str):
    """What is not made for looking: a page leads back to it, anything sent is refused. None lets through."""
    opens = request.method in ("GET", "HEAD")
    if name in (OPEN if opens else PRESSED):
        return None
    if opens and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        return redirect("looking")
    raise PermissionDenied(NOTHING_IS_SENT)
