"""The test runner itself: it tells why a test failed, and keeps apart what must not run at once."""

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.engine import cover, shape

ROOT = Path(__file__).resolve().parents[2]
DRIVER_GONE = '''
import asyncio
import pytest


async def ends():
    raise OSError("the driver went away")


def leave():
    """A failed task that nobody asked, in a cycle: the collector has its traceback logged."""
    loop = asyncio.new_event_loop()
    cycle = [loop.create_task(ends())]
    cycle.append(cycle)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


@pytest.fixture
def driver():
    for _ in range(300):
        leave()
    asyncio.run(ends())


def test_first(driver): ...
def test_second(driver): ...
'''
GROUPED = """
import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_where(number, worker_id):
    print("ran on", worker_id)
"""

ENGINES = """
import pytest


@pytest.fixture
def django_db_setup(): ...


@pytest.fixture
def office(django_db_setup): ...


def test_asks_for_an_office(office): ...
@pytest.mark.database
def test_starts_an_engine(): ...
def test_reads_a_file(): ...
"""


def run(folder: Path, source: str, *options: str) -> str:
    """What pytest prints about a file of tests, run without this project's settings."""
    (folder / "test_it.py").write_text(source)
    line = [sys.executable, "-m", "pytest", "-c", "/dev/null", "-p", "no:django", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*line, *options, folder], capture_output=True, text=True, cwd=ROOT, check=False, timeout=120
    )
    return done.stdout + done.stderr


def test_what_a_dead_driver_leaves_behind_does_not_hide_that_it_died(tmp_path):
    said = run(tmp_path, DRIVER_GONE, "-p", "tests.reports")
    assert "INTERNALERROR" not in said and "2 errors in" in said
    assert said.count("E       OSError: the driver went away") == 2


def test_the_tests_of_a_group_run_on_one_worker(tmp_path):
    said = run(tmp_path, GROUPED, "-n", "2", "--dist", "loadgroup", "-rP")
    assert "6 passed" in said
    assert len({line for line in said.splitlines() if line.startswith("ran on")}) == 1


def test_a_second_engine_is_tried_with_what_asks_for_one_and_with_nothing_else(tmp_path):
    said = run(tmp_path, ENGINES, "-p", "tests.engine", "-m", "database", "-rP")
    assert "2 passed, 1 deselected" in said
    assert "test_reads_a_file" not in said


def test_lists_and_values_make_no_statement_another():
    assert shape("SELECT a WHERE b IN (%s, %s, %s)") == shape("SELECT a WHERE b IN (%s)")
    assert shape("SELECT a WHERE b = %s") != shape("SELECT a WHERE c = %s")
    assert shape('SAVEPOINT "s1_x1"') == ""


@given(st.dictionaries(st.text(max_size=3), st.tuples(st.floats(0, 9), st.sets(st.sampled_from("abcdefgh")))))
def test_the_second_engine_hears_every_statement_and_no_test_that_says_nothing_new(tests):
    chosen = cover(tests)
    everything = set().union(*(said for _, said in tests.values()))
    assert set().union(*(tests[name][1] for name in chosen)) == everything
    assert len(chosen) <= len(everything)
