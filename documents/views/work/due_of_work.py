"""Why one person's task has the deadline it has, step by step; its clock stopped, and running again. Find, do, answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.access import may, task_for
from documents.actions.work import pausing_work as acts
from documents.due.assigned import explained_work
from documents.forms.work.due import PauseForm
from documents.states import ASSIGNMENT_OPEN
from documents.views.shared.acting import sent, tried
from documents.views.shared.rows import moment
from documents.views.work.follow_up import work_page


@require_safe
def why_work_due(request, pk):
    task, at = task_for(request.post, pk), timezone.now()
    if task.due_on is None:
        raise Http404
    request.reads = task.incoming_id  # its subject stands here: a look at it (documents.readings)
    now = moment()
    paused = acts.open_pause(task, now.today)
    may_change = may(request.post, "pause_work", task) and task.state in ASSIGNMENT_OPEN
    context = {
        "task": task,
        "matter": task.matter,
        "explained": explained_work(task, now.calendar, at),
        "paused": paused,
        "may_resume": may_change and paused is not None,
        "may_pause": may_change and paused is None and task.due_on >= now.today,
    }
    return render(request, "documents/work/due.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pause_work(request, pk):
    task, at = task_for(request.post, pk), timezone.now()
    acts.check_work(task, by=request.post)
    form = PauseForm(sent(request))
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: acts.pause_work(task, by=request.post, at=at, **form.cleaned_data)
    ):  # fmt: skip
        messages.success(request, f"Đã tạm dừng tính hạn. Hạn nay là {task.due_on:%d/%m/%Y}.")
        return redirect("assignment_due", task.pk)
    return work_page(request, task, form, "pause_due")


@require_POST
def resume_work(request, pk):
    task = task_for(request.post, pk)
    acts.resume_work(task, by=request.post, at=timezone.now())
    messages.success(request, f"Đã tính tiếp hạn. Hạn nay là {task.due_on:%d/%m/%Y}.")
    return redirect("assignment_due", task.pk)
