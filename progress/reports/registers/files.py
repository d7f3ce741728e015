"""A book as a file: PDF as the law draws it, .xlsx with the same lines. One reading of the rows makes both, some hundred at a
time, so that a year of a large office needs no more memory than a month of a small one."""

import io
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from operator import itemgetter

from django.template.loader import render_to_string
from django.utils import timezone

from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled
from progress.reports.registers.asking import BookAsked, Bounds, bounds_of
from progress.reports.registers.books import Book
from progress.reports.registers.lines import WithoutPaper
from ui.spreadsheet import write_rows

AT_ONCE = 500
_A_LETTER = 1.1  # of the widths of the columns, for those of the sheet
_COVER = """
@page { size: A4 landscape; margin: 0; @top-center { content: none } }
@page :first { @top-center { content: none } }
body { text-align: center } p { margin: 0; text-indent: 0 }
section { break-after: page; position: relative; height: 209mm } section:last-child { break-after: auto }
.frame { box-sizing: border-box; position: absolute; left: 73.5mm; top: 25mm; width: 150mm; height: 160mm; border: 1.2pt solid;
  padding: 10mm 8mm }
.above { font-size: 14pt } .office { font: 700 14pt/1.3 Tinos; margin-top: 2pt } .rule { width: 36%; margin: 3pt auto 0; border-top: .8pt solid }
h1 { font: 700 21pt/1.3 Tinos; margin: 30mm 0 9mm } .year { font-size: 15pt } .range { font: italic 14pt/1.3 Tinos; margin-top: 4mm }
.extract { font: italic 13pt/1.3 Tinos; margin-top: 4mm; overflow-wrap: anywhere }
.volume { font: 700 14pt/1.3 Tinos; margin-top: 12mm }
"""


def book_files(asked: BookAsked, *, said: Callable[[float], None] | None = None) -> tuple[bytes, bytes]:
    """The .xlsx and the PDF. `said` hears which part is done."""
    bounds = bounds_of(asked)
    book, out = _ruled(asked, bounds), io.BytesIO()

    def through() -> Iterator[list[str]]:
        for cells in _cells(asked, bounds, said):
            book.add(cells)
            yield cells

    _sheet(asked, bounds, out, through())
    return out.getvalue(), book.finish()


def book_pdf(asked: BookAsked) -> bytes:
    bounds = bounds_of(asked)
    book = _ruled(asked, bounds)
    for cells in _cells(asked, bounds, None):
        book.add(cells)
    return book.finish()


def book_xlsx(asked: BookAsked) -> bytes:
    bounds, out = bounds_of(asked), io.BytesIO()
    _sheet(asked, bounds, out, _cells(asked, bounds, None))
    return out.getvalue()


def cover_of(asked: BookAsked, bounds: Bounds) -> dict:
    """What stands on the cover, and again on the first page (decree 30 Phụ lục IV): the words of both."""
    office, until = asked.post.organisation, asked.until or bounds.until
    name = office.name_on(until) if until else office.name
    # Where several registers stand beside each other, no first and last number says anything: left to the hand.
    numbers = (bounds.first, bounds.last) if asked.book.series else (None, None)
    return {
        "above": office.letterhead_superior or (office.parent.name.upper() if office.parent_id else ""),
        "office": name.upper(),
        "title": asked.book.title.upper(),
        "year": asked.year,
        "since": asked.since or bounds.since,
        "until": until,
        "extract": asked.extract,
        "numbers": numbers if asked.book.numbered else None,
        "series": asked.series if len(asked.all_series) > 1 else "",
        "volume": asked.volume,
    }


def _ruled(asked: BookAsked, bounds: Bounds) -> Ruled:
    html = render_to_string("progress/register_cover.html", cover_of(asked, bounds))
    series = f", {asked.series}" if asked.series else ""
    title = ". ".join(filter(None, (asked.book.title.upper(), asked.extract)))
    running = (asked.post.organisation.name, title, f"Năm {asked.year}{series}")
    return Ruled(write_pdf(html, _COVER), asked.book.columns, running=running)


def _sheet(asked: BookAsked, bounds: Bounds, out: io.BytesIO, rows: Iterator[list[str]]) -> None:
    cover = cover_of(asked, bounds)
    between = " – ".join(f"{day:%d/%m/%Y}" for day in (cover["since"], cover["until"]) if day)
    made = f"Lập lúc {timezone.localtime():%H:%M %d/%m/%Y}, người lập: {asked.post.operator}"
    span = ", ".join(filter(None, (f"Năm {asked.year}", asked.series, between)))
    head = [*filter(None, (asked.post.organisation.name, span, asked.extract, made))]
    write_rows(
        out, title=asked.book.title, head=head, rows=rows,
        columns=[(words, max(round(width / _A_LETTER), 9)) for words, width in asked.book.columns],
        under=[f"({n})" for n, _ in enumerate(asked.book.columns, start=1)],
    )  # fmt: skip


def _cells(asked: BookAsked, bounds: Bounds, said: Callable[[float], None] | None) -> Iterator[list[str]]:
    rows, done = asked.rows(), 0
    if asked.book.series:  # what was entered since the cover was read is not on it
        rows = rows.filter(**{f"{asked.book.number}__lte": bounds.last or 0})
    left = rows.order_by(*asked.book.order).iterator(chunk_size=AT_ONCE)
    beside = [one for one in asked.numbers() if one.value <= (bounds.last or 0)]
    while some := list(islice(left, AT_ONCE)):
        last = getattr(some[-1], asked.book.number) if beside else 0
        now, beside = (
            [one for one in beside if one.value <= last],
            [one for one in beside if one.value > last],
        )
        yield from (cells for _, cells in in_order(asked.book, some, now))
        done += len(some) + len(now)
        if said:
            said(done / max(bounds.count, done))
    yield from (cells for _, cells in in_order(asked.book, [], beside))


def in_order(book: Book, papers: list, numbers: list[WithoutPaper]) -> Iterator[tuple[object, list[str]]]:
    """The lines of papers and those of numbers that no paper bears, by their number; of the latter the row is nothing."""
    written = list(zip(papers, book.written(papers) if papers else [], strict=True))
    if not numbers:
        yield from written
        return
    of_papers = ((getattr(row, book.number), row, cells) for row, cells in written)
    of_numbers = (
        (one.value, None, cells) for one, cells in zip(numbers, book.of_numbers(numbers), strict=True)
    )
    for _, row, cells in merge(of_papers, of_numbers, key=itemgetter(0)):
        yield row, cells
