"""The log of administration of an organisation, out of its chain of events: who gave, took and changed which power."""

from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.models import Event
from documents.states import ADMINISTRATION, EVENT_LABELS
from orgs.access import administers
from orgs.models import Organisation, Role
from orgs.views.asked import organisation_asked
from ui.paging import page_of


@require_safe
def administration(request):
    """Of one's own organisation; an operator's of all, or of the one of ?co-quan=. The latest first."""
    if not administers(request.post):
        raise Http404
    body = _body(request)
    rows = Event.objects.filter(document=None, task=None, kind__in=ADMINISTRATION)
    if body is not None:
        rows = rows.filter(organisation=body)
    rows = rows.select_related("organisation", "user", "post__user", "post__organisation", "post__unit")
    found = page_of(rows, request, "-pk")
    context = {"page": found, "rows": [_row(event) for event in found.rows], "body": body}
    return render(request, "documents/administration.html", context)


def _body(request: HttpRequest) -> Organisation | None:
    """None is all of them, for an operator."""
    if request.post.role != Role.SYS_ADMIN:
        return request.post.organisation
    return organisation_asked(request)


def _row(event: Event) -> dict:
    said, title = event.payload, EVENT_LABELS.get(event.kind, event.kind)
    who = str(event.user or "Hệ thống")
    if event.post and event.user_id != event.post.user_id:
        who = f"{who} (thay {event.post.user})"
    detail = [
        said.get("text")
        or said.get("subject")
        or said.get("of")
        or said.get("account")
        or said.get("finding"),
        f"Lý do: {said['reason']}" if said.get("reason") else "",
    ]
    name = said.get("name")
    if name and name not in (detail[0] or ""):
        detail.insert(0, name)
    return {
        "at": event.at, "who": who, "post": str(event.post) if event.post else "", "organisation": event.organisation.name,
        "title": title[:1].upper() + title[1:], "detail": " · ".join(str(part) for part in detail if part),
        "tone": ADMINISTRATION[event.kind], "url": reverse("proposal", args=[said["proposal"]]) if said.get("proposal") else "",
    }  # fmt: skip
