"""One search over everything one may see, in and out, newest first."""

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.kinds import CHOICES_IN
from documents.models import Document, Incoming, Outgoing, Urgency
from documents.views.lists.boxes import count_words, filtered, read_filters
from documents.views.shared.acting import no_post
from documents.views.shared.rows import incoming_rows, moment, outgoing_rows
from orgs.models import Post
from ui.paging import Page, page_of

DIRECTIONS = [("in", "Văn bản đến"), ("out", "Văn bản đi")]


@require_safe
def search(request):
    post = request.post
    if post is None:
        return no_post(request)
    filters = read_filters(request)
    direction = request.GET.get("direction", "")
    found = _visible(post, direction)
    found = filtered(found, filters) if filters.any else found.none()
    page = page_of(found.only("sorted_at"), request, "-sorted_at", "-pk")
    context = {
        "filters": filters,
        "direction": direction,
        "directions": DIRECTIONS,
        "kinds": CHOICES_IN,
        "urgencies": Urgency.choices,
        "page": page,
        "rows": _rows(page, post),
        "shown": count_words(found),
    }
    return render(request, "documents/lists/search.html", context)


def _visible(post: Post, direction: str):
    arrived = Q(direction="in", pk__in=Incoming.objects.visible_to(post).values("pk"))
    made = Q(direction="out", pk__in=Outgoing.objects.visible_to(post).values("pk"))
    return Document.objects.filter({"in": arrived, "out": made}.get(direction, arrived | made))


def _rows(page: Page, post: Post) -> list[dict]:
    """Both kinds as rows of one list, in the order of the page."""
    now = moment()
    keys = [paper.pk for paper in page.rows]
    rows = incoming_rows(Incoming.objects.for_rows().with_away(now.today).filter(pk__in=keys), post, now)
    rows += outgoing_rows(Outgoing.objects.for_rows().filter(pk__in=keys), post, now)
    by_key = {row["value"]: row for row in rows}
    return [by_key[key] for key in keys]
