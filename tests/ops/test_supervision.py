"""A lasting system: the dead are started again, a killed launcher loses nothing, one launcher at a time."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ops.test_stack import ROOT, STACK, clean_env, eventually, processes_of

pytestmark = pytest.mark.xdist_group("stack")

# The demo without the project: the same parts in the same order, with a sleeping worker.
LAUNCHER = """
import json, sys
from pathlib import Path
from launcher.engines import start_engines
from launcher.place import held, prepare
from launcher.processes import Child, Family, recover
from launcher.supervisor import Supervisor
from launcher.watch import Stopped, Watch, say

watch, place = Watch(), prepare(Path(sys.argv[1]))
with held(place.state / "launcher.lock"):
    say(json.dumps(recover(place, watch)))
    family = Family(place, watch)
    try:
        say(start_engines(family, durable=True)["MIGRATION_DATABASE_URL"].partition("?")[0])  # may make tables
        family.start(Child("worker", ["sh", "-c", "echo at work; exec sleep 600"], place.state,
                           log=place.logs / "worker.log"))
        say("ready")
        Supervisor(family).watch_over()
    except Stopped:
        say("stopping")
    finally:
        family.stop_all()
"""


class Running:
    """A launcher in its own process, and what it says."""

    def __init__(self, state: Path) -> None:
        line = [sys.executable, "-c", LAUNCHER, str(state)]
        env = clean_env(PYTHONPATH=str(ROOT / "ops"))
        self.state = state
        self.process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
        )
        self.recovered = self.process.stdout.readline().strip()
        self.database = self.process.stdout.readline().strip()
        assert self.process.stdout.readline() == "ready\n"

    def pid(self, name: str) -> int:
        from launcher.place import kept_json

        known = {entry["name"]: entry["pid"] for entry in kept_json(self.state / "pids.json", [])}
        return known[name]

    def says(self, words: str) -> str:
        """Read on until a line has these words."""
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(f"the launcher ended without saying {words!r}")

    def end(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=40)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    subprocess.run([*STACK, "clean", "--state", tmp_path / "state"], check=True, env=clean_env())


def test_a_killed_worker_is_reported_and_started_again(state):
    running = Running(state)
    before = running.pid("worker")
    assert eventually(lambda: "at work" in (state / "log/worker.log").read_text())
    os.kill(before, signal.SIGKILL)
    assert "(signal 9)" in running.says("worker ended")
    assert running.says("at work")  # the tail of its log
    running.says("worker started again")
    assert running.pid("worker") != before
    os.kill(running.pid("worker"), signal.SIGKILL)
    assert "again in 2 s" in running.says("worker ended")  # the pauses grow
    running.end()
    assert processes_of(state) == []


def test_a_killed_database_comes_back_with_its_data_at_the_same_address(state):
    running = Running(state)
    with psycopg.connect(running.database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Đặng' AS name")
    os.kill(running.pid("postgres"), signal.SIGKILL)
    running.says("postgres started again")

    def answers() -> bool:
        try:
            with psycopg.connect(running.database) as connection:
                return connection.execute("SELECT name FROM kept").fetchone() == ("Đặng",)
        except psycopg.OperationalError:
            return False

    assert eventually(answers, 30)
    running.end()


def test_after_a_power_cut_the_next_start_finds_the_data_at_the_same_address(state):
    first = Running(state)
    with psycopg.connect(first.database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(first.process.pid, signal.SIGSTOP)  # so that it cannot tidy up
    for pid in (first.pid("postgres"), first.pid("valkey"), first.process.pid):
        os.kill(pid, signal.SIGKILL)
    first.process.wait()
    first.process.stdout.close()
    again = Running(state)
    assert again.database == first.database
    with psycopg.connect(again.database) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    again.end()


def test_a_written_pid_that_now_belongs_to_somebody_else_is_left_alone(state):
    from launcher.place import keep_json, prepare

    stranger = subprocess.Popen(["sleep", "600"])
    prepare(state)
    entry = {"name": "worker", "pid": stranger.pid, "started": "1", "signal": int(signal.SIGTERM)}
    keep_json(state / "pids.json", [entry])
    running = Running(state)
    assert running.recovered == "[]" and stranger.poll() is None
    running.end()
    stranger.kill()
    stranger.wait()


def test_what_the_kernel_did_not_end_is_ended_by_the_next_start(state):
    from launcher.place import keep_json, prepare
    from launcher.processes import started

    left = subprocess.Popen(["sleep", "600"], process_group=0)
    prepare(state)
    entry = {"name": "worker", "pid": left.pid, "started": started(left.pid), "signal": int(signal.SIGTERM)}
    keep_json(state / "pids.json", [entry])
    running = Running(state)
    assert running.recovered == '["worker"]' and left.wait(5) == -signal.SIGTERM
    running.end()


def test_the_second_launcher_says_so_and_leaves_the_first_alone(state):
    first = Running(state)
    demo = subprocess.run([*STACK, "demo", "--state", state], capture_output=True, text=True, env=clean_env())
    assert demo.returncode == 1 and f"process {first.process.pid}" in demo.stderr
    clean = subprocess.run([*STACK, "clean", "--state", state], capture_output=True, text=True)
    assert clean.returncode == 1 and state.exists()
    psycopg.connect(first.database).close()
    first.end()


def test_a_database_of_the_time_when_there_was_one_role_is_handed_to_its_owner(state):
    old = Running(state)
    with psycopg.connect(old.database) as connection:
        connection.execute("CREATE TABLE kept (number serial)")  # owned by whoever made it, as everything was
        connection.execute("CREATE FUNCTION seven() RETURNS int LANGUAGE sql AS 'SELECT 7'")
        connection.execute("CREATE EXTENSION pg_trgm")
    old.end()
    next((state / "engine").glob("postgres-*.roles")).unlink()
    new = Running(state)
    with psycopg.connect(new.database) as connection:
        owners = """SELECT relowner::regrole::text FROM pg_class WHERE relname IN ('kept', 'kept_number_seq')
                    UNION ALL SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'seven'"""
        assert connection.execute(owners).fetchall() == [("hanoi_owner",)] * 3
    new.end()
