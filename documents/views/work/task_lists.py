"""Tasks of another system: taken from a file after a look, and how they stand as a file. Find, do, answer."""

from hashlib import sha256
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may
from documents.actions.work.task_lists import checked, state_file, take_list
from documents.forms.work.task_lists import TaskFileForm, kept, looked_at
from documents.journey import NotAllowedNow
from documents.models import Task
from documents.views.shared.acting import no_post
from orgs.models import Post

TAKEN = "da-nhap"  # ?…: what came of that list
REPORT_FOR = 60 * 60  # seconds
REFUSED = "Lãnh đạo, chánh văn phòng mới nhập danh sách nhiệm vụ."


@require_http_methods(["GET", "HEAD", "POST"])
def import_tasks(request):
    """A file gives a preview; the press that confirms it takes what fits and reports the rest. Until then nothing changes."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "import_tasks"):
        raise PermissionDenied(REFUSED)
    if request.method == "POST" and "token" in request.POST:
        return _taken(request, post)
    if request.method != "POST" and TAKEN in request.GET:
        return _told(request, post)
    form = TaskFileForm(request.POST, request.FILES) if request.method == "POST" else TaskFileForm()
    if request.method != "POST" or not form.is_valid():
        return render(request, "documents/tasks/import.html", {"form": form})
    sheet = form.cleaned_data["sheet"]
    token = kept(sheet.rows, post)  # as the file says; what stands against a row is looked up again
    rows = checked(sheet.rows, by=post, today=timezone.localdate())
    fits = sum(not row.problem for row in rows)
    context = {
        "rows": rows,
        "fits": fits,
        "refused": len(rows) - fits,
        "ignored": sheet.ignored,
        "token": token,
    }
    return render(request, "documents/tasks/import_preview.html", context)


def _taken(request, post: Post) -> HttpResponse:
    seen = looked_at(request.POST["token"], post)
    if seen is None:
        messages.error(request, "Bản xem trước không còn dùng được. Hãy chọn lại tệp.")
        return redirect("import_tasks")
    once, rows = seen
    try:
        taken = take_list(rows, by=post, at=timezone.now(), once=once)
    except NotAllowedNow as refusal:
        messages.error(request, str(refusal))
    else:
        report = {"tasks": [task.pk for task in taken.tasks], "rows": taken.refused}
        cache.set(_report(post, once), report, REPORT_FOR)
    return redirect(f"{reverse('import_tasks')}?{urlencode({TAKEN: once})}")


def _told(request, post: Post) -> HttpResponse:
    """What was taken of a list and what not, as long as it is remembered; afterwards the list of tasks."""
    report = cache.get(_report(post, request.GET[TAKEN]))
    if report is None:
        return redirect("task_list")
    tasks = Task.objects.visible_to(post).filter(pk__in=report["tasks"])
    return render(request, "documents/tasks/imported.html", {"tasks": list(tasks), "rows": report["rows"]})


def _report(post: Post, once: str) -> str:
    return f"task-list.{post.pk}.{sha256(once.encode()).hexdigest()}"


@require_safe
def task_states(request):
    """How the tasks under foreign ids stand, as far as one sees them."""
    if request.post is None:
        return no_post(request)
    answer = HttpResponse(state_file(request.post), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="trang-thai-nhiem-vu-{timezone.localdate():%Y%m%d}.csv"'
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
