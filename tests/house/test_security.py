"""docs/security.md: every point of the standard has its line, and every proof that is named is there."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from ops.scan.findings import reasons

TEXT = Path(settings.BASE_DIR, "docs/security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (met|not met|not ours) \| ([^|]+) \|$", re.MULTILINE)
# Of the standard's 345 points those of levels 1 and 2, by chapter (OWASP ASVS 5.0.0).
POINTS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
PATHS = re.compile(r"`((?:docs|documents|ui|orgs|signatures|interop|ops|templates|static|tests)/[\w./*-]+)`")


def _tests() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in Path(settings.BASE_DIR, "tests").rglob("*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}


def test_every_point_of_the_standard_has_one_line():
    numbers = [row[0] for row in ROW.findall(TEXT)]
    assert len(numbers) == len(set(numbers))
    assert Counter(int(number.split(".")[0]) for number in numbers) == POINTS
    assert len(re.findall(r"^\| \d+\.\d+\.\d+ ", TEXT, re.MULTILINE)) == len(numbers), (
        "a line of another form"
    )


def test_the_sum_at_the_top_is_that_of_the_lines():
    states = Counter(row[2] for row in ROW.findall(TEXT))
    total = sum(states.values())
    said = f"{states['met']} met, {states['not met']} not met, {states['not ours']} not ours, of {total}"
    assert said in TEXT


def test_every_test_that_is_named_as_a_proof_is_there():
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 60
    assert not named - _tests()


@pytest.mark.parametrize("path", sorted(set(PATHS.findall(TEXT))))
def test_every_file_that_is_named_is_there(path):
    assert list(Path(settings.BASE_DIR).glob(path.rstrip("/")))


def test_every_finding_that_stays_has_a_reason_and_a_place_that_is_there():
    for one in reasons():
        if one.tool == "bandit":
            assert list(Path(settings.BASE_DIR).glob(one.where)) or "*" in one.where, one.where
