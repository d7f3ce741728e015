"""The verdict on signatures at a desk: two lines, and all the rest behind one click."""

import re

from django.template.loader import render_to_string

from documents.views.incoming.verdicts import shown

SAID = "Chữ ký số hợp lệ, tệp không bị thay đổi: Nguyễn Văn Hiền (Bộ Nội vụ) lúc 22:37 ngày 29/11/2026."
REPORT = {
    "sentence": SAID,
    "remarks": ["tệp có mã JavaScript"],
    "signatures": [{"signer_name": "Nguyễn Văn Hiền", "verdict": "valid", "serial": "77AB"}],
}


def parts(verdict: str, report: dict) -> tuple[list[str], str]:
    """The lines in sight, and what is behind the click."""
    page = render_to_string("_signature_line.html", {"verdict": shown(verdict, report)})
    sight, _, behind = page.partition("<details")
    return [
        " ".join(re.sub(r"<[^>]+>", "", line).split()) for line in re.findall(r"<p.*?</p>", sight, re.S)
    ], behind


def test_a_valid_signature_is_two_lines_and_the_rest_behind_a_click():
    lines, behind = parts("valid", REPORT)
    assert lines == [
        "Chữ ký số hợp lệ, tệp không bị thay đổi",
        "Nguyễn Văn Hiền (Bộ Nội vụ) lúc 22:37 ngày 29/11/2026.",
    ]
    assert SAID in behind and "JavaScript" in behind and "77AB" in behind and "1 lưu ý" in behind


def test_what_is_wrong_and_what_to_do_are_never_cut_short():
    said = "Chữ ký số không hợp lệ: nội dung đã bị sửa sau khi ký."
    lines, behind = parts("invalid", {"sentence": said, "signatures": REPORT["signatures"]})
    assert lines == [said, "Việc cần làm: từ chối, báo nơi gửi ký lại và gửi lại."] and "77AB" in behind
    page = render_to_string("_signature_line.html", {"verdict": shown("invalid", {"sentence": said})})
    assert "one-line" not in page and "<details" not in page


def test_a_valid_paper_with_a_bad_attachment_says_so_first():
    bad = [{"name": "a.pdf", "verdict": "invalid", "sentence": "chữ ký không hợp lệ.", "against": True}]
    lines, behind = parts("valid", REPORT | {"attachments": bad})
    assert lines[0].startswith("Tệp kèm “a.pdf”") and lines[1].startswith("Việc cần làm") and SAID in behind
