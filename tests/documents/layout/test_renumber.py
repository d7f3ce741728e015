"""Numbers in order, and references that follow; those to other papers do not."""

import random
import time

import pytest

from documents.layout.renumber import renumber
from documents.layout.units import joined, units

DECISION = """Điều 1. Phạm vi
1. Quyết định này quy định việc tiếp nhận.
2. Ngoài khoản 1 Điều này, áp dụng điểm b khoản 2 Điều 3.
Điều 2. Trách nhiệm
Thực hiện theo Điều 1 và Điều 3; Điều 3 Nghị định số 30/2020/NĐ-CP không đổi.
Điều 3. Kinh phí
1. Theo khoản 2 Điều 1 và các khoản 1, 2 Điều này.
2. Gồm:
a) Ngân sách;
b) Nguồn khác theo điểm a khoản này."""


def test_an_article_moves_and_every_reference_follows_it():
    moved = renumber(DECISION, line=3, move="down")
    assert (
        moved.text
        == """Điều 1. Phạm vi
1. Quyết định này quy định việc tiếp nhận.
2. Ngoài khoản 1 Điều này, áp dụng điểm b khoản 2 Điều 2.
Điều 2. Kinh phí
1. Theo khoản 2 Điều 1 và các khoản 1, 2 Điều này.
2. Gồm:
a) Ngân sách;
b) Nguồn khác theo điểm a khoản này.
Điều 3. Trách nhiệm
Thực hiện theo Điều 1 và Điều 2; Điều 3 Nghị định số 30/2020/NĐ-CP không đổi."""
    )
    assert moved.text.split("\n")[moved.line] == "Điều 3. Trách nhiệm"


@pytest.mark.parametrize(
    "text, line, move, expected",
    [
        ("1. Một, xem khoản 2.\n2. Hai.", 1, "up", "1. Hai.\n2. Một, xem khoản 1."),
        ("Điều 1. A\n1. x\na) m\nb) n, khác điểm a.\nĐiều 2. Theo điểm b khoản 1 Điều 1.", 3, "up",
         "Điều 1. A\n1. x\na) n, khác điểm b.\nb) m\nĐiều 2. Theo điểm a khoản 1 Điều 1."),
        ("I. MỘT\n1. a\nII. HAI\n1. b", 2, "up", "I. HAI\n1. b\nII. MỘT\n1. a"),
        ("Chương I\nMỘT\nĐiều 1. A\nChương II\nHAI\nĐiều 2. B xem Điều 1", 3, "up",
         "Chương I\nHAI\nĐiều 1. B xem Điều 2\nChương II\nMỘT\nĐiều 2. A"),
        ("**Điều 1.** A\n\n**Điều 2.** B", 2, "up", "**Điều 1.** B\n\n**Điều 2.** A"),
        ("Một\n\nHai", 2, "up", "Hai\n\nMột"),
        ("Điều 1. A\n\n| a |\n|---|\n| Điều 2 |\n\nĐiều 2. B", 6, "up",
         "Điều 1. B\n\nĐiều 2. A\n\n| a |\n|---|\n| Điều 1 |"),
    ],
)  # fmt: skip
def test_a_unit_moves_with_all_that_belongs_to_it(text, line, move, expected):
    assert renumber(text, line=line, move=move).text == expected


@pytest.mark.parametrize(
    "reference",
    [
        "Điều 2 Nghị định số 30/2020/NĐ-CP", "khoản 1 Điều 2 của Luật Đất đai", "Điều 1, Điều 2 Thông tư số 01",
        "điểm a khoản 1 Điều 2 Bộ luật Lao động", "“Điều 2. Thay thế”", "Điều 2 Quy chế ban hành kèm theo",
        "Điều 2/2020", "khoản 2/9",
    ],
)  # fmt: skip
def test_references_to_other_papers_stay(reference):
    text = f"Điều 2. A\nĐiều 1. Căn cứ {reference}."
    assert reference in renumber(text).text


