"""Nhiệm vụ: tasks without a paper, one box each; what waits or runs by the nearest day, what is over the newest first."""

from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.access import may
from documents.views.lists.boxes import FAR, Listed, box_asked, count_words, list_context, shown_of
from documents.views.lists.file import as_file, file_asked
from documents.views.lists.tools import first_view, shown_columns
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment, task_row
from ui.paging import page_of

OVER = ("completed", "all")


@require_safe
def task_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    if first := first_view(request, "task"):
        return first
    now = moment()
    box, columns = box_asked(request, post, now, "task", "waiting"), shown_columns(request, "task")
    by_due = box.name not in OVER
    order = ("due_key", "pk") if by_due else ("-created_at", "-pk")

    def tasks() -> QuerySet:
        far = Coalesce("due_on", Value(FAR), output_field=DateField())
        return box.query(post, now).annotate(due_key=far).for_rows()

    def rows_of(some) -> list[dict]:
        return columns.put([task_row(one, now) for one in some], some)

    if file_asked(request):
        return as_file(request, "task", box.label, tasks().order_by(*order), rows_of, columns)

    def listed() -> Listed:
        page = page_of(tasks(), request, *order)
        return Listed(rows_of(page.rows), page, count_words(box.query(post, now), "nhiệm vụ", page))

    found = shown_of(request, "task", box, now, columns, listed)
    context = list_context(request, "task", box, columns, found, None)
    context |= {
        "by_due": by_due,
        "may_give": may(post, "give_task"),
        "may_give_out": may(post, "give_to_offices"),
        "may_import": may(post, "import_tasks"),
    }
    return render(request, "documents/lists/tasks.html", context)
