"""The ratio 90/80/60: figures, the lists behind them, what is counted; and how an office works with files."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import CharField, Count, Value
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casefiles import ratio, unfiled
from casefiles.actions.archive import NOTICE, due_by
from casefiles.actions.settings import count_secret_files, set_filing
from casefiles.counting import SENTENCES, said
from casefiles.filing import must_file
from casefiles.forms.plans import SecretForm
from casefiles.freezing import code_of, months_of, place_in, quarter_of, sample
from casefiles.models import CaseFile, FrozenFile, FrozenMonth, OnlineTarget
from casefiles.states import STATES
from documents.access import may
from documents.access.people import stands_above
from documents.models import Incoming
from documents.views.shared.acting import sent, tried
from orgs.models import Organisation
from ui.days import parse_day
from ui.paging import page_of

LABELS = {"all": "Mẫu số", **dict(CaseFile.Counted.choices)}
UNFILED = {"unfiled": unfiled.settled, "unfiled_out": unfiled.issued}  # which papers are asked
STEERED = {
    "due": "Đến hạn nộp lưu trong 30 ngày",
    "overdue": "Quá hạn nộp lưu",
    "archived": "Đã nộp vào lưu trữ",
    **({"disposed": "Đã hủy"} if "disposed" in STATES else {}),
}


@require_safe
def online_ratio(request):
    post = request.post
    if post is None or not may(post, "see_progress"):
        raise Http404
    since, until = _period(request)
    found = ratio.lines(post, since, until)
    whole, filing, targets = (
        found["whole"][0],
        unfiled.filing(post, since, until),
        list(OnlineTarget.objects.all()),
    )
    city = post.organisation.kind == Organisation.Kind.CITY
    context = {
        "since": since, "until": until, "query": f"from={since}&to={until}", "figures": LABELS, "whole": whole,
        "units": [whole, *found["units"]], "months": found["months"],
        "offices": ratio.offices(since, until) if city else [], "target": ratio.target_for(post.organisation, until, targets),
        "splits": ratio.splits(since, until, targets), "secret": ratio.secret(post, since, until),
        "filing": filing, "filed": said(filing[0].came - filing[0].came_unfiled, filing[0].came),
        "steered": [(STEERED[name], name, count) for name, count in _steered(post).items()],
        "sentences": list(SENTENCES.values()), "quarter": quarter_of(until),
        "secret_form": SecretForm() if may(post, "count_secret_files") else None,
    }  # fmt: skip
    return render(request, "casefiles/ratio.html", context)


@require_safe
def ratio_list(request):
    """What stands behind one figure: as many as it says. Of what is not one's own to see, that it is there."""
    post = request.post
    if post is None or not may(post, "see_progress"):
        raise Http404
    since, until = _period(request)
    figure, unit, month = (request.GET.get(name, "") for name in ("figure", "unit", "month"))
    then = request.GET.get("then") == "1" and bool(month)
    try:
        if figure in UNFILED:
            return _papers(request, unfiled.unfiled(UNFILED[figure](post, since, until), unit))
        if figure in STEERED:
            found, label, order = _of_steering(post, figure), STEERED[figure], ("-pk",)
        elif (figure or "all") in LABELS:
            found = ratio.of_figure(post, since, until, figure, unit=unit, month=month, then=then)
            label, order = LABELS[figure or "all"], ("-pk",) if then else ("-ended_on", "-pk")
        else:
            raise Http404
    except ValueError:
        raise Http404 from None
    page = page_of(found.for_rows(), request, *order)
    keys = [one.pk for one in page.rows]
    seen = set(CaseFile.objects.visible_to(post).filter(pk__in=keys).values_list("pk", flat=True))
    if then:
        kept = dict(
            FrozenFile.objects.filter(month=f"{month}-01", case__in=keys).values_list("case", "counted")
        )
        for row in page.rows:
            row.counted, row.counted_why = kept[row.pk], "Khi chốt tháng"
    return render(request, "casefiles/ratio_list.html", _context(page, seen, label) | {"papers": False})


@require_safe
def ratio_sample(request):
    """Twenty files of the numerator of a quarter for an inspector: the same for everybody."""
    post = request.post
    if post is None or not may(post, "see_progress"):
        raise Http404
    quarter = request.GET.get("quarter", "") or quarter_of(timezone.localdate())
    try:
        months = months_of(quarter)
    except ValueError:
        raise Http404 from None
    rows = sample(post.organisation, quarter)
    keys = [one.pk for one in rows]
    seen = set(CaseFile.objects.visible_to(post).filter(pk__in=keys).values_list("pk", flat=True))
    context = {
        "quarter": quarter, "frozen": FrozenMonth.objects.filter(month__in=months).count(),
        "rows": [
            {"case": one, "code": code_of(one), "place": place_in(quarter, one)[:16], "seen": one.pk in seen} for one in rows
        ],
    }  # fmt: skip
    return render(request, "casefiles/ratio_sample.html", context)


def _papers(request, found):
    """Papers that came, or that left: of one kind."""
    page, kind = page_of(found, request, "-sorted_at", "-pk"), found.model
    keys = [one.pk for one in page.rows]
    seen = set(kind.objects.visible_to(request.post).filter(pk__in=keys).values_list("pk", flat=True))
    label = "Văn bản đến chưa vào hồ sơ" if kind is Incoming else "Văn bản đi chưa vào hồ sơ"
    return render(
        request,
        "casefiles/ratio_list.html",
        _context(page, seen, label) | {"papers": True, "came": kind is Incoming},
    )


def _of_steering(post, name: str):
    """Files of the office by where they stand on the way to the archive, today."""
    files, today = CaseFile.objects.filter(organisation=post.organisation_id), timezone.localdate()
    if name == "overdue":
        return due_by(files, today - timedelta(days=1))
    if name == "due":
        over = due_by(files, today - timedelta(days=1))
        return due_by(files, today + NOTICE).exclude(pk__in=over.values("pk"))
    return files.filter(state=name)


def _steered(post) -> dict[str, int]:
    """One query, however many figures."""
    counts = [
        _of_steering(post, name).order_by().annotate(figure=Value(name, CharField())).values("figure").annotate(number=Count("pk"))
        for name in STEERED
    ]  # fmt: skip
    found = dict(
        counts[0]
        .values_list("figure", "number")
        .union(*(one.values_list("figure", "number") for one in counts[1:]))
    )
    return {name: found.get(name, 0) for name in STEERED}


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
