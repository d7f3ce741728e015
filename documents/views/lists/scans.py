"""Bản quét chờ vào sổ: one box, in the order in which the papers were scanned."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.boxes import Moment, boxes_for
from documents.deadlines import Due
from documents.models import ScannedPaper
from documents.views.incoming.scans import recent_batches
from documents.views.lists.boxes import Listed, box_asked, count_words, list_context, shown_of
from documents.views.lists.columns import Columns
from documents.views.shared.acting import no_post
from documents.views.shared.rows import moment
from ui.paging import page_of

LONG = timedelta(days=7)  # so long nobody has entered it: said on its row


@require_safe
def scan_list(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not boxes_for(post, "scan"):
        raise Http404
    now = moment()
    box = box_asked(request, post, now, "scan", "waiting")

    def listed() -> Listed:
        found = box.query(post, now)
        rows = found.select_related("file__batch__user")
        page = page_of(rows, request, "file__pk", "first", "pk")
        return Listed([_row(paper, now) for paper in page.rows], page, count_words(found))

    columns = Columns("scan")  # those of the house: nothing is chosen here
    found = shown_of(request, "scan", box, now, columns, listed)
    context = list_context(request, "scan", box, columns, found, None)
    return render(request, "documents/lists/scans.html", context | {"batches": recent_batches(post)})


def _state(paper: ScannedPaper, days: int) -> dict:
    if paper.unrecognised:
        return {"label": "Chưa nhận dạng được", "tone": "warn"}
    if timezone.now() - paper.at > LONG:
        return {"label": f"Chờ {days} ngày", "tone": "warn"}
    return {"label": "Chờ vào sổ", "tone": "info"}


def _row(paper: ScannedPaper, now: Moment) -> dict:
    found, days = paper.proposed, (timezone.localdate() - timezone.localdate(paper.at)).days
    code = "/".join(filter(None, [found.get("number"), found.get("notation")]))
    return {
        "url": paper.get_absolute_url(),
        "value": paper.pk,
        "number": f"{paper.pages} trang",
        "date": paper.at,
        "notation": code,
        "issuer": paper.file.name,
        "subject": found.get("subject") or str(paper),
        "urgency": 0,
        "due": Due("", "none"),
        "state": _state(paper, days),
        "holder": f"{paper.file.batch.user} quét",
        "unread": True,
    }
