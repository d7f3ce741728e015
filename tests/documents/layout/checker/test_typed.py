"""The text of a draft before it is laid out: each fault is found where it is, its mend takes it away, and back again."""

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.layout import render
from documents.layout.checker.drafted import about, check_draft
from documents.layout.checker.typed import PROSE, RULES, Typed, typed
from tests.documents.layout.checker.papers import GOOD_DECISION, GOOD_LETTER

# (rule, kind, field, what is typed, what it is after the mend; None where a person has to say)
FAULTS = [
    ("B01", "QĐ", "bases", "Căn cứ Luật A; Căn cứ Luật B", "Căn cứ Luật A;\nCăn cứ Luật B"),
    ("B03", "KH", "body", "Căn cứ Luật A,\nCăn cứ Luật B.\nNội dung", "Căn cứ Luật A;\nCăn cứ Luật B.\nNội dung"),
    ("B05", "QĐ", "bases", "Căn cứ Luật Nhà ở số 27/2023/QH15 ngày 27 tháng 11 năm 2023", "Căn cứ Luật Nhà ở ngày 27 tháng 11 năm 2023"),
    ("B06", "QĐ", "body", "QUYẾT ĐỊNH:\nĐiều 1. Ban hành", "Điều 1. Ban hành"),
    ("C06", "QĐ", "body", "CHƯƠNG I\nQUY ĐỊNH CHUNG", "Chương I\nQUY ĐỊNH CHUNG"),
    ("C06", "QĐ", "body", "Chương 2\nTỔ CHỨC", "Chương II\nTỔ CHỨC"),
    ("C07", "QĐ", "body", "Mục I\nQUY ĐỊNH", "Mục 1\nQUY ĐỊNH"),
    ("C08", "QĐ", "body", "Điều 1: Ban hành", "Điều 1. Ban hành"),
    ("C10", "CV", "body", "a. Báo cáo kết quả", "a) Báo cáo kết quả"),
    ("C12", "CV", "body", "Báo cáo./.\n\nĐề nghị thực hiện", "Báo cáo.\n\nĐề nghị thực hiện"),
    ("C14", "CV", "body", "Đề nghị báo  cáo", "Đề nghị báo cáo"),
    ("C14", "CV", "body", "Đề nghị báo cáo , gửi Sở", "Đề nghị báo cáo, gửi Sở"),
    ("K01b", "CV", "addressees", "Kính gửi: - Sở Tài chính", "Sở Tài chính"),
    ("K01b", "CV", "body", "Kính gửi: Sở Tài chính\nThực hiện", "Thực hiện"),
    ("T06", "QĐ", "subject", "V/v phê duyệt", "Về việc phê duyệt"),
    ("T07", "CV", "subject", "rà soát biên chế.", "rà soát biên chế"),
    ("X01", "CV", "body", "Thực hiện theo Khoản 2 Điều 3", "Thực hiện theo khoản 2 Điều 3"),
    ("X01", "CV", "body", "Thực hiện theo Điểm a khoản 2", "Thực hiện theo điểm a khoản 2"),
    ("X01", "CV", "body", "Thực hiện khoản 2 điều 3 Luật", "Thực hiện khoản 2 Điều 3 Luật"),
    ("X01b", "CV", "body", "Gửi thành phố Hồ Chí Minh", "Gửi Thành phố Hồ Chí Minh"),
    ("X01b", "CV", "body", "Gửi Thành Phố Hồ Chí Minh", "Gửi Thành phố Hồ Chí Minh"),
    ("X01b", "CV", "subject", "Quy hoạch thủ đô Hà Nội", "Quy hoạch Thủ đô Hà Nội"),
    ("X01c", "CV", "body", "Họp sáng thứ tư tại Sở", "Họp sáng thứ Tư tại Sở"),
    ("X01d", "CV", "body", "Thực hiện.\n\nđề nghị báo cáo", "Thực hiện.\n\nĐề nghị báo cáo"),
    ("X01d", "CV", "body", "1. báo cáo kết quả", "1. Báo cáo kết quả"),
    ("X02", "CV", "body", "Gửi Ủy Ban Nhân Dân phường", "Gửi Ủy ban nhân dân phường"),
    ("X02", "CV", "addressees", "Ủy ban Nhân dân phường", "Ủy ban nhân dân phường"),
    ("X02", "CV", "body", "Họp Hội đồng Nhân dân phường", "Họp Hội đồng nhân dân phường"),
    ("X02", "CV", "body", "Gửi Thành Phố Huế", "Gửi thành phố Huế"),
    ("X02b", "CV", "body", "Gửi tỉnh Bà Rịa–Vũng Tàu", "Gửi tỉnh Bà Rịa - Vũng Tàu"),
    ("X02b", "CV", "body", "Gửi Thừa Thiên - Huế", "Gửi Thừa Thiên Huế"),
    ("X03", "CV", "body", "Ủy ban và Uỷ ban phường", "Ủy ban và Ủy ban phường"),
    ("X03", "CV", "body", "Văn hóa và xã hội hoá", "Văn hóa và xã hội hóa"),
]  # fmt: skip
LAWFUL = [
    "Thực hiện khoản 2 Điều 3 Luật Nhà ở và điểm a khoản 1 Điều 5.",
    "Sáng thứ Hai, Ủy ban nhân dân thành phố Hà Nội họp với Thành phố Hồ Chí Minh, Thủ đô Hà Nội.",
    "Tỉnh Bà Rịa - Vũng Tàu; quý III năm 2026; hòa giải, xã hội hóa, thủy lợi, toàn diện, khoản thu, quý.",
    "Tổng kinh phí 1.200.000.000 đồng (một tỷ hai trăm triệu đồng), tỷ lệ 99,5 %...",
    "1. Báo cáo kết quả;",
    "a) Đề xuất, kiến nghị.",
    "- Nội dung thứ nhất, thứ hai và thứ ba;",
    "Điều 1. Phê duyệt kế hoạch kèm theo Quyết định này.",
    "Chương I",
    "Mục 2",
    "| STT  | Nội dung |",
    "https://hanoi.gov.vn, thư điện tử: so@hanoi.gov.vn",
    "ỦY BAN NHÂN DÂN",
]
_OTHERS = dict.fromkeys(PROSE, "")


