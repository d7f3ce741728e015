"""Mục lục hồ sơ, tài liệu nộp lưu (decree 30 Phụ lục V; output V.6): the files of a year that were handed in, those kept for ever
without the column of terms."""

import io
from collections.abc import Iterator, Sequence

from django.template.loader import render_to_string
from django.utils import timezone

from casefiles.due import first_due
from casefiles.models import CaseFile, KeptLonger
from documents.layout.dates import date_text
from documents.layout.engine import write_pdf
from documents.layout.ruled import Ruled
from orgs.models import Organisation, Unit
from ui.spreadsheet import write_rows

COLUMNS = [
    ("Số TT", 14), ("Số, ký hiệu hồ sơ", 25), ("Tiêu đề hồ sơ", 90), ("Thời gian tài liệu", 38), ("Thời hạn bảo quản", 25),
    ("Số trang", 18), ("Ghi chú", 30),
]  # fmt: skip
TERM = 4  # the column that the permanent one does not have
_CSS = """@page { size: A4 landscape; margin: 25mm } body { font-family: Tinos; font-size: 14pt; text-align: center }
h1 { font-size: 18pt; font-weight: bold; margin: 25mm 0 2mm } p { text-indent: 0 } .left { float: left; width: 44% } .right { float: right; width: 54% }
.end { clear: both; margin-top: 14mm; text-align: left } .sign { margin: 10mm 0 0 55% }"""


def columns(*, forever: bool) -> list[tuple[str, int]]:
    return [one for n, one in enumerate(COLUMNS) if not (forever and n == TERM)]


def rows(files: Sequence[CaseFile], *, forever: bool) -> Iterator[list[str]]:
    for number, one in enumerate(files, start=1):
        time = f"{one.started_on:%d/%m/%Y} – {one.ended_on:%d/%m/%Y}" if one.ended_on else ""
        row = [str(number), one.code, one.title, time, one.term_words, str(one.pages or ""), one.note]
        yield [cell for n, cell in enumerate(row) if not (forever and n == TERM)]


def register_pdf(
    office: Organisation, year: int, files: Sequence[CaseFile], *, forever: bool, unit: Unit | None = None
) -> bytes:
    """`unit`: who hands these in together; it then stands in the second line of the letterhead, as the form has it."""
    context = {"office": office, "unit": unit, "year": year, "count": len(files), "forever": forever}
    cover = write_pdf(render_to_string("casefiles/register_cover.html", context), _CSS)
    running = (office.name, "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU", f"Năm {year}")
    book = Ruled(cover, columns(forever=forever), running=running)
    for row in rows(files, forever=forever):
        book.add(row)
    return book.finish()


def register_xlsx(office: Organisation, year: int, files: Sequence[CaseFile], *, forever: bool) -> bytes:
    out, found = io.BytesIO(), columns(forever=forever)
    kind = "Bảo quản vĩnh viễn" if forever else "Bảo quản có thời hạn"
    write_rows(
        out, title="Mục lục hồ sơ, tài liệu nộp lưu", head=[office.name, kind, f"Năm {year}", f"Mục lục này gồm: {len(files)} hồ sơ"],
        columns=[(words, max(width // 2, 9)) for words, width in found], rows=rows(files, forever=forever),
        under=[f"({n})" for n in range(1, len(found) + 1)],
    )  # fmt: skip
    return out.getvalue()


KEPT_COLUMNS = [
    ("Số TT", 14), ("Số, ký hiệu hồ sơ", 28), ("Tiêu đề hồ sơ", 90), ("Người lập", 36), ("Đến hạn nộp", 24), ("Giữ đến", 24),
    ("Lý do", 50), ("Văn bản đồng ý", 34),
]  # fmt: skip


def kept_pdf(office: Organisation, kept: Sequence[KeptLonger]) -> bytes:
    """Danh mục hồ sơ, tài liệu giữ lại (decree 30 art. 31.3d), for the archive of the office."""
    context = {
        "office": office,
        "count": len({one.case_id for one in kept}),
        "on": date_text(timezone.localdate()),
    }
    cover = write_pdf(render_to_string("casefiles/kept_cover.html", context), _CSS)
    book = Ruled(cover, KEPT_COLUMNS, running=(office.name, "DANH MỤC HỒ SƠ, TÀI LIỆU GIỮ LẠI", ""))
    for number, one in enumerate(kept, start=1):
        case, due = one.case, first_due(one.case)
        consent = one.paper.code if one.paper_id else one.name
        book.add([
            str(number), f"{case.code} ({case.year})", case.title, str(case.creator.user), f"{due:%d/%m/%Y}" if due else "",
            f"{one.until:%d/%m/%Y}", one.reason, consent,
        ])  # fmt: skip
    return book.finish()
