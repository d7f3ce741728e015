"""The bench runs at a small scale, says what it found, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis
from psycopg.conninfo import conninfo_to_dict

from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {"name", "value", "unit", "ceiling", "ceiling_name", "ratio"}
# One at a time on one database, as the bench itself insists.
pytestmark = pytest.mark.xdist_group("bench")


def bench(out: Path, *options: str, **env: str) -> subprocess.Popen:
    line = [sys.executable, "-m", "bench", "--papers", "30", "--seconds", "0.1", "--out", str(out), *options]
    return subprocess.Popen(
        line, cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def left_behind() -> tuple[bool, int]:
    """Whether its database is still there, and how many keys lie in the databases of the broker but ours."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as line:
        name = f"{conninfo_to_dict(url)['dbname']}_bench"
        there = line.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name]).fetchone()[0]
    with redis.Redis.from_url(os.environ["REDIS_URL"], db=15) as broker:
        return bool(there), broker.exists("bench")


def test_pages_and_hand_over_are_measured_and_kept_as_json(tmp_path, django_db_blocker):
    out = tmp_path / "latest.json"
    with django_db_blocker.unblock():
        template = migrated.made() or "template1"
    process = bench(out, "--only", "web", "--only", "city", BENCH_TEMPLATE=template)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    kept = json.loads(out.read_text(encoding="utf-8"))
    names = {figure["name"]: figure for figure in kept["figures"]}
    for what in ("clerk's list, alone", "one paper, 8 at once", "handed over in the city, one desk each"):
        figure = names[what]
        assert set(figure) == FIELDS and figure["ratio"] == pytest.approx(figure["value"] / figure["ceiling"])
        assert what in said
    assert all(figure["value"] > 0 for figure in kept["figures"])
    assert names["one paper on 30 desks of the city"]["unit"] == "s"
    assert kept["machine"]["postgresql"] and kept["machine"]["cpu"]
    assert left_behind() == (False, 0)


def test_a_run_that_is_ended_in_the_middle_leaves_nothing(tmp_path):
    process = bench(tmp_path / "latest.json", "--only", "sign")
    told = []
    for line in process.stdout:
        told.append(line)
        if "setting up" in line:
            break
    assert told and "setting up" in told[-1], f"it ended before it began: {told}"
    time.sleep(2)  # somewhere in the migrations
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT, said
    assert left_behind() == (False, 0)
    assert not (tmp_path / "latest.json").exists()


def test_a_stop_that_comes_while_something_is_finalised_is_not_lost():
    script = """
import os, signal, time, weakref
from bench.stage import stop_on_signals
class Thing: pass
stop_on_signals()
thing = Thing()
weakref.finalize(thing, lambda: (os.kill(os.getpid(), signal.SIGTERM), time.sleep(0.01)))
try:
    del thing
    time.sleep(20)
finally:
    time.sleep(1)
    print("cleaned up")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=15
    )
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "cleaned up\n")
