"""What public papers taught: each case is our own, made after one of which something wrong was said; and .docx of every sort."""

import json
import time

import pytest

from documents.layout.checker import __main__ as command
from documents.layout.checker import check
from documents.pdf.reading import measured
from tests.documents.layout.checker.papers import GOOD_LETTER, found, html_of, report_on
from tests.documents.layout.checker.test_files import changed
from tests.documents.layout.checker.word_files import (
    BODY,
    LONG,
    W,
    columns,
    letter,
    packed,
    paragraph,
    run,
    words,
)

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LETTER = html_of(GOOD_LETTER)
_BROKEN = "<w:r><w:lastRenderedPageBreak/></w:r></w:p>"
TWO_PAGES = letter([BODY[0], BODY[1].replace("</w:p>", _BROKEN), BODY[2]])


def with_parts(blocks: list[str], refs: str, **parts: str) -> bytes:
    """Headers and footers that the section names, and the parts they lie in."""
    head = blocks[:-1]
    data = {f"word/{name}.xml": text for name, text in parts.items()}
    data["word/document.xml"] = (
        f'<w:document {W} xmlns:r="{_R}"><w:body>{"".join([*head, blocks[-1]])}<w:sectPr>{refs}<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701"/><w:titlePg/></w:sectPr></w:body></w:document>'
    )
    targets = "".join(f'<Relationship Id="{name}" Target="{name}.xml"/>' for name in parts)
    data["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{targets}</Relationships>'
    )
    return packed([], more=data)


def _ref(kind: str, name: str, part: str = "footer") -> str:
    return f'<w:{part}Reference w:type="{kind}" r:id="{name}"/>'


_COUNTS = f"<w:ftr {W}><w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p></w:ftr>"
_EMPTY = f"<w:ftr {W}><w:p/></w:ftr>"


def test_a_blank_between_two_words_may_stand_by_itself():
    first, *rest = letter()
    apart = "".join(
        run(part, 14, bold=True) for part in ("Độc", " ", "lập", " - Tự", " ", "do - Hạnh", " ", "phúc")
    )
    spelled = first.replace(run("Độc lập - Tự do - Hạnh phúc", 14, bold=True), apart)
    assert spelled != first
    report = check(packed([spelled, *rest]))
    assert (report.state, report.findings) == ("checked", ())


def test_a_footer_that_no_page_shows_is_not_judged():
    even = with_parts(TWO_PAGES, _ref("even", "f1") + _ref("default", "f2"), f1=_COUNTS, f2=_EMPTY)
    shown = with_parts(TWO_PAGES, _ref("even", "f1") + _ref("default", "f2"), f1=_EMPTY, f2=_COUNTS)
    asked = f"<w:settings {W}><w:evenAndOddHeaders/></w:settings>"
    used = with_parts(
        TWO_PAGES, _ref("even", "f1") + _ref("default", "f2"), f1=_COUNTS, f2=_EMPTY, settings=asked
    )
    assert [found(check(one)) for one in (even, shown, used)] == [set(), {"G10"}, {"G10"}]


def test_a_font_of_the_theme_is_the_one_it_names_for_vietnamese():
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    theme = f'<a:theme {a}><a:majorFont><a:latin typeface="Calibri Light"/><a:font script="Viet" typeface="Times New Roman"/></a:majorFont></a:theme>'
    themed = [
        block.replace("<w:rPr>", '<w:rPr><w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi"/>')
        for block in letter()
    ]
    more = {"word/theme/theme1.xml": theme}
    vietnamese = {"word/settings.xml": f'<w:settings {W}><w:themeFontLang w:val="vi-VN"/></w:settings>'}
    assert found(check(packed(themed, more=more | vietnamese))) == set()
    assert "G07" in found(check(packed(themed, more=more)))


