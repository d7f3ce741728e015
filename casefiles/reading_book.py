"""Sổ sử dụng bản lưu (decree 30 Phụ lục IV, its nine columns): what was read of the archive in a year, by whom, what for."""

import io
from collections.abc import Iterable

from django.db.models import Q, QuerySet, Sum
from django.template.loader import render_to_string
from django.utils import timezone

from casefiles.models import Loan, LoanView
from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled
from orgs.models import Organisation
from ui.spreadsheet import write_rows

TITLE = "Sổ sử dụng bản lưu"
COLUMNS = (
    ("Ngày tháng", 20), ("Họ tên người sử dụng", 30), ("Số, ký hiệu ngày tháng văn bản", 28),
    ("Tên loại và trích yếu nội dung văn bản", 60), ("Số và ký hiệu HS", 22), ("Ký nhận", 32), ("Ngày trả", 20),
    ("Người cho phép sử dụng", 28), ("Ghi chú", 40),
)  # fmt: skip
_CSS = """@page { size: A4 landscape; margin: 25mm } body { font-family: Tinos; font-size: 14pt; text-align: center }
p { text-indent: 0 } h1 { font-size: 22pt; font-weight: bold; margin: 35mm 0 4mm } .year { font-weight: bold }"""


def rows(found: QuerySet) -> list[list[str]]:
    """A line for each loan in the order of the days. Whoever reads here signs by reading: when he did first, and how often."""
    looks = Sum("views__count", filter=Q(views__kind=LoanView.Kind.PAGE), default=0)
    taken = Sum("views__count", filter=Q(views__kind=LoanView.Kind.COPY), default=0)
    found = found.select_related("case", "user", "post__organisation", "decided_by__user")
    return [_row(one) for one in found.annotate(looks=looks, taken=taken).order_by("decided_at", "pk")]


def _row(loan: Loan) -> list[str]:
    day = f"{timezone.localdate(loan.decided_at):%d/%m/%Y}"
    read = f"Đọc trên hệ thống: {loan.looks} trang" if loan.looks else "Chưa đọc"
    read += f", lấy {loan.taken} bản sao" if loan.taken else ""
    back = timezone.localdate(loan.ended_at) if loan.ended_at else loan.until
    who = f"{loan.user} ({loan.post.organisation})"
    return [
        day, who, "Cả hồ sơ", loan.case.title, f"{loan.case.code} ({loan.case.year})", read, f"{back:%d/%m/%Y}",
        str(loan.decided_by.user), f"{loan.product}. Mục đích: {loan.purpose}",
    ]  # fmt: skip


def book_pdf(office: Organisation, year: int, lines: Iterable[list[str]]) -> bytes:
    cover = write_pdf(
        render_to_string("casefiles/book_cover.html", {"office": office, "title": TITLE, "year": year}), _CSS
    )
    book = Ruled(cover, COLUMNS, running=(office.name, TITLE.upper(), f"Năm {year}"))
    for line in lines:
        book.add(line)
    return book.finish()


def book_xlsx(office: Organisation, year: int, lines: Iterable[list[str]]) -> bytes:
    out = io.BytesIO()
    columns = [(words, max(width // 2, 9)) for words, width in COLUMNS]
    under = [f"({n})" for n in range(1, len(COLUMNS) + 1)]
    write_rows(out, title=TITLE, head=[office.name, f"Năm {year}"], columns=columns, rows=lines, under=under)
    return out.getvalue()
