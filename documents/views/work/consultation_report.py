"""Báo cáo tổng hợp ý kiến as a PDF and as an .xlsx: the question, the counts, every answer with name, post and time."""

from datetime import datetime
from typing import IO

from django.template.loader import render_to_string
from django.utils import timezone

from documents.layout.engine import write_pdf
from ui.spreadsheet import write_rows

# Widths are fixed: found from the words, a row of a thousand letters takes half a second.
CSS = """
@page { margin: 20mm 15mm 20mm 20mm }
body { font-size: 12pt; text-align: left }
p { text-indent: 0; margin: 3pt 0 }
h1 { font-size: 15pt; text-align: center; margin: 12pt 0 2pt }
h2 { font-size: 12pt; margin: 12pt 0 4pt; break-after: avoid }
.centre { text-align: center }
.office { font-weight: 700; text-transform: uppercase }
.question { border-left: 2pt solid #888; padding-left: 8pt; margin: 6pt 0 }
table.rows { table-layout: fixed }
table.rows td, table.rows th { border: .5pt solid #444; padding: 3pt 5pt; text-align: left; vertical-align: top; overflow-wrap: break-word }
table.rows th { font-weight: 700 }
tr { break-inside: avoid }
thead { display: table-header-group }
.small { font-size: 10.5pt; color: #333 }
.no { width: 8mm } .who { width: 46mm } .choice { width: 26mm } .when { width: 24mm }
"""
COLUMNS = (
    ("TT", 5), ("Họ tên", 26), ("Chức vụ", 36), ("Hỏi cả phòng", 24), ("Ý kiến", 22), ("Nội dung", 60), ("Ngày", 12), ("Giờ", 8),
    ("Đúng hạn", 10), ("Người nhập", 30), ("Số lần đã sửa", 14),
)  # fmt: skip


def report_pdf(report: dict, *, at: datetime) -> bytes:
    """`report`: as the page of a consultation shows it; every word in it is escaped by the template."""
    html = render_to_string("documents/work/consultation_report.html", report | {"now": at})
    return write_pdf(html, CSS)


def report_xlsx(report: dict, out: IO[bytes], *, at: datetime) -> None:
    """The same, a row for each who was asked."""
    asked, paper = report["consultation"], report["paper"]
    head = [
        f"{asked.get_kind_display()} về {paper.kind_label.lower()}{f' số {paper.code}' if paper.code else ''}: {paper.subject}",
        f"Nội dung cần ý kiến: {asked.question}",
        f"Người hỏi: {asked.by.user}, {asked.by.title}; gửi lúc {_when(asked.at)}",
        f"Hạn: {f'{asked.due_on:%d/%m/%Y}' if asked.due_on else 'không có'}; {report['state']['label'].lower()}",
        "; ".join(f"{one['label']}: {one['count']}" for one in report["tally"]),
        f"Lập lúc {_when(at)}",
    ]
    rows = (_row(number, person) for number, person in enumerate(report["people"], 1))
    write_rows(out, title="Báo cáo tổng hợp ý kiến", head=head, columns=COLUMNS, rows=rows)


def _row(number: int, person: dict) -> list:
    who = [number, person["name"], person["post"], str(person["unit"] or "")]
    said = person["said"]
    if said is None:
        return [*who, person["state"], "", None, "", "", "", None]
    at = timezone.localtime(said["at"])
    late = "sau hạn" if said["late"] else ""
    return [
        *who,
        said["label"],
        said["text"],
        at.date(),
        f"{at:%H:%M}",
        late,
        said["by"],
        len(person["before"]),
    ]


def _when(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
