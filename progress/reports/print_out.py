"""A report on paper: A4 landscape, the head of the table on every page."""

from django.template.loader import render_to_string

from documents.layout.engine import write_pdf
from progress.reports.spreadsheet import Sheet

_PAGE = """
@page { size: A4 landscape; margin: 15mm; @top-center { content: none }
  @bottom-right { content: counter(page) "/" counter(pages); font: 10pt Tinos } }
html { font-size: 10pt } body { text-align: left } p { margin: 1pt 0; text-indent: 0 }
h1 { font-size: 13pt; margin: 0 0 4pt } table { margin-top: 8pt } thead { display: table-header-group }
th, td { border: .5pt solid #000; padding: 2pt 4pt; text-align: right; vertical-align: top }
th { font-weight: 700; text-align: center } th:first-child, td:first-child { text-align: left }
tr { break-inside: avoid } .sum td { font-weight: 700 }
"""


def write(sheet: Sheet) -> bytes:
    rows = [[_words(value) for value in row] for row in sheet.rows]
    plain = len(rows) - sheet.totals
    html = render_to_string(
        "progress/report_print.html", {"sheet": sheet, "rows": rows[:plain], "sums": rows[plain:]}
    )
    return write_pdf(html, _PAGE)


def _words(value: str | float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0").replace(".", ",")
    return f"{value}"
