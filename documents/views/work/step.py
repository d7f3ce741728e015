"""The page of one step of somebody's work: beside the form what it is about, a paper with its pages or a task."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from documents.deadlines import due_words
from documents.models import Incoming, Task
from documents.views.incoming import paper
from documents.views.shared.rows import moment


def step_page(request: HttpRequest, matter: Incoming | Task, form, name: str, **extra) -> HttpResponse:
    if not isinstance(matter, Task):
        return paper.step_page(request, matter, form, name, step_page="documents/incoming/step.html", **extra)
    now = moment()
    due = due_words(matter.due_on, now.today, now.calendar, finished=not matter.is_open)
    context = {"matter": matter, "due": due, "form": form, "step_page": "documents/tasks/step.html"}
    return render(request, f"documents/{name}.html", context | extra)