@pytest.mark.parametrize(
    "said",
    [
        "a) Điểm b khoản 4 Nghị định quy định: “Hội báo cáo;</p><p>c) Hết thời gian thì giải thể.”",
        "a)Báo cáo kết quả;</p><p>b)Đề xuất;</p><p>c) Kiến nghị",
        "a) Công văn ghi: “theo quy định tại Khoản 4 điều 32 và Ủy Ban phường”",
        "a) Sửa đổi như sau: “Điều 7. Quyền của hội</p><p>Điều 8: Nghĩa vụ của hội”",
    ],
)  # fmt: skip
def test_what_is_quoted_is_somebody_elses(said):
    html = changed(_LETTER, 'a) Báo cáo kết quả;</p>\n<p class="">b) Đề xuất, kiến nghị.', said)
    assert found(report_on(html)) == set()


def test_what_is_quoted_may_stand_in_italics():
    quoted = "".join(f"<p><i>{n}. {LONG}{LONG}</i></p>" for n in range(2, 8))
    assert (
        found(
            report_on(
                changed(_LETTER, "a) Báo cáo kết quả;</p>", f"a) Báo cáo: “Sau đây.</p>{quoted}<p>Hết”;</p>")
            )
        )
        == set()
    )


def test_a_word_with_qu_has_its_mark_where_it_must():
    html = changed(_LETTER, "a) Báo cáo kết quả;", "a) Báo cáo kết quả quý III về phòng, chống ma túy;")
    assert found(report_on(html)) == set()


def test_a_form_with_a_name_of_its_own_is_no_letter():
    html = changed(_LETTER, '<div class="to">', '<div class="title">PHIẾU TRÌNH</div><div class="to">')
    report = report_on(changed(html, "Số: 15/SNV-TCBC", "Số: 111-11/PT-NC"))
    assert (report.state, report.findings) == ("none", ())


def test_notes_at_the_foot_of_a_page_are_no_content():
    note = f'<div style="position:absolute;top:228mm;width:165mm;font:10pt Tinos"><hr style="width:50mm;margin:0;border:0;border-top:.5pt solid #000">{"<p style=font-size:10pt;text-indent:0>¹ " + LONG * 2 + "</p>"}</div>'
    assert found(report_on(_LETTER.replace("<body>", f"<body>{note}"))) == set()


def test_an_article_may_stand_alone_on_its_line():
    from tests.documents.layout.checker.papers import GOOD_DECISION

    html = html_of(GOOD_DECISION).replace("<b>Điều 4.</b> Giao", "<b>Điều 4.</b></p><p>Giao")
    assert found(report_on(html)) == set()


def test_who_it_goes_to_may_stand_in_a_table_with_lines():
    blocks = letter()
    at = next(i for i, block in enumerate(blocks) if "Kính gửi" in block)
    ruled = columns([blocks[at]], [paragraph(run("Sở Tài chính"))]).replace(
        "<w:tblPr/>", '<w:tblPr><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr>'
    )
    assert "K01" not in found(check(packed([*blocks[:at], ruled, *blocks[at + 1 :]])))


def test_the_list_of_recipients_may_begin_in_the_paragraph_of_its_heading():
    *rest, foot = letter()
    heading = paragraph(run("Nơi nhận:", 12, bold=True, italic=True), align="left")
    joined = heading.replace("</w:p>", f"<w:r><w:br/></w:r>{run('- Như trên;', 11)}</w:p>")
    assert heading in foot
    data = packed(
        [*rest, foot.replace(heading, joined).replace(paragraph(run("- Như trên;", 11), align="left"), "")]
    )
    assert "R01" not in found(check(data))


def test_blanks_too_narrow_to_be_told_are_blanks():
    assert found(report_on(_LETTER, ".state{word-spacing:-2.4pt}")) == set()


def test_a_fault_deep_in_a_paragraph_is_shown_on_its_own_line():
    html = changed(_LETTER, "bảo đảm đúng tiến độ", "bảo đảm theo Khoản 2 Điều 3, đúng tiến độ")
    (one,) = report_on(html).findings
    top = next(run for run in measured_lines(html) if "Khoản 2" in run[0])
    assert one.rule == "X01" and one.box[1] < top[6] < one.box[3]


