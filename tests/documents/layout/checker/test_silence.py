"""What is no fault: each case is our own, made after a public paper of which something wrong was said (see
docs/layout-checker.md, groups 3 and 4)."""

import re

import pytest

from documents.layout.checker import check, judged
from documents.layout.engine import write_pdf
from documents.pdf.reading import measured
from tests.documents.layout.checker.papers import GOOD_DECISION, GOOD_LETTER, found, html_of, report_on
from tests.documents.layout.checker.test_files import after, changed, scanned
from tests.documents.layout.checker.test_made_elsewhere import TWO_PAGES, with_parts
from tests.documents.layout.checker.word_files import (
    BODY,
    LONG,
    W,
    letter,
    packed,
    paragraph,
    run,
)

_LETTER = html_of(GOOD_LETTER)
_DECISION = html_of(GOOD_DECISION)
_SUBJECT = "Về việc phê duyệt Kế hoạch số hóa, lưu trữ và ký số văn bản điện tử"


def with_greeting(*paragraphs: str) -> bytes:
    blocks = letter()
    at = next(i for i, block in enumerate(blocks) if "Kính gửi" in block)
    return packed([*blocks[:at], *paragraphs, *blocks[at + 1 :]])


def test_the_name_of_who_drafted_may_stand_lower_and_smaller():
    low = '<span style="font-size:6.5pt;position:relative;top:1.5pt">(Lan).</span>'
    assert found(report_on(changed(_LETTER, "VT, TCBC.", f"VT, TCBC{low}"))) == set()


def test_an_addressee_may_go_on_further_to_the_left():
    listed = [
        paragraph(run("Kính gửi:"), align="left", first=20),
        paragraph(run("- Các trường mầm non, tiểu học, trung học cơ sở công lập"), align="left", first=40),
        paragraph(run("và ngoài công lập trên địa bàn;"), align="left", first=12),
        paragraph(run("- Sở Tài chính."), align="left", first=40),
    ]
    assert found(check(with_greeting(*listed))) == set()
    unfinished = [one.replace("địa bàn;", "địa bàn") for one in listed]
    assert found(check(with_greeting(*unfinished))) == {"K03"}


def test_words_in_brackets_below_an_addressee_name_nobody():
    to = paragraph(run("Kính gửi: Các cơ quan, đơn vị"), align="center")
    added = paragraph(run("(Theo Kế hoạch số 15/KH-SNV ngày 05/3/2026)", italic=True), align="center")
    assert found(check(with_greeting(to, added))) == set()
    assert found(check(with_greeting(to.replace("<w:sz", "<w:i/><w:sz"), added))) == {"K04"}


def test_a_table_has_the_font_of_its_style():
    styles = (
        f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/></w:rPr></w:rPrDefault>'
        '</w:docDefaults><w:style w:type="table" w:styleId="Luoi"><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>'
        "</w:rPr></w:style></w:styles>"
    )
    blocks = letter([one.replace("<w:rPr>", '<w:rPr><w:rFonts w:ascii="Times New Roman"/>') for one in BODY])
    blocks[1] = blocks[1].replace("<w:rPr>", '<w:rPr><w:rFonts w:ascii="Times New Roman"/>')
    styled = [one.replace("<w:tblPr/>", '<w:tblPr><w:tblStyle w:val="Luoi"/></w:tblPr>') for one in blocks]
    assert found(check(packed(styled, more={"word/styles.xml": styles}))) == set()
    assert found(check(packed(blocks, more={"word/styles.xml": styles}))) == {"G07"}


def test_the_number_of_a_second_page_that_there_is_not_is_not_judged():
    number = '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="22"/></w:rPr><w:instrText> PAGE </w:instrText></w:r></w:p>'
    refs = '<w:headerReference w:type="default" r:id="h1"/>'
    one, two = (
        with_parts(blocks, refs, h1=f"<w:hdr {W}>{number}</w:hdr>") for blocks in (letter(), TWO_PAGES)
    )
    assert [found(check(data)) for data in (one, two)] == [set(), {"G10"}]


def test_a_wrong_size_of_paper_is_said_once_and_of_administrative_papers_only():
    pages = after(_LETTER, '<div style="break-before:page">Danh sách kèm theo</div>')
    (one,) = report_on(pages, "@page{size:Letter}").findings
    assert one.rule == "G01" and one.found.startswith("2 trang")
    for number, day in (
        ("15/2026/QĐ-UBND", "năm 2026"),
        ("15/2026//QĐ-UBND", "năm 2026"),
        ("15/QĐ-UBND", "năm 2012"),
    ):
        html = changed(_DECISION, "15/QĐ-UBND", number).replace("năm 2026</span>", f"{day}</span>")
        report = report_on(html, "@page{size:Letter}")
        assert (report.state, report.findings) == ("none", ())


