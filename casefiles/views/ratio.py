"""The ratio 90/80/60: figures, the lists behind them, what is counted; and how an office works with files."""

from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import ratio
from casefiles.actions.settings import count_secret_files, set_filing
from casefiles.counting import SENTENCES
from casefiles.filing import must_file
from casefiles.forms.plans import SecretForm
from casefiles.models import CaseFile
from documents.access import may
from documents.access.people import stands_above
from documents.models import Incoming
from documents.views.shared.acting import sent, tried
from orgs.models import Organisation
from ui.days import parse_day
from ui.paging import page_of

LABELS = {"all": "Mẫu số", **dict(CaseFile.Counted.choices)}


@require_safe
def online_ratio(request):
    post = request.post
    if post is None or not may(post, "see_progress"):
        raise Http404
    since, until = _period(request)
    found = ratio.lines(post, since, until)
    whole = found["whole"][0]
    city = post.organisation.kind == Organisation.Kind.CITY
    context = {
        "since": since, "until": until, "query": f"from={since}&to={until}", "figures": LABELS, "whole": whole,
        "blocks": [("Đơn vị", [whole, *found["units"]]), ("Tháng", found["months"])],
        "offices": ratio.offices(since, until) if city else [], "target": ratio.target_for(post.organisation, until),
        "splits": ratio.splits(since, until), "secret": ratio.secret(post, since, until),
        "unfiled": ratio.unfiled(post, since, until).count(), "sentences": list(SENTENCES.values()),
        "secret_form": SecretForm() if may(post, "count_secret_files") else None,
    }  # fmt: skip
    return render(request, "casefiles/ratio.html", context)


@require_safe
def ratio_list(request):
    """The files behind one figure: as many as it says. Of one that is not one's own to see, that it is there."""
    post = request.post
    if post is None or not may(post, "see_progress"):
        raise Http404
    since, until = _period(request)
    figure = request.GET.get("figure", "all")
    if figure == "unfiled":
        page = page_of(ratio.unfiled(post, since, until), request, "-sorted_at", "-pk")
        keys = [one.pk for one in page.rows]
        seen = set(Incoming.objects.visible_to(post).filter(pk__in=keys).values_list("pk", flat=True))
        return render(
            request,
            "casefiles/ratio_list.html",
            _context(page, seen, "Văn bản chưa vào hồ sơ") | {"papers": True},
        )
    if figure not in LABELS:
        raise Http404
    try:
        rows = ratio.of_figure(
            post, since, until, figure, unit=request.GET.get("unit", ""), month=request.GET.get("month", "")
        )
    except ValueError:
        raise Http404 from None
    page = page_of(rows.for_rows(), request, "-ended_on", "-pk")
    keys = [one.pk for one in page.rows]
    seen = set(CaseFile.objects.visible_to(post).filter(pk__in=keys).values_list("pk", flat=True))
    return render(
        request, "casefiles/ratio_list.html", _context(page, seen, LABELS[figure]) | {"papers": False}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_rules(request):
    post = request.post
    if post is None or not (may(post, "set_filing") and stands_above(post)):
        raise Http404
    if request.method == "POST":
        set_filing(by=post, at=timezone.now(), must_file=request.POST.get("must_file") == "on")
        messages.success(request, "Đã lưu cách làm việc về hồ sơ.")
        return redirect("case_rules")
    return render(request, "casefiles/rules.html", {"must_file": must_file(post.organisation_id)})


@require_http_methods(["GET", "HEAD", "POST"])
def secret_count(request):
    """A number of the month, typed by the clerk; never a title."""
    post = request.post
    if post is None or not may(post, "count_secret_files"):
        raise Http404
    form = SecretForm(sent(request))
    if request.method == "POST" and form.is_valid():
        month = date.fromisoformat(f"{form.cleaned_data['month']}-01")
        given = {"month": month, "count": form.cleaned_data["count"]}
        if tried(form, lambda: count_secret_files(by=post, at=timezone.now(), **given)):
            messages.success(request, "Đã ghi số hồ sơ mật của tháng.")
            return redirect("online_ratio")
    return render(request, "casefiles/secret.html", {"form": form})


def _context(page, seen: set[int], label: str) -> dict:
    for row in page.rows:
        row.seen = row.pk in seen
    return {"page": page, "label": label}


def _period(request) -> tuple[date, date]:
    """This year up to today, where nothing else is asked for."""
    today = timezone.localdate()
    since = parse_day(request.GET.get("from", "")) or today.replace(month=1, day=1)
    until = parse_day(request.GET.get("to", "")) or today
    return (since, until) if since <= until else (until, since)
