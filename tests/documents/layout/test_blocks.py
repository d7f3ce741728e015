"""What a typed text is taken for, and that it comes back as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from documents.layout.blocks import (
    Appendix,
    Paragraph,
    Picture,
    Run,
    Table,
    as_text,
    blocks,
    marked,
    plain,
    runs,
)

SHA = "ab" * 32
WHOLE = f"""Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi điều chỉnh

1. Khoản một:

1.2. Khoản con

a) Điểm a;

- Gạch

I. ĐÁNH GIÁ

Một đoạn thường

| STT | Nội dung | Số tiền |
|---|:-:|--:|
| 1 | a \\| b // c | 10 |

![Sơ đồ](sha256:{SHA})

=== Danh mục (khổ ngang)

Nội dung phụ lục"""


def kinds(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.label, one.text) for one in blocks(text)]


def test_every_kind_of_block_is_known_and_comes_back_letter_for_letter():
    found = blocks(WHOLE)
    assert [one.kind if isinstance(one, Paragraph) else type(one).__name__ for one in found] == [
        "part", "part_title", "article", "clause", "clause", "point", "dash", "heading", "plain",
        "Table", "Picture", "Appendix", "plain",
    ]  # fmt: skip
    assert found[2] == Paragraph("article", "Điều 1.", "Phạm vi điều chỉnh")
    assert found[4].label == "1.2."
    assert found[9] == Table(
        (("STT", "Nội dung", "Số tiền"), ("1", "a | b\nc", "10")), 1, ("left", "centre", "right")
    )
    assert found[10:12] == (Picture(SHA, "Sơ đồ"), Appendix("Danh mục", True))
    assert as_text(found) == WHOLE


def test_lines_go_together_until_a_blank_line_or_a_number():
    typed = "Một dòng\r\nnối tiếp\n\nĐiều 1. Có\n1. Khoản\nđ) Điểm\n- Gạch\nnối\n1) Một"
    assert kinds(typed) == [
        ("plain", "", "Một dòng nối tiếp"), ("article", "Điều 1.", "Có"), ("clause", "1.", "Khoản"),
        ("point", "đ)", "Điểm"), ("dash", "-", "Gạch nối"), ("plain", "", "1) Một"),
    ]  # fmt: skip
    assert blocks(" \n\n") == ()


def test_the_title_of_a_part_ends_where_capitals_end():
    typed = "Chương I\nQUY ĐỊNH\nCHUNG\nQuy định này…\nMục 1\nKhông phải tiêu đề"
    assert kinds(typed) == [
        ("part", "Chương I", ""), ("part_title", "", "QUY ĐỊNH CHUNG"), ("plain", "", "Quy định này…"),
        ("part", "Mục 1", ""), ("plain", "", "Không phải tiêu đề"),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["**1. Tiêu đề** và", "1. **Tiêu đề** và"])
def test_a_number_inside_the_bold_is_a_number(typed):
    assert kinds(f"Trước\n{typed}")[1] == ("clause", "1.", "**Tiêu đề** và")


def test_a_number_that_alone_is_bold_is_a_number():
    assert kinds("**Điều 2.** Nội dung") == [("article", "Điều 2.", "Nội dung")]


def test_tables_are_padded_and_a_dash_is_a_value():
    (table,) = blocks("| a | b\n| - |\n|c|d|e|")
    assert table == Table((("a", "b", ""), ("-", "", ""), ("c", "d", "e")), 0, ("left",) * 3)
    assert [type(one) for one in blocks("|\n||")] == [Paragraph]
    (table,) = blocks(r"| một \| hai | https://hanoi.gov.vn |")
    assert table.rows == (("một | hai", "https://hanoi.gov.vn"),)


@pytest.mark.parametrize(
    "typed", ["![a](sha256:12)", "====", "====== x", "=== a\nb", f"x ![a](sha256:{SHA})", "Điều", "a)", "**"]
)
def test_what_is_not_understood_is_kept_as_typed(typed):
    assert as_text(blocks(typed)).split() == typed.split()


def test_bold_and_italic():
    assert runs(r"a **b *c*** \*d* 2 * 3 5*3*2 (*) x (*)") == (
        Run("a "), Run("b ", bold=True), Run("c", bold=True, italic=True),
        Run(" *d* 2 * 3 5*3*2 (*) x (*)"),
    )  # fmt: skip
    assert runs("***cả hai***") == (Run("cả hai", True, True),)
    assert runs("**chỉ mở") == (Run("**chỉ mở"),)
    assert runs("") == ()
    assert plain("**Đậm** và *nghiêng*") == "Đậm và nghiêng"


PIECES = some.lists(
    some.sampled_from(
        ["\n", "\n\n", " ", "|", "| a | b |", "|---|:-:|", "---", "-", "*", "**", "\\", "\\|", " // ", "===", "=== A",
         "(khổ ngang)", "Điều 1.", "1.", "a)", "Chương I", "QUY ĐỊNH", "chữ", "![x](sha256:" + SHA + ")", "(", ")", "5"]
    ) | some.text(max_size=4)
).map("".join)  # fmt: skip


@given(PIECES)
def test_text_to_blocks_to_text_stands_still(typed):
    once = as_text(blocks(typed))
    assert as_text(blocks(once)) == once
    assert blocks(once) == blocks(as_text(blocks(once)))

    # Nothing but blanks, bars and marks is lost.
    def letters(text):
        return sorted(char for char in text if char.isalnum())

    assert letters(once) == letters(typed)


@given(
    some.lists(
        some.builds(Run, some.text("ab *\\().đ5", min_size=1, max_size=5), some.booleans(), some.booleans())
    )
)
def test_runs_never_raise_and_lose_no_letter(found):
    text = marked(found)
    letters = [char for run in found for char in run.text if char in "abđ5"]
    assert [char for run in runs(text) for char in run.text if char in "abđ5"] == letters