def measured_lines(html: str) -> list:
    from documents.layout.engine import write_pdf

    return measured(write_pdf(html))["pages"][0]["runs"]


# .docx of every sort, as the command is given them.

_FRAME = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>"
SORTS = {
    "a table without a grid": [f"<w:tbl><w:tr><w:tc>{words('A')}</w:tc></w:tr></w:tbl>", *letter()],
    "a table whose spans are no numbers": [
        _FRAME + f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="x"/></w:tcPr>{words("A")}</w:tc></w:tr></w:tbl>', *letter()
    ],
    "a table of huge spans": [
        _FRAME + f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999"/></w:tcPr>{words("A")}</w:tc></w:tr></w:tbl>', *letter()
    ],
    "a row without cells, a cell without paragraphs": [_FRAME + "<w:tr/><w:tr><w:tc/></w:tr></w:tbl>", *letter()],
    "tables in tables": [_FRAME * 60 + "</w:tbl>" * 60, *letter()],
    "a table and nothing else": [columns([words("A")], [words("B")])],
    "three hundred pages": letter([words(f"{n}. {LONG}") for n in range(2200)]),
    "a font of VNI": letter([*BODY[:2], paragraph(run("Coâng vaên soá ./.", font="VNI-Times"), first=12.7, before=6)]),
    "a font of TCVN3": letter([*BODY[:2], paragraph(run("C«ng v¨n sè 15 cña Së Néi vô göi c¸c c¬ quan, ®¬n vÞ ./.", font=".VnTime"), first=12.7, before=6)]),
    "tracked changes": letter([
        BODY[0],
        f'<w:p><w:ins w:author="A">{run("Thêm vào ")}</w:ins><w:del w:author="A"><w:r><w:delText>bỏ đi</w:delText></w:r></w:del>'
        f'<w:moveFrom>{run("đi")}</w:moveFrom><w:moveTo>{run("đến")}</w:moveTo></w:p>',
        *BODY[1:],
    ]),
    "no paragraph at all": [],
    "numbers that are none": letter([f'<w:p><w:pPr><w:ind w:firstLine="abc"/><w:spacing w:line="-9" w:before="1e9"/></w:pPr>{run("Nội dung")}</w:p>']),
    "a size of nothing": letter([paragraph(run("Nội dung", 0), first=12.7)]),
}  # fmt: skip
REFUSED = {
    "a program": packed(letter(), more={"word/vbaProject.bin": b"x"}),
    "half a file": packed(letter())[:900],
    "no document in it": packed([], more={"word/document.xml": ""}),
    "another archive": packed([], more={"word/document.xml": "<x/>"}),
}


def told(capsys, path, data: bytes) -> tuple[int, str, str]:
    path.write_bytes(data)
    begun = time.perf_counter()
    code = command.main([str(path)])
    assert time.perf_counter() - begun < 15
    out, error = capsys.readouterr()
    return code, out, error


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_of_word_file_ends_in_findings(sort, capsys, tmp_path):
    code, out, error = told(capsys, tmp_path / "a.docx", packed(SORTS[sort]))
    assert (code, error) == (0, "") and json.loads(out)["state"]


@pytest.mark.parametrize("sort", REFUSED)
def test_or_in_a_sentence(sort, capsys, tmp_path):
    code, out, error = told(capsys, tmp_path / "a.docx", REFUSED[sort])
    assert (code, out) == (1, "") and error.count("\n") == 1 and error.startswith("Tệp")


@pytest.mark.parametrize("sort", ["a font of VNI", "a font of TCVN3"])
def test_old_codes_are_named(sort):
    assert "G08" in found(check(packed(SORTS[sort])))


def test_what_was_put_in_counts_and_what_was_taken_out_does_not():
    text = "".join(one[0] for one in measured(packed(SORTS["tracked changes"]))["pages"][0]["runs"])
    assert "Thêm vào đến" in text and "bỏ đi" not in text