def test_a_file_that_does_not_say_how_large_its_page_is_was_made_by_no_word_processor():
    document = f"<w:document {W}><w:body>{''.join(letter())}<w:sectPr/></w:body></w:document>"
    report = check(packed([], more={"word/document.xml": document}))
    assert (report.state, report.findings) == ("none", ()) and "khổ giấy" in report.why


@pytest.mark.parametrize(
    "second", ["thực hiện kế hoạch số hóa tài liệu lưu trữ", "Thực hiện kế hoạch số hóa tài liệu"]
)
def test_what_a_paper_is_about_may_go_on_with_the_word_that_bases_begin_with(second):
    html = changed(
        _DECISION, _SUBJECT, f"Về việc ủy quyền cho Giám đốc Sở Nội vụ tổ chức triển khai<br>{second}"
    )
    report = report_on(html, ".subject .ruled::after{width:40%!important;left:30%!important}")
    assert not found(report) & {"B02", "B03", "T03", "T08"}


def test_a_line_drawn_lower_than_usual_is_there():
    gone, lower = (
        ".subject .ruled::after{display:none}",
        ".subject .ruled::after{transform:translateY(4.5mm)}",
    )
    assert [found(report_on(_DECISION, css)) for css in (gone, lower)] == [{"T04"}, set()]


def test_a_title_stands_in_the_middle_of_the_page_though_most_lines_stand_further_in():
    item = f'<p style="padding-left:16mm;text-indent:-6mm">- {LONG * 3}</p>'
    html = changed(_DECISION, '<p class=""><b>Điều 2.', f'{item * 6}<p class=""><b>Điều 2.')
    assert not found(report_on(html)) & {"T02", "T03", "B06", "C02", "C03"}


def test_the_first_recipient_may_stand_beside_the_heading():
    *rest, foot = letter()
    heading = paragraph(run("Nơi nhận:", 12, bold=True, italic=True), align="left")
    joined = heading.replace("</w:p>", f"{run(' - Như trên;', 11)}</w:p>")
    second = paragraph(run("- Như trên;", 11), align="left")
    data = packed(
        [*rest, foot.replace(heading, joined).replace(second, second.replace("Như trên", "Sở Tài chính"))]
    )
    assert "R04" not in found(check(data))


def test_letters_of_older_converters_are_read_as_they_look():
    html = changed(_LETTER, "- Như trên;", "- Nhƣ trên;")
    assert found(report_on(changed(html, "- Lưu: VT", "- Lƣu: VT"))) == set()


def test_words_underlined_near_the_foot_begin_no_notes():
    small = "p{font-size:12pt}"
    mail = changed(_LETTER, "a) Báo cáo kết quả;", "<u>a) Báo cáo kết quả hằng quý theo mẫu;</u>")
    assert "C12" not in found(report_on(mail, small))


def test_a_subject_may_name_the_number_of_another_paper():
    html = changed(
        _DECISION,
        _SUBJECT,
        "Sửa đổi, bổ sung một số điều của Quyết định<br>số 04/2021/QĐ-UBND ngày 05/02/2021 của Ủy ban nhân dân",
    )
    report = report_on(html)
    assert report.kind == "QĐ" and not found(report) & {"N01", "N02", "T02", "T03"}


def test_a_blank_form_after_a_page_of_words_is_a_blank_form():
    dots = "<p>Căn cứ ……………………………;</p>" * 20
    form = changed(_DECISION, '<p class="base">', f'{dots}<p class="base">').split("<body>")
    report = report_on(
        f'{form[0]}<body><p style="break-after:page">Phụ lục 1. Mẫu quyết định</p>{form[1]}',
        "p{margin-top:0}",
    )
    assert (report.state, report.findings) == ("none", ())


def test_letters_of_other_scripts_need_a_face_of_their_own():
    assert "G07" not in found(
        report_on(changed(_LETTER, "a) Báo cáo kết quả;", "a) Báo cáo 外国語能力試験受験証明書;"))
    )


def test_articles_told_of_another_paper_are_not_counted_here():
    html = changed(_LETTER, "a) Báo cáo kết quả;", "Điều 3. Sửa đổi, bổ sung một số điều;")
    assert "C08" not in found(report_on(html))


