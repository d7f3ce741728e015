"""Which series each kind of paper takes its numbers from: as it is, what it will be, and the form to change it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may
from documents.actions.books.series import set_series
from documents.forms.books.numbers import SeriesForm
from documents.models import KindSeries
from documents.numbering import series_on
from documents.views.shared.acting import no_post, sent, tried
from orgs.kinds import KINDS, kind_names
from orgs.models import Post


@require_http_methods(["GET", "HEAD", "POST"])
def kind_series(request):
    if request.post is None:
        return no_post(request)
    if not may(request.post, "set_series"):
        raise PermissionDenied("Chỉ văn thư hoặc quản trị của cơ quan đặt hệ thống số.")
    at = timezone.now()
    today = timezone.localdate(at)
    form = SeriesForm(sent(request), initial={"since": f"01/01/{today.year + 1}"})
    if request.method == "POST" and form.is_valid() and tried(
        form, lambda: set_series(by=request.post, at=at, **form.cleaned_data)
    ):  # fmt: skip
        said = f"{kind_names(form.cleaned_data['kinds'])}: hệ thống số {form.cleaned_data['series']}"
        messages.success(request, f"Đã đặt {said} từ {form.cleaned_data['since']:%d/%m/%Y}.")
        return redirect("numbers_series")
    context = {"form": form, "rows": _rows(request.post, today), "history": _history(request.post)}
    return render(request, "documents/books/series.html", context)


def _rows(post: Post, today) -> list[dict]:
    """One question more for the rows to come."""
    now = series_on(post.organisation_id, today)
    coming = {}
    later = KindSeries.objects.filter(organisation=post.organisation_id, since__gt=today).order_by(
        "-since", "pk"
    )
    for kind, series, since in later.values_list("kind", "series", "since"):
        coming[kind] = f"{series} từ {since:%d/%m/%Y}"
    by_series: dict[str, list[str]] = {}
    for kind, series in now.items():
        by_series.setdefault(series, []).append(kind)
    return [
        {
            "series": series,
            "kinds": kind_names(kinds),
            "coming": [f"{KINDS[kind][0]}: {coming[kind]}" for kind in kinds if kind in coming],
        }
        for series, kinds in by_series.items()
    ]


def _history(post: Post):
    rows = KindSeries.objects.filter(organisation=post.organisation_id).select_related("by__user")
    return [{"row": row, "name": KINDS[row.kind][0]} for row in rows.order_by("-pk")[:50]]
