"""Rows as an .xlsx, however many: written away as they come, none are gathered in memory."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO

from django.utils import timezone

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_rows(
    out: IO[bytes],
    *,
    title: str,
    head: Sequence[str],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str | float | date | datetime | None]],
    under: Sequence[str] = (),
) -> int:
    """Title, lines of words, then the table; gives how many rows it has. `columns`: label and width in letters;
    `under`: a second row of the head, as the numbers of a book's columns.

    Words stay words: what begins with "=" is no formula and opens nothing. Days and numbers can be reckoned with.
    """
    from xlsxwriter import Workbook

    book = Workbook(out, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    page = book.add_worksheet("Danh sách")
    heading = book.add_format({"bold": True, "font_size": 14})
    top = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#EDEAE4"}
    )
    plain = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
    day = book.add_format({"border": 1, "valign": "top", "num_format": "dd/mm/yyyy", "align": "left"})
    for n, (_, width) in enumerate(columns):
        page.set_column(n, n, width)
    first = len(head) + 2
    below = first + bool(under)
    page.freeze_panes(below + 1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(first, below)
    page.write_string(0, 0, title, heading)
    for n, words in enumerate(head, start=1):
        page.write_string(n, 0, words)
    for n, (label, _) in enumerate(columns):
        page.write_string(first, n, label, top)
    for n, words in enumerate(under):
        page.write_string(below, n, words, top)
    count = 0
    for count, row in enumerate(rows, start=1):
        for n, value in enumerate(row):
            if isinstance(value, datetime):
                value = timezone.localdate(value)
            if isinstance(value, date):
                page.write_datetime(below + count, n, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int | float):
                page.write_number(below + count, n, value, plain)
            else:
                page.write_string(below + count, n, value or "", plain)
    book.close()
    return count
