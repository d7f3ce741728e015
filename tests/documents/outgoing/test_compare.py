"""Two versions side by side: what changed is marked, what merely moved is not, and the words say it too."""

import dataclasses
import io
import re

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.layout import prepare, render
from documents.layout.engine import write_pdf
from documents.models import File
from documents.pdf import PdfError, difference, reading, text_lines
from tests.conftest import tiny_pdf
from tests.documents.outgoing_cases import brought, fields, sits_down, written
from tests.documents.papers import DECISION

WIDTH = 900


def decision(body: str = DECISION.body) -> bytes:
    return prepare(render(dataclasses.replace(DECISION, body=body)))


def marks(first: bytes, second: bytes) -> tuple[list[int], list[int]]:
    """How many marks on each page of either."""
    found = difference(first, second, WIDTH)
    return [len(page) for page in found["first"]], [len(page) for page in found["second"]]


def test_the_same_pages_have_no_mark():
    assert marks(decision(), decision()) == ([0, 0], [0, 0])


def test_a_changed_word_is_marked_where_it_stands():
    found = difference(decision(), decision(DECISION.body.replace("hằng quý", "hằng năm", 1)), WIDTH)
    box, other = found["first"][0][0], found["second"][0][0]
    assert found["first"][1] == found["second"][1] == []
    assert 0.3 < box.top < box.bottom < 0.45 and abs(box.top - other.top) < 0.01


def test_one_sign_is_enough():
    assert marks(decision(), decision(DECISION.body.replace("hướng dẫn,", "hướng dẫn.", 1))) == (
        [1, 0],
        [1, 0],
    )


def test_lines_that_were_only_pushed_down_are_not_marked_even_onto_the_next_page():
    longer = DECISION.body.replace(
        "thành phố.", "thành phố và báo cáo đột xuất khi có yêu cầu của cấp trên.", 1
    )
    found = difference(decision(), decision(longer), WIDTH)
    lowest = max(box.bottom for side in found.values() for box in side[0])
    assert lowest < 0.45  # of a page that is full of lines below
    assert all(not side[1] for side in found.values())


@pytest.mark.parametrize(
    "style",
    [
        "color:#555",
        "color:red",
        "font-weight:bold",
        "text-decoration:line-through",
        "color:white",
        "font-style:italic",
    ],
)
def test_a_pushed_line_that_looks_otherwise_is_marked_though_its_words_are_the_same(style):
    def page(how: str, before: str) -> bytes:
        return write_pdf(
            f"<p>Mở đầu {before}</p><p>Điều một: giá <span style='{how}'>15.000 đồng</span>.</p><p>Kết.</p>"
        )

    plain = difference(page("", ""), page("", "dài hơn " * 20), WIDTH)["second"][0]
    styled = difference(page("", ""), page(style, "dài hơn " * 20), WIDTH)["second"][0]
    assert len(styled) > len(plain)


def test_a_page_more_is_left_to_be_said():
    found = difference(decision(), decision(DECISION.body * 3), WIDTH)
    assert [len(side) for side in found.values()] == [2, 2]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 hong %%EOF", b"\x00" * 4096])
def test_what_is_no_pdf_is_refused_with_a_sentence(data):
    for pair in ((data, tiny_pdf()), (tiny_pdf(), data)):
        with pytest.raises(PdfError):
            difference(*pair, WIDTH)
    with pytest.raises(PdfError):
        text_lines(data)


def test_a_page_of_any_size_costs_a_bounded_picture():
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(3, 14000))
    out = io.BytesIO()
    pdf.save(out)
    assert marks(out.getvalue(), tiny_pdf()) == ([0], [0])


def test_too_many_pages_are_not_drawn():
    pdf = pikepdf.new()
    for _ in range(61):
        pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out)
    with pytest.raises(PdfError, match="quá nhiều trang"):
        difference(out.getvalue(), tiny_pdf(), WIDTH)


