"""A small fault drill, on engines of its own: everything is killed once, and nothing is lost or doubled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.database  # of engines of its own


def test_a_small_drill_loses_and_doubles_nothing():
    line = [sys.executable, "-m", "bench.drill", "--papers", "30", "--seconds", "25", "--cuts", "10", "60"]
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [*line, "--patience", "120", "--pg", os.environ.get("PG") or "auto"],
        cwd=ROOT,
        env=env | {"PYTHONPATH": "ops"},
        capture_output=True,
        text=True,
        timeout=420,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["lost"], report["doubled"], report["wrong"]) == (0, 0, 0)
    assert report["sent"] == report["delivered"] > 90
    assert report["issued"] == 30
    assert {"kill postgres", "kill valkey", "kill axis", "kill web", "full disk"} <= report["troubles"].keys()
