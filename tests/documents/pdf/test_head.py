"""What the head of a paper says of itself, read from the places of its words (decree 30 Phụ lục I, boxes 2 to 5)."""

import datetime as dt

import pytest
from weasyprint import HTML

from documents.layout import prepare, render
from documents.pdf import Head, Line, head_lines, head_of
from tests.documents.papers import DECISION, LETTER

LEFT = "position:absolute; left:20mm; width:70mm; text-align:center"
RIGHT = "position:absolute; left:95mm; width:95mm; text-align:center"


def scanned(*, office="BỘ NỘI VỤ", number="Số: 2296/BNV-TGCP", day="Hà Nội, ngày 25 tháng 11 năm 2026",
            about="V/v quản lý lễ hội", body="Kính gửi: Sở Nội vụ") -> bytes:  # fmt: skip
    """A letter as other programs draw it: words at their places, no form fields."""
    return HTML(
        string=f"""
        <style>@page {{ size: A4; margin: 0 }} body {{ font: 13pt serif; line-height: 1.35 }}</style>
        <div style="{LEFT}; top:20mm"><b>{office}</b><br>─────<br>{number}<br><span style="font-size:11pt">{about}</span></div>
        <div style="{RIGHT}; top:20mm">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc<br><i>{day}</i></div>
        <div style="position:absolute; left:30mm; width:160mm; top:65mm">{body}</div>"""
    ).write_pdf()


def written(day: dt.date) -> str:
    return f"Hà Nội, ngày {day:%d} tháng {day:%m} năm {day:%Y}"


def read(pdf: bytes) -> Head:
    return head_of(head_lines(pdf))


def test_a_letter_of_another_program():
    assert read(scanned()) == Head(
        "2296", "BNV-TGCP", dt.date(2026, 11, 25), ("BỘ NỘI VỤ",), "CV", "Về việc quản lý lễ hội"
    )


def test_our_own_letter_and_decision_whose_number_is_a_form_field():
    letter, decision = read(prepare(render(LETTER))), read(prepare(render(DECISION)))
    assert (letter.number, letter.notation, letter.issued_on) == ("", "SNV-TCBC", None)
    assert letter.letterhead == ("UBND THÀNH PHỐ HÀ NỘI", "SỞ NỘI VỤ")
    assert letter.subject == "Về việc đề nghị báo cáo kết quả sắp xếp tổ chức bộ máy năm 2026"
    assert (decision.kind, decision.notation) == ("QĐ", "QĐ-UBND")
    assert decision.letterhead == ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI")
    assert decision.subject == "Về việc phê duyệt Kế hoạch số hóa, lưu trữ và ký số văn bản điện tử"


@pytest.mark.parametrize(
    "number, found",
    [
        ("Số: 15/2026/NĐ-CP", ("15", "2026/NĐ-CP")),
        ("Số 12-CV/TU", ("12", "CV/TU")),
        ("Số:       /BNV-VP", ("", "BNV-VP")),
        ("Số: 07 / QĐ - UBND", ("07", "QĐ-UBND")),
        ("Số: 45a/KH-UBND", ("45a", "KH-UBND")),
        ("Số lượng: 5/7 người dự họp", ("", "")),
        ("Điện thoại: 024", ("", "")),
    ],
)
def test_numbers_as_offices_write_them(number, found):
    head = read(scanned(number=number))
    assert (head.number, head.notation) == found


@pytest.mark.parametrize(
    "day, found",
    [
        ("Đồng Nai, ngày 5 tháng 3 năm 2026", dt.date(2026, 3, 5)),
        ("Hà Nội, ngày 5 tháng 3 năm<br>2026", dt.date(2026, 3, 5)),
        ("Hà Nội, ngày    tháng    năm 2026", None),
        ("Hà Nội, ngày 31 tháng 02 năm 2026", None),
        ("Hà Nội", None),
    ],
)
def test_days_as_offices_write_them(day, found):
    assert read(scanned(day=day)).issued_on == found


def test_a_day_in_the_body_is_not_the_day_of_the_paper():
    body = "Thực hiện Kế hoạch số 112/KH-UBND, ngày 05 tháng 3 năm 2026, đề nghị các đơn vị"
    assert read(scanned(day="Hà Nội", body=body)).issued_on is None


def test_a_name_broken_over_two_lines_and_a_superior():
    head = read(scanned(office="UBND TP HÀ NỘI<br>SỞ GIÁO DỤC<br>VÀ ĐÀO TẠO"))
    assert head.letterhead == ("UBND TP HÀ NỘI", "SỞ GIÁO DỤC", "VÀ ĐÀO TẠO")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line("Số: 1/A", 0.1, 0.1, 0.3, 0.1)],
        [Line("Số: " + "9" * 90 + "/A", 0.1, 0.1, 0.3, 0.12)],
        [Line("V/v", 0.1, 0.1, 0.3, 0.12)],
        [Line("QUYẾT ĐỊNH", 0.4, 0.1, 0.6, 0.12)],
        [Line("\x00\ud800", -5.0, -9.0, 9.0, 9.0)],
        [Line("Số: 1/QĐ-UBND " * 50, 0.1, 0.1, 0.3, 0.12)] * 500,
    ],
)
def test_whatever_the_lines_say_nothing_breaks(lines):
    head = head_of(lines)
    assert len(head.number) <= 7 and len(head.notation) <= 30 and len(head.subject) <= 600
