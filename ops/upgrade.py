"""Rehearse an upgrade: an office lived with the code of an older commit, then today's migrations while people work.

    ops/stack.py run --durable -- .venv/bin/python ops/upgrade.py COMMIT [FOLDER]

The older code makes and seeds a database of its own. Then `manage.py migrate` of this checkout runs on it with
lock_timeout 2 s, while one session reads and one writes as the old version would, in short transactions. Prints one
JSON object: seconds of the migration, the longest wait of reader and writer, acts done, failures, rows before and after,
broken links of the chains. Exit code 1 unless nothing failed, nobody waited two seconds and no row or link was lost.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
LOCK_TIMEOUT = 2.0  # seconds
COUNTED = (
    "documents_document",
    "documents_event",
    "documents_delivery",
    "signatures_signature",
    "orgs_organisation",
)
READS = "SELECT count(*), max(id) FROM documents_document WHERE organisation_id = 1 OR state = 'issued'"
WRITES = "UPDATE documents_document SET subject = subject WHERE id = (SELECT max(id) FROM documents_document)"


class Worker(threading.Thread):
    """One statement in a transaction of its own, again and again, as a busy office."""

    def __init__(self, url: str, statement: str):
        super().__init__(daemon=True)
        self.url, self.statement, self.stopped = url, statement, threading.Event()
        self.done, self.longest, self.failures = 0, 0.0, []

    def run(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as line:
            while not self.stopped.wait(0.02):
                begun = time.monotonic()
                try:
                    line.execute(self.statement)
                    self.done += 1
                except psycopg.Error as error:
                    self.failures.append(str(error).splitlines()[0])
                self.longest = max(self.longest, time.monotonic() - begun)

    def end(self) -> dict:
        self.stopped.set()
        self.join(30)
        return {"done": self.done, "longest_s": round(self.longest, 3), "failures": self.failures[:5]}


def manage(code: Path, env: dict, *words: str) -> float:
    """Seconds that a command of that code took; its output goes to standard error."""
    begun = time.monotonic()
    line = [sys.executable, "manage.py", *words]
    subprocess.run(line, cwd=code, env=env, stdout=sys.stderr, check=True)
    return round(time.monotonic() - begun, 1)


def counts(url: str) -> dict:
    with psycopg.connect(url) as line:
        rows = {name: line.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}
        broken = "SELECT count(*) FROM orgs_organisation o, documents_broken_links(o.id)"
        return {"rows": rows, "broken_links": line.execute(broken).fetchone()[0]}


def main(commit: str, folder: Path) -> int:
    old = folder / "old"
    old.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "-x", "-C", old], input=archive, check=True)
    name = f"upgrade_{os.getpid()}"
    url = f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
    env = os.environ | {"DATABASE_URL": url, "DEMO": "1", "DEBUG": "0", "STATE_DIR": str(folder / "state")}
    (folder / "state").mkdir(mode=0o700)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        line.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )
    for step in (["migrate", "--noinput"], ["load_registry"], ["seed_demo"]):
        manage(old, env, *step)
    before = counts(url)
    people = [Worker(url, READS), Worker(url, WRITES)]
    for one in people:
        one.start()
    waiting = env | {"PGOPTIONS": f"-c lock_timeout={int(LOCK_TIMEOUT * 1000)}"}
    seconds = manage(ROOT, waiting, "migrate", "--noinput")
    time.sleep(1)
    reader, writer = (one.end() for one in people)
    after = counts(url)
    told = {
        "from": commit, "migration_s": seconds, "reader": reader, "writer": writer, "before": before, "after": after,
    }  # fmt: skip
    print(json.dumps(told, ensure_ascii=False))
    fewer = [name for name in COUNTED if after["rows"][name] < before["rows"][name]]
    well = not fewer and not after["broken_links"] and not reader["failures"] and not writer["failures"]
    return 0 if well and max(reader["longest_s"], writer["longest_s"]) < LOCK_TIMEOUT else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as made:
        sys.exit(main(sys.argv[1], Path(made)))
