"""The book on paper, read back: on its side, cover and first page, the head and its numbers on every page."""

import io

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.outgoing.by_hand import post_paper
from documents.layout.engine import write_pdf
from documents.layout.hand import Hand
from documents.layout.ruled import Ruled
from documents.pdf import text_lines
from orgs.models import Unit
from progress.actions import making
from progress.models import MadeReport
from progress.reports.registers import files, lines
from progress.reports.registers.books import BOOKS
from progress.views import register as view
from tests.documents.desks import at_desk, directed, registered, words
from tests.progress.registers.test_books import issued
from tests.progress.registers.the_law import TITLES, columns, sheet, texts


def test_a_book_is_printed_with_its_cover_its_head_and_its_numbers_on_every_page(office):
    for number in range(1, 41):
        registered(
            office, number=f"{number}", subject=f"Về việc thứ {number} của công tác văn thư, lưu trữ năm nay"
        )
    answer = at_desk(office.lan).get(f"{reverse('book_arrived')}?as=pdf&volume=2")
    assert answer["Content-Type"] == "application/pdf" and ".pdf" in answer["Content-Disposition"]
    pages, today = texts(answer.content), f"{timezone.localdate():%d/%m/%Y}"
    assert len(pages) >= 4
    for cover in pages[:2]:  # bìa, trang đầu
        for said in (
            "UBND THÀNH PHỐ HÀ NỘI", "SỞ NỘI VỤ", TITLES["arrived"], f"Năm: {timezone.localdate().year}",
            f"Từ ngày {today} đến ngày {today}", "Từ số 01 đến số 40", "Quyển số: 2",
        ):  # fmt: skip
            assert said in cover
    for n, page in enumerate(pages[2:], start=1):
        at = [
            page.index(one) for one in ("Ngày đến", "Số đến", "Tác giả", "Ngày chuyển", "Ký nhận", "Ghi chú")
        ]
        assert at == sorted(at) and "(1) (2) (3) (4) (5) (6) (7) (8) (9) (10)" in page
        assert f"Trang {n}/{len(pages) - 2}" in page and TITLES["arrived"] in page
    for page in pypdfium2.PdfDocument(answer.content):
        assert [round(side) for side in page.get_size()] == [842, 595]
    numbers = [n for n in range(1, 41) if f"Về việc thứ {n} của" in " ".join(pages)]
    assert numbers == list(range(1, 41))


def test_a_book_cut_down_to_a_kind_or_a_room_does_not_pass_for_the_whole(office):
    directed(office, kind="QĐ")
    client, query = at_desk(office.lan), f"kind=QĐ&unit={office.room.pk}"
    said = f"Trích: loại Quyết định, đơn vị {office.room}"
    here = reverse("book_arrived")
    pages = texts(client.get(f"{here}?{query}&as=pdf").content)
    assert len(pages) == 3 and all(said in page for page in pages)
    rows = sheet(client.get(f"{here}?{query}&as=xlsx").content)
    assert [said] in rows
    client.post(f"{reverse('book_make')}?{query}", {"book": "arrived"})
    assert said in MadeReport.objects.get().title
    assert "Trích" not in " ".join(texts(client.get(f"{here}?as=pdf").content))


def test_a_book_whose_filter_is_gone_is_not_made_whole(office):
    directed(office)
    gone = Unit.objects.create(organisation=office.home_affairs, name="Phòng Sẽ bỏ")
    client = at_desk(office.lan)
    url = client.post(f"{reverse('book_make')}?unit={gone.pk}", {"book": "arrived"}).url
    gone.delete()
    assert making.make_waiting() == 0
    assert MadeReport.objects.get().state == MadeReport.State.FAILED
    assert "Bộ lọc không còn dùng được: đơn vị không thuộc cơ quan." in words(client.get(url))


def test_what_is_entered_while_a_book_is_made_is_not_in_it(office, monkeypatch):
    registered(office, number="1", subject="Về việc trước")
    real = files._ruled

    def slow(*about):
        registered(office, number="2", subject="Về việc sau")
        return real(*about)

    monkeypatch.setattr(files, "_ruled", slow)
    pages = texts(at_desk(office.lan).get(f"{reverse('book_arrived')}?as=pdf").content)
    assert "Từ số 01 đến số 01" in pages[0]
    assert "Về việc trước" in pages[2] and "Về việc sau" not in pages[2]


