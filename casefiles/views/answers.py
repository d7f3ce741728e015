"""What went to the historical archive, and what it answered. Find, do, answer."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import answer_for, sent_of
from casefiles.actions.answers import record_answer
from casefiles.forms.answers import AnswerForm
from documents import blobs
from documents.access import may
from documents.views.shared.acting import no_post, sent, tried
from documents.views.shared.files import LOCKED
from ui.paging import page_of

BOXES = {"waiting": "Chờ trả lời", "answered": "Đã trả lời", "all": "Tất cả"}
_STATES = {"waiting": ("waiting",), "answered": ("passed", "failed")}


@require_http_methods(["GET", "HEAD", "POST"])
def sent_packages(request):
    """Every SIP that was made; an answer is recorded over as many as it names."""
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "record_answers"):
        raise PermissionDenied("Chỉ lưu trữ của cơ quan theo dõi hồ sơ nộp lưu trữ lịch sử.")
    form, made = AnswerForm(sent(request), request.FILES or None, post=post), []

    def record() -> None:
        made.append(record_answer(form.lines, message=form.attached[0], by=post, at=timezone.now()))

    if request.method == "POST" and form.is_valid() and tried(form, record):
        messages.success(request, "Đã ghi trả lời của lưu trữ lịch sử.")
        return redirect(made[0])
    asked = request.GET.get("box", "waiting")
    box = asked if asked in BOXES else "waiting"
    found = sent_of(post).select_related("case", "answer")
    found = found.filter(state__in=_STATES[box]) if box in _STATES else found
    tabs = [{"label": label, "url": f"?box={name}", "active": name == box} for name, label in BOXES.items()]
    context = {"form": form, "tabs": tabs, "shown": BOXES[box], "page": page_of(found, request, "-pk")}
    return render(request, "casefiles/sent.html", context)


@require_safe
def archive_answer(request, pk):
    """One answer: the message, and what it said of each file."""
    found = answer_for(request.post, pk)
    packages = found.packages.select_related("case")
    context = {"found": found, "page": page_of(packages, request, "pk")}
    return render(request, "casefiles/answer.html", context)


@require_safe
@csp_replace(LOCKED)
def archive_answer_file(request, pk):
    """The message as it came; always to be saved."""
    found = answer_for(request.post, pk)
    if not found.may_be_taken:
        raise Http404
    response = FileResponse(
        blobs.path_of(found.blob).open("rb"), as_attachment=True, filename=found.name, content_type=found.blob.content_type,
    )  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
