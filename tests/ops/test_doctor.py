"""Missing system packages are named with the line to type; what is there is left alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.doctor import DRIVER_LIBRARIES, driver
from launcher.libraries import asked_for, package_of

ROOT = Path(__file__).resolve().parents[2]


def doctor(*uses: str, path: str | None = None, **more: str) -> subprocess.CompletedProcess:
    """`stack.py doctor` under a PATH; one without apt-get cannot install anything."""
    env = os.environ | ({"PATH": path} if path is not None else {}) | more
    line = [sys.executable, str(ROOT / "ops/stack.py"), "doctor", *uses]
    return subprocess.run(line, capture_output=True, text=True, env=env, check=False)


def broken(folder: Path, name: str, lost: str) -> str:
    """A real program that is loaded with a library there is none of: Python under another name of its libc."""
    program = folder / name
    whole = Path(sys.executable).resolve().read_bytes()
    assert whole.count(b"libc.so.6\0") and len(lost) == len("libc.so.6")
    program.write_bytes(whole.replace(b"libc.so.6\0", lost.encode() + b"\0"))
    program.chmod(0o755)
    return str(program)


def test_all_that_is_missing_is_named_in_one_line_to_type(tmp_path):
    said = doctor("demo", "test", "browser", path=str(tmp_path))
    assert said.returncode == 1
    assert (
        "sudo apt-get update && sudo apt-get install -y"
        " poppler-utils tesseract-ocr libreoffice-writer-nogui libnss3-tools zbar-tools softhsm2 opensc chromium"
        in said.stdout
    )


@pytest.mark.parametrize("use", ["venv", "demo", "test", "browser"])
def test_the_machine_that_runs_these_tests_has_what_they_need(use):
    said = doctor(use)
    assert said.returncode == 0 and said.stdout == ""


@pytest.mark.parametrize("variable", ["PLAYWRIGHT_NODEJS_PATH", "CHROMIUM"])
def test_a_library_that_a_program_cannot_be_loaded_without_is_named(tmp_path, variable):
    said = doctor("browser", path=str(tmp_path), **{variable: broken(tmp_path, "program", "libq.so.9")})
    assert said.returncode == 1 and "libq.so.9, loaded by the " in said.stdout


def test_a_library_of_no_known_package_is_named_itself_and_not_typed(tmp_path):
    if not shutil.which("apt-cache"):
        pytest.skip("a machine without apt")
    subprocess.run(["apt-cache", "madison", "dpkg"], check=True)
    said = doctor("browser", path=str(tmp_path), PLAYWRIGHT_NODEJS_PATH=broken(tmp_path, "node", "libq.so.9"))
    assert "libq9" not in said.stdout.partition("apt-get install")[2]


def test_the_drivers_libraries_are_known_before_it_is_installed():
    assert sorted(asked_for(driver())) == sorted(DRIVER_LIBRARIES)


@pytest.mark.parametrize("soname", ["libatomic.so.1", "libstdc++.so.6", "libgcc_s.so.1", "libpango-1.0.so.0"])
def test_debians_rule_names_the_package_that_brought_the_library(soname):
    said = subprocess.run(["dpkg-query", "-S", f"*/{soname}"], capture_output=True, text=True, check=True)
    assert package_of(soname) in {line.partition(":")[0] for line in said.stdout.splitlines()}