@pytest.mark.parametrize("paper", ["Quyết định này", "Quy chế này", "Nghị quyết này"])
def test_this_very_paper_is_no_other(paper):
    assert (
        renumber(f"Điều 2. A\nĐiều 1. Theo Điều 2 {paper}.").text
        == f"Điều 1. A\nĐiều 2. Theo Điều 1 {paper}."
    )


CHAPTERS = """Chương I
CHUNG
Điều 1. Phạm vi nêu ở Chương III và Mục 1 Chương II.
Chương II
TỔ CHỨC
Mục 1
BỘ MÁY
Điều 2. Theo Mục 2, các Chương II và III Quyết định này.
Mục 2
NGƯỜI
Điều 3. Chương III Luật Đất đai không đổi; phần Chương III “Chương III”.
Chương III
CUỐI
Điều 4. Hiệu lực của Chương II."""


def test_references_to_chapters_and_sections_follow_when_they_move():
    down = renumber(CHAPTERS, line=3, move="down").text
    assert "Phạm vi nêu ở Chương II và Mục 1 Chương III." in down
    assert "Theo Mục 2, các Chương III và II Quyết định này." in down
    assert "Chương III Luật Đất đai không đổi; phần Chương II “Chương III”." in down
    assert "Hiệu lực của Chương III." in down
    sections = renumber(CHAPTERS, line=5, move="down").text
    assert "Mục 2 Chương II." in sections and "Theo Mục 1, các Chương II và III" in sections


def test_an_article_goes_over_into_the_chapter_beside_it():
    text = "Chương I\nMỘT\nĐiều 1. A\nĐiều 2. B\nChương II\nHAI\nĐiều 3. C theo Điều 2"
    moved = renumber(text, line=3, move="down")
    assert moved.text == "Chương I\nMỘT\nĐiều 1. A\nChương II\nHAI\nĐiều 2. B\nĐiều 3. C theo Điều 2"
    assert moved.text.split("\n")[moved.line] == "Điều 2. B"
    assert renumber(moved.text, line=moved.line, move="up").text == text
    third = renumber(text, line=6, move="up")
    assert third.text == "Chương I\nMỘT\nĐiều 1. A\nĐiều 2. B\nĐiều 3. C theo Điều 2\nChương II\nHAI"
    for line, move in ((2, "up"), (6, "down")):  # before the first chapter, behind the last: nowhere
        assert renumber(text, line=line, move=move).text == text


def test_an_article_goes_past_a_chapter_with_its_section():
    text = "Chương I\nMột\nĐiều 1. A\nChương II\nHai\nMục 1\nBa\nĐiều 2. B"
    there = renumber(text, line=2, move="down")
    assert there.text == "Chương I\nMột\nChương II\nHai\nMục 1\nBa\nĐiều 1. A\nĐiều 2. B"
    assert renumber(there.text, line=there.line, move="up").text == text


def test_references_to_appendices_follow_when_they_move():
    text = "Điều 1. Theo Phụ lục I, các Phụ lục II và III; Phụ lục II Nghị định số 30.\n=== Một\nx\n=== Hai\nxem Phụ lục I\n=== Ba\ny"
    moved = renumber(text, line=3, move="up").text
    assert moved == (
        "Điều 1. Theo Phụ lục II, các Phụ lục I và III; Phụ lục II Nghị định số 30."
        "\n=== Hai\nxem Phụ lục II\n=== Một\nx\n=== Ba\ny"
    )
    assert renumber("Theo Phụ lục I.\n=== Một\nx").text == "Theo Phụ lục I.\n=== Một\nx"


def test_numbers_are_counted_as_laws_count():
    points = "\n".join(f"{letter}) x" for letter in "abcdefgh")
    assert renumber(f"1. y\n{points}").text == "1. y\n" + "\n".join(f"{one}) x" for one in "abcdđegh")
    assert renumber("1. a\n1.1. b\n1.3. c\n3. d\n3.1. e").text == "1. a\n1.1. b\n1.2. c\n2. d\n2.1. e"
    assert renumber("I. A\n1. a\n2. b\nII. B\n4. c").text == "I. A\n1. a\n2. b\nII. B\n3. c"
    assert (
        renumber("Điều 2. A\n=== Biểu\nĐiều 5. B theo Điều 5").text
        == "Điều 1. A\n=== Biểu\nĐiều 1. B theo Điều 1"
    )


