"""One search over everything one may see: papers in and out, by their fields or the words of their files; tasks without a paper."""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.kinds import CHOICES_IN
from documents.models import Document, Incoming, Outgoing, Urgency
from documents.models.incoming import SIGHT as OF_INCOMING
from documents.models.outgoing import SIGHT as OF_OUTGOING
from documents.search import phrases_of
from documents.views.lists.boxes import Filters, count_words, filtered, read_filters
from documents.views.lists.columns import Columns
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.search_fields import ORDERS, in_order, order_asked, read_fields
from documents.views.lists.search_tasks import few_tasks, search_tasks
from documents.views.lists.search_texts import FEW, in_texts, with_places, with_texts
from documents.views.lists.tools import shown_columns, tools
from documents.views.shared.acting import no_post
from documents.views.shared.rows import incoming_rows, moment, outgoing_rows
from orgs.models import Post
from ui.paging import page_of

DIRECTIONS = [("in", "Văn bản đến"), ("out", "Văn bản đi"), ("task", "Nhiệm vụ")]
CONTENT = "content"
PLACES = [("", "Thông tin văn bản"), (CONTENT, "Nội dung tệp")]
OF_PAPERS = "Các điều kiện thêm và thứ tự chỉ dùng cho văn bản; đã bỏ qua khi tìm nhiệm vụ."
NO_WORDS = "Tìm trong nội dung tệp cần ít nhất một từ khóa."


@require_safe
def search(request):
    post = request.post
    if post is None:
        return no_post(request)
    filters = read_filters(request)
    direction = request.GET.get("direction", "")
    where = CONTENT if request.GET.get("where") == CONTENT else ""
    fields, order = read_fields(request), order_asked(request)
    asked = {
        "filters": filters, "direction": direction, "directions": DIRECTIONS, "kinds": CHOICES_IN, "urgencies": Urgency.choices,
        "where": where, "places": PLACES, "fields": fields, "order": order, "orders": ORDERS, "any": filters.any or bool(fields.values),
    }  # fmt: skip
    if direction == "task":
        if fields.values or order:
            messages.warning(request, OF_PAPERS)
        return search_tasks(request, filters, asked)
    papers, columns = fields.of(_visible(post, direction)), shown_columns(request, "search")
    found = _found(papers, filters, post, where) if asked["any"] else papers.none()
    if where and asked["any"] and not phrases_of(filters.q):
        messages.warning(request, NO_WORDS)
    read, by = in_order(found.only("sorted_at"), order)

    def rows_of(some) -> list[dict]:
        return _rows(some, post, columns)

    if file_asked(request):
        return as_file(request, "search", "", read.order_by(*by), rows_of, columns)
    if where:
        read = with_texts(read, filters.q, post)
    page = page_of(read, request, *by)
    beside = (
        [] if where or not filters.q else _few(request, papers, filters, post, common=bool(page.older_url))
    )
    rows = rows_of([*page.rows, *beside])
    said = with_places(rows[len(page.rows) :], beside, filters.q)
    rows = with_places(rows[: len(page.rows)], page.rows, filters.q)
    nothing = not (page.rows or _turned(request))
    shown = {"page": page, "rows": rows, "shown": count_words(found.none() if nothing else found, page=page)}
    shown |= {"said": said[:FEW], "more_said_url": _more(request) if len(said) > FEW else ""}
    if not direction and not where and not fields.values:
        shown |= few_tasks(request, filters)
    context = tools(request, "search", columns) | asked | shown
    return render(request, "documents/lists/search.html", context)


def _found(papers: QuerySet, filters: Filters, post: Post, where: str, *, common: bool = False) -> QuerySet:
    if not where:
        return filtered(papers, filters, post)
    return in_texts(filtered(papers, replace(filters, q=""), post), filters.q, post, common=common)


def _turned(request) -> bool:
    return bool({"older", "newer"} & request.GET.keys())


def _few(request, papers: QuerySet, filters: Filters, post: Post, *, common: bool) -> list[Document]:
    """Beside the first page; what follows it is papers by their fields."""
    if _turned(request):
        return []
    found = (
        _found(papers, filters, post, CONTENT, common=common).only("sorted_at").order_by("-sorted_at", "-pk")
    )
    return list(with_texts(found, filters.q, post)[: FEW + 1])


def _more(request) -> str:
    query = request.GET.copy()
    query["where"] = CONTENT
    return f"?{query.urlencode()}"


def _visible(post: Post, direction: str):
    """What `visible_to` of both kinds lets through, asked of the common half alone: by keys, the whole office would be read."""
    papers = Document.objects.all()
    arrived = OF_INCOMING.of_post(papers.filter(direction="in"), post, through="incoming__")
    made = OF_OUTGOING.of_post(papers.filter(direction="out"), post, through="outgoing__")
    return {"in": arrived, "out": made}.get(direction, arrived | made)


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
