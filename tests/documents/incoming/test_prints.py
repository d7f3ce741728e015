"""What is printed beside a paper: the arrival stamp over its first page, the handling slip; the stored file stays as it is."""

import io

import pikepdf
import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.work import assignments as work
from documents.layout.engine import write_pdf
from documents.models import Assignment, Incoming
from documents.pdf import PdfError, stamped
from documents.pdf.stamping import HIGH, WIDE
from tests.documents.desks import at_desk, directed, pdf_saying, registered, stored, task_of

MM = 72 / 25.4


def text(data: bytes, page: int = 0) -> str:
    found = pypdfium2.PdfDocument(data)[page].get_textpage().get_text_bounded()
    return " ".join(found.split())


def stamp_of(paper, post, query="") -> bytes:
    answer = at_desk(post).get(reverse("incoming_stamp", args=[paper.pk]) + query)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return answer.content


def frame(data: bytes) -> tuple[float, float, float, float]:
    """Where red ink lies on page one: left, top, width and height in millimetres."""
    picture = pypdfium2.PdfDocument(data)[0].render(scale=2).to_pil().convert("RGB")
    dots = [
        (n % picture.width, n // picture.width)
        for n, (red, green, blue) in enumerate(picture.getdata() if not hasattr(picture, "get_flattened_data") else picture.get_flattened_data())
        if red > 140 and green < 110 and blue < 110
    ]  # fmt: skip
    xs, ys = zip(*dots, strict=True)
    at = 2 * MM
    return min(xs) / at, min(ys) / at, (max(xs) - min(xs)) / at, (max(ys) - min(ys)) / at


def with_file(paper, data: bytes) -> Incoming:
    paper.files.update(blob=stored(data))
    return paper


def test_the_stamp_says_number_day_and_whom_it_was_passed_to_and_is_fifty_by_thirty_five(office):
    paper = with_file(directed(office), pdf_saying("Sở Nội vụ nhận được công văn"))
    before = blobs.read(paper.files.get().blob)
    made = stamp_of(paper, office.lan)
    said = text(made)
    for one in ("SỞ NỘI VỤ", "ĐẾN", "Số: 01", f"Ngày: {paper.arrival_date:%d/%m/%Y}", "Chuyển: Phòng Tổ chức", "Số và ký hiệu HS:"):  # fmt: skip
        assert one in said
    assert "Sở Nội vụ nhận được công văn" in said  # over the paper's own first page
    _, _, wide, high = frame(made)
    assert wide == pytest.approx(50, abs=0.8) and high == pytest.approx(35, abs=0.8)
    assert blobs.read(paper.files.get().blob) == before


def test_it_lies_where_nothing_is_written(office):
    """The left half under the number is full of words: it goes below the date."""
    words = "".join(f"<p style='margin:0;width:95mm'>{'chữ ' * 14}</p>" for _ in range(60))
    full = write_pdf(f"<html><body>{words}</body></html>", "@page{size:A4;margin:15mm}")
    left, *_ = frame(stamp_of(with_file(directed(office), full), office.lan))
    assert left > 100
    left, top, _, _ = frame(stamp_of(with_file(registered(office, number="7"), pdf_saying("a")), office.lan))
    assert left < 40 and 45 < top < 120


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_on_a_page_that_is_turned_it_stands_upright_where_it_is_seen(turned):
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842) if turned in (0, 180) else (842, 595))
        pdf.pages[0].rotate(turned, relative=False)
        pdf.save(page)
    mark = write_pdf(
        "<html><body><div style='background:#b3001b;height:35mm'></div></body></html>",
        "@page{size:50mm 35mm;margin:0} body{margin:0}",
    )
    left, top, wide, high = frame(stamped(page.getvalue(), mark))
    assert (left, top) == (pytest.approx(25, abs=1), pytest.approx(52, abs=1))
    assert (wide, high) == (pytest.approx(WIDE, abs=1), pytest.approx(HIGH, abs=1))


def test_alone_it_is_printed_onto_the_paper_that_came(office):
    paper = with_file(registered(office), pdf_saying("Nội dung của nơi gửi"))
    made = stamp_of(paper, office.lan, "?as=alone")
    assert "ĐẾN" in text(made) and "Nội dung của nơi gửi" not in text(made)
    assert [round(side) for side in pypdfium2.PdfDocument(made)[0].get_size()] == [595, 842]
    paper.files.update(blob=None)
    assert "ĐẾN" in text(stamp_of(paper, office.lan))  # what was destroyed has a stamp to print all the same


def test_a_paper_that_is_not_in_the_book_has_no_stamp_and_a_broken_file_is_a_sentence(office):
    paper = office.paper()
    answer = at_desk(office.lan).get(reverse("incoming_stamp", args=[paper.pk]), follow=True)
    assert "chưa vào sổ" in answer.content.decode()
    broken = with_file(registered(office, number="8"), b"%PDF-1.4 broken %%EOF")
    answer = at_desk(office.lan).get(reverse("incoming_stamp", args=[broken.pk]), follow=True)
    assert "hãy in dấu riêng" in answer.content.decode()
    with pytest.raises(PdfError):
        stamped(b"no pdf", write_pdf("<p>x</p>"))


def test_the_handling_slip_is_filled_from_direction_handing_on_and_result(office):
    until = timezone.localdate()
    paper = directed(office, lead=office.hoa, support=[office.thao], due_on=until, subject="Về việc phiếu")
    work.hand_on(
        task_of(paper, office.hoa),
        by=office.hoa,
        at=timezone.now(),
        text="Dự thảo trả lời.",
        lead=office.minh,
    )
    Assignment.objects.filter(assignee=office.minh).update(
        result="Đề xuất trả lời Bộ.", done_at=timezone.now()
    )
    answer = at_desk(office.lan).get(reverse("incoming_handling_slip", args=[paper.pk]))
    said = text(answer.content)
    order = [
        "SỞ NỘI VỤ", "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN", "Công văn số 123/BNV-TCCB", "Về việc phiếu",
        "1. Ý kiến của lãnh đạo cơ quan, tổ chức", "Chủ trì tham mưu.", "Phạm Tiến Dũng, Giám đốc",
        "Đơn vị, cá nhân chủ trì: Lê Thu Hoa", f"thời hạn: {until:%d/%m/%Y}", "Đơn vị, cá nhân phối hợp: Vũ Phương Thảo",
        "2. Ý kiến của lãnh đạo đơn vị", "Trần Quang Minh", "Dự thảo trả lời.",
        "3. Ý kiến đề xuất của người giải quyết", "Đề xuất trả lời Bộ.",
    ]  # fmt: skip
    at = [said.find(one) for one in order]
    assert -1 not in at and at[4:] == sorted(at[4:])


def test_an_empty_slip_leaves_room_to_write(office):
    paper = registered(office)
    said = text(at_desk(office.lan).get(reverse("incoming_handling_slip", args=[paper.pk])).content)
    assert "3. Ý kiến đề xuất của người giải quyết" in said and "………" in said


@pytest.mark.parametrize("name", ["incoming_stamp", "incoming_handling_slip"])
def test_a_stranger_finds_nothing_and_the_print_asks_little(office, name):
    paper = directed(office)
    url = reverse(name, args=[paper.pk])
    assert at_desk(office.khach).get(url).status_code == 404
    client = at_desk(office.lan)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url)["Content-Disposition"].startswith("attachment")
    assert len(queries) <= 10
