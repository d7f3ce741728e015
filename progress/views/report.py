"""One report: its table, its chart, its files; and behind every figure the list it counts."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from documents.access import may
from documents.views.lists.boxes import IGNORED, NO_LIST, count_words
from documents.views.shared.acting import no_post
from orgs.models import Post
from progress.models import Subscription
from progress.reports import print_out, spreadsheet
from progress.reports.all import REPORTS
from progress.reports.asking import ALL, Asking, may_see
from progress.reports.chart import bars
from progress.reports.periods import offered
from progress.reports.report import Measure, listed, named, valid
from progress.reports.tables import Table, sheet_of, table_of
from progress.views.asking import asking
from progress.views.rows import list_of, rows_for
from ui.paging import page_of

FILES = {
    "xlsx": (spreadsheet.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (print_out.write, "application/pdf"),
}
BOOK_OF = {"book_in": "book_arrived", "book_out": "book_issued"}
NEAR = (2, 14, 90)  # days: of a whole city's list the newest page is looked for in so many first


@require_safe
def report(request, name: str):
    if request.post is None:
        return no_post(request)
    ask = asking(request, REPORTS[name])
    wanted = request.GET.get("class", "")
    if wanted:
        measure = ask.report.measure(wanted)
        if measure is not None:
            return _list(request, ask, measure)
        messages.warning(request, NO_LIST.format(wanted[:40]))
    kind = request.GET.get("as")
    if kind in FILES and ask.is_large:
        messages.info(request, "Báo cáo này lớn, được lập riêng: hãy bấm “Lập báo cáo”.")
        return redirect(f"{reverse(f'report_{name}')}?{ask.query()}")
    table = table_of(ask)
    if kind in FILES:
        return _file(ask, table, kind)
    context = {
        "ask": ask,
        "board": board_for(ask.post),
        "report": ask.report,
        "table": table,
        "chart": bars(ask.report, table.lines),
        "periods": offered(timezone.localdate(), ask.question.period.closing_day),
        "groupings": [
            {"label": one.label, "url": f"?{ask.query(by=one.name)}", "active": one.name == ask.grouping.name}
            for one in ask.report.shown_groupings(inside=ask.inside)
        ],
        "reports": links_to_reports(ask.post, here=name),
        "large": ask.is_large,
        "rhythms": Subscription.Every.choices,
        "files": [{"label": kind.upper(), "url": f"?{ask.query(**{'as': kind})}"} for kind in FILES],
    }
    return render(request, "progress/report.html", context)


def board_for(post: Post) -> str:
    """The address of the board; empty for whoever reads reports of use alone."""
    return reverse("board") if may(post, "see_progress") else ""


def links_to_reports(post: Post, *, here: str = "") -> list[dict]:
    return [
        {
            "label": one.title,
            "number": one.number,
            "url": reverse(f"report_{one.name}"),
            "active": one.name == here,
        }
        for one in REPORTS.values()
        if may_see(post, one)
    ]


def _list(request, ask: Asking, measure: Measure):
    """The rows behind one figure: the report's own base, under the rule of its column, of the row it stands in."""
    if ask.counts_only:
        raise Http404
    key, grouping = request.GET.get("row", ""), ask.grouping
    if key and not valid(grouping, key):
        messages.warning(request, IGNORED.format(f"dòng “{key[:40]}”"))
        key = ""
    found = listed(ask.report, ask.question, measure, grouping if key else None, key)
    # A row of the table of offices that is one's own opens as one's own.
    inside = ask.inside or (grouping.name == "organisation" and key == str(ask.post.organisation_id))
    near = _newest(request, ask, found) if ask.scope == ALL and not key else found
    newest = ask.report.newest
    order = (newest, "pk") if ask.report.ascending else (f"-{newest}", "-pk")
    page = page_of(rows_for(ask, near, inside=inside), request, *order)
    whose = named(ask.report, ask.question, grouping, key) if key else ""
    context = {
        "ask": ask,
        "board": board_for(ask.post),
        "title": measure.label + (f": {whose}" if whose else ""),
        "shown": count_words(found, ask.report.noun),
        "list": list_of(ask, page.rows, inside=inside),
        "page": page,
        "back": f"?{ask.query()}",
        "books": [_as_book(ask)] if ask.report.name in BOOK_OF and ask.inside else [],
        "inside": inside,
    }
    return render(request, "progress/report_list.html", context)


def _as_book(ask: Asking) -> dict:
    """The same days in the book of the law."""
    period, name = ask.question.period, BOOK_OF[ask.report.name]
    asked = {"year": period.since.year, "from": period.since.isoformat(), "to": period.until.isoformat()}
    return {"label": "Mở sổ theo mẫu", "url": f"{reverse(name)}?{urlencode(asked)}"}


def _newest(request, ask: Asking, found: QuerySet) -> QuerySet:
    """A stretch of days that holds a page of the list: of a whole city no index gives the newest first, but each office's
    last days are soon found."""
    if ask.report.ascending or request.GET.get("newer"):
        return found
    key = ask.report.newest
    top = _moment("".join(request.GET.getlist("older")[:1])) or min(
        ask.question.period.ends, ask.question.now
    )
    for days in NEAR:
        near = found.filter(**{f"{key}__gte": top - timedelta(days=days)})
        if near.filter(**{f"{key}__lt": top})[: settings.PAGE_SIZE + 1].count() > settings.PAGE_SIZE:
            return near
    return found


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo and 1945 < found.year < 2100 else None


def _file(ask: Asking, table: Table, kind: str) -> HttpResponse:
    write, content_type = FILES[kind]
    response = HttpResponse(write(sheet_of(ask, table)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{_name_of(ask, kind)}"'
    return response


def _name_of(ask: Asking, kind: str) -> str:
    return f"bao-cao-{ask.report.name.replace('_', '-')}-{_stamp(ask)}.{kind}"


def _stamp(ask: Asking) -> str:
    period = ask.question.period
    if ask.report.timeless:
        return f"{ask.question.today}"
    return period.key if period.key != "range" else f"{period.since}_{period.until}"
