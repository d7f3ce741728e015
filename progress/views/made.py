"""Reports that are made beside the pages, and those that come by themselves: one's own."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.views.shared.acting import no_post
from interop.waking import call
from progress.actions.making import ask_report, drop
from progress.actions.subscribing import subscribe, unsubscribe
from progress.models import MadeReport, Subscription
from progress.reports.all import REPORTS
from progress.reports.asking import ALL, asked_by
from progress.reports.registers.asking import book_asked_by
from progress.reports.registers.books import BOOKS
from progress.tasks import make_reports
from progress.views.report import board_for
from ui.paging import page_of

SECONDS = 3  # between two looks at how far it is
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@require_safe
def made_reports(request):
    if request.post is None:
        return no_post(request)
    mine = Subscription.objects.filter(user=request.user, post=request.post).order_by("report", "pk")
    context = {
        "board": board_for(request.post),
        "page": page_of(_mine(request), request, "-pk"),
        "subscriptions": [(one, _named(one)) for one in mine if one.report in REPORTS],
    }
    return render(request, "progress/made_reports.html", context)


@require_POST
def made_report_ask(request):
    ask = _asked(request)
    try:
        made = ask_report(ask, at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("made_reports")
    call(make_reports)
    return redirect("made_report", made.pk)


@require_safe
def made_report(request, pk: int):
    made = _still_seen(request, get_object_or_404(_mine(request), pk=pk))
    ready = made.state == MadeReport.State.READY
    table = made.table if ready else None
    context = {
        "made": made, "ready": ready, "table": table, "seconds": SECONDS, "again": _again(made),
        "board": board_for(request.post),
    }  # fmt: skip
    return render(request, "progress/made_report.html", context)


@require_safe
def made_report_file(request, pk: int, kind: str):
    if kind not in TYPES:
        raise Http404
    made = _still_seen(request, get_object_or_404(_mine(request), pk=pk, state=MadeReport.State.READY))
    response = HttpResponse(bytes(getattr(made, kind)), content_type=TYPES[kind])
    day = timezone.localdate(made.made_at)
    what = "so" if made.report in BOOKS else "bao-cao"
    response["Content-Disposition"] = (
        f'attachment; filename="{what}-{made.report.replace("_", "-")}-{day}.{kind}"'
    )
    return response


@require_POST
def made_report_drop(request, pk: int):
    drop(get_object_or_404(_mine(request), pk=pk))
    messages.success(request, "Đã xóa báo cáo đã lập.")
    return redirect("made_reports")


@require_POST
def subscription_begin(request):
    ask = _asked(request)
    try:
        subscribe(ask, every=request.POST.get("every", ""), at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(f"{reverse(f'report_{ask.report.name}')}?{ask.query()}")
    messages.success(request, f"Đã đăng ký nhận báo cáo “{ask.report.title}”.")
    return redirect("made_reports")


@require_POST
def subscription_end(request, pk: int):
    unsubscribe(get_object_or_404(Subscription, pk=pk, user=request.user, post=request.post))
    messages.success(request, "Đã bỏ đăng ký nhận báo cáo.")
    return redirect("made_reports")


def _mine(request):
    if request.post is None:
        raise Http404
    return MadeReport.objects.filter(user=request.user, post=request.post).defer("table", "xlsx", "pdf")


def _still_seen(request, made: MadeReport) -> MadeReport:
    """What one may ask for no more, one may not read either. Raises Http404."""
    said = QueryDict(made.query)
    if made.report in BOOKS:  # always of one's own office
        book_asked_by(request.post, said, BOOKS[made.report])
        return made
    if made.report not in REPORTS:
        raise Http404
    if asked_by(request.post, said, REPORTS[made.report]).scope != said.get("org", ""):
        raise Http404
    return made


def _asked(request):
    """The report named in the form, as the address of the form asks for it."""
    report = REPORTS.get(request.POST.get("report", ""))
    if report is None or request.post is None:
        raise Http404
    return asked_by(request.post, request.GET, report)


def _again(made: MadeReport) -> str:
    """The same, as it stands now, on the report's own page."""
    page = f"book_{made.report}" if made.report in BOOKS else f"report_{made.report}"
    return f"{reverse(page)}?{made.query}"


def _named(one: Subscription) -> str:
    whose = (
        ""
        if not one.scope
        else ", cả các cơ quan trực thuộc"
        if one.scope == ALL
        else ", một cơ quan trực thuộc"
    )
    return f"{REPORTS[one.report].title}{whose}"
