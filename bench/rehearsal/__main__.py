"""`make rehearse`: a backup while clerks work, the machine lost, restored, audited, and what was lost counted.

The last line is one JSON object with papers, rpo_s, rto_s, audit and more; exit 1 unless it is clean.
"""

import argparse
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import django
import psycopg

from launcher.engines import start_engines, throw_away
from launcher.place import ROOT, Place, Refused, prepare, secret
from launcher.processes import Child, Family
from launcher.watch import Stopped, Watch, say

MOST_LOST = 60.0  # seconds of committed work


def main() -> int:
    asked = _asked()
    watch = Watch()
    try:
        with throw_away(prepare(asked.state), watch) as place:
            family = Family(place, watch)
            try:
                return _rehearse(place, family, asked)
            finally:
                family.stop_all()
    except Stopped as stopped:
        return 128 + stopped.number
    except (Refused, Failed) as refused:
        print(refused, file=sys.stderr)
        return 1


class Failed(Exception):
    pass


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rehearsal", description=__doc__)
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument(
        "--files", type=int, default=20_000, help="different files, at most one for each paper"
    )
    parser.add_argument("--file-bytes", type=int, default=20_000)
    parser.add_argument(
        "--seconds", type=float, default=20, help="of work after the backup, until the machine is lost"
    )
    parser.add_argument("--clerks", type=int, default=2)
    parser.add_argument("--pg", choices=("auto", "wheel", "system"), default="auto")
    parser.add_argument("--state", type=Path, default=ROOT / ".state")
    return parser.parse_args()


def _rehearse(place: Place, family: Family, asked: argparse.Namespace) -> int:
    vault, notes = place.state / "vault", place.state / "notes"
    notes.mkdir()
    urls = start_engines(family, asked.pg, durable=True)
    os.environ |= urls | {
        "STATE_DIR": str(place.state / "app"), "SECRET_KEY": secret(place, "django"), "DEBUG": "0", "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "hanoi_docs.settings", "BACKUP_DIR": str(vault), "PYTHONPATH": str(ROOT / "ops"),
        "BACKUP_KEY_PATH": str(place.state / "backup.key"),
    }  # fmt: skip
    told = _manage("backup_key", os.environ["BACKUP_KEY_PATH"])
    os.environ["BACKUP_RECIPIENT"] = told.strip().partition("=")[2]
    _build(asked)

    clerks = [notes / str(number) for number in range(asked.clerks)]
    lines = {"ship_wal": ["manage.py", "ship_wal"]}
    lines |= {f"clerk{path.name}": ["-m", "bench.rehearsal.clerk", str(path)] for path in clerks}
    for name, line in lines.items():
        child = Child(name, [sys.executable, *line], ROOT, dict(os.environ), log=place.logs / f"{name}.log")
        family.start(child)
    _until(lambda: all(path.exists() and path.stat().st_size for path in clerks), family)
    begun = time.monotonic()
    say(_manage("backup").strip())
    backup_s = time.monotonic() - begun
    say(f"Backup under load: {backup_s:.1f} s. The office works on for {asked.seconds:.0f} s.")
    family.watch.pause(asked.seconds)

    lost_at = _lose(family, place)
    noted = [line.split() for path in clerks for line in path.read_text().splitlines()]
    say(
        f"The machine is gone: engine killed, data and files deleted. {len(noted)} papers were noted outside."
    )
    return _come_back(place, asked, vault, noted, lost_at, backup_s)


def _build(asked: argparse.Namespace) -> None:
    begun = time.monotonic()
    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    from bench.rehearsal import city

    city.build(asked.papers, asked.files, asked.file_bytes)
    connection.close()
    say(f"{asked.papers} papers are in the book ({time.monotonic() - begun:.0f} s).")


def _lose(family: Family, place: Place) -> float:
    """Nothing ends politely, nothing of engine and state stays. Returns the moment."""
    at = time.time()
    for child in family.children:
        os.killpg(child.process.pid, signal.SIGKILL)
    for child in list(family.children):
        family.reap(child)
        family.children.remove(child)
    for folder in (*place.engine.glob("postgres-*"), place.state / "app"):
        shutil.rmtree(folder, ignore_errors=True) if folder.is_dir() else folder.unlink()
    return at


