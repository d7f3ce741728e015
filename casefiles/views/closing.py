"""The end of a file, its way back, and its index. Find, do, answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import case_for
from casefiles.actions import closing
from casefiles.forms.cases import CloseForm, today
from casefiles.index import index_pdf, index_xlsx, seen_by, words_of
from casefiles.journey import check
from documents.forms.incoming.steps import ReasonForm
from documents.views.shared.acting import sent, tried
from documents.views.shared.files import printed
from ui.spreadsheet import TYPE


@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request, pk):
    """With what is missing, in sentences, and what need not be kept."""
    case = case_for(request.post, pk)
    check(case, "close_file", by=request.post)
    content = closing.content_of(case)
    seen = seen_by(content, request.post)
    names = {
        one.pk: f"Số {one.ordinal}: {' '.join(filter(None, words_of(one, content, seen)))[:160]}"
        for one in content.items
    }
    initial = {"title": case.title, "term": case.term, "ended_on": today()}
    form = CloseForm(sent(request), spare=closing.spare(content), names=names, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(form, lambda: closing.close_file(case, by=request.post, at=timezone.now(), **form.given()))
    ):
        messages.success(request, "Đã kết thúc hồ sơ; mục lục văn bản đã lập.")
        return redirect(case)
    found = closing.findings(case, content)
    pages = sum(content.pages(one) for one in content.items)
    context = {"case": case, "form": form, "findings": found, "documents": len(content.items), "pages": pages}
    return render(request, "casefiles/close.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_reopen(request, pk):
    case = case_for(request.post, pk)
    check(case, "reopen_file", by=request.post)
    form = ReasonForm(sent(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(
            form, lambda: closing.reopen_file(case, by=request.post, at=timezone.now(), **form.cleaned_data)
        )
    ):
        messages.success(request, "Đã mở lại hồ sơ.")
        return redirect(case)
    context = {"case": case, "form": form, "heading": "Mở lại hồ sơ", "press": "Mở lại"}
    return render(request, "casefiles/step.html", context)


@require_safe
def case_index(request, pk):
    """Mục lục văn bản, tài liệu: PDF, or ?as=xlsx."""
    case = case_for(request.post, pk)
    content = closing.content_of(case)
    seen = seen_by(content, request.post)
    if request.GET.get("as") != "xlsx":
        return printed(index_pdf(case, content, seen), f"muc-luc-{case.year}-{case.code}")
    response = HttpResponse(index_xlsx(case, content, seen), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="muc-luc-{case.pk}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
