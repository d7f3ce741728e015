"""Xin gia hạn: asked for, granted, refused, withdrawn. Find, do, answer."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import assignment_for, extension_for, may
from documents.actions.work import extensions
from documents.actions.work.assignments import seen_at
from documents.forms.incoming.steps import ReasonForm
from documents.forms.work.follow_up import AskExtensionForm, GrantExtensionForm
from documents.models import Extension, Task
from documents.views.shared.acting import acted, sent
from documents.views.shared.rows import moment
from documents.views.work.follow_up import work_page
from orgs.models import Post
from ui.days import parse_day


@require_http_methods(["GET", "HEAD", "POST"])
def ask_extension(request, pk):
    task = assignment_for(request.post, pk)
    form = AskExtensionForm(sent(request), initial={"due_on": parse_day(request.GET.get("den", ""))})
    if acted(request, task, "ask_extension", form, extensions.ask_extension):
        messages.success(request, "Đã gửi đề nghị gia hạn. Thời hạn chưa đổi cho đến khi được đồng ý.")
        return redirect(seen_at(task.matter))
    now = moment()
    extra = {
        "left": extensions.left_to_grant(task),
        "limit": task.matter.organisation.extension_limit,
        "waiting": task.extensions.waiting().for_paper().first(),
        "suggested": [now.calendar.add(max(task.due_on, now.today), days) for days in (1, 3, 5, 10)],
    }
    return work_page(request, task, form, "ask_extension", **extra)


@require_http_methods(["GET", "HEAD", "POST"])
def grant_extension(request, pk):
    asked = extension_for(request.post, pk)
    task = asked.assignment
    above = _above(asked, request.post) | _last_day(asked, request.post)
    initial = above["above"].due_on if above["up_to_it"] else asked.due_asked
    if above["last_day"]:
        initial = min(initial, above["last_day"])
    form = GrantExtensionForm(sent(request), initial={"due_on": initial})
    if acted(request, asked, "grant_extension", form, extensions.grant_extension):
        messages.success(request, f"Đã gia hạn cho {task.assignee.user} đến {task.due_on:%d/%m/%Y}.")
        return redirect(seen_at(task.matter))
    return work_page(request, task, form, "grant_extension", asked=asked, **above)


@require_http_methods(["GET", "HEAD", "POST"])
def refuse_extension(request, pk):
    asked = extension_for(request.post, pk)
    form = ReasonForm(sent(request))
    if acted(request, asked, "refuse_extension", form, extensions.refuse_extension):
        messages.success(request, f"Đã từ chối gia hạn; {asked.assignment.assignee.user} đọc được lý do.")
        return redirect(seen_at(asked.assignment.matter))
    return work_page(request, asked.assignment, form, "refuse_extension", asked=asked)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_extension(request, pk):
    asked = extension_for(request.post, pk)
    there = seen_at(asked.assignment.matter)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(there)
    extensions.withdraw_extension(asked, by=request.post, at=timezone.now())
    messages.success(request, "Đã rút đề nghị gia hạn; thời hạn giữ nguyên.")
    return redirect(there)


def _above(asked: Extension, post: Post) -> dict:
    """The task above whose own deadline stands in the way; whether anything can be granted up to it; whether one may ask
    for it oneself, or already has."""
    task = asked.assignment
    late = extensions.beyond(task, asked.due_asked)
    if late is None:
        return {"above": None, "up_to_it": False}
    waits = late.extensions.waiting().for_paper().first()
    return {
        "above": late,
        "up_to_it": late.due_on >= moment().today and (task.due_on is None or late.due_on > task.due_on),
        "above_waits": waits,
        "may_ask": may(post, "ask_extension", late) and not waits,
    }


def _last_day(asked: Extension, post: Post) -> dict:
    """The day another organisation gave, where it stands in the way; what was asked of that one, or whether one may."""
    matter = asked.assignment.matter
    last = matter.last_day if isinstance(matter, Task) else None
    if last is None or last >= asked.due_asked:
        return {"last_day": None}
    waits = Extension.objects.waiting().filter(order__received=matter).first()
    return {
        "last_day": last,
        "giver_waits": waits,
        "may_ask_above": may(post, "ask_above", matter) and not waits,
    }
