"""A task on a paper: begin, give on, finish, give back; or take back what one gave. Find, do, answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import assignment_for, task_for
from documents.actions.work import assignments as work
from documents.actions.work import results
from documents.actions.work.receivers import name_of
from documents.forms.incoming.steps import FinishForm, ReasonForm
from documents.models import Assignment, Outgoing
from documents.phrases import HAND_ON, RESULT
from documents.views.incoming.paper import step_page
from documents.views.shared.acting import in_time, sent, tried
from documents.views.work.directions import people_form
from ui.ids import parse_ids


@require_http_methods(["GET", "HEAD", "POST"])
def start(request, pk):
    task = assignment_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(task.incoming)
    work.start(task, by=request.post, at=timezone.now())
    messages.success(request, "Đã nhận việc.")
    return redirect(task.incoming)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request, pk):
    task = assignment_for(request.post, pk)
    form = people_form(request, phrases=HAND_ON, initial={"due_on": task.due_on})
    form.fields["lead"].required = True
    in_time(request, task, "hand_on", form)
    if request.method == "POST" and form.is_valid():
        given = form.given()
        if tried(form, lambda: work.hand_on(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã giao {name_of(given['lead'])} chủ trì.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "work/hand_on", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request, pk):
    task = assignment_for(request.post, pk)
    replies = (
        Outgoing.objects.visible_to(request.post)
        .filter(in_reply_to=task.incoming_id)
        .exclude(state="cancelled")
    )
    form = FinishForm(sent(request), replies=replies)
    in_time(request, task, "finish", form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.finish(task, by=request.post, at=timezone.now(), **given)):
            done = "Đã hoàn thành."
            if task.state == "reported":
                done = f"Đã báo cáo kết quả. {task.parent.assignee.user} duyệt rồi việc mới kết thúc."
            messages.success(request, done)
            return redirect(task.incoming)
    waiting = task.incoming.assignments.open().filter(role="support").exclude(pk=task.pk)
    extra = {"task": task, "phrases": RESULT, "supporting": waiting.select_related("assignee__user")}
    return step_page(request, task.incoming, form, "work/finish", **extra)


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    task = assignment_for(request.post, pk)
    form = ReasonForm(sent(request))
    in_time(request, task, "give_back", form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.give_back(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã chuyển lại {task.by.user}.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "work/give_back", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    task = task_for(request.post, pk)
    form = ReasonForm(sent(request))
    in_time(request, task, "withdraw", form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.withdraw(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã thu hồi việc của {task.assignee.user}.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "work/withdraw", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def approve_result(request, pk):
    task = task_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(task.incoming)
    results.approve_result(task, by=request.post, at=timezone.now())
    messages.success(request, "Đã duyệt kết quả; việc kết thúc.")
    return redirect(task.incoming)


@require_http_methods(["GET", "HEAD", "POST"])
def return_result(request, pk):
    task = task_for(request.post, pk)
    form = ReasonForm(sent(request))
    form.fields["reason"].label = "Cần làm thêm"
    in_time(request, task, "return_result", form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: results.return_result(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã trả lại {task.assignee.user} để làm tiếp.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "work/return_result", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def read(request):
    """Đánh dấu đã xem: of what one was only told of, those that are ticked."""
    if request.method != "POST" or request.post is None:
        return redirect("desk")
    ids = set(parse_ids(request.POST.getlist("task")))
    tasks = Assignment.objects.of(request.post).filter(pk__in=ids, role="info").select_related("incoming")
    if len(tasks) != len(ids):
        raise Http404
    if count := results.read(tasks, by=request.post, at=timezone.now()):
        messages.success(request, f"Đã đánh dấu {count} văn bản là đã xem.")
    else:
        messages.info(request, "Chưa chọn văn bản nào, hoặc các văn bản đó đã được xem.")
    return redirect(f"{reverse('work_list')}?box=told" if request.POST.get("back") == "list" else "desk")
