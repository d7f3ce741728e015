"""Many scans at once: put in on one page, followed on another that can be left and come back to."""

import uuid

import segno
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from documents.access import may, scan_batch_for
from documents.actions.incoming import scans as desk
from documents.forms.incoming.paper_mail import limit_of
from documents.forms.incoming.scanned import ScanForm
from documents.layout.engine import write_pdf
from documents.models import ScanBatch, ScannedFile, ScannedPaper
from documents.pdf.reading import MAX_PAGES
from documents.pdf.scans import SHEET
from documents.views.shared.acting import sent

LIMITS = "Chọn được nhiều tệp. Mỗi tệp đến {} MB và {} trang; quét màu, từ 200 dpi."
SECONDS = 3  # until the page of a batch looks again
_SHEET_CSS = """
@page { size: A4; margin: 20mm }
h1 { font-size: 30pt; text-align: center; margin: 10mm 0 6mm } p { text-align: center; text-indent: 0 }
svg { width: 110mm; height: 110mm }
"""


@require_http_methods(["GET", "HEAD", "POST"])
def scan_files(request):
    """Without scripts all files come in one press; with them one after another, each with the same key."""
    _clerk(request)
    form = ScanForm(sent(request), request.FILES or None, initial={"key": uuid.uuid4()})
    form.fields["files"].widget.attrs |= limit_of(settings.MAX_SCAN_BYTES) | {
        "accept": ".pdf",
        "data-filename": "",
    }
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        batch = desk.batch_for(given["key"], given["parting"], by=request.post, at=timezone.now())
        for upload in given["files"]:
            desk.put_in(batch, upload)
        return redirect(batch)
    limits = LIMITS.format(settings.MAX_SCAN_BYTES // 1024 // 1024, MAX_PAGES)
    batches = reverse("scan_batch", args=[0]).removesuffix("0/")
    context = {"form": form, "limits": limits, "batches": batches}
    return render(request, "documents/incoming/scan_files.html", context)


@require_safe
def scan_batch(request, pk):
    batch = scan_batch_for(request.post, pk)
    papers = ScannedPaper.objects.select_related("incoming", "ended_by__user").order_by("first", "pk")
    files = list(batch.files.prefetch_related(Prefetch("papers", papers)))
    rows = [_row(file) for file in files]
    done, whole = (sum(row[name] for row in rows) for name in ("done", "whole"))
    waiting = [paper for row in rows for paper in row["papers"] if paper.state == "waiting"]
    context = {
        "batch": batch,
        "rows": rows,
        "running": any(file.state == ScannedFile.State.WAITING for file in files),
        "done": done,
        "whole": whole or 1,
        "told": f"{done} / {whole} trang",
        "failed": sum(file.state == ScannedFile.State.FAILED for file in files),
        "papers": sum(len(row["papers"]) for row in rows),
        "waiting": waiting,
        "seconds": SECONDS,
    }
    return render(request, "documents/incoming/scan_batch.html", context)


@require_safe
def scan_sheet(request):
    """The sheet to print and lay between two papers."""
    _clerk(request)
    code = mark_safe(segno.make(SHEET, error="h").svg_inline(scale=10))  # of our own words alone
    pdf = write_pdf(render_to_string("documents/incoming/scan_sheet.html", {"code": code}), _SHEET_CSS)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="to-ngan.pdf"'
    return response


def recent_batches(post) -> list[ScanBatch]:
    """The last five of the office, with how many of their files are not read yet and how many could not be."""
    state = ScannedFile.State
    counted = ScanBatch.objects.filter(organisation=post.organisation_id).annotate(
        running=Count("files", filter=Q(files__state=state.WAITING)),
        failed=Count("files", filter=Q(files__state=state.FAILED)),
        total=Count("files"),
    )
    return list(counted.select_related("user").order_by("-at")[:5])


def _clerk(request) -> None:
    if not may(request.post, "register_paper"):
        raise PermissionDenied("Chỉ văn thư của cơ quan đưa bản quét vào.")


def _row(file: ScannedFile) -> dict:
    """Pages that were looked at, out of all; of a file that is not cut there is nothing to look at."""
    papers = list(file.papers.all())
    over = file.state != ScannedFile.State.WAITING
    whole = file.pages
    cut = sum(paper.pages for paper in papers)
    done = whole if over else min(len(file.sheets) // 2 + cut // 2, whole)
    return {"file": file, "papers": papers, "done": done, "whole": whole, "looked": len(file.sheets)}