def test_a_number_at_the_foot_is_said_to_be_there():
    number = '<div style="position:absolute;top:250mm;left:82mm;font:13pt Tinos">2</div>'
    pages = after(_DECISION, "").replace(
        '<div class="foot">',
        f'<div style="break-before:page;position:relative">{number}</div><div class="foot">',
    )
    said = [one.found for one in report_on(pages).findings if one.rule == "G10"]
    assert not any("không có số trang" in one for one in said)


def test_a_scan_in_layers_or_with_a_palette_is_a_scan_in_colour():
    palette = scanned(200, "P")
    grey = measured(scanned(100, "L"))
    (page,) = grey["pages"][:1]
    page["pictures"].append([*page["pictures"][0][:4], 300, 24])
    assert [found(judged(one)) for one in (measured(palette), {**grey, "pages": [page]})] == [set(), set()]


@pytest.mark.parametrize("slot", ["{{SO_LIEU}}", "&lt;&lt;Ngày ký&gt;&gt;", "[Tên đơn vị nhận]"])
def test_a_form_that_a_program_fills_in_is_a_blank_form(slot):
    report = report_on(
        changed(_LETTER, "a) Báo cáo kết quả;", f"a) Báo cáo kết quả {slot};"), "p{font-size:12pt}"
    )
    assert (report.state, report.findings) == ("none", ())


def test_the_number_of_a_law_that_amends_another_is_its_name():
    law = "chính quyền địa phương ngày 16/6/2025, được sửa đổi, bổ sung bởi Luật số 90/2026/QH16;"
    assert "B05" not in found(report_on(changed(_DECISION, "chính quyền địa phương;", law)))


def test_a_subject_further_below_its_kind_is_not_who_decides():
    low = "Về việc phê duyệt kết quả lựa chọn nhà thầu"
    html = changed(_DECISION, _SUBJECT, low).replace(".title.subject{", ".title.subject{")
    assert not found(report_on(html, ".title.subject{padding-top:6mm}")) & {"T08"}


@pytest.mark.parametrize(
    "name",
    [
        "CÔNG ĐOÀN NGÀNH GIÁO DỤC",
        "HỘI LIÊN HIỆP PHỤ NỮ",
        "TỔNG CÔNG TY ĐIỆN LỰC",
        "BỘ CHỈ HUY QUÂN SỰ THÀNH PHỐ",
    ],
)
def test_who_has_a_layout_of_its_own_is_not_judged_by_this_one(name):
    html = changed(_LETTER, ">SỞ NỘI VỤ<", f">{name}<")
    assert report_on(html, "p{font-size:12pt}").state == "none"
    council = changed(_LETTER, ">SỞ NỘI VỤ<", ">HỘI ĐỒNG THẨM ĐỊNH<")
    assert report_on(council).state == "checked"


def test_a_letterhead_of_other_sizes_throughout_follows_something_else():
    small = ".state,.motto,.name,.superior,.so,.vv,.ngay,.place{font-size:10.5pt!important}"
    report = report_on(_LETTER, small)
    assert (report.state, report.findings) == ("none", ())


def test_points_that_stand_inside_a_paragraph_read_as_one_are_not_missed():
    html = changed(_LETTER, "b) Đề xuất, kiến nghị.", "b) Đề xuất: a) giao việc; c) báo cáo.").replace(
        "b) Đề xuất:", "d) Đề xuất: b) kiến nghị; c) "
    )
    assert "C10" not in found(report_on(html))


def test_an_end_that_stands_in_a_table_is_there():
    html = changed(changed(_LETTER, "./.", "."), "a) Báo cáo kết quả;", "a) Báo cáo kết quả;")
    cell = '<table style="border:1px solid"><tr><td style="border:1px solid">Hết ./.</td></tr></table>'
    assert "C12" not in found(report_on(html.replace("<p", f"{cell}<p", 1)))


@pytest.mark.parametrize(("year", "state"), [("2018", "none"), ("2024", "checked")])
def test_a_paper_without_a_year_is_as_old_as_what_it_names(year, state):
    undated = re.sub(r"ngày 05 tháng 3 năm 2026", "ngày    tháng 3 năm", _LETTER).replace(
        "bộ máy năm 2026", "bộ máy"
    )
    html = changed(undated, "a) Báo cáo kết quả;", f"a) Báo cáo kết quả Kế hoạch năm {year};")
    assert report_on(html, "p{font-size:12pt}").state == state


def test_letters_that_cannot_be_read_are_not_judged():
    measures = measured(write_pdf(_LETTER, "p{font-size:12pt}"))
    for page in measures["pages"]:
        for run_of_letters in page["runs"][12:]:
            run_of_letters[0] = run_of_letters[0].replace("n", "\ue00e")
    report = judged(measures)
    assert (report.state, report.findings) == ("none", ())
