"""A database, a broker and a folder of the bench's own, and the processes it starts. All of it goes with it.

No Django here: this runs before the settings are read.
"""

import atexit
import ctypes
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
_LOCK = 0x0BE2C4  # one bench at a time on one database
_PATIENCE = 60  # seconds
_AGAIN = 0.3  # seconds
_PR_SET_PDEATHSIG = 1
stopped: list[int] = []  # the signal that ended the run, once there was one


@dataclass
class Stage:
    """What a measurement is given. `seconds`: how long each thing is done; `papers`: on the clerk's desk; `files`, `filed`: case
    files of the city, and papers in them."""

    folder: Path
    papers: int
    seconds: float
    exits: ExitStack
    conditions: dict[str, str] = field(default_factory=dict)
    files: int = 0
    filed: int = 0

    @contextmanager
    def process(self, name: str, *argv: str, **env: str) -> Iterator[subprocess.Popen]:
        """`python -m argv…` in the checkout until the block ends; its log lies in the folder."""
        with ExitStack() as exits, (self.folder / f"{name}.log").open("w") as log:
            # Its own session: Ctrl-C comes to us alone, and we end it in our order.
            child = subprocess.Popen(
                [sys.executable, "-m", *argv], cwd=ROOT, env=os.environ | env, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_end_with_parent,
            )  # fmt: skip
            exits.callback(_end, child)
            yield child

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


@contextmanager
def stage(papers: int, seconds: float) -> Iterator[Stage]:
    """Sets DATABASE_URL, REDIS_URL and STATE_DIR to places of our own for the block.

    Raises SystemExit with a sentence when the engines are missing or another bench is at work.
    """
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        os.environ |= {
            "DATABASE_URL": exits.enter_context(_own_database(_need("DATABASE_URL"))),
            "REDIS_URL": exits.enter_context(_own_broker(_need("REDIS_URL"))),
            "STATE_DIR": str(folder),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50),
            "DJANGO_SETTINGS_MODULE": "hanoi_docs.settings",
            "DEMO": "1",  # the demonstration's certificates sign here
            "DEBUG": "0",
            "AXIS_SYSTEM_ID": "H26",
            "AXIS_SECRET": secrets.token_urlsafe(16),
        }
        yield Stage(folder, papers, seconds, exits)


def stop_on_signals() -> None:
    """One stop signal ends the run with the clean-up; a second one must not cut the clean-up short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)


def _stop(number: int, frame) -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    stopped.append(number)
    signal.signal(signal.SIGALRM, _stop_again)
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
    sys.exit(128 + number)


def _stop_again(number: int, frame) -> None:
    """What is raised while something is finalised goes no further: so it is raised until it is on its way out."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, SystemExit):
        error = error.__context__  # the clean-up itself may be handling something just now
    if error is None:
        sys.exit(128 + stopped[-1])
    signal.setitimer(signal.ITIMER_REAL, 0)


def _need(name: str) -> str:
    url = os.environ.get(name)
    if not url:
        raise SystemExit(f"{name} is not set. Run: make bench")
    return url


@contextmanager
def _own_database(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/')}_bench"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(url, autocommit=True) as admin:
        _wait_for_the_place(admin)
        admin.execute(drop)  # left over from one that was killed
        template = sql.Identifier(
            os.environ.get("BENCH_TEMPLATE", "template1")
        )  # one that is migrated already
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            admin.execute(drop)


def _wait_for_the_place(admin: psycopg.Connection) -> None:
    """One bench at a time. One that was stopped still drops its database, so its place is waited for a little."""
    admin.execute(f"SET lock_timeout = '{_PATIENCE}s'")
    try:
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    except psycopg.errors.LockNotAvailable:
        holders = admin.execute(
            "SELECT a.pid, a.application_name, a.state, left(a.query, 80) FROM pg_locks l JOIN pg_stat_activity a"
            " USING (pid) WHERE l.locktype = 'advisory' AND l.granted AND l.objid = %s",
            [_LOCK],
        ).fetchall()
        raise SystemExit(f"Another bench is at work on this database server: {holders}") from None
    admin.execute("RESET lock_timeout")


@contextmanager
def _own_broker(url: str) -> Iterator[str]:
    """The last numbered database of the engine that nobody uses; emptied afterwards."""
    for number in range(15, 0, -1):
        own = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
        with redis.Redis.from_url(own) as line:
            if line.dbsize() == 0:
                line.set("bench", "at work")
                try:
                    yield own
                finally:
                    line.flushdb()
                return
    raise SystemExit("No database of the Redis-compatible server is empty.")


def _end(child: subprocess.Popen) -> None:
    """Politely first; then the whole session it leads."""
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(5)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(5)


def _end_with_parent() -> None:
    """On Linux the kernel ends the child when a SIGKILL takes us before we could."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
