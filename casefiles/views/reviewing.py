"""Đến hạn xem xét; what a term counts from; a term set anew; a new table of periods tried out. Find, do, answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles.access import case_for
from casefiles.actions import terms
from casefiles.forms.disposal import TermForm, TriggerForm
from casefiles.journey import check
from casefiles.models import CaseFile, RetentionRule
from casefiles.reviewing import due, why_not
from casefiles.terms import words_of
from documents.access import may
from documents.views.shared.acting import sent, tried
from orgs.models import Post
from ui.ids import parse_id
from ui.paging import page_of


@require_safe
def review_list(request):
    """Files whose term is over, the oldest first; of each whether it may go, and why not."""
    post, today = _reviewer(request), timezone.localdate()
    found = due(CaseFile.objects.visible_to(post), today)
    page = page_of(found.for_rows(), request, "expires_on", "pk")
    reasons = why_not(page.rows, today)
    for case in page.rows:
        case.kept_by = reasons.get(case.pk, [])
    context = {"page": page, "count": found.count(), "may_propose": may(post, "propose_disposal")}
    return render(request, "casefiles/review.html", context)


@require_safe
def retention_trial(request):
    """Which files a newer table would keep for another time. Nothing changes before somebody says so of each."""
    post = _reviewer(request)
    found = terms.trial(CaseFile.objects.visible_to(post), timezone.localdate())
    page = page_of(found.for_rows(), request, "-opened_at", "-pk")
    for case in page.rows:
        case.new_words = words_of(case.new_term)
    return render(request, "casefiles/trial.html", {"page": page, "count": found.count()})


@require_http_methods(["GET", "HEAD", "POST"])
def case_trigger(request, pk):
    case = case_for(request.post, pk)
    check(case, "record_trigger", by=request.post)
    initial = {} if case.trigger == "end_of_work" else {"trigger": case.trigger}
    form = TriggerForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: terms.record_trigger(case, by=request.post, at=timezone.now(), **form.cleaned_data)
    ):  # fmt: skip
        messages.success(request, "Đã ghi; thời hạn bảo quản tính theo ngày này.")
        return redirect(case)
    context = {"case": case, "form": form, "heading": "Ghi ngày tính thời hạn", "press": "Ghi"}
    return render(request, "casefiles/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_term(request, pk):
    """By hand, or as a line of a newer table says (`rule`)."""
    case = case_for(request.post, pk)
    check(case, "change_term", by=request.post)
    rule = RetentionRule.objects.filter(pk=parse_id(request.GET.get("rule", "")) or 0).first()
    form = TermForm(sent(request), initial={"term": rule.term if rule else case.term})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {
            "rule": rule if rule and rule.term == form.cleaned_data["term"] else None
        }
        if tried(form, lambda: terms.change_term(case, by=request.post, at=timezone.now(), **given)):
            messages.success(request, "Đã định lại thời hạn bảo quản.")
            return redirect(case)
    context = {"case": case, "form": form, "heading": "Định lại thời hạn", "press": "Định lại"}
    return render(request, "casefiles/step.html", context)


def _reviewer(request) -> Post:
    if not may(request.post, "review_files"):
        raise Http404
    return request.post
