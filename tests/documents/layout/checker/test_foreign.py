"""Papers made elsewhere: what a measure cannot know is not said, what it can is (docs/layout-checker.md, group 8)."""

import io

import pikepdf
import pytest

from documents.layout.checker import check, judged
from documents.layout.checker.elsewhere import NOTES
from documents.layout.checker.values import Font
from documents.layout.engine import write_pdf
from documents.pdf.reading import measured
from tests.documents.layout.checker.papers import GOOD_DECISION, GOOD_LETTER, found, html_of, report_on
from tests.documents.layout.checker.test_files import changed
from tests.documents.layout.checker.test_made_elsewhere import _R, TWO_PAGES, with_parts
from tests.documents.layout.checker.word_files import W, centred, columns, letter, packed, paragraph, run

_LETTER, _DECISION = html_of(GOOD_LETTER), html_of(GOOD_DECISION)
_LINES = ".ruled::after,.motto::after{display:none!important} .motto{text-decoration:none!important;border:0!important;background:none!important}"


def foreign(html: str, css: str = ""):
    return judged(measured(write_pdf(html, css)), foreign=True)


@pytest.mark.parametrize("html", [_LETTER, _DECISION])
def test_a_good_paper_is_good_wherever_it_was_made(html):
    report = foreign(html)
    assert (report.state, report.findings) == ("checked", ())


@pytest.mark.parametrize(
    ("rule", "html", "css"),
    [
        ("H03", changed(_LETTER, "Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc"), ""),
        ("N02", _LETTER, ".so{font-size:12pt}"),
        ("R03", _LETTER, ".foot .to-whom{font-size:13pt;line-height:1.1}"),
        ("R05", changed(_LETTER, "- Lưu: VT, TCBC.", "- Lưu: HCTH."), ""),
        ("C12", changed(_LETTER, "./.", "."), ""),
        ("G03", _LETTER, "@page{margin-left:20mm}"),
        ("X01b", changed(_LETTER, "a) Báo cáo kết quả;", "a) Báo cáo tại thành phố Hồ Chí Minh;"), ""),
        ("C10", changed(_LETTER, "b) Đề xuất, kiến nghị.", "b. Đề xuất, kiến nghị."), ""),
    ],
)  # fmt: skip
def test_what_is_sure_is_told_of_papers_made_elsewhere_too(rule, html, css):
    assert rule in found(foreign(html, css))


def test_a_line_is_missed_where_another_one_is_drawn():
    one = ".subject .ruled::after{display:none}"
    assert [found(foreign(_DECISION, css)) for css in (one, _LINES)] == [{"T04"}, set()]
    assert found(report_on(_DECISION, _LINES)) >= {"T04", "H05", "H08"}


def test_a_line_typed_of_one_mark_may_look_drawn():
    typed = '<div style="position:absolute;left:95mm;top:12mm;font:13pt Tinos">¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯</div>'
    html = _LETTER.replace("<body>", f"<body>{typed}")
    assert "H05" not in found(
        foreign(
            html,
            ".motto::after{display:none!important} .motto{text-decoration:none!important;border:0!important}",
        )
    )


@pytest.mark.parametrize(
    ("rule", "html"),
    [("T06", changed(_DECISION, "Về việc phê duyệt", "V/v phê duyệt"))],
)
def test_what_only_a_sample_shows_is_a_note(rule, html):
    own, other = (
        {one.rule: one.severity for one in made.findings} for made in (report_on(html), foreign(html))
    )
    assert rule in NOTES and (own[rule], other[rule]) == ("W", "I")


def test_a_page_printed_smaller_is_no_measure():
    measures = measured(write_pdf(_LETTER, "p{font-size:12pt}"))
    for one in measures["pages"][0]["runs"]:
        one[2] *= 1 if one[6] < 60 else 0.945
    report = judged(measures, foreign=True)
    assert (report.state, report.findings) == ("none", ()) and "thu nhỏ" in report.why


@pytest.mark.parametrize("above", ["Mẫu số 01", "Phụ lục II", "BM 07-2025"])
def test_a_form_of_another_text_says_so_above_the_letterhead(above):
    words = f'<div style="position:absolute;right:0;top:-12mm;font:11pt Tinos">{above}</div>'
    report = foreign(_LETTER.replace("<body>", f"<body>{words}"), "p{font-size:12pt}")
    assert (report.state, report.findings) == ("none", ())


