"""A list as an .xlsx: what the page shows, no more; words stay words; and only so many rows."""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.pdf import text_lines
from documents.views.lists import file
from tests.documents.desks import at_desk, directed, outgoing, registered, words
from tests.documents.work.asking import consulted

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet(answer) -> list[list[str]]:
    """The cells of the file as they are written."""
    assert answer["Content-Type"].endswith("spreadsheetml.sheet"), words(answer)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert page.findall(".//m:f", SPACE) == [], "a formula"
    rows = []
    for row in page.findall(".//m:row", SPACE):
        rows.append(
            ["".join(cell.itertext()) for cell in row.findall("m:c", SPACE)],
        )
    return rows


def test_it_holds_the_list_under_its_filter_with_its_columns(office):
    registered(office, number="1", subject="Việc khẩn", urgency=2, signer_name="Trần Văn Ký")
    registered(office, number="2", subject="Việc thường")
    lan = at_desk(office.lan)
    lan.post("/danh-sach/", {"list": "incoming", "column": ["number", "due", "signer"], "columns": "1"})
    page = lan.get("/van-ban-den/?box=all&urgency=2&older=x")
    answer = lan.get(page.context["file_url"])
    assert answer["Content-Disposition"].startswith('attachment; filename="van-ban-den-')
    title, who, when, top, *rows = sheet(answer)
    assert title == ["Văn bản đến – Tất cả"] and "Sở Nội vụ" in who[0] and "Xuất lúc" in when[0]
    assert top == ["Số đến", "Ngày", "Trích yếu", "Độ khẩn", "Người ký", "Hạn", "Thời hạn"]
    (row,) = rows
    assert row[0] == "1" and row[2:5] == ["Việc khẩn", "Thượng khẩn", "Trần Văn Ký"]
    assert int(row[1]) == (timezone.localdate() - date(1899, 12, 30)).days, "a day, not words"


def test_what_was_found_can_be_had_as_a_pdf_on_its_side(office):
    registered(office, number="1", subject="Góp ý <b> & sửa", urgency=2)
    registered(office, number="2", subject="Việc khác")
    lan = at_desk(office.lan)
    answer = lan.get(lan.get("/tim/?q=gop y").context["pdf_url"])
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="ket-qua-tim-')
    data = b"".join(answer.streaming_content)
    pages = [" ".join(lines) for lines in text_lines(data)]
    assert "Sở Nội vụ" in pages[0] and "Xuất lúc" in pages[0]
    assert (
        "Góp ý <b> & sửa" in pages[1]
        and "Thượng khẩn" in pages[1]
        and "Trang 1/1" in pages[1]
        and f"{timezone.localdate():%d/%m/%Y}" in pages[1]
    )
    assert not any("Việc khác" in page for page in pages)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert all(round(page.mediabox[2]) == 842 and round(page.mediabox[3]) == 595 for page in pdf.pages)


def test_what_was_found_can_be_had_as_a_word_file(office):
    registered(office, number="1", subject="Về việc <b>báo cáo</b> & góp ý", urgency=2)
    registered(office, number="2", subject="Việc khác")
    lan = at_desk(office.lan)
    answer = lan.get(lan.get("/tim/?q=gop y").context["word_url"])
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert answer["Content-Disposition"].startswith('attachment; filename="ket-qua-tim-')
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        document = ElementTree.fromstring(archive.read("word/document.xml"))
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    rows = [
        ["".join(cell.itertext()) for cell in row.iter(f"{word}tc")] for row in document.iter(f"{word}tr")
    ]
    assert "Trích yếu" in rows[0] and len(rows) == 2
    assert "Về việc <b>báo cáo</b> & góp ý" in rows[1] and "Thượng khẩn" in rows[1]
    assert f"{timezone.localdate():%d/%m/%Y}" in rows[1]


def test_words_that_look_like_formulas_stay_words(office):
    registered(office, number="1", subject='=HYPERLINK("http://x","bấm")', signer_name="+cmd|' /C calc'!A0")
    lan = at_desk(office.lan)
    lan.post("/danh-sach/", {"list": "incoming", "column": ["signer"], "columns": "1"})
    said = sheet(lan.get("/van-ban-den/?box=all&as=xlsx"))[-1]
    assert '=HYPERLINK("http://x","bấm")' in said and "+cmd|' /C calc'!A0" in said


def test_nobody_gets_more_than_the_list_shows_them(office):
    directed(office, number="1", subject="Của Minh")
    registered(office, number="2", subject="Không của Minh")
    mine = sheet(at_desk(office.minh).get("/van-ban-den/?box=all&as=xlsx"))
    assert [row[4] for row in mine[4:]] == ["Của Minh"]
    assert len(sheet(at_desk(office.khach).get("/van-ban-den/?box=all&as=xlsx"))) == 4


def test_every_list_can_be_had(office):
    paper = directed(office, number="1", subject="Về việc báo cáo")
    outgoing(office, state="format_checked")
    consulted(office, paper=paper, by=office.dung, asked=[office.minh])
    for who, url in (
        (office.lan, "/van-ban-di/?box=all"),
        (office.minh, "/cong-viec/?box=new"),
        (office.dung, "/cong-viec/?box=extension"),
        (office.minh, "/y-kien/?box=asked"),
        (office.dung, "/y-kien/?box=asking"),
        (office.lan, "/tim/?q=bao cao"),
    ):
        rows = sheet(at_desk(who).get(f"{url}&as=xlsx"))
        assert len(rows) == (4 if "extension" in url else 5), url
        assert len(rows[3]) == 10, rows[3]


def test_too_many_rows_are_refused_in_a_sentence(office, monkeypatch):
    monkeypatch.setattr(file, "MOST", {"xlsx": 2, "docx": 1})
    for number in "123":
        registered(office, number=number)
    answer = at_desk(office.lan).get("/van-ban-den/?box=all&as=xlsx", follow=True)
    assert answer.redirect_chain == [("/van-ban-den/?box=all", 302)]
    assert "Danh sách có hơn 2 dòng" in words(answer)


@pytest.mark.parametrize("pieces", [1, 500])
def test_queries_follow_the_pieces_and_not_the_rows(office, monkeypatch, pieces):
    monkeypatch.setattr(file, "AT_ONCE", pieces)
    client = at_desk(office.lan)
    for number in "123":
        registered(office, number=number)
    client.get("/van-ban-den/?box=all")
    with CaptureQueriesContext(connection) as queries:
        assert len(sheet(client.get("/van-ban-den/?box=all&as=xlsx"))) == 7
    assert len(queries) <= (12 if pieces == 1 else 10)


def test_a_printed_page_names_the_day_and_who_printed_it(office):
    page = at_desk(office.lan).get("/van-ban-den/")
    said = f"In từ hệ thống ngày {timezone.localdate():%d/%m/%Y} bởi {office.lan.user} ({office.lan})"
    assert said in words(page) and 'class="print-only small"' in page.content.decode()
