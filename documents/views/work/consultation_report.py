"""Báo cáo tổng hợp ý kiến as a PDF: the question, the counts, every answer with name, post and time."""

from datetime import datetime

from django.template.loader import render_to_string

from documents.layout.engine import write_pdf

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


def report_pdf(report: dict, *, at: datetime) -> bytes:
    """`report`: as the page of a consultation shows it; every word in it is escaped by the template."""
    html = render_to_string("documents/work/consultation_report.html", report | {"now": at})
    return write_pdf(html, CSS)
