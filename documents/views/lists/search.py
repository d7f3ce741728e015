"""One search over everything one may see: papers in and out, tasks without a paper; newest first."""

from collections.abc import Iterable

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.kinds import CHOICES_IN
from documents.models import Document, Incoming, Outgoing, Urgency
from documents.views.lists.boxes import count_words, filtered, read_filters
from documents.views.lists.columns import Columns
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.search_tasks import few_tasks, search_tasks
from documents.views.lists.tools import shown_columns, tools
from documents.views.shared.acting import no_post
from documents.views.shared.rows import incoming_rows, moment, outgoing_rows
from orgs.models import Post
from ui.paging import page_of

DIRECTIONS = [("in", "Văn bản đến"), ("out", "Văn bản đi"), ("task", "Nhiệm vụ")]


@require_safe
def search(request):
    post = request.post
    if post is None:
        return no_post(request)
    filters = read_filters(request)
    direction = request.GET.get("direction", "")
    asked = {
        "filters": filters, "direction": direction, "directions": DIRECTIONS, "kinds": CHOICES_IN, "urgencies": Urgency.choices,
    }  # fmt: skip
    if direction == "task":
        return search_tasks(request, filters, asked)
    found = _visible(post, direction)
    found = filtered(found, filters) if filters.any else found.none()
    columns = shown_columns(request, "search")
    read = found.only("sorted_at")

    def rows_of(some) -> list[dict]:
        return _rows(some, post, columns)

    if file_asked(request):
        return as_file(request, "search", "", read.order_by("-sorted_at", "-pk"), rows_of, columns)
    page = page_of(read, request, "-sorted_at", "-pk")
    shown = {"page": page, "rows": rows_of(page.rows), "shown": count_words(found, page=page)}
    if not direction:
        shown |= few_tasks(request, filters)
    context = tools(request, "search", columns) | asked | shown
    return render(request, "documents/lists/search.html", context)


def _visible(post: Post, direction: str):
    arrived = Q(direction="in", pk__in=Incoming.objects.visible_to(post).values("pk"))
    made = Q(direction="out", pk__in=Outgoing.objects.visible_to(post).values("pk"))
    return Document.objects.filter({"in": arrived, "out": made}.get(direction, arrived | made))


def _rows(some: Iterable[Document], post: Post, columns: Columns) -> list[dict]:
    """Both kinds as rows of one list, in its order."""
    now = moment()
    keys = [paper.pk for paper in some]
    came = list(Incoming.objects.for_rows(*columns.fields).with_away(now.today).filter(pk__in=keys))
    left = list(Outgoing.objects.for_rows(*columns.fields).filter(pk__in=keys))
    rows = columns.put(incoming_rows(came, post, now), came) + columns.put(
        outgoing_rows(left, post, now), left
    )
    by_key = {row["value"]: row for row in rows}
    return [by_key[key] for key in keys]
