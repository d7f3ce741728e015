"""A report taken along: a sheet whose numbers are numbers, a printed page; both say what the page says."""

import io
import zipfile

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from documents.models import Outgoing
from progress.reports.all import REPORTS
from progress.reports.register import LINES
from progress.reports.spreadsheet import Sheet, write
from tests.documents.desks import at_desk, directed, outgoing

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(data: bytes) -> list[list]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        words = [
            "".join(one.itertext())
            for one in etree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{S}si")
        ]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert sheet.find(f".//{S}f") is None  # no formula
        return [
            [words[int(cell.find(f"{S}v").text)] if cell.get("t") == "s" else float(cell.find(f"{S}v").text) for cell in row if cell.find(f"{S}v") is not None]
            for row in sheet.iter(f"{S}row")
        ]  # fmt: skip


def test_the_sheet_holds_the_figures_as_numbers(office):
    for number in "12":
        directed(office, number=number)
    answer = at_desk(office.dung).get(f"{reverse('report_papers_in')}?as=xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet") and ".xlsx" in answer["Content-Disposition"]
    rows = cells(answer.content)
    assert ["Phòng Tổ chức", 2.0, 0.0, 0.0, 0.0, 0.0, 2.0] in [row[:7] for row in rows]
    assert rows[0] == ["Tình hình xử lý văn bản đến"] and rows[1] == ["Sở Nội vụ"]


def test_a_name_that_looks_like_a_formula_stays_a_name():
    data = write(Sheet("=1+1", ("=2",), ("a", "b"), (('=HYPERLINK("http://x")', 1),)))
    assert ['=HYPERLINK("http://x")', 1.0] in cells(data)


@pytest.mark.parametrize("name", REPORTS)
def test_the_printed_page_lies_on_its_side_and_says_the_same(office, name):
    directed(office)
    answer = at_desk(office.dung).get(f"{reverse(f'report_{name}')}?as=pdf")
    assert answer["Content-Type"] == "application/pdf" and ".pdf" in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        _, _, wide, high = pdf.pages[0].mediabox
        assert wide > high


def test_the_register_is_written_out_with_the_ten_columns_of_the_decree(office):
    paper = directed(office, number="77", subject="Về việc mở sổ")
    client = at_desk(office.dung)
    page = client.get(f"{reverse('report_book_in')}?class=total")
    assert "Tải sổ (XLSX)" in page.content.decode()
    answer = client.get(f"{reverse('report_book_in')}?class=total&as=xlsx")
    rows = cells(answer.content)
    head = next(n for n, row in enumerate(rows) if row[:2] == ["Ngày đến", "Số đến"])
    assert len(rows[head]) == 10
    line = rows[head + 1]
    assert (
        line[1] == f"{paper.arrival_number}" and "Về việc mở sổ" in line[5] and "Trần Quang Minh" in line[6]
    )
    assert client.get(f"{reverse('report_book_in')}?class=total&as=pdf").content.startswith(b"%PDF")


def test_the_register_of_what_left_names_where_it_went(office):
    issued = outgoing(office, state="issued", subject="Về việc gửi đi")
    Outgoing.objects.filter(pk=issued.pk).update(issued_at=timezone.now(), number="5", notation="SNV-TC")
    answer = at_desk(office.dung).get(f"{reverse('report_book_out')}?class=total&as=xlsx")
    rows = cells(answer.content)
    assert any(row[0] == "5/SNV-TC" and "Về việc gửi đi" in " ".join(map(str, row)) for row in rows if row)


def test_a_book_too_long_for_a_page_is_not_written(office, monkeypatch):
    monkeypatch.setitem(LINES, "pdf", 1)
    for number in "12":
        directed(office, number=number)
    answer = at_desk(office.dung).get(f"{reverse('report_book_in')}?class=total&as=pdf", follow=True)
    assert "Hãy chọn kỳ ngắn hơn" in answer.content.decode()


def test_of_an_office_below_there_is_no_book(office):
    directed(office, subject="Chuyện nội bộ")
    for scope in ("all", office.home_affairs.pk):
        answer = at_desk(office.tu).get(f"{reverse('report_book_in')}?class=total&as=xlsx&org={scope}")
        assert (
            answer["Content-Type"].startswith("text/html") and "Chuyện nội bộ" not in answer.content.decode()
        )
