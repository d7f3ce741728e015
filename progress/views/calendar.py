"""One's own deadlines for a calendar elsewhere (RFC 5545), at an address nobody can guess. No word of a paper is in it:
the address opens without signing in."""

from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from documents.models import Assignment
from orgs.models import Post
from progress.actions.choosing import digest
from progress.models import CalendarAddress

MOST = 500  # entries


@login_not_required
@require_GET
def calendar(request, token: str) -> HttpResponse:
    found = CalendarAddress.objects.filter(digest=digest(token), user__is_active=True).first()
    if found is None:
        raise Http404
    posts = Post.objects.on(timezone.localdate()).filter(user=found.user_id)
    tasks = Assignment.objects.in_hand().filter(assignee__in=posts).exclude(role="info").exclude(due_on=None)
    answer = HttpResponse(
        _written(tasks.order_by("due_on", "pk")[:MOST]), content_type="text/calendar; charset=utf-8"
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _address(task: Assignment) -> str:
    if task.task_id:
        return reverse("task", args=[task.task_id])
    return reverse("incoming", args=[task.incoming_id])


def _written(tasks) -> str:
    host = settings.PUBLIC_URL.partition("://")[2]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ha Noi//Van ban//VI",
        "X-WR-CALNAME:Hạn xử lý văn bản",
    ]
    for task in tasks:
        lines += [
            "BEGIN:VEVENT", f"UID:viec-{task.pk}@{host}", f"DTSTAMP:{task.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{task.due_on:%Y%m%d}", f"DTEND;VALUE=DATE:{task.due_on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:Hạn {'thực hiện nhiệm vụ' if task.task_id else 'xử lý văn bản'} ({task.get_role_display().lower()})",
            f"URL:{settings.PUBLIC_URL}{_address(task)}", "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""])
