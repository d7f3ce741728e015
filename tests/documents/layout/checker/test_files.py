"""Files of every sort: what words and style alone cannot show, scanned, not ours to judge."""

import io
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from documents.layout import SignatureBlock
from documents.layout.checker import check, judged
from documents.layout.engine import write_pdf
from documents.pdf import page_image
from documents.pdf.reading import measured
from tests.documents.layout.checker.papers import GOOD_DECISION, GOOD_LETTER, found, html_of, report_on

_LETTER = html_of(GOOD_LETTER)
_DECISION = html_of(GOOD_DECISION)


def changed(html: str, old: str, new: str) -> str:
    head, body = html.split("<body>")
    assert old in body
    return f"{head}<body>{body.replace(old, new, 1)}"


def after(html: str, more: str) -> str:
    return html.replace("</body>", f"{more}</body>")


# What the tables of test_rules.py cannot show by words and style alone.


def test_a_turned_page_without_a_table_is_named_one_with_a_table_is_not():
    style = "@page wide{size:A4 landscape;margin:20mm} .wide{page:wide} td.cell{border:1pt solid;height:9mm}"
    words_only = after(_LETTER, '<div class="wide"><p>Danh sách kèm theo</p></div>')
    table = after(
        _LETTER,
        '<div class="wide"><table><tr><td class="cell">A</td><td class="cell">B</td></tr></table></div>',
    )
    assert found(report_on(words_only, style)) == {"G02"}
    assert found(report_on(table, style)) == set()


def test_a_font_of_an_old_code_is_named():
    measures = measured(write_pdf(_LETTER))
    for font in measures["fonts"]:
        font["name"] = (
            font["name"].replace("Tinos", ".VnTime") if font["italic"] and not font["bold"] else font["name"]
        )
    assert found(judged(measures)) == {"G08"}


def test_one_addressee_stands_on_the_line_of_the_greeting():
    one = html_of(replace(GOOD_LETTER, addressees=("Sở Tài chính",)))
    assert found(report_on(one)) == set()
    below = changed(
        one,
        'Kính gửi:</div><div class="td one">Sở Tài chính',
        'Kính gửi:</div></div><div class="tr"><div class="td"></div><div class="td one">- Sở Tài chính',
    )
    assert found(report_on(below)) == {"K02"}
    assert found(report_on(changed(one, "Kính gửi:", "Kính gửi"))) == {"K03b"}


def test_what_a_letter_is_about_begins_with_its_word():
    assert found(report_on(changed(_LETTER, "V/v đề", "V/v: đề"))) == {"T05b"}


def test_marks():
    html = html_of(replace(GOOD_LETTER, urgency=1, circulation="Lưu hành nội bộ"))
    assert found(report_on(html)) == set()
    assert found(report_on(html, ".urgency{color:#000}")) == {"M01"}
    assert found(report_on(html, ".urgency-1{width:30mm}")) == {"M01"}
    assert found(report_on(html, ".circulation{font-weight:400}")) == {"M02"}


def test_who_signs_stands_at_the_right():
    html = changed(
        _LETTER,
        '<div class="td sign">KT. GIÁM ĐỐC',
        '<div class="td sign" style="text-align:left">KT. GIÁM ĐỐC',
    )
    moved = html.replace('<div class="foot">', '<div class="foot" style="direction:rtl">')
    assert "S05" in found(report_on(moved))


def test_a_signature_alone_on_its_page_is_a_note():
    apart = changed(_LETTER, '<div class="foot">', '<div class="foot" style="break-before:page">')
    report = report_on(apart)
    assert [(one.rule, one.severity) for one in report.findings] == [("S09", "I")]


def test_minutes_carry_no_place_and_date():
    minutes = html_of(replace(
        GOOD_LETTER, kind_code="BB", kind_name="Biên bản", notation="BB-SNV", subject="Họp giao ban tháng 3 năm 2026", addressees=(),
        block=SignatureBlock(("CHỦ TỌA",), "Nguyễn Thị Lan"),
    ))  # fmt: skip
    assert found(report_on(minutes)) == set()
    dated = changed(
        minutes,
        '</span></span></div><div class="td"></div>',
        '</span></span></div><div class="td"><span class="place">Hà Nội, ngày 05 tháng 3 năm 2026</span></div>',
    )
    assert found(report_on(dated)) == {"D06"}


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        (["Phụ lục"], set()),
        (["Phụ lục I", "Phụ lục II"], set()),
        (["Phụ lục I"], {"A02"}),
        (["Phụ lục 1", "Phụ lục 2"], {"A02"}),
        (["PHỤ LỤC I", "PHỤ LỤC II"], {"A03"}),
    ],
)
def test_appendices(lines, rules):
    pages = "".join(f'<div style="break-before:page" class="title">{line}</div>' for line in lines)
    assert found(report_on(after(_DECISION, pages))) == rules


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("Số: 15/QĐ-UBND; 05/03/2026; 10:05:23 +07:00", set()),
        ("Sao y; Sở Nội vụ; 05/03/2026; 10:05:23 +07:00", set()),
        ("SAO Y; SỞ NỘI VỤ; 05/03/2026 10:05:23 +07:00", set()),
        ("Số 15/QĐ-UBND; 5/3/2026; 10:05", {"E01"}),
    ],
)
def test_the_line_of_a_file_signed_apart(line, rules):
    top = f'<div style="position:absolute;top:-10mm;right:0;font:10pt Tinos">{line}</div>'
    assert found(report_on(_DECISION.replace("<body>", f"<body>{top}"))) == rules


