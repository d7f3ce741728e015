"""While a task is under way: progress, urging. Find, do, answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from documents.access import assignment_for, has_left, may, task_for
from documents.actions.work import follow_up as work
from documents.actions.work.assignments import seen_at
from documents.deadlines import due_words
from documents.forms.work.follow_up import ProgressForm, RemindForm
from documents.models import Assignment
from documents.views.shared.acting import acted, sent
from documents.views.shared.follow_up import with_files
from documents.views.shared.rows import moment
from documents.views.work.step import step_page


@require_http_methods(["GET", "HEAD", "POST"])
def report_progress(request, pk):
    task = assignment_for(request.post, pk)
    form = ProgressForm(
        sent(request), request.FILES or None, initial={"percent": task.percent}, post=request.post
    )
    if acted(request, task, "report_progress", form, work.report_progress):
        messages.success(request, f"Đã báo cáo tiến độ {form.cleaned_data['percent']}%.")
        return redirect(seen_at(task.matter))
    reports = with_files(task.progress.for_page()[:5])
    return work_page(request, task, form, "report_progress", reports=reports, kept=form.tokens())


@require_http_methods(["GET", "HEAD", "POST"])
def remind_work(request, pk):
    task = task_for(request.post, pk)
    form = RemindForm(sent(request), post=request.post)
    if acted(request, task, "remind_work", form, work.remind_work):
        messages.success(request, f"Đã đôn đốc {task.assignee.user} lần thứ {task.reminded}.")
        return redirect(seen_at(task.matter))
    left = has_left(task.assignee)
    may_withdraw = left and may(request.post, "withdraw_assignment", task)
    reminders = task.reminders.select_related("by__user").order_by("-number")
    extra = {"left": left, "may_withdraw": may_withdraw, "reminders": reminders}
    return work_page(request, task, form, "remind_work", **extra)


def work_page(request: HttpRequest, task: Assignment, form, name: str, **extra) -> HttpResponse:
    """The paper beside the form of one step of a task, with the task's six "rõ"."""
    now = moment()
    due = due_words(task.due_on, now.today, now.calendar)
    return step_page(request, task.matter, form, f"work/{name}", task=task, task_due=due, **extra)
