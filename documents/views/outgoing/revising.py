"""The head of the drafting unit changes the draft he checks, with the page it makes beside it."""

from copy import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from documents.access import outgoing_for
from documents.actions.outgoing.drafts import WRITTEN
from documents.actions.outgoing.revising import revise as write_into
from documents.forms.outgoing.remarks import ReviseForm
from documents.journey import check
from documents.models import Outgoing
from documents.views.outgoing.preview import pages_of_draft
from documents.views.shared.acting import acted, sent


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request, pk):
    paper = outgoing_for(request.post, pk)
    if request.method != "POST":
        check(paper, "revise", by=request.post)
    form = ReviseForm(sent(request), outgoing=paper)
    looks = request.POST.get("preview", "")
    if looks:
        check(paper, "revise", by=request.post)
        pages = pages_of_draft(_as_typed(paper, form), request.post)
        if looks == "part":
            return render(request, "documents/outgoing/_draft_pages.html", {"pages": pages})
        return render(request, "documents/outgoing/revise.html", _context(paper, form, pages))
    if acted(request, paper, "revise", form, write_into):
        messages.success(
            request,
            "Đã lưu bản sửa. Người soạn được báo; hãy xem lại rồi bấm “Đồng ý nội dung” hoặc “Trả lại”.",
        )
        return redirect(paper)
    shown = _as_typed(Outgoing.objects.get(pk=paper.pk), form) if form.is_bound else paper
    context = _context(paper, form, pages_of_draft(shown, request.post))
    return render(request, "documents/outgoing/revise.html", context, status=422 if form.errors else 200)


def _as_typed(paper: Outgoing, form: ReviseForm) -> Outgoing:
    """With what the form holds that is right, as saved where it is not: a page is laid out of no more than may be saved."""
    shown = copy(paper)
    form.is_valid()
    for name in WRITTEN:
        if name in form.cleaned_data and name not in form.errors:
            setattr(shown, name, form.cleaned_data[name])
    return shown


def _context(paper: Outgoing, form: ReviseForm, pages: list[dict]) -> dict:
    return {"paper": paper, "form": form, "pages": pages}
