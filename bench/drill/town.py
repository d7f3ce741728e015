"""The whole system as processes that can be killed: engines, web, two workers, the timetable, the axis."""

import os
import resource
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import requests

from launcher import postgres
from launcher.engines import start_engines
from launcher.place import ROOT, Place, Refused, port_for, secret
from launcher.processes import Child, Family, has_exited, tail
from launcher.watch import Watch

WORKER = "celery -A bench.drill.hurry worker -c 1 --loglevel WARNING --without-mingle -n {name}@drill"
LINES = {
    "axis": "simulators.axis --store {store} --port {axis} --pace 0.05",
    "web": "gunicorn hanoi_docs.wsgi -b 127.0.0.1:{web} --workers 2 --threads 4 --no-control-socket --timeout 60",
    "worker1": WORKER,
    "worker2": WORKER,
    "beat": "celery -A bench.drill.hurry beat --loglevel WARNING --pidfile= -s {beat}",
}
WITH_FILES = ("web", "worker1", "worker2")  # who writes into the file store
_LITTLE = 16 << 10  # bytes a file may have while "the disk is full"


class Town:
    """One system in `place`. Thread-safe for those who only ask where it is; one thread breaks and mends it."""

    def __init__(self, place: Place, watch: Watch, scale: float, pg: str):
        self.place, self.family, self.scale, self._pg = place, Family(place, watch), scale, pg
        self.children: dict[str, Child] = {}
        self.ports = {name: port_for(place, name) for name in ("axis", "web")}
        self.axis_url = f"http://127.0.0.1:{self.ports['axis']}"
        self.web_url = f"http://127.0.0.1:{self.ports['web']}"
        self.env: dict[str, str] = {}
        self._lock = threading.Lock()

    def engines(self) -> dict[str, str]:
        """Starts PostgreSQL and the broker; gives the variables that every process of ours is started with."""
        urls = start_engines(self.family, self._pg, durable=True)
        self.children |= {child.name: child for child in self.family.children}
        self.env = urls | {
            "STATE_DIR": str(self.place.state / "app"),
            "SECRET_KEY": secret(self.place, "django"),
            "AXIS_URL": self.axis_url,
            "AXIS_SYSTEM_ID": "H26",
            "AXIS_SECRET": secret(self.place, "axis"),
            "AXIS_SIMULATOR_SECRETS": f"H26={secret(self.place, 'axis')}",
            "DEBUG": "0",
            "DEMO": "1",  # the demonstration's certificates sign here
            "ALLOWED_HOSTS": "127.0.0.1",
            "PUBLIC_URL": self.web_url,
            "DRILL_SCALE": str(self.scale),
        }
        return self.env

    def start_axis(self) -> None:
        self._launch("axis")
        self._wait_for(f"{self.axis_url}/_sim/healthz")

    def processes(self) -> None:
        """Starts the others of ours; returns when the web server answers."""
        for name in LINES:
            if name not in self.children:
                self._launch(name)
        self._wait_for(f"{self.web_url}/healthz")

    def _launch(self, name: str) -> None:
        folders = {
            "store": self.place.state / "axis",
            "beat": self.place.state / "beat-schedule",
        } | self.ports
        argv = [sys.executable, "-m", *(word.format(name=name, **folders) for word in LINES[name].split())]
        log = self.place.logs / f"{name}.log"
        self.children[name] = Child(name, argv, ROOT, os.environ | self.env, log=log, patience=20)
        self.family.start(self.children[name])

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all it has started."""
        child = self.children[name]
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        self.family.reap(child)

    def start(self, name: str) -> None:
        """Again, on what it left on the disk."""
        child = self.children[name]
        if name == "postgres":
            return self._start_postgres(child)
        self.family.start(child)
        if name == "axis":
            self._wait_for(f"{self.axis_url}/_sim/healthz")

    def fell_over(self) -> list[str]:
        """Who has ended without being killed here, with the end of what it said."""
        return [
            f"{name} ended by itself:\n{tail(child.log)}"
            for name, child in self.children.items()
            if child.process.returncode is None and has_exited(child)
        ]

    def flush_broker(self) -> None:
        import redis

        with redis.Redis.from_url(self.env["REDIS_URL"]) as line:
            line.flushall()

    def faults(self, **knobs) -> None:
        """What goes wrong at the axis from now on; an axis that is down just now has none."""
        with suppress(requests.ConnectionError):
            requests.post(f"{self.axis_url}/_sim/faults", json=knobs, timeout=10).raise_for_status()

    def fill_disk(self, full: bool) -> None:
        """No file of web server and workers can grow beyond a little: the kernel refuses, as on a full disk."""
        for name in WITH_FILES:
            for pid in _tree(self.children[name].process.pid):
                # Those that read strangers' files are out of our reach, and write none.
                with suppress(ProcessLookupError, PermissionError):
                    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (_LITTLE if full else hard, hard))

    def _start_postgres(self, child: Child) -> None:
        """A postmaster whose last backend still dies holds the memory; it is tried until that is over."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            self.family.start(child)
            if postgres.comes_up(child, self.family.watch):
                return
            self.family.reap(child)
            time.sleep(0.5)
        raise Refused(f"PostgreSQL does not come back:\n{tail(child.log, 30)}")

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            with suppress(requests.RequestException):
                if requests.get(url, timeout=5).status_code in (200, 503):
                    return
            time.sleep(0.2)
        raise Refused(f"No answer from {url}")


def _tree(pid: int) -> list[int]:
    """The process and those it has started."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            found += map(int, listed)
    return found
