"""None of the attacks is ever valid, none costs more than ten seconds or 1 GB, and docs/attacks.md tells the truth."""

import re

import pytest

from signatures.verification.guard import Guard

from . import certified, envelopes, forgeries, heavy, savings, shadows  # noqa: F401 - they enter their attacks in the list
from .__main__ import PAGE
from .cast import Cast
from .table import ATTACKS, HEAVY, most_memory, rows, run


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


def told_truly(found) -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in rows(found) if line and line not in page]
    assert not missing, f"run: python -m tests.signatures.attacks; {missing}"


def test_the_honest_files_are_valid_or_the_attacks_would_prove_nothing(cast):
    guard = Guard()
    twice = cast.approve(
        cast.approve(cast.prepared), field="KyHai", who="Người Thứ Hai", box=(60, 10, 200, 40)
    )
    stamped = {
        level: cast.approve_at(level) for level in ("B-T", "B-LT", "B-LTA")
    }  # fmt: skip
    files = {
        "signed": cast.signed,
        "sealed": cast.sealed,
        "another tool": cast.approve(cast.prepared),
        "two": twice,
    }
    for name, pdf in (files | stamped).items():
        found = guard.verify(pdf, trust_roots=cast.roots, fetch=False)
        assert found.verdict == "valid", (name, found.reasons)
    guard.close()


def test_no_forgery_is_ever_valid(cast):
    light = [one for one in ATTACKS if one.group != HEAVY]
    found = run(cast, light)
    assert len(found) == len(light) >= 90
    assert [key for key, one in found.items() if one.verdict == "valid"] == []
    told_truly(found)


def test_no_heavy_file_takes_ten_seconds_or_a_gigabyte(cast):
    found = run(cast, [one for one in ATTACKS if one.group == HEAVY])
    assert [key for key, one in found.items() if one.verdict == "valid"] == []
    assert {key: one.seconds for key, one in found.items() if one.seconds >= 10} == {}
    assert most_memory() < 1024**3
    told_truly(found)


def test_the_page_lists_all_attacks_and_no_others():
    listed = re.findall(r"^\| (.+) \| [^|]+ \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(
        [one.label for one in ATTACKS] + ["tấn công"] * len({a.group for a in ATTACKS})
    )
    assert len({(one.group, one.label) for one in ATTACKS}) == len(ATTACKS)