def test_the_cover_of_the_book_of_the_post_leaves_its_numbers_to_the_hand(office):
    paper, now = issued(office), timezone.now()
    post_paper(paper, by=office.lan, at=now, day=timezone.localdate(now), recipient="A", envelopes=1)
    cover = texts(at_desk(office.lan).get(f"{reverse('book_posted')}?as=pdf").content)[0]
    assert "Từ số …… đến số ……" in cover


@pytest.mark.parametrize("name", BOOKS)
def test_every_book_can_be_printed_and_an_empty_one_says_so(office, name):
    pages = texts(at_desk(office.lan).get(f"{reverse(f'book_{name}')}?as=pdf").content)
    assert len(pages) == 3 and "Sổ chưa có dòng nào." in pages[2]
    found = pages[2].replace(" ", "")
    assert all(words.replace(" ", "") in found for words in columns(name) if len(words) < 12)
    assert ("Từ số" in pages[0]) is (name != "handled")  # the law asks for none there


def test_the_book_is_pdf_a_with_its_fonts_inside_and_can_be_searched(office):
    directed(office, subject="Về việc đánh số ượ")
    data = at_desk(office.lan).get(f"{reverse('book_arrived')}?as=pdf").content
    assert "ượ" in " ".join(text_lines(data)[2])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        with pdf.open_metadata() as about:
            assert about.pdfa_status == "2B"
        fonts = pdf.pages[2].Resources.Font
        assert all("/FontFile2" in one.DescendantFonts[0].FontDescriptor for one in fonts.values())


def ruled(*columns_of, running=("Sở", "SỔ", "2026")) -> Ruled:
    cover = write_pdf(
        "<html><head><title>Sổ</title></head><body>Bìa</body></html>", "@page{size:A4 landscape}"
    )
    return Ruled(cover, columns_of, running=running)


def test_a_line_longer_than_a_page_goes_on_on_the_next_and_loses_nothing():
    book = ruled(("Số", 10), ("Trích yếu", 40))
    book.add(["01", " ".join(f"chữ{n}" for n in range(5000))])
    book.add(["02", "sau đó"])
    pages = texts(book.finish())
    said = " ".join(pages)
    assert len(pages) > 3 and all(f"chữ{n}" in said for n in range(5000)) and "sau đó" in pages[-1]
    assert all("(1) (2)" in page for page in pages[1:])


def test_words_that_are_too_long_or_cannot_be_written_break_nothing():
    book = ruled(("Số", 10), ("Trích yếu", 10), ("Ghi chú", 10))
    book.add(
        [
            "1234567890123456789/QĐ-UBND-ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3,
            "x" * 400,
            "😀 \x00 漢 a\u0301\tb\r\nc",
        ]
    )
    book.add(["", "", ""])
    pages = texts(book.finish())
    assert "c" in pages[1] and len(pages) == 2


@pytest.mark.parametrize("word", ["a-" * 1000, "1/" * 1000, "x" * 2000])
def test_a_word_of_a_thousand_joints_is_broken_and_loses_nothing(word):
    lines = Hand("Regular").wrap(word, 142)
    assert "".join(lines) == word and len(lines) > 10
    assert all(Hand("Regular").width(line) <= 142 for line in lines)


def test_a_long_name_of_an_office_leaves_the_title_room():
    title, year = "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN", "Năm 2026, DEN"
    book = ruled(("Số", 10), ("Trích yếu", 30), running=("Trung tâm " * 20, title, year))
    (_, left, x), (hand, middle, at), _ = book._running
    assert x + book._plain.width(left, 9) < at and left.endswith("…") and middle == title
    page = texts(book.finish())[1]
    assert title in page and year in page and "Trung tâm Trung tâm" in page
    book = ruled(("Số", 10), running=("Sở Nội vụ", title * 9, year))
    (_, left, _), (hand, middle, at), (_, _, right) = book._running
    assert left == "Sở Nội vụ" and middle.endswith("…") and at + hand.width(middle, 9) < right


