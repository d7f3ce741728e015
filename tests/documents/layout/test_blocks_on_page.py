"""Tables, pictures, bold and appendices as they stand on paper."""

import hashlib
import io
import re
import time
from dataclasses import replace

import page as page_validation
import pytest
from PIL import Image

from documents.layout import render
from documents.layout.checker import check
from tests.documents.layout import law
from tests.documents.layout.law import LEFT, RIGHT
from tests.documents.papers import DECISION, LETTER


def paper(body: str, page=LETTER, **own) -> law.Paper:
    return law.Paper(render(replace(page, body=body, **own)))


def table(rows: int, columns: int, cell: str = "Nội dung", head: bool = True) -> str:
    lines = ["| STT | " + " | ".join(f"Cột {n}" for n in range(2, columns + 1)) + " |"] if head else []
    lines += ["|" + "---|" * columns] if head else []
    lines += [f"| {n} | " + " | ".join([f"{cell} {n}"] * (columns - 1)) + " |" for n in range(1, rows + 1)]
    return "\n".join(lines)


def within_the_margins(found: law.Paper) -> None:
    for one in found.words:
        sheet = found.pages[one.page - 1]
        assert one.left >= LEFT - 0.3 and one.right <= sheet["width"] - 15 + 0.6, one.text
        assert one.base <= sheet["height"] - 20, one.text
    for sheet in found.pages:
        for left, _, right, *_ in [*sheet["lines"], *sheet["frames"]]:
            assert left >= LEFT - 0.5 and right <= sheet["width"] - 15 + 0.5


def test_a_table_is_drawn_and_its_heading_is_repeated_on_every_page():
    found = paper(f"Trước.\n\n{table(120, 4)}\n\nSau bảng.")
    heads = found.find("^STT$")
    assert len(found.pages) > 3
    assert [one.page for one in heads] == list(
        range(1, len(found.pages) + (heads[-1].page == len(found.pages)))
    )
    assert all(one.bold and one.size == 12 for one in heads)
    numbers = [
        int(one.text) for one in found.words if one.text.isdigit() and one.base > 20 and one.size == 12
    ]
    assert numbers == list(range(1, 121))
    assert not found.find(r"\|")
    within_the_margins(found)


def test_twelve_columns_and_words_without_end_stay_inside_the_margins():
    long = "Trách-nhiệm-phối-hợp" + "x" * 60 + " https://example.vn/" + "a/b" * 40
    found = paper(f"{table(6, 12, cell=long)}\n\n{'y' * 400}")
    within_the_margins(found)
    assert found.one("^STT$").bold, "a narrow column keeps its word whole"
    text = "".join(one.text for one in found.words)
    assert text.count("x") >= 6 * 11 * 60 and text.count("y") >= 400


def test_a_cell_higher_than_a_page_goes_on_on_the_next():
    long = " ".join(f"chữ{n}" for n in range(2500))
    found = paper(f"| STT | Nội dung |\n|---|---|\n| 1 | {long} |\n| 2 | sau |")
    assert len(found.pages) > 2
    said = " ".join(one.text for one in found.words)
    assert all(f"chữ{n}" in said for n in (0, 1250, 2499)) and "sau" in said
    within_the_margins(found)


def test_short_columns_are_not_broken_within_a_word():
    found = paper(
        "| STT | Nội dung thực hiện | Đơn vị | Thời hạn | Tỷ lệ (%) |\n|:-:|---|---|:-:|--:|\n"
        "| 1 | Rà soát, sắp xếp, kiện toàn tổ chức bộ máy của các cơ quan, đơn vị | Văn phòng Sở | 31/12/2026 | 100,5 |"
    )
    for word in ("STT", "31/12/2026", "100,5", "Đơn vị", "Thời hạn"):
        assert found.find(f"^{re.escape(word)}"), word


def test_cells_stand_left_in_the_middle_and_right():
    found = paper("| A | B | C |\n|---|:-:|--:|\n| trái | giữa | phải |")
    left, middle, right = (found.one(f"^{word}$") for word in ("trái", "giữa", "phải"))
    assert left.left < LEFT + 3 and right.right > RIGHT - 3
    law.near(middle.centre, found.one("^B$").centre, 0.6, "middle of a column")


def test_a_table_without_heading_line_has_no_heading_and_breaks_keep_their_place():
    found = paper("| một // hai | *ba* **bốn** |")
    assert not found.one("^một$").bold
    assert found.one("^hai$").base > found.one("^một$").base
    assert found.one("^ba$").italic and found.one("^bốn$").bold


def test_bold_and_italic_are_set_in_their_faces():
    found = paper(r"Một **hai ba** bốn *năm* ***sáu*** 2 \* 3.")
    assert found.one("^hai ba$").bold and found.one("^năm$").italic
    both = found.one("^sáu$")
    assert both.bold and both.italic
    assert found.find(r"2 \* 3\./\.$") and not found.find(r"\*\*")


def picture(mode: str = "RGB", kind: str = "PNG", size=(800, 500)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "PNG"), ("L", "PNG"), ("RGBA", "PNG"), ("RGB", "JPEG"), ("CMYK", "JPEG")]
)
def test_a_picture_stands_in_the_measure_with_its_caption_and_keeps_the_file_valid(mode, kind, tmp_path):
    data = picture(mode, kind)
    sha256 = hashlib.sha256(data).hexdigest()
    page = replace(
        LETTER, body=f"Trước.\n\n![Sơ đồ tổ chức](sha256:{sha256})\n\nSau.", pictures=((sha256, data),)
    )
    pdf = render(page)
    found = law.Paper(pdf)
    ((left, _, right, bottom, *_),) = found.pages[0]["pictures"]
    assert left >= LEFT - 0.1 and right <= RIGHT + 0.1
    caption = found.one("^Sơ đồ tổ chức$")
    assert caption.italic and caption.base > bottom
    (tmp_path / "a.pdf").write_bytes(pdf)
    for profile in ("2b", "ua1"):
        assert "no failures" in str(page_validation.validate_pdf(str(tmp_path / "a.pdf"), profile=profile))


