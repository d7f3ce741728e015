"""Kết luận cuộc họp: many tasks in one form. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may
from documents.actions.work.tasks import LineRefused
from documents.actions.work.tasks import give_conclusions as give
from documents.forms.work.conclusions import LINES, MeetingForm, lines_of
from documents.forms.work.people import colleagues
from documents.views.shared.acting import no_post, sent, tried
from orgs.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
def give_conclusions(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "give_task"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng và trưởng phòng giao nhiệm vụ.")
    people = colleagues(post, timezone.localdate()).filter(~Q(pk=post.pk))
    if post.role == Role.UNIT_HEAD:
        people = people.filter(unit=post.unit_id)
    more = LINES if request.method == "POST" and "more" in request.POST else 0
    form = MeetingForm(initial=request.POST.dict()) if more else MeetingForm(sent(request))
    lines = lines_of(sent(request), people=people, with_rooms=post.role != Role.UNIT_HEAD, more=more)
    if request.method == "POST" and not more and form.is_valid() & lines.is_valid():
        given = {
            number: {"text": line.cleaned_data["title"], **line.cleaned_data}
            for number, line in enumerate(lines.forms)
            if line.has_changed()
        }
        if tried(form, lambda: _give(lines, given, by=post, at=timezone.now(), **form.cleaned_data)):
            messages.success(request, f"Đã giao {len(given)} nhiệm vụ từ kết luận cuộc họp.")
            return redirect(f"{reverse('task_list')}?box=given")
    return render(request, "documents/tasks/conclusions.html", {"form": form, "lines": lines})


def _give(lines, given: dict[int, dict], **meeting) -> None:
    """What does not fit is said on its own line."""
    try:
        give(lines=given, **meeting)
    except LineRefused as error:
        lines.forms[error.number].add_error(None, error.messages)
        raise
