"""What is printed of a book and its numbers: the lines to be written on while the system is away, and the closing sheet."""

from django.template.loader import render_to_string
from django.utils import timezone

from documents.actions.books.closing import tally
from documents.forms.books.numbers import book_name
from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled
from documents.models import NumberLine, RegisterBook, Reservation
from documents.numbering import written

# Columns of the law's books, those that are filled by hand (decree 30 Phụ lục IV); one of them is wide enough to write in.
OUT = (
    ("Số", 12), ("Ký hiệu văn bản", 24), ("Ngày tháng văn bản", 20), ("Tên loại và trích yếu nội dung văn bản", 60),
    ("Người ký", 26), ("Nơi nhận văn bản", 42), ("Số lượng bản", 13), ("Ký nhận", 20), ("Ghi chú", 20),
)  # fmt: skip
IN = (
    ("Số đến", 12), ("Ngày đến", 18), ("Tác giả", 32), ("Số, ký hiệu văn bản", 26), ("Ngày tháng văn bản", 18),
    ("Tên loại và trích yếu nội dung văn bản", 58), ("Đơn vị hoặc người nhận", 32), ("Ký nhận", 20), ("Ghi chú", 20),
)  # fmt: skip
COPY = (
    ("Số", 12), ("Ký hiệu bản sao", 26), ("Ngày sao", 20), ("Hình thức sao", 28), ("Số, ký hiệu, ngày văn bản được sao", 46),
    ("Người ký", 30), ("Nơi nhận bản sao", 42), ("Số lượng bản", 15), ("Ghi chú", 18),
)  # fmt: skip
BY_BOOK = {"in": IN, "out": OUT, "cpy": COPY}
LINES = (
    ("Số", 12),
    ("Số, ký hiệu", 30),
    ("Ngày", 20),
    ("Tình trạng", 26),
    ("Lý do", 90),
    ("Người ghi", 40),
    ("Lúc", 26),
)
_ROOM = 4  # lines of words: for a hand
COVER = """
@page { size: A4 landscape; margin: 20mm 25mm; @top-center { content: none } }
@page :first { @top-center { content: none } }
body { font: 13pt/1.4 Tinos; text-align: left } p { margin: 4pt 0; text-indent: 0 }
.above { font-size: 13pt } .office { font: 700 13pt/1.3 Tinos } h1 { font: 700 17pt/1.3 Tinos; text-align: center; margin: 3mm 0 1mm }
.book { text-align: center; font: italic 14pt/1.3 Tinos; margin-bottom: 3mm } table { width: 100%; table-layout: fixed }
table.count { width: 70%; margin: 0 auto } table.count td { border: .5pt solid; padding: 1.5pt 6pt } table.count td.n { width: 30mm; text-align: right }
table.sign { margin-top: 4mm } table.sign td { text-align: center; width: 50%; vertical-align: top } .name { margin-top: 18mm }
"""


def reserved_sheet(made: Reservation) -> bytes:
    """The numbers set aside, an empty line for each, with what the clerk has to keep to."""
    book = made.book
    columns = BY_BOOK[book.direction]
    cover = _cover(
        "reserved_sheet",
        book,
        {
            "one": made,
            "copies": book.direction == "cpy",
            "first": written(made.first),
            "last": written(made.last),
        },
    )
    name = book_name(book.direction, book.series)
    sheet = Ruled(
        cover, columns, running=(book.organisation.name, "SỐ GIỮ ĐỂ GHI TAY", f"{name}, {book.year}")
    )
    for value in range(made.first, made.last + 1):
        sheet.add([written(value), *[""] * (len(columns) - 1)], least=_ROOM)
    return sheet.finish()


def closing_sheet(book: RegisterBook) -> bytes:
    """Tờ chốt sổ of a closed book: how many numbers, the first and the last, and every one that is void or was given by hand.
    Nothing of it changes afterwards, so that it is made again for each look and kept nowhere."""
    cover = _cover(
        "closing_sheet",
        book,
        {"tally": tally(book), "last": written(book.last_number) if book.last_number else ""},
    )
    name = book_name(book.direction, book.series)
    sheet = Ruled(cover, LINES, running=(book.organisation.name, "TỜ CHỐT SỔ", f"{name}, {book.year}"))
    lines = NumberLine.objects.filter(book=book).select_related("by__user").order_by("value")
    for one in lines.iterator(chunk_size=500):
        sheet.add([
            written(one.value), one.code, f"{one.day:%d/%m/%Y}", one.get_state_display(),
            one.reason or ("Số giữ để ghi tay" if one.reservation_id else ""), f"{one.by.user}",
            f"{timezone.localtime(one.at):%H:%M %d/%m/%Y}",
        ])  # fmt: skip
    return sheet.finish()


def _cover(template: str, book: RegisterBook, more: dict) -> bytes:
    office = book.organisation
    context = {
        "above": office.letterhead_superior or (office.parent.name.upper() if office.parent_id else ""),
        "office": office.name.upper(),
        "book": book,
        "name": book_name(book.direction, book.series),
    }
    return write_pdf(render_to_string(f"documents/books/{template}.html", context | more), COVER)
