"""Công khai: an office's figures for everybody, and the page on which its leader chooses them."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents.views.shared.rows import moment
from progress.actions.publishing import may_publish, publish, published_by
from progress.models import Published
from progress.models.office import closing_day_of
from progress.reports.asking import question_about
from progress.reports.periods import month_of
from progress.reports.published import OFFERED, REPORTS, shown

_CODE = re.compile(r"[A-Za-z0-9.]{1,50}", re.ASCII)
KEPT = 600  # seconds: everybody reads the same page for so long


@login_not_required
@require_safe
def public_figures(request, code: str) -> HttpResponse:
    """The same to everybody, whoever asks: nothing is read of who that is."""
    found = Published.objects.select_related("organisation").filter(organisation__code=code)
    found = found.first() if _CODE.fullmatch(code) else None
    if found is None:
        raise Http404
    key = f"public-figures:{found.pk}:{found.at.timestamp()}"
    answer = HttpResponse(cache.get_or_set(key, lambda: _page(found), KEPT))
    answer["Cache-Control"] = f"public, max-age={KEPT // 2}"
    return answer


def _page(found: Published) -> str:
    month = month_of(moment().today, closing_day_of(found.pk)).previous()
    context = {
        "office": found.organisation, "blocks": shown(found.figures, question_about((found.pk,), month)),
        "month": month, "before": month.previous(), "at": timezone.now(),
    }  # fmt: skip
    return render_to_string("progress/public_figures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish_choices(request):
    if not may_publish(request.post):
        raise Http404
    office = request.post.organisation
    if request.method == "POST":
        try:
            publish(office, set(request.POST.getlist("figure")), by=request.post, at=timezone.now())
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "Đã lưu số liệu công khai.")
        return redirect("publish_choices")
    chosen = published_by(office.pk)
    groups = [
        (
            one.title,
            [
                (key, offered.label, key in chosen)
                for key, offered in OFFERED.items()
                if offered.report is one
            ],
        )
        for one in REPORTS
    ]
    return render(
        request, "progress/publish_choices.html", {"office": office, "groups": groups, "chosen": chosen}
    )
