"""None of the attacks is ever valid, none costs more than ten seconds or 1 GB, and docs/attacks.md tells the truth."""

import re

import pytest
from cryptography.x509.oid import NameOID

from signatures.verification.guard import Guard, shared

from . import people, purposes, raw
from .__main__ import PAGE
from .cast import BODY, Cast
from .everything import ATTACKS
from .seen import shown_otherwise
from .table import HEAVY, most_memory, rows, run


@pytest.fixture(scope="module")
def cast(tmp_path_factory):
    made = Cast(tmp_path_factory.mktemp("cast"))
    yield made
    made.close()


def told_truly(found) -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in rows(found) if line and line not in page]
    assert not missing, f"run: python -m tests.signatures.attacks; {missing}"


def test_the_honest_files_are_valid_or_the_attacks_would_prove_nothing(cast):
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
        "a plain page": cast.approve(raw.paper()),
        "put in by hand": purposes.signed(cast, people.issued(cast)),
    }
    for name, pdf in (files | stamped).items():
        found = shared.verify(pdf, trust_roots=cast.roots, fetch=False)
        assert found.verdict == "valid", (name, found.reasons)
    asked = purposes.signed(cast, people.issued(cast, folder=cast.live.folder, pointers=True))
    found = shared.verify(asked, trust_roots=cast.live_roots, fetch=True)
    assert found.verdict == "valid", found.reasons


@pytest.mark.parametrize("group", sorted({one.group for one in ATTACKS} - {HEAVY}))
def test_no_forgery_is_ever_valid(cast, group):
    duds = []

    def look(one, pdf):
        if one.seen and not shown_otherwise(pdf):
            duds.append(one.label)

    found = run(cast, [one for one in ATTACKS if one.group == group], look=look)
    assert duds == [], "no reader shows anything else: these prove nothing"
    assert [label for (_, label), one in found.items() if one.verdict == "valid"] == []
    told_truly(found)


def test_no_heavy_file_takes_ten_seconds_or_a_gigabyte(cast):
    guard = Guard()  # of its own: what a process has held is told when it has ended
    found = run(cast, [one for one in ATTACKS if one.group == HEAVY], guard=guard)
    guard.close()
    assert [key for key, one in found.items() if one.verdict == "valid"] == []
    assert {key: one.seconds for key, one in found.items() if one.seconds >= 10} == {}
    assert most_memory() < 1024**3
    told_truly(found)


def test_the_page_lists_all_attacks_and_no_others():
    listed = re.findall(r"^\| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(
        [one.label for one in ATTACKS] + ["tấn công"] * len({a.group for a in ATTACKS})
    )
    assert len({(one.group, one.label) for one in ATTACKS}) == len(ATTACKS) >= 290


PERSONS = {
    "the office's identifier in a person's certificate": (
        (NameOID.ORGANIZATION_IDENTIFIER, "H26"),
        (NameOID.ORGANIZATION_NAME, BODY),
        (NameOID.COMMON_NAME, "Hoàng Gia Khánh"),
    ),
    "a family name like the word for a department": (
        (NameOID.ORGANIZATION_NAME, BODY),
        (NameOID.COMMON_NAME, "Vũ Thị Hà"),
    ),
    "a family name like the word for a union": (
        (NameOID.ORGANIZATION_NAME, BODY),
        (NameOID.COMMON_NAME, "Đoàn Văn Hậu"),
    ),
    "a given name and a family name beside the office's": (
        (NameOID.ORGANIZATION_NAME, BODY),
        (NameOID.SURNAME, "Nguyễn"),
        (NameOID.GIVEN_NAME, "An"),
        (NameOID.COMMON_NAME, BODY),
    ),
}


@pytest.mark.parametrize("subject", PERSONS.values(), ids=PERSONS)
def test_a_persons_certificate_never_counts_as_an_agencys(cast, subject):
    paper = purposes.signed(cast, people.issued(cast, subject))
    (one,) = shared.verify(paper, trust_roots=cast.roots, fetch=False).signatures
    assert one.capacity == "person"