def applied(fields: dict, one: Typed) -> dict:
    text = fields[one.field]
    return fields | {one.field: text[: one.at] + one.new + text[one.end :]}


@pytest.mark.parametrize(("rule", "kind", "field", "before", "after"), FAULTS)
def test_a_fault_is_found_mended_and_brought_back(rule, kind, field, before, after):
    fields = _OTHERS | {field: before}
    found = typed(fields, kind)
    assert {one.rule for one in found} == {rule}
    mended = fields
    for one in sorted(found, key=lambda one: -one.at):
        mended = applied(mended, one)
    assert mended[field] == after
    assert typed(mended, kind) == []
    (one, *_) = found
    back = Typed(rule, field, one.at, one.at + len(one.new), "", before[one.at : one.end])
    assert applied(applied(fields, one), back) == fields


def test_of_many_faults_at_once_each_is_found(record_property):
    """Recall over the table above, each fault among the others of its field and kind."""
    missed = []
    for rule, kind, field, before, _ in FAULTS:
        text = before if field != "body" else f"{before}\n\n" + "\n\n".join(LAWFUL)
        if rule not in {one.rule for one in typed(_OTHERS | {field: text}, kind)}:
            missed.append((rule, before))
    record_property("said", f"typed faults: {len(FAULTS) - len(missed)} of {len(FAULTS)} found")
    assert not missed


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.sampled_from(LAWFUL), max_size=12), kind=st.sampled_from(["CV", "QĐ", "TTr"]))
def test_what_is_lawful_hears_nothing(lines, kind):
    assert typed(_OTHERS | {"body": "\n\n".join(lines)}, kind) == []


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(alphabet="aàoóuỷ ĐKđiềkoản123./.;:,()-|*\n\r\t\xa0\u0300=!", max_size=300))
def test_whatever_is_typed_a_mend_fits_its_place_and_takes_its_fault_away(text):
    fields = _OTHERS | {"body": text, "bases": text, "subject": text}
    for one in typed(fields, "QĐ"):
        assert 0 <= one.at <= one.end <= len(fields[one.field])
        if one.new is not None:
            assert applied(fields, one) != fields


def test_the_longest_text_takes_no_time():
    for piece in ("Căn cứ Luật ", "a ", "./", "khoản ", " ;", "uỷ ủy ", "Uỷ ", "1.1.", "\n- a ", "Kính gửi "):
        body = (piece * (200_000 // len(piece)))[:200_000]
        begun = time.process_time()
        typed(_OTHERS | {"body": body, "bases": body[:4000], "subject": body[:2000]}, "QĐ")
        assert time.process_time() - begun < 5, piece


def test_what_is_found_in_the_text_is_shown_on_the_page():
    body = GOOD_LETTER.body.replace("a) Báo cáo kết quả;", "a) Báo cáo theo Khoản 2 Điều 3 Quy chế;")
    report = check_draft(render(replace(GOOD_LETTER, body=body, draft=True)), _OTHERS | {"body": body}, "CV")
    (one,) = report.findings  # the page has it too, and says it once
    assert (one.rule, one.page) == ("X01", 1) and one.change.old == "Khoản" and one.change.new == "khoản"
    left, top, right, bottom = one.box
    assert 30 < left < right < 195 and 100 < top < bottom < 260


@pytest.mark.parametrize(("page", "kind"), [(GOOD_LETTER, "CV"), (GOOD_DECISION, "QĐ")])
def test_a_good_draft_hears_nothing(page, kind):
    fields = {
        "subject": page.subject, "addressees": "\n".join(page.addressees), "bases": "\n".join(page.bases),
        "body": page.body, "other_recipients": "",
    }  # fmt: skip
    assert check_draft(render(replace(page, draft=True)), fields, kind).findings == ()


def test_rules_of_the_text_have_numbers_of_their_own():
    assert all(about(rule.id) == rule.about for rule in RULES) and about("G01") and not about("Z99")


@pytest.mark.parametrize("body", ["", "Đề nghị các sở báo cáo."])
def test_a_subject_that_is_still_to_be_typed_is_no_fault(body):
    page = (
        replace(GOOD_LETTER, subject="", addressees=(), body=body, draft=True)
        if not body
        else replace(GOOD_LETTER, subject="", body=body, draft=True)
    )
    fields = dict.fromkeys(PROSE, "") | {"body": body}
    found = check_draft(render(page), fields, "CV").findings
    assert "T05b" not in {one.rule for one in found} and (body or found == ())
