"""Tasks of another system: taken from a file after a look, and how they stand as a file. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may
from documents.actions.work.task_lists import checked, state_file, take_list
from documents.forms.work.task_lists import TaskFileForm, kept, looked_at
from documents.views.shared.acting import no_post
from orgs.models import Post

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
    rows = looked_at(request.POST["token"], post)
    if rows is None:
        messages.error(request, "Bản xem trước không còn dùng được. Hãy chọn lại tệp.")
        return redirect("import_tasks")
    taken = take_list(rows, by=post, at=timezone.now())
    return render(request, "documents/tasks/imported.html", {"tasks": taken.tasks, "rows": taken.refused})


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
