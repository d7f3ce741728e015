"""A report as an .xlsx: numbers as numbers, so that they can be reckoned with."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

MOST_WIDE, NARROW = 60, 12


@dataclass(frozen=True)
class Sheet:
    """What is written out: the head as lines of words, then the table. A value is a word, a number, or nothing."""

    title: str
    head: tuple[str, ...]
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float | None]]
    totals: int = 0  # so many of the last rows are sums


def write(sheet: Sheet) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    # Words stay words: a name that begins with "=" is no formula and opens nothing.
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    page = book.add_worksheet("Báo cáo")
    bold = book.add_format({"bold": True})
    title = book.add_format({"bold": True, "font_size": 14})
    top = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#EDEAE4"}
    )
    plain, number = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "#,##0.#"})
    count = book.add_format({"border": 1, "num_format": "#,##0"})
    page.write_string(0, 0, sheet.title, title)
    for n, words in enumerate(sheet.head, start=1):
        page.write_string(n, 0, words)
    first = len(sheet.head) + 2
    for column, words in enumerate(sheet.columns):
        page.write_string(first, column, words, top)
    for n, row in enumerate(sheet.rows, start=first + 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(n, column, value, plain)
            elif value is None:
                page.write_blank(n, column, None, plain)
            else:
                page.write_number(n, column, round(value, 2), count if isinstance(value, int) else number)
    for n in range(first + 1 + len(sheet.rows) - sheet.totals, first + 1 + len(sheet.rows)):
        page.set_row(n, None, bold)
    page.set_column(0, 0, min(MOST_WIDE, max([NARROW, *(len(str(row[0])) for row in sheet.rows)])))
    page.set_column(1, len(sheet.columns), NARROW)
    page.freeze_panes(first + 1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(first)
    book.close()
    return out.getvalue()
