"""Every rule on a paper of which one thing is broken: exactly that is found. The same unbroken: nothing."""

import copy
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.layout import SignatureBlock, prepare, render
from documents.layout.checker import check, judged
from documents.layout.checker.rules import RULES
from documents.layout.checker.typed import RULES as OF_TEXT
from documents.layout.engine import write_pdf
from documents.pdf.reading import measured
from orgs.kinds import KINDS
from tests.documents.layout.checker.papers import GOOD_DECISION, GOOD_LETTER, found, html_of, report_on

L, D = "letter", "decision"
_PAPERS = {L: GOOD_LETTER, D: GOOD_DECISION}

# (rule, paper, what is replaced in its text, what is added to its style)
BROKEN = [
    ("G01", L, {}, "@page{size:200mm 297mm}"),
    ("G03", L, {}, "@page{margin-left:24mm;margin-right:20mm}"),
    ("G04", L, {}, "@page{margin-right:27mm;margin-left:33mm}"),
    ("G05", L, {}, "@page{margin-top:12mm}"),
    ("G06", D, {}, "@page{margin-bottom:10mm} p{orphans:1;widows:1}"),
    ("G07", L, {}, "p{font-family:'DejaVu Sans','Liberation Sans',sans-serif;font-size:13pt}"),
    ("G09", L, {}, "p{color:#1f4fd0}"),
    ("G10", D, {}, "@page{@top-center{font-size:11pt}}"),
    ("G10", D, {}, "@page{@top-center{content:none} @bottom-center{content:counter(page);font:13pt Tinos}} "
                   "@page:first{@bottom-center{content:none}}"),
    ("G11", L, {}, "@page:first{@top-center{content:counter(page)}}"),
    ("H01", L, {"CỘNG HÒA XÃ": "CÔNG HÒA XÃ"}, ""),
    ("H02", L, {}, ".state{font-size:14pt}"),
    ("H02", L, {}, ".state{font-weight:400}"),
    ("H03", L, {"lập - Tự": "lập – Tự"}, ""),
    ("H03", L, {"lập - Tự": "lập-Tự"}, ""),
    ("H04", L, {}, ".motto{font-size:12pt}"),
    ("H04", L, {}, ".motto{margin-left:20mm}"),
    ("H05", L, {}, ".motto{border:none}"),
    ("H05", L, {}, ".motto{border-bottom-style:none;position:relative} .motto::after{content:'';display:block;width:50%;margin:auto;border-top:.8pt solid}"),
    ("H06", L, {}, ".name{font-weight:400}"),
    ("H06", L, {">SỞ NỘI VỤ<": ">Sở Nội vụ<"}, ""),
    ("H07", L, {}, ".superior{font-weight:700}"),
    ("H07", L, {}, ".superior{font-size:14pt}"),
    ("H08", L, {}, ".name.ruled::after{border:none}"),
    ("H08", L, {}, ".name.ruled::after{width:95%}"),
    ("N01", L, {"Số: 15/": "Số 15/"}, ""),
    ("N02", L, {}, ".so{font-size:12pt}"),
    ("N03", L, {"Số: 15/": "Số: 5/"}, ""),
    ("N04", L, {"15/SNV-TCBC": "15/SNV - TCBC"}, ""),
    ("N04", L, {"15/SNV-TCBC": "15/SNV–TCBC"}, ""),
    ("N05", D, {"15/QĐ-UBND": "15/TB-UBND"}, ""),
    ("N07", L, {}, ".so{padding-left:24mm}"),
    ("D01", L, {"Hà Nội, <": "Hà Nội <"}, ""),
    ("D01", L, {"ngày 05 tháng 3 năm 2026</span>": "ngày 05/3/2026, năm 2026</span>"}, ""),
    ("D02", L, {"ngày 05 tháng 3 năm 2026</span>": "ngày 5 tháng 3 năm 2026</span>"}, ""),
    ("D02", L, {"ngày 05 tháng 3 năm 2026</span>": "ngày 15 tháng 2 năm 2026</span>"}, ""),
    ("D03", L, {"ngày 05 tháng 3 năm 2026</span>": "ngày 05 tháng 03 năm 2026</span>"}, ""),
    ("D04", L, {}, ".ngay,.place{font-style:normal}"),
    ("D04", L, {}, ".ngay,.place{font-size:12pt}"),
    ("T02", D, {">QUYẾT ĐỊNH<": ">Quyết định<"}, ""),
    ("T02", D, {}, ".title.kind{font-size:16pt}"),
    ("T02", D, {}, ".title.kind{padding-left:20mm}"),
    ("T03", D, {}, ".title.subject{font-weight:400}"),
    ("T03", D, {}, ".title.subject{text-transform:uppercase}"),
    ("T04", D, {}, ".title.subject .ruled::after{border:none}"),
    ("T04", D, {}, ".title.subject .ruled::after{width:90%}"),
    ("T05", L, {}, ".vv{font-style:italic}"),
    ("T05", L, {}, ".vv{font-size:14pt}"),
    ("T06", D, {"Về việc phê": "V/v phê"}, ""),
    ("T07", D, {"văn bản điện tử<": "văn bản điện tử.<"}, ""),
    ("T08", D, {">ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI<": ">UBND THÀNH PHỐ HÀ NỘI<"}, ""),
    ("B02", D, {}, "p.base{font-style:normal}"),
    ("B03", D, {"chính quyền địa phương;": "chính quyền địa phương,"}, ""),
    ("B05", D, {"chính quyền địa phương;": "chính quyền địa phương số 72/2025/QH15;"}, ""),
    ("B06", D, {"QUYẾT ĐỊNH:<": "QUYẾT ĐỊNH<"}, ""),
    ("C01", L, {}, "p{font-size:12pt}"),
    ("C01b", L, {}, "p{font-style:italic}"),
    ("C02", L, {}, "body{text-align:left}"),
    ("C03", L, {}, "p{text-indent:25mm}"),
    ("C04", L, {}, "p{margin-top:0}"),
    ("C05", L, {}, "p{line-height:2.3}"),
    ("C06", D, {'<p class=""><b>Điều 8.': '<p class="part">Chương 1</p><p class=""><b>Điều 8.'}, ""),
    ("C06", D, {'<p class=""><b>Điều 8.': '<p class="part" style="font-weight:400">Chương I</p><p class=""><b>Điều 8.'}, ""),
    ("C07", D, {'<p class=""><b>Điều 8.': '<p class="part">Mục I</p><p class=""><b>Điều 8.'}, ""),
    ("C08", D, {"<b>Điều 4.</b>": "<b>Điều 5.</b>", "<b>Điều 5.</b>": "<b>Điều 6.</b>"}, ""),
    ("C08", D, {"<b>Điều 4.</b>": "<b>Điều 4:</b>"}, ""),
    ("C08", D, {"<b>Điều 4.</b>": "Điều 4."}, ""),
    ("C10", L, {"b) Đề xuất": "c) Đề xuất"}, ""),
    ("C10", L, {"b) Đề xuất": "b. Đề xuất"}, ""),
    ("C12", L, {"./.": "."}, ""),
    ("C12", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả./."}, ""),
    ("K01", D, {'<p class="base">': '<table class="to"><tr><td>Kính gửi:</td><td class="one">Sở Tài chính</td></tr></table><p class="base">'}, ""),
    ("K03", L, {"phường, xã;</div>": "phường, xã,</div>"}, ""),
    ("K03", L, {"thành phố.</div>": "thành phố;</div>"}, ""),
    ("K04", L, {}, ".to{font-style:italic}"),
    ("S01", L, {"KT. GIÁM": "KT GIÁM"}, ""),
    ("S01", L, {"PHÓ GIÁM ĐỐC": '<span style="font-size:11pt">PHÓ GIÁM ĐỐC</span>'}, ""),
    ("S02", D, {"TM. ỦY BAN NHÂN DÂN": "TM. GIÁM ĐỐC"}, ""),
    ("S02", L, {"PHÓ GIÁM ĐỐC": "TRƯỞNG PHÒNG"}, ""),
    ("S03", L, {"Vũ Phương Thảo": '<span style="font-weight:400">Vũ Phương Thảo</span>'}, ""),
    ("S04", L, {"Vũ Phương Thảo": "TS. Vũ Phương Thảo"}, ""),
    ("S06", L, {}, ".ky{height:5mm;margin:0 auto}"),
    ("R01", L, {}, ".foot .to-whom b{font-style:normal}"),
    ("R01", L, {"Nơi nhận:": "Nơi nhận"}, ""),
    ("R02", L, {}, ".foot .to-whom{padding-top:9mm}"),
    ("R03", L, {}, ".foot .to-whom{font-size:13pt;line-height:1.1} .foot .to-whom b{font-size:12pt}"),
    ("R03b", L, {"- UBND thành phố (để b/c);": "- UBND thành phố (để b/c)"}, ""),
    ("R04", L, {"- Như trên;<br>": ""}, ""),
    ("R05", L, {"- Lưu: VT, TCBC.": "- Lưu VT, TCBC."}, ""),
    ("R05", L, {"- Lưu: VT, TCBC.": "- Lưu: VT, TCBC"}, ""),
    ("M03", L, {'<div class="to">': '<div>TỐI MẬT</div><div class="to">'}, ""),
    ("X01", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả theo Khoản 2 Điều 3 Quy chế;"}, ""),
    ("X01", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả theo khoản 2 điều 3 Quy chế;"}, ""),
    ("X01b", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả của thành phố Hồ Chí Minh;"}, ""),
    ("X01c", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả vào sáng thứ hai hằng tuần;"}, ""),
    ("X02", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả với Ủy Ban Nhân Dân phường;"}, ""),
    ("X03", L, {"a) Báo cáo kết quả;": "a) Báo cáo kết quả với Uỷ ban nhân dân phường;"}, ""),
]  # fmt: skip


def broken(paper: str, words: dict[str, str]) -> str:
    head, html = html_of(_PAPERS[paper]).split("<body>")
    for at, (old, new) in enumerate(words.items()):
        assert old in html, f"nothing to break: {old}"
        html = html.replace(old, f"\0{at}\0", 1)
        html = html.replace(f"\0{at}\0", new)
    return f"{head}<body>{html}"


@pytest.mark.parametrize("paper", [L, D])
def test_a_paper_that_keeps_the_law_hears_nothing(paper):
    report = report_on(broken(paper, {}))
    assert (report.state, report.findings) == ("checked", ())


@pytest.mark.parametrize(("rule", "paper", "words", "style"), BROKEN)
def test_one_thing_broken_is_the_one_thing_found(rule, paper, words, style):
    report = report_on(broken(paper, words), style)
    assert found(report) == {rule}
    for one in report.findings:
        assert one.found and one.allowed and one.clause
        assert one.page or one.box is None


def test_a_school_may_say_what_its_head_is():
    words = {"SỞ NỘI VỤ": "TRƯỜNG ĐẠI HỌC", "Vũ Phương Thảo": "TS. Vũ Phương Thảo"}
    assert "S04" not in found(report_on(broken(L, words)))


def test_a_place_is_where_it_is_seen():
    (one,) = report_on(broken(L, {}), ".motto{font-size:12pt}").findings
    left, top, right, bottom = one.box
    assert one.page == 1 and 105 < left < right < 195 and 24 < top < bottom < 34


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "TCg"])
def test_our_own_papers_of_every_kind_hear_nothing(kind):
    name, abbreviation = KINDS[kind]
    page = replace(
        GOOD_LETTER, kind_code=kind, kind_name=name, notation=f"{abbreviation}-SNV" if abbreviation else "SNV-TCBC",
        subject="Về việc sắp xếp tổ chức bộ máy năm 2026" if abbreviation else GOOD_LETTER.subject,
        addressees=GOOD_LETTER.addressees if kind in ("CV", "TTr", "BC") else (), recipients=("Như Điều 3", "Sở Tài chính"),
        bases=GOOD_DECISION.bases if kind in ("QĐ", "NQ") else (),
    )  # fmt: skip
    if kind in ("CV", "TTr", "BC"):
        page = replace(page, recipients=("UBND thành phố (để b/c)",))
    for pdf in (prepare(render(page)), render(replace(page, draft=True))):
        report = check(pdf)
        assert (report.state, report.kind, report.findings) == ("checked", kind, ())


@pytest.mark.parametrize("urgency", [0, 1, 2, 3])
@pytest.mark.parametrize("to", [1, 2, 14])
def test_marks_and_long_lists_of_ours_hear_nothing(urgency, to):
    names = tuple(
        f"Ủy ban nhân dân phường số {n} và các đơn vị trực thuộc có liên quan trên địa bàn" for n in range(to)
    )
    page = replace(
        GOOD_LETTER, urgency=urgency, circulation="Lưu hành nội bộ", addressees=names,
        block=SignatureBlock(("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"), "Nguyễn Thị Lan"),
    )  # fmt: skip
    assert check(prepare(render(page))).findings == ()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    top=st.integers(20, 25), bottom=st.integers(20, 25), left=st.integers(30, 35), right=st.integers(15, 20),
    size=st.sampled_from([13, 13.5, 14]), indent=st.sampled_from([10, 12.7]), gap=st.integers(6, 12),
    pitch=st.sampled_from([1.15, 1.3, 1.5, 1.7]), paper=st.sampled_from([L, D]),
)  # fmt: skip
def test_whatever_the_law_leaves_open_is_no_finding(
    top, bottom, left, right, size, indent, gap, pitch, paper
):
    style = (
        f"@page{{margin:{top}mm {right}mm {bottom}mm {left}mm}}"
        f"p{{font-size:{size}pt;text-indent:{indent}mm;margin-top:{gap}pt;line-height:{pitch}}}"
    )
    assert report_on(broken(paper, {}), style).findings == ()


@cache
def as_measured(paper: str) -> dict:
    return measured(write_pdf(broken(paper, {})))


@settings(max_examples=40, deadline=None)
@given(
    across=st.floats(-0.9, 0.9), down=st.floats(-0.9, 0.9), larger=st.floats(-0.02, 0.02), paper=st.sampled_from([L, D]),
    jitter=st.lists(st.floats(-0.15, 0.15), min_size=1, max_size=20),
)  # fmt: skip
def test_a_page_printed_a_little_off_is_no_finding(across, down, larger, paper, jitter):
    measures = copy.deepcopy(as_measured(paper))
    for page in measures["pages"]:
        for index, one in enumerate(page["runs"]):
            off = jitter[index % len(jitter)]
            one[2] *= 1 + larger
            one[4], one[5], one[6] = one[4] + across + off, one[5] + across + off, one[6] + down + off / 3
        for one in page["lines"]:
            one[0], one[1], one[2], one[3] = one[0] + across, one[1] + down, one[2] + across, one[3] + down
    assert judged(measures).findings == ()


def test_each_rule_has_its_number_once_and_its_paper_here():
    numbers = [rule.id for rule in RULES]
    assert len(numbers) == len(set(numbers))
    shown = {rule for rule, *_ in BROKEN}
    # Shown in test_files.py, of scans, of turned pages, of a .docx, of appendices and of files signed apart.
    assert set(numbers) - shown == {
        "G02",
        "G08",
        "G12",
        "C14",
        "D06",
        "A02",
        "A03",
        "E01",
        "K02",
        "K03b",
        "M01",
        "M02",
        "S05",
        "S09",
        "T05b",
    }


def test_the_page_in_the_docs_names_the_rules_that_are_there():
    text = (Path(__file__).parents[4] / "docs/layout-checker.md").read_text(encoding="utf-8")
    built = text.split("## Rules built")[1].split("## Rules not built")[0]
    listed = re.findall(r"^\| (\w\d\d\w?) \| .* \| ([EWI]) \| (.) \|", built, re.MULTILINE)
    assert listed == [(rule.id, rule.severity, rule.mend) for rule in (*RULES, *OF_TEXT)]
