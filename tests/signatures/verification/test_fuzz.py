"""A hunt of a minute finds no file that is valid and shows something else; and the hunter can see what it hunts for."""

import dataclasses
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bench.fuzz import bases, hunt, oracle
from bench.fuzz.draft import Draft, Unfit
from bench.fuzz.moves import Kind, listed
from signatures.verification import Verdict
from tests.signatures.attacks.cast import Cast

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT.parent / "shared/cases"
MOVES = {one.name: one.act for kind in Kind for one in listed(kind)}


def fuzz(*options: str) -> tuple[int, dict, str]:
    line = [sys.executable, "-m", "bench.fuzz", *options]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1]), done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def papers(folder) -> dict[str, bases.Base]:
    return {one.name: one for one in bases.own(folder)}


def made(papers, folder, base: str, move: str, seed: int) -> oracle.Mutant:
    """By one move. Raises Unfit."""
    draft = Draft(papers[base], random.Random(seed), Cast(folder / "pki"))
    MOVES[move](draft)
    draft.commit()
    return oracle.Mutant(papers[base], bytes(draft.pdf), [move])


def test_a_hunt_finds_nothing_and_goes_on_where_it_stopped(tmp_path):
    options = [
        "--seed",
        "9",
        "--jobs",
        "1",
        "--out",
        str(tmp_path),
        *(["--bases", str(CASES)] if CASES.exists() else []),
    ]
    _, begun, _ = fuzz("--mutants", "50", *options)
    assert begun["mutants"] == 50
    code, told, said = fuzz("--mutants", "300", "--resume", *options)
    assert told["mutants"] == 300 and told["valid"] > 15 and told["invalid"] > 120
    assert (told["false_valid"], told["false_alarms"], told["crashed"], code) == (0, 0, 0, 0), said


@pytest.mark.parametrize(
    ("base", "move"),
    [
        ("dangling", "dangling_defined"),
        ("forward", "written_where_the_index_points"),
        ("plain", "field_of_planted_pieces"),
        ("certified P=1, locked", "form_key_changed"),
        ("plain", "key_named_twice"),
        ("sealed B-LTA", "note_over_the_page"),
        ("sealed B-B", "stamped_with_a_picture"),
        ("sealed B-T", "file_attached"),
    ],
)
def test_every_known_trick_shows_the_readers_something_else(papers, folder, base, move):
    judge = oracle.Oracle()
    for seed in range(30):
        try:
            if judge.difference(made(papers, folder, base, move, seed)):
                return
        except Unfit:
            continue
    pytest.fail("thirty mutants, and no reader sees a difference: the hunt for this trick proves nothing")


class Gullible(bases.Base):
    def judge(self, pdf):
        return Verdict("valid", [], [])


class Distrustful(bases.Base):
    def judge(self, pdf):
        return Verdict("invalid", [], ["không"])


def turned(base, kind):
    return kind(**{one.name: getattr(base, one.name) for one in dataclasses.fields(base)})


def test_a_judge_who_believes_everything_or_nothing_is_found_out(papers, folder):
    forged = made(papers, folder, "plain", "note_over_the_page", 1)
    forged.base = turned(forged.base, Gullible)
    found = oracle.Oracle().judge(forged)
    assert (found.verdict, found.failure) == ("valid", oracle.FALSE) and "picture of page 1" in found.what
    renewed = made(papers, folder, "sealed B-LT", "evidence_added", 1)
    renewed.base, renewed.honest = turned(renewed.base, Distrustful), True
    assert oracle.Oracle().judge(renewed) == oracle.Found("invalid", oracle.ALARM, "không")


def test_a_kept_mutant_is_judged_again_by_its_own_file_alone(papers, folder, tmp_path):
    forged = made(papers, folder, "plain", "note_over_the_page", 1)
    hunt.keep(tmp_path, 7, 12, forged, oracle.Found("valid", oracle.FALSE, "pdfium: picture of page 1"))
    code, told, said = fuzz("--replay", str(tmp_path / "false-valid-7-12.pdf"))
    assert (told["verdict"], told["failure"], code) == ("invalid", "", 0)
    assert said.startswith("plain: note_over_the_page\n")
