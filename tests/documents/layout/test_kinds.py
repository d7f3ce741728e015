"""All 29 kinds of paper: what the law measures on them, what each changes, and what public validators say of the files."""

import io
from dataclasses import replace

import page as page_validation
import pikepdf
import pytest
from django.core.management import call_command
from pikepdf import pdfa

from documents.layout import prepare, render
from documents.layout.checker import check
from documents.layout.engine import write_pdf
from documents.layout.markup import page_html
from documents.layout.samples import samples
from orgs.kinds import KINDS
from tests.documents.layout import law

SAMPLES = samples()
# What pikepdf does not know (where the fields lie) or does not allow (an extension schema, which ISO 19005-2, 6.6.2.3.2
# asks for where PDF/UA is claimed): its list is of what it approves, not of what is wrong.
UNKNOWN_TO_PIKEPDF = (
    "unrecognized key(s) /PieceInfo",
    "pdfaExtension",
    "pdfaSchema",
    "pdfaProperty",
    "pdfuaid",
    "AcroForm",
)


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {code: render(page) for code, page in SAMPLES.items()}


def failures(pdf: bytes, profile: str, tmp_path) -> list[str]:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    said = str(page_validation.validate_pdf(str(path), profile=profile))
    assert "Rules:" in said
    return [line for line in said.splitlines() if line.startswith("[")]


def said_by_pikepdf(pdf: bytes, tmp_path) -> list[str]:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    found = [str(one) for one in pdfa.validate_written(path, "2b").findings]
    return [one for one in found if not any(word in one for word in UNKNOWN_TO_PIKEPDF)]


def test_there_is_one_of_each_kind_in_the_order_of_the_law():
    assert set(SAMPLES) == set(KINDS)
    assert list(SAMPLES)[:3] == ["NQ", "QĐ", "CT"] and list(SAMPLES)[-1] == "TCg"


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_box_has_the_size_the_place_and_the_face_of_the_law(kind, papers):
    law.hold(papers[kind], SAMPLES[kind])


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_checker_has_nothing_against_it(kind, papers):
    report = check(papers[kind])
    assert (report.state, report.findings) == ("checked", ())
    assert report.kind == ("CV" if kind == "TCg" else kind)


@pytest.mark.parametrize("kind", SAMPLES)
def test_public_validators_take_it_as_it_is_drawn_prepared_and_drafted(kind, papers, tmp_path):
    open_page = replace(SAMPLES[kind], number="", day=None)
    prepared = prepare(render(open_page))
    for pdf in (papers[kind], prepared):
        assert failures(pdf, "2b", tmp_path) == []
        assert failures(pdf, "ua1", tmp_path) == []
        assert said_by_pikepdf(pdf, tmp_path) == []
    assert failures(render(replace(open_page, draft=True)), "2b", tmp_path) == []


BROKEN = [
    ("box 1", ".state{font-size:14pt}"),
    ("motto", ".motto{font-weight:400}"),
    ("line below the motto", ".motto{padding:0 9mm 1.5pt}"),
    ("box 2", ".name{font-size:11pt}"),
    ("line below box 2", ".name.ruled::after{width:100%}"),
    ("box 3", ".so{font-size:14pt}"),
    ("middle of box 3", ".so{text-align:left}"),
    ("box 4", ".ngay,.place{font-style:normal}"),
    ("box 5b", ".vv{font-size:14pt}"),
    ("6 points above box 5b", ".vv{padding-top:0}"),
    ("over the margin", "p{margin-left:-6mm}"),
    ("below the margin", "@page{margin-bottom:10mm} p{font-size:14.01pt;orphans:1;widows:1}"),
    ("indent", "p{text-indent:5mm}"),
    ("not set to both", "body{text-align:left}"),
    ("pitch", "p{line-height:2}"),
    ("6 points above", "p{margin-top:2pt}"),
    ("box 7b", ".foot .sign{font-size:15pt}"),
    ("for a signature", ".ky{height:10mm}"),
    ("box 9b", ".foot .to-whom b{font-style:normal}"),
    ("level of box 7a", ".foot .to-whom{padding-top:6mm}"),
    ("list of box 9b", ".foot .to-whom{font-size:12pt}"),
    ("width of box 10b", ".urgency-1{width:30mm}"),
    ("height of box 10b", ".urgency{height:12mm}"),
    ("red", ".urgency{color:#000}"),
    ("box 13", ".contact{font-size:9pt}"),
    ("says", "@page{@top-center{content:none}}"),
    ("number of a page", "@page{@top-center{font-size:9pt}}"),
    ("another font", "p{font-family:'DejaVu Sans Mono'}"),
    ("width of the page", "@page{size:200mm 297mm}"),
]


@pytest.mark.parametrize(("box", "style"), BROKEN)
def test_the_measure_fails_where_the_layout_is_wrong(box, style):
    page = SAMPLES["CV"]
    pdf = write_pdf(page_html(page), style)
    with pytest.raises(AssertionError, match=box):
        law.hold(pdf, page)