def test_what_was_just_written_takes_no_reference_with_it():
    text = "Điều 1. A\nĐiều 2. Mới\nĐiều 2. Cũ, nêu tại Điều 2"
    done = renumber(text, line=1, is_new=True)
    assert done.text == "Điều 1. A\nĐiều 2. Mới\nĐiều 3. Cũ, nêu tại Điều 3" and done.unclear == ()


def test_a_number_that_stands_twice_is_said_and_its_references_stay():
    done = renumber("Điều 1. A\nĐiều 2. B\nĐiều 2. C theo Điều 2\nĐiều 3. D theo Điều 3")
    assert done.text == "Điều 1. A\nĐiều 2. B\nĐiều 3. C theo Điều 2\nĐiều 4. D theo Điều 4"
    assert done.unclear == ("Điều 2",)


def test_an_amendment_keeps_what_it_puts_into_another_paper():
    text = "Điều 2. Sửa khoản 2 như sau:\n“2. Một\n3. Hai theo Điều 1”.\nĐiều 1. Hiệu lực"
    done = renumber(text)
    assert done.text == "Điều 1. Sửa khoản 2 như sau:\n“2. Một\n3. Hai theo Điều 1”.\nĐiều 2. Hiệu lực"


def paper_of(chance: random.Random) -> str:
    """A paper with articles, clauses, points, tables, and references everywhere to what is there and to what is not."""
    articles = chance.randint(1, 6)
    lines = []
    for article in range(1, articles + 1):
        lines += [""] * chance.choice([0, 0, 1, 2]) + [f"Điều {article}. Về {_reference(chance, articles)}"]
        lines += chance.choice(
            [[], ["đoạn nối tiếp"], ["", "Đoạn rời"], ["", "| a | b |", "|---|---|", "| 1 | Điều 2 |", ""]]
        )
        for clause in range(1, chance.randint(1, 5)):
            lines.append(f"{clause}. Khoản nêu {_reference(chance, articles)}")
            lines += [
                f"{letter}) Điểm nêu {_reference(chance, articles)};"
                for letter in "abcd"[: chance.randint(0, 4)]
            ]
    return "\n".join(lines).strip("\n")


def _reference(chance: random.Random, articles: int) -> str:
    a, k, d = chance.randint(1, articles + 1), chance.randint(1, 5), chance.choice("abcd")
    return chance.choice([
        f"Điều {a}", f"khoản {k} Điều {a}", f"điểm {d} khoản {k} Điều {a}", f"các khoản {k}, {k + 1} Điều này", f"khoản {k}",
        f"điểm {d} khoản này", f"Điều {a} và khoản {k} Điều {a}", f"Điều {a} Luật Đất đai", f"điểm {d}", "20 ngày, 5 bản",
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_what_moves_there_and_back_is_the_same_text(seed):
    chance = random.Random(seed)
    text = paper_of(chance)
    assert joined(units(text)) == text
    assert renumber(text).text == text, "numbers in order stay"
    for unit in units(text):
        there = renumber(text, line=unit.line, move="down")
        if there.text != text:
            assert renumber(there.text).text == there.text
            assert renumber(there.text, line=there.line, move="up").text == text


def test_a_long_paper_takes_no_longer_than_its_length():
    text = "\n".join(
        f"Điều {n}. Theo khoản 1 Điều {n - 1} và điểm a khoản này, “a” “b”." for n in range(1, 3500)
    )
    began = time.process_time()
    renumber(text[:200_000], line=0, move="down")
    renumber("“" * 100_000 + "Điều 1. " * 10_000)
    renumber("Điều 1, " * 25_000)
    renumber("khoản 1, 2, 3, " * 13_000)
    assert time.process_time() - began < 10
