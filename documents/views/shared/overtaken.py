"""Somebody was faster: who did what and when, what one had typed oneself, and where one can go on from there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from documents.forms.work.people import PeopleForm
from documents.journey import NotAllowedNow, steps_open_to
from documents.models import Document, Incoming, Outgoing, Task
from documents.views.shared.rows import state_of

_JOURNEYS = {Document.Direction.IN: Incoming, Document.Direction.OUT: Outgoing}


def overtaken(request: HttpRequest, refusal: NotAllowedNow) -> HttpResponse:
    """The page after the race was lost. Nothing typed is lost: it stays on the form, and in the browser."""
    about = refusal.paper
    model = _JOURNEYS[about.direction] if isinstance(about, Document) else type(about)
    paper = model.objects.visible_to(request.post).filter(pk=about.pk).first()  # as it stands now
    context = {
        "refusal": str(refusal),
        "paper": paper,
        "whole": about.noun,
        "heading": str(paper) if paper else "",
        "state": state_of(paper) if paper else None,
        "form": refusal.form,
        "people": isinstance(refusal.form, PeopleForm),
        "instead": _instead(request, paper, refusal.form),
        "seen": _seen(paper),
    }
    return render(request, "documents/shared/overtaken.html", context, status=409)


def _instead(request: HttpRequest, paper, form) -> dict | None:
    """A direction that came too late can still amend the one that was faster, with what was typed."""
    if not (isinstance(paper, Incoming | Task) and isinstance(form, PeopleForm)):
        return None
    step = steps_open_to(request.post, paper).get("amend")
    name = "task" if isinstance(paper, Task) else "incoming"
    return {"label": step.label, "url": reverse(f"{name}_amend", args=[paper.pk])} if step else None


def _seen(paper) -> int | str:
    last = paper.directions.standing().last() if isinstance(paper, Incoming | Task) else None
    return last.pk if last else ""
