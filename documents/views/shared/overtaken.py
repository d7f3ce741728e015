"""Somebody was faster: who did what and when, what one had typed oneself, and where one can go on from there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from documents.forms.work.people import PeopleForm
from documents.journey import NotAllowedNow, steps_open_to
from documents.models import Document, Incoming, Outgoing
from documents.states import INCOMING
from documents.views.shared.rows import state_of


def overtaken(request: HttpRequest, refusal: NotAllowedNow) -> HttpResponse:
    """The page after the race was lost. Nothing typed is lost: it stays on the form, and in the browser."""
    model = Incoming if refusal.paper.direction == Document.Direction.IN else Outgoing
    paper = model.objects.visible_to(request.post).filter(pk=refusal.paper.pk).first()  # as it stands now
    context = {
        "refusal": str(refusal),
        "paper": paper,
        "state": state_of(paper) if paper else None,
        "form": refusal.form,
        "people": isinstance(refusal.form, PeopleForm),
        "instead": _instead(request, paper, refusal.form),
        "seen": _seen(paper),
    }
    return render(request, "documents/shared/overtaken.html", context, status=409)


def _instead(request: HttpRequest, paper, form) -> dict | None:
    """A direction that came too late can still amend the one that was faster, with what was typed."""
    if not (isinstance(paper, Incoming) and isinstance(form, PeopleForm)):
        return None
    if "amend" not in steps_open_to(request.post, paper):
        return None
    return {"label": INCOMING["amend"].label, "url": reverse("incoming_amend", args=[paper.pk])}


def _seen(paper) -> int | str:
    last = paper.directions.standing().last() if isinstance(paper, Incoming) else None
    return last.pk if last else ""
