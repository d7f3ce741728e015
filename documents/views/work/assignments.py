"""Somebody's work on a paper or a task: begin, give on, finish, give back; or take back what one gave. Find, do, answer."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import assignment_for, task_for
from documents.actions.work import assignments as work
from documents.actions.work import ending, results
from documents.actions.work.receivers import name_of
from documents.forms.incoming.steps import FinishForm, ReasonForm
from documents.models import Assignment, Outgoing
from documents.phrases import HAND_ON, RESULT
from documents.views.shared.acting import acted, sent
from documents.views.work.directions import people_form
from documents.views.work.step import step_page
from ui.ids import parse_ids


@require_http_methods(["GET", "HEAD", "POST"])
def start(request, pk):
    return _press(request, assignment_for(request.post, pk), work.start, "Đã nhận việc.")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request, pk):
    task = assignment_for(request.post, pk)
    form = people_form(request, phrases=HAND_ON, initial={"due_on": task.due_on})
    form.fields["lead"].required = True
    return _with_form(
        request, task, "hand_on", form, work.hand_on,
        lambda: f"Đã giao {name_of(form.given()['lead'])} chủ trì.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request, pk):
    task = assignment_for(request.post, pk)
    replies = Outgoing.objects.visible_to(request.post).exclude(state="cancelled")
    replies = replies.filter(in_reply_to=task.incoming_id) if task.incoming_id else None
    asks = task.incoming_id and work.on_main_line(task)
    asked = ending.fields_for(task.matter, request.post) if asks else {}
    form = FinishForm(sent(request), replies=replies, asked=asked)
    waiting = task.matter.assignments.open().filter(role="support").exclude(pk=task.pk)
    extra = {"phrases": RESULT, "supporting": waiting.select_related("assignee__user")}
    return _with_form(request, task, "finish", form, work.finish, lambda: _finished(task), **extra)


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    task = assignment_for(request.post, pk)
    form, done = ReasonForm(sent(request)), lambda: f"Đã chuyển lại {task.by.user}."
    return _with_form(request, task, "give_back", form, work.give_back, done)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    task = task_for(request.post, pk)
    form, done = ReasonForm(sent(request)), lambda: f"Đã thu hồi việc của {task.assignee.user}."
    return _with_form(request, task, "withdraw", form, work.withdraw, done)


@require_http_methods(["GET", "HEAD", "POST"])
def approve_result(request, pk):
    done = "Đã duyệt kết quả; việc kết thúc."
    return _press(request, task_for(request.post, pk), results.approve_result, done)


@require_http_methods(["GET", "HEAD", "POST"])
def return_result(request, pk):
    task = task_for(request.post, pk)
    form = ReasonForm(sent(request))
    form.fields["reason"].label = "Cần làm thêm"
    return _with_form(
        request, task, "return_result", form, results.return_result,
        lambda: f"Đã trả lại {task.assignee.user} để làm tiếp.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def read(request):
    """Đánh dấu đã xem: of what one was only told of, those that are ticked."""
    if request.method != "POST" or request.post is None:
        return redirect("desk")
    ids = set(parse_ids(request.POST.getlist("task")))
    tasks = (
        Assignment.objects.of(request.post).filter(pk__in=ids, role="info").select_related("incoming", "task")
    )
    if len(tasks) != len(ids):
        raise Http404
    if count := results.read(tasks, by=request.post, at=timezone.now()):
        messages.success(request, f"Đã đánh dấu {count} văn bản là đã xem.")
    else:
        messages.info(request, "Chưa chọn văn bản nào, hoặc các văn bản đó đã được xem.")
    return redirect(f"{reverse('work_list')}?box=told" if request.POST.get("back") == "list" else "desk")


def _press(request: HttpRequest, task: Assignment, act: Callable, done: str) -> HttpResponse:
    if request.method == "POST":  # else somebody comes back from the sign-in page that came between
        act(task, by=request.post, at=timezone.now())
        messages.success(request, done)
    return redirect(task.matter)


def _with_form(
    request: HttpRequest, task: Assignment, step: str, form, act: Callable, done: Callable[[], str], **extra
) -> HttpResponse:
    """One step of a task; `done` says what came of it."""
    if acted(request, task, step, form, act):
        messages.success(request, done())
        return redirect(task.matter)
    return step_page(request, task.matter, form, f"work/{step}", task=task, **extra)


def _finished(task: Assignment) -> str:
    if task.state == "reported":
        head = task.parent.assignee.user if task.parent else task.by.user
        return f"Đã báo cáo kết quả. {head} duyệt rồi việc mới kết thúc."
    return "Đã hoàn thành."