def test_the_command_writes_one_file_of_each(tmp_path):
    call_command("render_kinds", tmp_path / "mau")
    names = sorted(path.name for path in (tmp_path / "mau").iterdir())
    assert len(names) == 29 and names[0] == "01-nghi-quyet.pdf" and names[-1] == "29-thu-cong.pdf"


# Form of Appendix III, kind, its fixed words in their order.
FORMS = [
    ("1.1", "NQ", ["NGHỊ QUYẾT", "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", "Căn cứ", "QUYẾT NGHỊ:", "Điều 1.", "./.", "- Như Điều 2;"]),
    ("1.2", "QĐ", ["QUYẾT ĐỊNH", "Ban hành Quy chế", "GIÁM ĐỐC SỞ NỘI VỤ", "Căn cứ", "Theo đề nghị", "QUYẾT ĐỊNH:", "Điều 1.", "- Như Điều 3;"]),
    ("1.3", "QĐ", ["Phạm Tiến Dũng", "SỞ NỘI VỤ", "QUY CHẾ", "Công tác văn thư", "(Kèm theo Quyết định số …/QĐ-SNV ngày … tháng … năm … của Sở Nội vụ)", "Chương I", "Điều 1."]),
    ("1.5", "CV", ["Số: 05/SNV-TCBC", "V/v đề nghị", "Kính gửi:", "- Văn phòng", "./.", "Nơi nhận:", "- Như trên;", "TQM.(30)"]),
    ("1.6", "CĐ", ["CÔNG ĐIỆN", "Ủy ban nhân dân thành phố Hà Nội điện:", "- Giám đốc các Sở;", "- Chủ tịch", "./."]),
    ("1.7", "GM", ["GIẤY MỜI", "Hội nghị", "Sở Nội vụ trân trọng kính mời:", "Tới dự", "Chủ trì:", "Thời gian:", "Địa điểm:", "./."]),
    ("1.8", "GGT", ["GIẤY GIỚI THIỆU", "Sở Nội vụ trân trọng giới thiệu:", "Ông (bà):", "Chức vụ:", "Được cử đến:", "Về việc:", "- Như trên;", "- Lưu: VT."]),
    ("1.9", "BB", ["BIÊN BẢN", "Thời gian bắt đầu:", "Cuộc họp kết thúc vào", "./.", "THƯ KÝ", "Nơi nhận:", "- Lưu: VT, Hồ sơ."]),
    ("1.10", "GNP", ["GIẤY NGHỈ PHÉP", "Xét Đơn", "Sở Nội vụ cấp cho:", "Ông (bà):", "Nơi nhận:", "Xác nhận của cơ quan"]),
    ("free", "TCg", ["Thư chúc mừng", "Kính gửi:", "./.", "- Như trên;"]),
]  # fmt: skip


@pytest.mark.parametrize(("form", "kind", "words"), FORMS)
def test_the_fixed_words_of_each_form_stand_in_their_order(form, kind, words, papers):
    text = " ".join(one.text for one in law.Paper(papers[kind]).words)
    at = 0
    for word in words:
        assert word in text[at:], f"form {form}: {word} is missing after {text[max(at - 40, 0) : at]}"
        at = text.index(word, at) + 1


def test_what_the_content_says_itself_is_not_said_twice():
    said = replace(SAMPLES["GM"], body="Sở Nội vụ trân trọng kính mời Ông Phạm Tiến Dũng tới dự hội nghị.")
    paper = law.Paper(render(said))
    assert len(paper.find("kính mời")) == 1 and not paper.find("Kính gửi")
    telegram = replace(
        SAMPLES["CĐ"], body="Về sự cố điện trên địa bàn, yêu cầu các đơn vị khẩn trương khắc phục."
    )
    assert law.Paper(render(telegram)).find("thành phố Hà Nội điện:$")


def test_minutes_are_signed_by_two_on_one_level(papers):
    paper = law.Paper(papers["BB"])
    clerk, chair = paper.one("^THƯ KÝ$"), paper.one("^CHỦ TỌA$")
    assert clerk.base == chair.base and clerk.right < law.MIDDLE < chair.left
    assert not paper.find("^Hà Nội, ngày")


def test_forms_without_a_subject_do_not_print_it(papers):
    for kind in ("GGT", "GNP"):
        assert not law.Paper(papers[kind]).find(SAMPLES[kind].subject)
    assert not law.Paper(papers["TCg"]).find("THƯ CÔNG")


def test_a_circulation_mark_stands_in_the_top_margin(papers):
    mark = law.Paper(papers["TB"]).one("^LƯU HÀNH NỘI BỘ$")
    assert mark.base < 20 and mark.left > law.MIDDLE


def test_number_and_day_that_are_known_are_printed_and_leave_no_field(papers):
    with pikepdf.open(io.BytesIO(papers["TB"])) as file:
        private = file.Root.PieceInfo.VanBan.Private
        assert {"/so", "/ngay"}.isdisjoint(private.keys()) and "/ky_ca_nhan" in private
