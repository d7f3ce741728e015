"""Missing system packages are named with the line to type; what is there is left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def doctor(*uses: str, path: str | None = None) -> subprocess.CompletedProcess:
    """`stack.py doctor` under a PATH; one without apt-get cannot install anything."""
    env = os.environ | ({"PATH": path} if path is not None else {})
    line = [sys.executable, str(ROOT / "ops/stack.py"), "doctor", *uses]
    return subprocess.run(line, capture_output=True, text=True, env=env, check=False)


def test_all_that_is_missing_is_named_in_one_line_to_type(tmp_path):
    said = doctor("test", path=str(tmp_path))
    assert said.returncode == 1
    assert (
        "sudo apt-get update && sudo apt-get install -y poppler-utils libnss3-tools zbar-tools softhsm2 opensc"
        in said.stdout
    )


@pytest.mark.parametrize("use", ["venv", "demo", "test"])
def test_the_machine_that_runs_these_tests_has_what_they_need(use):
    said = doctor(use)
    assert said.returncode == 0 and said.stdout == ""
