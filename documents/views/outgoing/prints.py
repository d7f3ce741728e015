"""What goes out with a paper that is sent on paper: the envelope (decree 30 Phụ lục IV, II) and the dispatch sheet (phiếu gửi).
Made for each look, nothing is kept."""

import re

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.access import outgoing_for
from documents.actions.outgoing.page_content import letterhead_of
from documents.journey import NotAllowedNow
from documents.layout.dates import date_text
from documents.layout.engine import write_pdf
from documents.layout.model import URGENCY_WORDS
from documents.models import Outgoing
from documents.views.shared.files import LOCKED, printed

_EDGES = " -–;.,"
_PURPOSE = re.compile(r"\s*\((?:để|báo cáo|b/c|phối hợp|p/h)[^()]*\)\s*$", re.IGNORECASE)
# Lines of Nơi nhận that stay in the house or name nobody.
_INSIDE = re.compile(
    r"(?:lưu\b|như\s|(?:các\s+)?(?:phòng|đơn vị)(?:,| trực thuộc| chuyên môn|\s+thuộc sở)"
    r"|(?:tập thể\s+)?(?:lãnh đạo|ban giám đốc|(?:các\s+)?(?:phó\s+giám đốc|pgđ|giám đốc|gđ))(?:\s+(?:sở|ban|cơ quan))?$)",
    re.IGNORECASE,
)
MOST = 100  # envelopes at once
# The law's drawing is 159 × 71 mm; the same on an envelope that is sold, 220 × 110.
ENVELOPE_CSS = """
@page { size: 220mm 110mm; margin: 10mm 12mm; @top-center { content: none } }
body { font: 13pt/1.25 Tinos; text-align: left }
.one { break-after: page; position: relative; height: 88mm } .one:last-child { break-after: auto }
.from { width: 62%; font-size: 11pt; padding-bottom: 2mm } .from b { display: block; font-size: 13pt; text-transform: uppercase }
.rule { border-top: .8pt solid; margin: 0 0 5mm; width: 62% } .number { margin: 0 0 8mm; text-indent: 0 }
.to { margin: 0 0 0 45mm; text-indent: 0; font: 700 italic 13pt/1.5 Tinos; overflow-wrap: anywhere }
.line { margin: 6mm 0 0 45mm; border-bottom: .5pt dotted }
.urgency { position: absolute; right: 0; top: 0; margin: 0; text-align: center }
"""
SHEET_CSS = """
@page { margin: 20mm 15mm 20mm 30mm }
body { font-size: 13pt; text-align: left } p { text-indent: 0; margin: 5pt 0 }
h1 { font-size: 14pt; text-align: center; margin: 14pt 0 2pt } .rule { width: 20%; margin: 3pt auto 10pt; border-top: .8pt solid }
.to { text-align: center } table.rows { table-layout: fixed; margin: 8pt 0 }
table.rows td, table.rows th { border: .5pt solid; padding: 3pt 4pt; text-align: left; vertical-align: top; overflow-wrap: break-word }
table.rows th { font-weight: 700; text-align: center } .no { width: 10mm } .code { width: 34mm } .copies { width: 18mm }
.sign td { width: 50%; text-align: center; padding-top: 12pt } .small { font-size: 11pt; margin-top: 26mm }
"""


@require_safe
@csp_replace(LOCKED)
def envelope(request: HttpRequest, pk: int) -> HttpResponse:
    """One for each recipient that is reached on paper; `?recipient=` for that one alone."""
    paper = _out(request, pk)
    one = _one_asked(request, paper)
    to = [one] if one else recipients_of(paper)
    if len(to) > MOST:
        raise NotAllowedNow(
            f"Văn bản có {len(to)} nơi nhận; mỗi lần in nhiều nhất {MOST} bì. Hãy in từng nơi.", paper
        )
    context = {"paper": paper, "office": paper.organisation, "to": to or [""], "mark": _mark(paper)}
    html = render_to_string("documents/outgoing/envelope.html", context)
    return printed(write_pdf(html, ENVELOPE_CSS), f"bi-{paper.pk}")


@require_safe
@csp_replace(LOCKED)
def dispatch_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes in the envelope and comes back signed. Its number is the office's to give, so its place stays blank."""
    paper = _out(request, pk)
    one = _one_asked(request, paper)
    context = {
        "paper": paper,
        "to": one or "……………………………………",
        "head": letterhead_of(paper.organisation),
        "office": paper.organisation,
        "today": date_text(timezone.localdate()),
        "dated": date_text(paper.issued_on) if paper.issued_on else "",
        "mark": _mark(paper),
    }
    return printed(
        write_pdf(render_to_string("documents/outgoing/dispatch_sheet.html", context), SHEET_CSS),
        f"phieu-gui-{paper.pk}",
    )


def recipients_of(paper: Outgoing) -> list[str]:
    """Those it was posted to, and those that stand under Nơi nhận without being reached by the system; each once.
    What is the office's own (its leaders, its rooms, the kept copy) needs no envelope."""
    lines = [
        _PURPOSE.sub("", line.strip(_EDGES)).strip(_EDGES) for line in paper.other_recipients.splitlines()
    ]
    rooms = {name.casefold() for name in paper.organisation.units.values_list("name", flat=True)}
    outside = [line for line in lines if line and not _INSIDE.match(line) and line.casefold() not in rooms]
    return list(dict.fromkeys([*paper.posted.values_list("recipient", flat=True), *outside]))


def _one_asked(request: HttpRequest, paper: Outgoing) -> str:
    """Whoever is named in the address. Raises NotAllowedNow of whom the paper was taken back from."""
    one = request.GET.get("recipient", "").replace("\x00", "").strip()[:200]
    cancelled = one and paper.deliveries.filter(recipient_name=one, state="cancelled").exists()
    if cancelled and one not in recipients_of(paper):
        raise NotAllowedNow(f"Văn bản đã thu hồi khỏi {one}; không in bì, phiếu gửi cho nơi này.", paper)
    return one


def _out(request: HttpRequest, pk: int) -> Outgoing:
    paper = outgoing_for(request.post, pk)
    if paper.state != "issued":
        raise NotAllowedNow("Chỉ in bì, phiếu gửi của văn bản đã phát hành và chưa thu hồi.", paper)
    return paper


def _mark(paper: Outgoing) -> dict | None:
    return {"level": paper.urgency, "word": URGENCY_WORDS[paper.urgency]} if paper.urgency else None
