"""Phiếu trình as a PDF: what is laid before whom, and what each said."""

from datetime import datetime

from django.template.loader import render_to_string

from documents.layout.engine import write_pdf

# Widths are fixed: found from the words, a row of a thousand letters takes half a second.
CSS = """
@page { margin: 20mm 15mm 20mm 25mm }
body { font-size: 12pt; text-align: left }
p { text-indent: 0; margin: 3pt 0 }
h1 { font-size: 15pt; text-align: center; margin: 12pt 0 2pt }
h2 { font-size: 12pt; margin: 12pt 0 4pt; break-after: avoid }
.centre { text-align: center }
.office { font-weight: 700; text-transform: uppercase }
table.rows { table-layout: fixed }
table.rows td, table.rows th { border: .5pt solid #444; padding: 3pt 5pt; text-align: left; vertical-align: top; overflow-wrap: break-word }
table.rows th { font-weight: 700 }
tr { break-inside: avoid }
thead { display: table-header-group }
.small { font-size: 10.5pt; color: #333; overflow-wrap: anywhere }
.group { width: 14mm } .who { width: 46mm } .choice { width: 28mm } .when { width: 24mm }
"""


def slip_pdf(slip: dict, *, at: datetime) -> bytes:
    """`slip`: as its page shows it; every word in it is escaped by the template."""
    return write_pdf(render_to_string("documents/outgoing/slip_print.html", slip | {"now": at}), CSS)