def test_a_link_is_as_blue_as_its_program_makes_it():
    link = '<p><span style="color:#0563c1">Trung tâm Khảo thí và Bảo đảm chất lượng giáo dục</span></p>'
    html = changed(_LETTER, "a) Báo cáo kết quả;</p>", f"a) Báo cáo kết quả;</p>{link}")
    assert ["G09" in found(made) for made in (report_on(html), foreign(html))] == [True, False]
    red = html.replace("#0563c1", "#c00000")
    assert "G09" in found(foreign(red))


def test_a_font_without_a_name_is_no_other_font():
    nameless = ("CIDFont+F1", "ABCDEF+TT0", "F3", "Unnamed-T3", "")
    assert all(Font(name, False, False).nameless for name in nameless)
    assert not any(Font(name, False, False).nameless for name in ("ArialMT", "Calibri", "TimesNewRomanPSMT"))


def test_whoever_heads_a_group_has_a_deputy():
    for head in ("ĐOÀN TRƯỞNG", "TỔ TRƯỞNG"):
        html = changed(_LETTER, "KT. GIÁM ĐỐC<br>PHÓ GIÁM ĐỐC", f"KT. {head}<br>PHÓ {head}")
        assert "S02" not in found(report_on(html))


def test_a_word_file_made_elsewhere_is_judged_by_the_same():
    assert check(packed(letter()), foreign=True).findings == ()


def test_what_a_copy_says_in_the_place_of_the_signature_is_nobodys_name():
    said = [centred("Đã ký", 14, italic=True), paragraph()]
    blocks = letter()
    blocks[-1] = blocks[-1].replace(
        centred("Nguyễn Thị Lan", 14, bold=True), "".join(said) + centred("Nguyễn Thị Lan", 14, bold=True)
    )
    assert found(check(packed(blocks), foreign=True)) == set()


def test_the_mark_of_a_draft_below_what_a_letter_is_about_is_not_part_of_it():
    blocks = letter()
    about = centred("V/v báo cáo kết quả sắp xếp", 12)
    blocks[0] = blocks[0].replace(about, about + centred("(Dự thảo lần 2)", 13, italic=True))
    assert found(check(packed(blocks), foreign=True)) == set()


def test_a_long_recipient_in_a_narrow_cell_does_not_run_into_the_name_beside_it():
    long = paragraph(run(f"- Ủy ban nhân dân {'các phường, xã, ' * 4}đặc khu;", 11), align="left")
    blocks = letter()
    second = paragraph(run("- Như trên;", 11), align="left")
    blocks[-1] = blocks[-1].replace(second, second + second.replace("Như trên", "Sở Tài chính") + long)
    blocks[-1] = blocks[-1].replace('w:w="3800"', 'w:w="5000"').replace('w:w="5550"', 'w:w="4350"')
    assert found(check(packed(blocks), foreign=True)) == set()


def test_a_line_drawn_under_another_line_of_the_issuer_is_there():
    name = '<div class="name ruled" style="--rule:2.38em">SỞ NỘI VỤ</div>'
    html = changed(_LETTER, name, f'{name}<div class="name">THÀNH PHỐ HÀ NỘI</div>')
    assert "H08" not in found(foreign(html))
    assert "H08" in found(foreign(html, ".name.ruled::after{display:none!important}"))


def test_a_number_in_white_on_the_first_page_is_before_nobodys_eyes():
    number = '<div style="position:absolute;left:155mm;top:258mm;font:12pt Tinos;color:{}">1</div>'
    white, black = (
        _LETTER.replace("<body>", f"<body>{number.format(colour)}") for colour in ("#fff", "#000")
    )
    assert ["G11" in found(foreign(html)) for html in (white, black)] == [False, True]


def test_letters_below_what_was_laid_over_them_are_not_read():
    measures = measured(write_pdf(_LETTER, ".so{font-size:12pt}"))
    assert "N02" in found(judged(measures, foreign=True))
    number = next(run for run in measures["pages"][0]["runs"] if run[0].startswith("Số"))
    over = ["Số: 15/SNV-TCBC", number[4] - 2, number[6] - 5, number[4] + 60, number[6] + 2]
    measures["pages"][0]["fields"].append(over)
    assert "N02" not in found(judged(measures, foreign=True))


def test_of_a_word_file_the_first_page_has_the_foot_of_the_first_section_alone():
    counted = f"<w:ftr {W}><w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p></w:ftr>"
    refs = '<w:footerReference w:type="default" r:id="f1"/>'
    said = []
    for own in (refs, ""):
        size = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701"/>'
        first = f'<w:p xmlns:r="{_R}"><w:pPr><w:sectPr>{own}{size}</w:sectPr></w:pPr></w:p>'
        said.append(found(check(with_parts([*letter(), first, *TWO_PAGES], refs, f1=counted), foreign=True)))
    assert ["G11" in rules for rules in said] == [True, False]


