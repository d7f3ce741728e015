"""Nhiệm vụ định kỳ: what is set up, one more, one ended. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may, recurring_for, recurring_seen_by
from documents.actions.work import recurring as work
from documents.forms.work.people import colleagues
from documents.forms.work.recurring import RecurringForm
from documents.views.shared.acting import no_post, sent, tried
from orgs.models import Role
from ui.paging import page_of

REFUSED = "Lãnh đạo, chánh văn phòng và trưởng phòng giao nhiệm vụ."


@require_safe
def recurring_list(request):
    if request.post is None:
        return no_post(request)
    if not may(request.post, "give_task"):
        raise PermissionDenied(REFUSED)
    rows = recurring_seen_by(request.post).select_related("by__user", "lead__user", "unit")
    page = page_of(rows, request, "-pk")
    for one in page.rows:
        one.may_end = one.ended_at is None and may(request.post, "end_recurring", one)
    return render(request, "documents/tasks/recurring.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def set_recurring(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "give_task"):
        raise PermissionDenied(REFUSED)
    people = colleagues(post, timezone.localdate()).filter(~Q(pk=post.pk))
    if post.role == Role.UNIT_HEAD:
        people = people.filter(unit=post.unit_id)
    form = RecurringForm(sent(request), people=people, with_rooms=post.role != Role.UNIT_HEAD)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.set_recurring(by=post, at=timezone.now(), **given)):
            messages.success(
                request, f"Đã đặt nhiệm vụ định kỳ, giao lần đầu ngày {given['first_on']:%d/%m/%Y}."
            )
            return redirect("recurring_list")
    return render(request, "documents/tasks/set_recurring.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def end_recurring(request, pk):
    found = recurring_for(request.post, pk)
    if request.method == "POST":  # else somebody comes back from the sign-in page that came between
        work.end_recurring(found, by=request.post, at=timezone.now())
        messages.success(request, "Đã dừng. Nhiệm vụ đã giao vẫn tiếp tục.")
    return redirect("recurring_list")
