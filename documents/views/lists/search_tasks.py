"""Tasks without a paper among what is searched: the newest few beside the papers, or a list of their own."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from documents.models import Task
from documents.search import tasks_by_words
from documents.views.lists.boxes import Filters, count_words, midnight
from documents.views.lists.columns import Columns
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.tools import tools
from documents.views.shared.rows import moment, task_row
from orgs.models import Post
from ui.paging import page_of

FEW = 5  # beside the papers
ORDER = ("-created_at", "-pk")
NO_KIND = "Nhiệm vụ không có loại văn bản; đã bỏ qua điều kiện đó."


def few_tasks(request: HttpRequest, filters: Filters) -> dict:
    """For the search of everything: `tasks`, rows; `more_tasks_url`, when there are more. Papers alone have a kind, and
    what follows the first page is papers."""
    if not filters.any or filters.kind or {"older", "newer"} & request.GET.keys():
        return {"tasks": [], "more_tasks_url": ""}
    found = list(_found(request.post, filters).order_by(*ORDER)[: FEW + 1])
    all_of_them = request.GET.copy()
    all_of_them["direction"] = "task"
    more = f"?{all_of_them.urlencode()}" if len(found) > FEW else ""
    return {"tasks": _rows(found[:FEW]), "more_tasks_url": more}


def search_tasks(request: HttpRequest, filters: Filters, context: dict) -> HttpResponse:
    """The list of their own, newest first."""
    if filters.kind:
        messages.warning(request, NO_KIND)
    found = _found(request.post, filters) if filters.any else Task.objects.none()
    if file_asked(request):
        return as_file(request, "task", "Kết quả tìm", found.order_by(*ORDER), _rows)
    page = page_of(found, request, *ORDER)
    shown = {"page": page, "rows": _rows(page.rows), "shown": count_words(found, "nhiệm vụ", page)}
    context = tools(request, "search", Columns("task")) | context | shown
    return render(request, "documents/lists/search.html", context)


def _found(post: Post, filters: Filters) -> QuerySet:
    tasks = Task.objects.visible_to(post).for_rows()
    if filters.q:
        tasks = tasks_by_words(tasks, filters.q)
    if filters.urgency is not None:
        tasks = tasks.filter(urgency=filters.urgency)
    if filters.since:
        tasks = tasks.filter(created_at__gte=midnight(filters.since))
    if filters.until:
        tasks = tasks.filter(created_at__lt=midnight(filters.until, days=1))
    return tasks


def _rows(some: Iterable[Task]) -> list[dict]:
    now = moment()
    return [task_row(one, now) for one in some]
