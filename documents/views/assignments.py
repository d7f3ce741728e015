"""A task on a paper: begin, give on, finish, give back; or take back what one gave. Find, do, answer."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import assignment_for, task_for
from documents.actions import assignments as work
from documents.actions.receivers import name_of
from documents.forms.incoming import FinishForm, ReasonForm
from documents.journey import check
from documents.models import Outgoing
from documents.phrases import HAND_ON, RESULT
from documents.views.acting import sent, tried
from documents.views.directions import people_form
from documents.views.incoming import step_page


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
    check(task, "hand_on", by=request.post)
    form = people_form(request, phrases=HAND_ON, initial={"due_on": task.due_on})
    form.fields["lead"].required = True
    if request.method == "POST" and form.is_valid():
        given = form.given()
        if tried(form, lambda: work.hand_on(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã giao {name_of(given['lead'])} chủ trì.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "hand_on", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request, pk):
    task = assignment_for(request.post, pk)
    check(task, "finish", by=request.post)
    replies = (
        Outgoing.objects.visible_to(request.post)
        .filter(in_reply_to=task.incoming_id)
        .exclude(state="cancelled")
    )
    form = FinishForm(sent(request), replies=replies)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.finish(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, "Đã hoàn thành.")
            return redirect(task.incoming)
    waiting = task.incoming.assignments.open().filter(role="support").exclude(pk=task.pk)
    extra = {"task": task, "phrases": RESULT, "supporting": waiting.select_related("assignee__user")}
    return step_page(request, task.incoming, form, "finish", **extra)


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    task = assignment_for(request.post, pk)
    check(task, "give_back", by=request.post)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.give_back(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã chuyển lại {task.by.user}.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "give_back", task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    task = task_for(request.post, pk)
    check(task, "withdraw", by=request.post)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: work.withdraw(task, by=request.post, at=timezone.now(), **given)):
            messages.success(request, f"Đã thu hồi việc của {task.assignee.user}.")
            return redirect(task.incoming)
    return step_page(request, task.incoming, form, "withdraw", task=task)