def two_versions(office):
    paper = brought(office, "in_review", written(office, body="Sở Nội vụ đề nghị báo cáo trước ngày 10."))
    papers.send_back(paper, by=office.hoa, at=timezone.now(), reason="Sửa ngày")
    changed = fields(office, body="Sở Nội vụ đề nghị báo cáo trước ngày 25.")
    papers.edit(paper, by=office.minh, at=timezone.now(), **changed)
    return brought(office, "format_checked", paper)


def page_of(client, office, paper, query: str = ""):
    return sits_down(client, office.minh).get(reverse("outgoing_compare", args=[paper.pk]) + query)


def test_the_page_shows_both_with_marks_and_words(client, office):
    paper = two_versions(office)
    answer = page_of(client, office, paper)
    words = answer.content.decode()
    assert (answer.context["first"]["key"], answer.context["second"]["key"]) == ("1", "2")
    assert "Trang 1</a>: 1 chỗ khác" in words
    assert "<del>" in words and "<ins>" in words and "ngày 25" in words and "ngày 10" in words
    assert words.count("<rect ") == 2 and "style=" not in words
    for side in ("first", "second"):
        file = answer.context[side]["file"]
        assert f"/tep/{file.pk}/trang/1/?sha256={file.blob_id}" in words


def test_the_marks_are_made_once_and_hold_no_words(client, office, monkeypatch):
    paper = two_versions(office)
    first = page_of(client, office, paper).context
    monkeypatch.setattr(reading, "_work", lambda *_: pytest.fail("made a second time"))
    again = page_of(client, office, paper, "?a=1&b=2").context
    assert (again["pairs"], again["lines"]) == (first["pairs"], first["lines"])
    old, new = paper.files.filter(part="main").order_by("version")
    kept = blobs.picture(new.blob, f"khac-{old.blob_id}-{WIDTH}.json", pytest.fail)
    # When the older bytes must go as a secret, nothing of what they said stays beside the newer ones.
    assert re.fullmatch(r'\{"first": [\[\]0-9., ]+, "second": [\[\]0-9., ]+\}', kept.read_text())


def test_signed_stages_compare_with_the_draft_and_with_each_other(client, office, keys):
    paper = brought(office, "sealed")
    drafted = page_of(client, office, paper, "?a=1&b=1-signed")
    assert drafted.context["pairs"][0]["changed"]  # the blue signature
    sealed = page_of(client, office, paper, "?a=1-signed&b=1-sealed")
    words = sealed.content.decode()
    assert "Số: 01/SNV-TCBC" in words and sealed.context["pairs"][0]["places"] >= 3  # number, date, seal
    assert page_of(client, office, paper).context["second"]["key"] == "1-sealed"


def test_the_versions_of_the_paper_link_to_it(client, office):
    paper = two_versions(office)
    page = sits_down(client, office.minh).get(paper.get_absolute_url()).content.decode()
    url = f"{reverse('outgoing_compare', args=[paper.pk])}?a=1&b=2"
    assert url.replace("&", "&amp;") in page


def test_a_version_nobody_made_is_not_found(client, office):
    paper = two_versions(office)
    for query in ("?a=9", "?b=1-sealed", "?a=1&b=%00", f"?a={'9' * 5000}"):
        assert page_of(client, office, paper, query).status_code == 404
    assert page_of(client, office, paper, "?a=&b=").status_code == 200
    assert "cùng một tệp" in page_of(client, office, paper, "?a=2&b=2").content.decode()


def test_a_first_version_says_that_there_is_nothing_to_compare(client, office):
    assert "Chưa có hai bản" in page_of(client, office, brought(office, "in_review")).content.decode()


def test_pages_that_cannot_be_compared_are_still_shown(client, office):
    paper = two_versions(office)
    bad = blobs.store(b"%PDF-1.4 hong %%EOF")
    File.objects.filter(document=paper, version=1).update(blob=bad)
    answer = page_of(client, office, paper)
    words = answer.content.decode()
    assert (
        answer.status_code == 200 and "Chưa đánh dấu được chỗ khác" in words and "chưa so được hình" in words
    )
    assert answer.context["lines"] is None
