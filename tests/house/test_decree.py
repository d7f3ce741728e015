"""docs/decree-30.md says of every function of the decree where it is and which test proves it. What it says is looked up."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/decree-30.md"
# Phụ lục VI, Part I: khoản → its letters (law-and-practice §1.13); of what has none, how many items it has.
LETTERS = {
    "I.III.1": "a b c d đ e g h i k l m n o", "I.III.2": "a b c", "I.III.3": "a b c", "I.III.4": "a b c d đ e g",
    "I.III.5": "a b c d đ e g", "I.III.6": "a b c d đ e g h i k l", "I.III.7": "a b c d đ", "I.III.8": "a b c",
    "I.IV.1": "a b c d đ e g",
}  # fmt: skip
NUMBERED = {"I.II": 8, "I.V": 6, "II.I": 16, "II.II": 18, "II.III": 11}
ALSO = {"I.IV.2", "I.IV.3", "IV.II", "IV.III", "IV.IV", "IV.V", "IV.VII", "IV.VIII"} | {
    "art.18.3",
    "art.25",
    "art.27",
    "App.I.2.I",
    "App.I.2.II",
    "App.I.1.II.6",
    "App.I.1.III",
    "art.24.2",
}
_FIELD = "tests/house/test_decree.py::test_a_field_of_the_law_is_a_column"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[tuple[str, str, str, str]]:
    """Mark, what it asks, where, test."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return [row for row in cells if row[0] != "mark"]


ROWS = {row[0]: row for row in rows()}


def test_every_letter_of_the_decree_has_its_row_and_only_one():
    wanted = ALSO | {f"{clause}{letter}" for clause, letters in LETTERS.items() for letter in letters.split()}
    wanted |= {f"{clause}.{n}" for clause, many in NUMBERED.items() for n in range(1, many + 1)}
    marks = [row[0] for row in rows()]
    assert len(marks) == len(set(marks)) and set(marks) == wanted


@pytest.mark.parametrize("mark", ROWS)
def test_a_row_names_tests_that_exist_or_says_that_it_is_open(mark):
    row = ROWS[mark]
    assert len(row) == 4 and row[1]
    _, _, where, test = row
    found = _TEST.findall(test)
    assert found or test.startswith("open: "), f"{mark}: neither a test nor open"
    assert not (found and not where), f"{mark}: proved, and nowhere"
    for path, name in found:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", text, re.M), f"{mark}: {path} has no {name}"
        assert not re.search(rf"mark\.(skip|xfail)[^\n]*\n(@[^\n]*\n)*def {name}\(", text), (
            f"{mark}: {name} is left out"
        )
    assert test.count("::") == len(found), f"{mark}: a test that is not written as `file::name`"
    for path in re.findall(r"`([\w/]+(?:\.py|/))`", where):
        assert (ROOT / path).exists(), f"{mark}: there is no {path}"


@pytest.mark.parametrize("mark", [mark for mark, row in ROWS.items() if _FIELD in row[3]])
def test_a_field_of_the_law_is_a_column(mark):
    names = re.findall(r"`(\w+)\.(\w+)`", ROWS[mark][2])
    assert names
    for model, column in names:
        floor = "casefiles" if model in ("CaseFile", "Item") else "documents"
        assert apps.get_model(floor, model)._meta.get_field(column).concrete