def test_what_was_broken_over_two_lines_is_found_whole():
    book = ruled(("Số", 10), ("Trích yếu", 30))
    book.add(
        [
            "12345678901234/QĐ-UBND-ABC",
            "Về việc báo cáo công tác văn thư, lưu trữ của các cơ quan, đơn vị năm nay " * 3,
        ]
    )
    page = texts(book.finish())[1]
    assert "12345678901234/QĐ-UBND-ABC" in page and "của các cơ quan, đơn vị năm nay Về việc báo cáo" in page


def test_a_long_book_is_made_by_the_worker_with_its_bar_and_says_the_same(office, monkeypatch):
    for number in "123":
        directed(office, number=number, subject=f"Về việc {number}")
    monkeypatch.setattr(view, "AT_ONCE", 2)
    client, here = at_desk(office.lan), reverse("book_arrived")
    page = client.get(here)
    assert "Lập sổ (PDF, XLSX)" in words(page)
    answer = client.get(f"{here}?as=pdf", follow=True)
    assert answer["Content-Type"].startswith("text/html") and "được lập riêng" in words(answer)
    answer = client.post(f"{reverse('book_make')}?last=2", {"book": "arrived"})
    made = MadeReport.objects.get()
    assert answer.url == reverse("made_report", args=[made.pk]) and "Chờ lập: 0%" in words(
        client.get(answer.url)
    )
    told = []
    files = making.book_files

    def watched(asked, *, said):
        def hear(part):
            said(part)
            told.append(words(client.get(answer.url)))

        return files(asked, said=hear)

    monkeypatch.setattr(making, "book_files", watched)
    assert making.make_waiting() == 1
    assert any("Đang lập: 95%" in one for one in told)
    page = words(client.get(answer.url))
    assert "Tải PDF" in page and "Mở sổ lúc này" in page
    pages = texts(client.get(reverse("made_report_file", args=[made.pk, "pdf"])).content)
    assert "Từ số 01 đến số 02" in pages[0] and "Về việc 2" in pages[2] and "Về việc 3" not in pages[2]
    rows = sheet(client.get(reverse("made_report_file", args=[made.pk, "xlsx"])).content)
    assert columns("arrived") in rows and len(rows) == rows.index(columns("arrived")) + 4
    for post in (office.dung, office.khach, office.minh):
        assert at_desk(post).get(answer.url).status_code == 404


def test_who_may_no_more_read_the_books_gets_none_that_was_made(office):
    directed(office)
    client = at_desk(office.lan)
    url = client.post(reverse("book_make"), {"book": "arrived"}).url
    made = MadeReport.objects.get()
    assert making.make_waiting() == 1 and client.get(url).status_code == 200
    type(office.lan).objects.filter(pk=office.lan.pk).update(role="officer")
    assert client.get(url).status_code == 404
    assert client.get(reverse("made_report_file", args=[made.pk, "pdf"])).status_code == 404
    assert client.post(reverse("book_make"), {"book": "arrived"}).status_code == 404
    assert at_desk(office.dung).post(reverse("book_make"), {"book": "x"}).status_code == 404


def test_a_book_asked_for_while_many_wait_is_refused_with_a_sentence(office, monkeypatch):
    monkeypatch.setattr(making, "WAITING_AT_ONCE", 1)
    client = at_desk(office.lan)
    for name in ("arrived", "arrived"):
        client.post(reverse("book_make"), {"book": name})
    assert MadeReport.objects.count() == 1  # asked twice, made once
    assert "chờ lập" in words(client.post(reverse("book_make"), {"book": "issued"}, follow=True))


def test_a_thousand_lines_are_read_some_hundred_at_a_time(office, monkeypatch):
    """What is held at once is what one piece holds, whatever the book."""
    for number in "12345":
        registered(office, number=number)
    monkeypatch.setattr(files, "AT_ONCE", 2)
    pieces, real = [], lines._leads
    monkeypatch.setattr(lines, "_leads", lambda rows: pieces.append(len(rows)) or real(rows))
    at_desk(office.lan).get(f"{reverse('book_arrived')}?as=xlsx")
    assert pieces == [2, 2, 1]