def test_a_heading_row_never_ends_a_page_alone():
    for before in range(16, 26):
        found = paper("\n\n".join(["Đoạn ngắn."] * before) + "\n\n" + table(6, 3), draft=True)
        for head in found.find("^STT$"):
            assert any(
                one.page == head.page and one.base > head.base and one.text.isdigit() for one in found.words
            )


def test_a_picture_that_is_not_there_or_is_none_is_said_in_words():
    assert paper(f"![Sơ đồ](sha256:{'0' * 64})").find("Thiếu hình: Sơ đồ")
    broken = ("0" * 64, b"<svg onload=alert(1)>")
    assert not paper(f"![Sơ đồ](sha256:{'0' * 64})\n\nSau.", pictures=(broken,)).pages[0]["pictures"]


TWO = "Nội dung.\n\n=== Danh mục nhiệm vụ\n\n" + table(60, 3) + "\n\n=== Biểu tổng hợp (khổ ngang)\n\nHết."


def test_appendices_begin_pages_are_numbered_and_count_their_own_pages():
    found = paper(TWO, issuer="Sở Nội vụ")
    first, second = found.one("^Phụ lục I$"), found.one("^Phụ lục II$")
    for one in (first, second):
        law.looks(one, "Phụ lục", size=(14, 14), bold=True)
        sheet = found.pages[one.page - 1]
        law.near(one.centre, (LEFT + sheet["width"] - 15) / 2, 0.6, "middle of Phụ lục")
        assert one.base < 26
    title = found.one("^DANH MỤC NHIỆM VỤ$")
    law.looks(title, "title of an appendix", size=(13, 14), bold=True, caps=True)
    note = [one for one in found.words if one.page == first.page and one.italic]
    said = " ".join(one.text for one in note)
    assert said == "(Kèm theo Công văn số …/SNV-TCBC ngày … tháng … năm … của Sở Nội vụ)"
    for one in note:
        law.looks(one, "reference of an appendix", size=(13, 14), italic=True)
    law.third_to_half(found.line_below(note[-1]), note[-1], "reference of an appendix")
    assert found.pages[second.page - 1]["width"] > 296 and found.pages[first.page - 1]["width"] < 211
    assert first.page == 2 and second.page > 3
    law.page_numbers(found)
    assert sum("./." in one.text for one in found.words) == 3
    assert found.one("Vũ Phương Thảo").page == 1


def test_two_upright_appendices_each_begin_at_one():
    long = "\n\n".join(["Một đoạn dài. " * 30] * 12)
    found = paper(f"Nội dung.\n\n=== Một\n\n{long}\n\n=== Hai\n\n{long}")
    assert found.one("^Phụ lục II$").page > found.one("^Phụ lục I$").page + 1
    law.page_numbers(found)


def test_a_single_appendix_has_no_number():
    found = paper("Nội dung.\n\n=== Danh mục\n\nHết.")
    assert found.find("^Phụ lục$") and not found.find("^Phụ lục I")
    assert check(render(replace(LETTER, body="Nội dung.\n\n=== Danh mục\n\nHết."))).findings == ()


def test_a_regulation_attached_to_a_decision_has_its_letterhead_and_no_number():
    body = "Điều 1. Ban hành Quy chế.\n\n=== Quy chế làm việc\n\nChương I\nQUY ĐỊNH CHUNG\n\nĐiều 1. Phạm vi\n\nNội dung."
    found = paper(body, DECISION)
    kind = found.one("^QUY CHẾ$", 2)
    law.looks(kind, "kind of what is attached", size=(13, 14), bold=True, caps=True)
    law.letterhead(found, DECISION, 2)
    assert found.find("^Làm việc$", 2) and not found.find("^Phụ lục") and not found.find("^Số:", 2)
    article = found.one("^Điều 1. Phạm vi$", 2)
    assert article.bold and article.left > LEFT + 12
    part = found.one("^Chương I$", 2)
    law.near(part.centre, law.MIDDLE, 0.6, "middle of a part")


def test_old_texts_look_as_they_did():
    found = paper("I. MỞ ĐẦU\n1. Khoản\na) Điểm\nnối tiếp\n\nĐiều 2. Điều\n\nChương I\nTÊN\n\nHết")
    assert found.one(r"^I\. MỞ ĐẦU$").bold and not found.one(r"^1\. Khoản$").bold
    assert found.find(r"^a\) Điểm nối tiếp$")
    assert found.one(r"^Điều 2\.").bold
    law.near(found.one("^TÊN$").centre, law.MIDDLE, 0.6, "middle of the title of a part")
    assert found.find(r"^Hết\./\.$")


@pytest.mark.parametrize("body", ["**a*" * 15_000, "x" * 60_000, "|" + "a|" * 29_000, "| a |\n" * 6000])
def test_whatever_is_typed_is_laid_out_in_seconds(body):
    begun = time.process_time()
    render(replace(LETTER, body=body[:60_000], draft=True))
    assert time.process_time() - begun < 20


def test_appendices_without_end_do_not_make_pages_without_end():
    assert len(paper("=== A\n\nb\n\n" * 100).pages) < 70