def test_the_marks_of_tones_are_told_once_by_whole_endings():
    words = "Trường Đại học Thủy lợi, Thủy lợi, Thuỷ lợi; khóa, khóa, khoá"
    html = changed(_LETTER, "a) Báo cáo kết quả;", f"a) Báo cáo {words};")
    said = [one.found for one in report_on(html).findings if one.rule == "X03"]
    assert len(said) == 1 and ("“thủy” (2 lần)" in said[0] or "“khóa” (2 lần)" in said[0])


def test_no_size_is_asked_of_who_decides():
    assert "T08" not in found(report_on(_DECISION, ".authority{font-size:12pt}"))
    assert "T08" in found(report_on(_DECISION, ".authority{font-weight:normal}"))


@pytest.mark.parametrize("slot", ["{soQuyetDinh}", "{#lop}{ten}{/lop}", "«HO_TEN»", "${ten}"])
def test_slots_of_a_program_are_a_form(slot):
    report = foreign(changed(_LETTER, "a) Báo cáo kết quả;", f"a) Báo cáo {slot};"))
    assert (report.state, report.findings) == ("none", ())


def test_a_line_is_measured_from_end_to_end_of_the_pen():
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Contents = pdf.make_stream(b"0.75 w 100 700 m 200 700 l S 300 700 m 300 600 l S")
    pdf.save(out := io.BytesIO())
    along, down = measured(out.getvalue())["pages"][0]["lines"]
    assert along[2] - along[0] == pytest.approx(100 * 25.4 / 72, abs=0.02) and along[1] == along[3]
    assert down[3] - down[1] == pytest.approx(100 * 25.4 / 72, abs=0.02) and down[0] == down[2]


def test_a_line_that_is_covered_in_part_has_looks_that_nobody_knows():
    measures = measured(write_pdf(_LETTER, ".date,.day{font-size:12pt}"))
    runs = measures["pages"][0]["runs"]
    year = next(run for run in runs if "2026" in run[0] and run[6] < 60)
    year[0], rest = year[0].replace("26", ""), [*year]
    runs.append(["26", *rest[1:4], year[5], year[5] + 4, year[6], -1])
    assert not {"D01", "D04"} & found(judged(measures, foreign=True))


def test_a_custom_is_the_offices_own():
    html = changed(_LETTER, "a) Báo cáo kết quả;", "a) Báo cáo Thủy lợi, Thủy lợi, Thuỷ lợi;")
    html = html.replace("tháng 3 năm", "tháng 03 năm")
    html = changed(html, "KT. GIÁM ĐỐC", "KT.GIÁM ĐỐC")
    assert {"X03", "D03", "S01"} <= found(report_on(html))
    assert foreign(html).findings == ()


def test_one_addressee_may_stand_beside_the_words_in_a_cell_of_its_own():
    blocks = letter()
    at = next(i for i, block in enumerate(blocks) if "Kính gửi" in block)
    one = paragraph(run("Sở Tài chính"), align="left")
    beside = columns([paragraph(run("Kính gửi:"), align="right")], [one])
    below = [
        paragraph(run("Kính gửi:"), align="left", first=30),
        paragraph(run("Sở Tài chính"), align="left", first=45),
    ]
    made = [[*blocks[:at], *there, *blocks[at + 1 :]] for there in ([beside], below)]
    assert ["K02" in found(check(packed(paper), foreign=True)) for paper in made] == [False, True]


def test_a_name_that_is_none_of_the_29_is_one_also_beside_other_words():
    title = '<div style="position:absolute;left:75mm;top:27mm;font:bold 14pt Tinos">ĐỀ XUẤT</div>'
    assert foreign(_LETTER.replace("<body>", f"<body>{title}")).state == "none"
    assert (
        foreign(_LETTER.replace("<body>", f"<body>{title.replace('ĐỀ XUẤT', 'HỎA TỐC')}")).state == "checked"
    )


def test_schools_of_the_forces_lay_theirs_out_by_circulars_of_their_own():
    html = changed(_LETTER, "SỞ NỘI VỤ", "HỌC VIỆN CẢNH SÁT NHÂN DÂN")
    assert (report := foreign(html)).state == "none" and "quy định riêng" in report.why


def test_a_request_without_a_number_is_no_offices_letter():
    blocks = letter()
    for line in (centred("Số: 15/SNV-TCBC", 13), centred("V/v báo cáo kết quả sắp xếp", 12)):
        blocks[0] = blocks[0].replace(line, "")
    report = check(packed(blocks, size=(215.9, 279.4)), foreign=True)
    assert (report.state, report.findings) == ("none", ())
