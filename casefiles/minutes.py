"""Biên bản giao nhận hồ sơ, tài liệu (decree 30 Phụ lục V): words and counts into a page that both sides sign."""

from collections.abc import Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from casefiles.models import CaseFile, Item, Transfer
from documents.layout.dates import date_text
from documents.layout.sides import GIVES, TAKES, place, with_two_sides
from documents.models import File
from orgs.models import Post

_CSS = """@page { size: A4; margin: 20mm 15mm 15mm 30mm }
body { font-family: Tinos; font-size: 14pt; text-align: justify } .above { text-align: center; width: 42%; float: left }
.state { text-align: center; width: 58%; float: right } .on { clear: both; text-align: right; font-style: italic; padding-top: 8pt; margin: 0 }
h1, h2 { font-size: 14pt; font-weight: bold; text-align: center; margin: 8pt 0 0 } h2 { margin: 0 0 8pt }
p { margin: 1pt 0; line-height: 1.15 } .in { padding-left: 10mm; text-indent: 0; text-align: left } .last { break-inside: avoid }
.basis { font-style: italic } .signs { display: table; width: 100%; margin-top: 8pt }
.signs > div { display: table-cell; width: 50%; text-align: center }"""


def counted(files: Sequence[CaseFile]) -> tuple[int, int]:
    """How many files, and how many computer files lie in them; two queries."""
    keys = [case.pk for case in files]
    items = Item.objects.filter(case__in=keys, removed_at=None)
    papers = File.objects.filter(
        document__in=items.exclude(document=None).values("document"), blob__isnull=False
    )
    return len(keys), items.exclude(blob=None).count() + papers.count()


def minutes_pdf(transfer: Transfer, files: Sequence[CaseFile], *, by: Post, at: datetime) -> bytes:
    """Ready for both signatures. `by`: who takes over; the counts stand in `transfer`."""
    permanent = sum(case.term == "vinh_vien" for case in files)
    lists = [
        f"Mục lục hồ sơ, tài liệu nộp lưu bảo quản {words}: {number} hồ sơ"
        for words, number in (("vĩnh viễn", permanent), ("có thời hạn", len(files) - permanent))
        if number
    ]
    context = {
        "transfer": transfer, "office": transfer.organisation, "giver": transfer.by, "taker": by, "lists": lists,
        "on": date_text(timezone.localdate(at)), "gives": place(GIVES), "takes": place(TAKES),
        "since": min(case.started_on for case in files), "until": max(case.ended_on for case in files),
        "metres": f"{transfer.metres:.2f}".rstrip("0").rstrip(".").replace(".", ","),
    }  # fmt: skip
    return with_two_sides(render_to_string("casefiles/minutes_print.html", context), _CSS)
