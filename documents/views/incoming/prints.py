"""What is printed of an incoming paper beside the paper itself: the arrival stamp, the handling slip (decree 30 Phụ lục IV,
V and VII). Made for each look; nothing is kept, and no stored file changes."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents import blobs
from documents.access import FALLEN, incoming_for
from documents.journey import NotAllowedNow
from documents.layout.dates import date_text
from documents.layout.engine import write_pdf
from documents.models import Assignment, File, Incoming, ProgressReport
from documents.numbering import written
from documents.pdf import PdfError, stamped
from documents.views.incoming.page import directions_of, files_of
from documents.views.shared.files import LOCKED, printed

STAMP_CSS = """
@page { size: 50mm 35mm; margin: 0 } @page :first { @top-center { content: none } }
body { color: #b3001b; text-align: left; font: 9.5pt/1.1 Tinos }
table { box-sizing: border-box; width: 50mm; border: 1pt solid #b3001b; table-layout: fixed; background: #fff }
td { box-sizing: border-box; height: 6.7mm; border: .7pt solid #b3001b; padding: 0 1mm; vertical-align: middle; overflow: hidden; white-space: nowrap }
.name { height: 8mm; font-weight: 700; text-align: center; text-transform: uppercase; white-space: normal; line-height: 1 }
col.first { width: 14mm } .den { text-align: center; font: 700 15pt/1 Tinos } b { font-weight: 700 }
.short { font-size: 10pt } .long { font-size: 8pt } .longest { font-size: 6pt }
"""
ALONE_CSS = """
@page { size: A4; margin: 0 } @page :first { @top-center { content: none } }
table { position: absolute; left: 25mm; top: 60mm }
"""
SLIP_CSS = """
@page { margin: 20mm 15mm 20mm 30mm }
body { font-size: 13pt; text-align: left }
p { text-indent: 0; margin: 4pt 0 }
h1 { font-size: 14pt; text-align: center; margin: 14pt 0 2pt }
h2 { font-size: 13pt; margin: 10pt 0 2pt; break-after: avoid }
.about { text-align: center } .dated { text-align: right; font-style: italic } .place { font-style: italic; font-size: 13pt }
.rule { width: 30%; margin: 3pt auto 8pt; border-top: .8pt solid } .dots { border-bottom: .5pt dotted #000; height: 16pt }
.said { overflow-wrap: anywhere }
"""
NAME_SIZES = {"short": 30, "long": 60, "longest": 10_000}  # and the most letters of an office's name


@require_safe
@csp_replace(LOCKED)
def stamp(request: HttpRequest, pk: int) -> HttpResponse:
    """The first page with the stamp over it; `?as=alone` the stamp alone, to be printed on the paper that came."""
    paper = incoming_for(request.post, pk)
    if paper.arrival_number is None:
        raise NotAllowedNow("Văn bản chưa vào sổ nên chưa có số đến để đóng dấu.", paper)
    html = render_to_string("documents/incoming/stamp.html", _stamp_of(paper))
    main = None if request.GET.get("as") == "alone" else _first_file(paper)
    if main is None:
        return printed(write_pdf(html, STAMP_CSS + ALONE_CSS), f"dau-den-{paper.arrival_number}")
    try:
        made = stamped(blobs.read(main.blob), write_pdf(html, STAMP_CSS))
    except (PdfError, FileNotFoundError, blobs.Damaged) as error:
        raise NotAllowedNow("Không đọc được tệp văn bản để đóng dấu lên; hãy in dấu riêng.", paper) from error
    return printed(made, f"dau-den-{paper.arrival_number}")


@require_safe
@csp_replace(LOCKED)
def handling_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Phiếu giải quyết văn bản đến, filled in with what was directed, handed on and proposed so far."""
    paper = incoming_for(request.post, pk)
    now = timezone.now()
    tasks = _tasks_of(paper)
    first = [one for one in tasks if one.parent_id is None]
    directions = [
        {"text": one.text, "by": f"{one.by.user}, {one.by.title}", "on": date_text(timezone.localdate(one.at))}
        for one in directions_of(paper) if not one.over
    ]  # fmt: skip
    context = {
        "paper": paper,
        "office": paper.organisation,
        "today": date_text(timezone.localdate(now)),
        "dated": date_text(paper.issued_on) if paper.issued_on else "",
        "directions": directions,
        "lead": [_given(one) for one in first if one.role == Assignment.Role.LEAD],
        "support": [_given(one) for one in first if one.role == Assignment.Role.SUPPORT],
        "handed_on": [_given(one) for one in tasks if one.parent_id and one.role != Assignment.Role.INFO],
        "proposals": _proposals(tasks),
    }
    html = render_to_string("documents/incoming/handling_slip.html", context)
    return printed(write_pdf(html, SLIP_CSS), f"phieu-giai-quyet-{paper.arrival_number or paper.pk}")


def _stamp_of(paper: Incoming) -> dict:
    name = paper.organisation.name_on(paper.arrival_date)
    leads = Assignment.objects.filter(incoming=paper.pk, parent=None, role=Assignment.Role.LEAD)
    leads = leads.exclude(state__in=FALLEN).select_related("assignee__user", "assignee__unit", "unit")
    to = next((str(one.unit or one.assignee.unit or one.assignee.user) for one in leads.order_by("-pk")), "")
    return {
        "name": name,
        "size": next(size for size, letters in NAME_SIZES.items() if len(name) <= letters),
        "number": written(paper.arrival_number),
        "day": f"{paper.arrival_date:%d/%m/%Y}",
        "to": to,
    }


def _first_file(paper: Incoming) -> File | None:
    """As its page shows it, where it is a PDF that may be taken along."""
    mains = [
        one for one in files_of(paper.pk)
        if one.part == File.Part.MAIN and one.blob and one.blob.content_type == "application/pdf" and one.may_be_taken
    ]  # fmt: skip
    return next((one for one in mains if one.stage == File.Stage.COPY), mains[0] if mains else None)


def _tasks_of(paper: Incoming) -> list[Assignment]:
    rows = Assignment.objects.filter(incoming=paper.pk).exclude(state__in=FALLEN)
    return list(rows.select_related("assignee__user", "assignee__unit", "unit", "by__user").order_by("pk"))


def _given(task: Assignment) -> dict:
    return {
        "to": f"{task.unit}" if task.unit_id else f"{task.assignee.user}, {task.assignee.title}",
        "by": f"{task.by.user}",
        "text": task.instruction,
        "due_on": task.due_on,
        "on": date_text(timezone.localdate(task.created_at)),
    }


def _proposals(tasks: list[Assignment]) -> list[dict]:
    """What those who did the work said last: the result, or how far it is."""
    said = {
        one.assignment_id: one
        for one in ProgressReport.objects.filter(assignment__in=[task.pk for task in tasks]).order_by("pk")
    }
    found = []
    for task in tasks:
        report = said.get(task.pk)
        text, at = (
            (task.result, task.done_at) if task.result else (report and report.text, report and report.at)
        )
        if text:
            on = date_text(timezone.localdate(at)) if at else ""
            found.append({"text": text, "by": f"{task.assignee.user}", "on": on})
    return found
