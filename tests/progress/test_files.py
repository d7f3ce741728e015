"""A report taken along: a sheet whose numbers are numbers, a printed page; both say what the page says."""

import io
import zipfile

import pikepdf
import pytest
from django.urls import reverse
from lxml import etree

from progress.reports.all import REPORTS
from progress.reports.spreadsheet import Sheet, write
from tests.documents.desks import at_desk, directed

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


def test_of_an_office_below_there_is_no_book(office):
    directed(office, subject="Chuyện nội bộ")
    for scope in ("all", office.home_affairs.pk):
        answer = at_desk(office.tu).get(f"{reverse('report_book_in')}?class=total&org={scope}")
        assert answer.context["books"] == [] and "Chuyện nội bộ" not in answer.content.decode()