def moved_origin(pdf: bytes) -> bytes:
    """The same page in other words: its corner is not zero, its size stands in the tree above it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        page = file.pages[0]
        page.contents_add(b"q 1 0 0 1 100 -50 cm", prepend=True)
        page.contents_add(b"Q")
        file.Root.Pages.MediaBox = pikepdf.Array([100, -50, 100 + 595.28, -50 + 841.89])
        del page.obj["/MediaBox"]
        file.save(out)
    return out.getvalue()


def turned(pdf: bytes, by: int) -> bytes:
    """The same page drawn lying down, or on its head, and turned for the reader."""
    out, wide, high = io.BytesIO(), 595.28, 841.89
    change = {90: (0, 1, -1, 0, high, 0), 180: (-1, 0, 0, -1, wide, high), 270: (0, -1, 1, 0, 0, wide)}[by]
    with pikepdf.open(io.BytesIO(pdf)) as file:
        page = file.pages[0]
        page.contents_add(f"q {' '.join(map(str, change))} cm".encode(), prepend=True)
        page.contents_add(b"Q")
        page.MediaBox = pikepdf.Array([0, 0, wide, high] if by == 180 else [0, 0, high, wide])
        page.Rotate = by
        file.save(out)
    return out.getvalue()


@pytest.mark.parametrize("by", [90, 180, 270])
@pytest.mark.parametrize(
    "style", ["", ".motto{font-size:12pt}", ".name.ruled::after{width:95%}", "p{margin-top:0}"]
)
def test_a_page_turned_for_the_reader_is_judged_as_it_is_seen(by, style):
    pdf = write_pdf(_LETTER, style)
    seen, straight = (check(one).findings for one in (turned(pdf, by), pdf))
    assert [(one.rule, one.found) for one in seen] == [(one.rule, one.found) for one in straight]
    for one, other in zip(seen, straight, strict=True):
        assert one.box == pytest.approx(other.box, abs=0.2)


def test_where_a_page_begins_and_who_says_how_large_it_is_makes_no_difference():
    styles = ("", ".motto{font-size:12pt}", ".name.ruled::after{width:95%}", "p{margin-top:0}")
    for pdf in (write_pdf(_LETTER, style) for style in styles):
        assert check(moved_origin(pdf)).findings == check(pdf).findings


# Guards: what is not judged.


def scanned(dpi: int, mode: str = "RGB") -> bytes:
    picture = Image.open(io.BytesIO(page_image(write_pdf(_LETTER), 1, round(210 / 25.4 * dpi)))).convert(mode)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=dpi)
    return out.getvalue()


def test_of_a_scan_only_its_quality_is_judged_and_never_as_an_error():
    assert (check(scanned(200)).state, found(check(scanned(200)))) == ("scan", set())
    coarse = check(scanned(100, "L"))
    assert [(one.rule, one.severity) for one in coarse.findings] == [("G12", "W"), ("G12", "W")]


@pytest.mark.parametrize(
    ("old", "new", "state", "words"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM", "none", "Đảng"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CÔNG BÁO/Số 501", "none", "Công báo"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Trang chủ", "none", "dàn lại"),
        ("15/QĐ-UBND", "15/2026/QĐ-UBND", "none", "quy phạm"),
        (">QUYẾT ĐỊNH<", ">GIẤY CHỨNG NHẬN<", "none", "mẫu riêng"),
        ("ỦY BAN NHÂN DÂN<br>THÀNH PHỐ HÀ NỘI", "CÔNG TY TNHH<br>AN BÌNH", "none", "doanh nghiệp"),
    ],
)
def test_what_is_laid_out_by_other_rules_is_left_alone(old, new, state, words):
    bad = changed(_DECISION, old, new).replace("Độc lập - Tự do", "Độc lập – Tự do")
    report = report_on(bad, "p{margin-top:0}")
    assert (report.state, report.findings) == (state, ()) and words in report.why


def test_a_paper_older_than_the_decree_is_left_alone():
    old = _DECISION.replace("ngày 05 tháng 3 năm 2026</span>", "ngày 15 tháng 10 năm 2019</span>")
    report = report_on(old, ".motto{font-size:12pt}")
    assert (report.state, report.findings) == ("none", ()) and "05/3/2020" in report.why


def test_another_size_of_paper_is_one_finding_and_the_end():
    report = report_on(_LETTER, "@page{size:Letter} p{margin-top:0}")
    assert report.state == "size" and found(report) == {"G01"}
