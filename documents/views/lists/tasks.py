"""Nhiệm vụ: tasks without a paper, one box each; what waits or runs by the nearest day, what is over the newest first."""

from django.db.models import DateField, Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.access import may
from documents.views.lists.boxes import FAR, Listed, box_asked, count_words, list_context, shown_of
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment, task_row
from ui.paging import page_of

OVER = ("completed", "all")


@require_safe
def task_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    now = moment()
    box = box_asked(request, post, now, "task", "waiting")
    by_due = box.name not in OVER

    def listed() -> Listed:
        far = Coalesce("due_on", Value(FAR), output_field=DateField())
        tasks = box.query(post, now).annotate(due_key=far)
        order = ("due_key", "pk") if by_due else ("-created_at", "-pk")
        page = page_of(tasks.for_rows(), request, *order)
        return Listed([task_row(one, now) for one in page.rows], page, count_words(tasks, "nhiệm vụ"))

    context = list_context(request, "task", box, shown_of(request, "task", box, now, listed), None)
    context |= {
        "by_due": by_due,
        "may_give": may(post, "give_task"),
        "may_give_out": may(post, "give_to_offices"),
        "may_import": may(post, "import_tasks"),
    }
    return render(request, "documents/lists/tasks.html", context)