def _come_back(place: Place, asked, vault: Path, noted: list, lost_at: float, backup_s: float) -> int:
    from hanoi_docs.backups import engine
    from hanoi_docs.backups.rehearsal import look_at

    begun = time.monotonic()
    data, state = place.engine / "restored", place.state / "restored"
    say(_manage("restore", "--from", vault, "--to", data, "--files", state / "files").strip())
    restore_s = time.monotonic() - begun
    with ExitStack() as exits:
        port = exits.enter_context(engine.second_engine(Path(os.environ["POSTGRES_BIN"]), data))
        rto = time.monotonic() - begun
        database = os.environ["DATABASE_URL"].rpartition("/")[2]
        seen = look_at(port, database, state)
        audit_s = time.monotonic() - begun - rto
        url = f"{os.environ['DATABASE_URL'].rpartition('@')[0]}@127.0.0.1:{port}/{database}"
        missing, wrong = _compare(url, state, noted)
        wrong += _works_on(url, state, place.state / "afterwards")
    rpo = max((lost_at - at for at in missing), default=0.0)
    problems = seen["broken"] + seen["unopened"] + wrong
    for line in problems[:10]:
        say(f"wrong: {line}")
    report = {
        "papers": seen["counts"]["papers"], "rpo_s": round(rpo, 1), "rto_s": round(rto, 1),
        "audit": "ok" if not seen["broken"] else "broken", "noted": len(noted), "lost": len(missing), "opened": seen["opened"],
        "wrong": len(problems), "backup_s": round(backup_s, 1), "restore_s": round(restore_s, 1), "audit_s": round(audit_s, 1),
        "files": seen["counts"]["files"], "events": seen["counts"]["events"], "database_mb": _size(data) // 10**6,
        "vault_mb": _size(vault) // 10**6,
    }  # fmt: skip
    say(json.dumps(report))
    return int(bool(problems) or rpo > MOST_LOST or seen["opened"] == 0)


def _compare(url: str, state: Path, noted: list) -> tuple[list[float], list[str]]:
    """When each noted paper that is not there was committed; and whether what is there is as it was noted."""
    missing, wrong = [], []
    with psycopg.connect(url) as line:
        rows = dict(
            line.execute(
                "SELECT document_ptr_id, arrival_number FROM documents_incoming WHERE arrival_number IS NOT NULL"
            )
        )
        for at, pk, number, sha256 in noted:
            if rows.get(int(pk)) is None:
                missing.append(float(at))
            elif rows[int(pk)] != int(number):
                wrong.append(f"paper {pk} has the number {rows[int(pk)]}, noted was {number}")
            elif not (state / "files/blobs" / sha256[:2] / sha256[2:4] / sha256).exists():
                wrong.append(f"paper {pk} is there, its file is not")
        gaps = line.execute(
            "SELECT b.id FROM documents_registerbook b LEFT JOIN documents_incoming i ON i.book_id = b.id WHERE b.direction = 'in'"
            " GROUP BY b.id HAVING max(i.arrival_number) <> b.last_number"
        ).fetchall()  # fmt: skip
        wrong += [f"book {pk} does not end with its last number" for (pk,) in gaps]
    return missing, wrong


def _works_on(url: str, state: Path, note: Path) -> list[str]:
    """The next paper is received and gets the next number."""
    env = os.environ | {"DATABASE_URL": url, "STATE_DIR": str(state)}
    line = [sys.executable, "-m", "bench.rehearsal.clerk", str(note), "1"]
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True)
    return [] if done.returncode == 0 and note.read_text() else [f"nobody can work: {done.stderr[-500:]}"]


def _manage(*words) -> str:
    line = [sys.executable, "manage.py", *map(str, words)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        raise Failed(f"manage.py {words[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _until(true, family: Family) -> None:
    deadline = time.monotonic() + 120
    while not true():
        if time.monotonic() > deadline:
            raise Failed("The clerks do not begin; see their logs.")
        family.watch.pause(0.2)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
