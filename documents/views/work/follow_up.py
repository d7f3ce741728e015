"""While a task is under way: progress, urging. Find, do, answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import assignment_for, has_left, may, task_for
from documents.actions.work import follow_up as work
from documents.actions.work.assignments import seen_at
from documents.deadlines import due_words
from documents.forms.work.follow_up import ProgressForm, RemindForm
from documents.models import Assignment
from documents.views.incoming.paper import paper_context
from documents.views.shared.acting import in_time, sent, tried
from documents.views.shared.rows import moment


@require_http_methods(["GET", "HEAD", "POST"])
def report_progress(request, pk):
    task = assignment_for(request.post, pk)
    form = ProgressForm(sent(request), initial={"percent": task.percent})
    in_time(request, task, "report_progress", form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.report_progress(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã báo cáo tiến độ {given['percent']}%.")
            return redirect(seen_at(task.incoming))
    reports = task.progress.select_related("by__user").order_by("-pk")[:5]
    return work_page(request, task, form, "report_progress", reports=reports)


@require_http_methods(["GET", "HEAD", "POST"])
def remind_work(request, pk):
    task = task_for(request.post, pk)
    form = RemindForm(sent(request), post=request.post)
    in_time(request, task, "remind_work", form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.remind_work(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã đôn đốc {task.assignee.user} lần thứ {task.reminded}.")
            return redirect(seen_at(task.incoming))
    left = has_left(task.assignee)
    may_withdraw = left and may(request.post, "withdraw_assignment", task)
    reminders = task.reminders.select_related("by__user").order_by("-number")
    extra = {"left": left, "may_withdraw": may_withdraw, "reminders": reminders}
    return work_page(request, task, form, "remind_work", **extra)


def work_page(request: HttpRequest, task: Assignment, form, name: str, **extra) -> HttpResponse:
    """The paper beside the form of one step of a task, with the task's six "rõ"."""
    now = moment()
    due = due_words(task.due_on, now.today, now.calendar)
    context = paper_context(task.incoming, request.post) | {"form": form, "task": task, "task_due": due}
    return render(request, f"documents/work/{name}.html", context | extra)
