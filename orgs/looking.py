"""Looking as another user: what a desk shows, never what a paper says. For half an hour, read-only, told to whoever is
looked at. Nothing but the pages made for it opens meanwhile, so no page of a colleague can show more or write."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone

from orgs.access import may_look_as
from orgs.models import Look, Post
from ui.ready import Ready

LASTS = 30 * 60  # seconds
SESSION_KEY = "looking"  # the key of the look
OPEN = frozenset({"looking", "looking_paper", "healthz"})  # opened
PRESSED = frozenset({"look_end", "logout"})
NOTHING_IS_SENT = "Bạn đang xem như người khác, chỉ xem: chưa có gì được ghi. Hãy bấm “Kết thúc xem” trước."


_LASTING = Ready(
    lambda pk, by, now, latest: Look.objects.with_names().filter(
        pk=pk, by=by, until__gt=now, until__lte=latest, ended_at=None
    )
)


def begin(request, look: Look) -> None:
    """Of the session at this keyboard alone. A second look begins when the first has ended."""
    request.session[SESSION_KEY] = look.pk


def end(request) -> None:
    request.session.pop(SESSION_KEY, None)


def current(request) -> Look | None:
    """The look of this session, asked anew on every page: it is over with its time, and with any right it came from. That
    it ended is written down by whoever pressed, or within a minute by the job (orgs.actions.looking.end_over)."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    now = timezone.now()
    if type(kept) is int and request.post is not None and request.post.in_person:
        found = _LASTING.objects(kept, request.post.pk, now, now + timedelta(seconds=LASTS))
        look = next(iter(found), None)
        if look is not None and holds(look, timezone.localdate()):
            return look
    end(request)
    messages.info(request, "Đã hết lượt xem như người dùng khác. Bạn lại làm việc với vai trò của mình.")
    return None


def holds(look: Look, day: date) -> bool:
    """Whether both posts are still held that day, and the one may look as the other."""
    by = Post.objects.on(day).filter(pk=look.by_id, user__is_active=True)
    return may_look_as(look.by, look.post, day) and by.exists()


def gate(request, name: str):
    """What is not made for looking: a page leads back to it, anything sent is refused. None lets through."""
    opens = request.method in ("GET", "HEAD")
    if name in (OPEN if opens else PRESSED):
        return None
    if opens and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        return redirect("looking")
    raise PermissionDenied(NOTHING_IS_SENT)
