"""Children of the launcher: started in their own process group, written down by pid, stopped by pid.

A launcher that is killed outright cannot stop its children. On Linux the kernel does it then
(PR_SET_PDEATHSIG); and the next launcher reads the written pids and stops what is left. A pid counts as ours
only together with its start time, so a number used again by somebody else is never touched.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from launcher.place import Place, Refused, keep_json, kept_json
from launcher.watch import Watch, say

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(eq=False)
class Child:
    """One process to run. `patience`: seconds between the polite signal and SIGKILL."""

    name: str
    argv: list[str]
    cwd: Path
    env: dict[str, str] | None = None
    account: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    log: Path | None = None
    process: subprocess.Popen | None = field(default=None, repr=False)
    since: float = 0.0


@dataclass
class Family:
    """The children of one launcher in one place, in the order of their starting."""

    place: Place
    watch: Watch
    children: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> None:
        """Start `child`; its output goes to its log (the one of the start before is kept as `.1`).

        A child without a log writes to the launcher's own output. Raises `Refused` when there is no program.
        """
        output = None
        try:
            output = _fresh_log(child.log) if child.log else None
            child.process = _spawn(child, output)
        except OSError as error:
            raise Refused(f"Cannot start {child.name}: {error}") from error
        finally:
            if output:
                output.close()
        child.since = time.monotonic()
        if child not in self.children:
            self.children.append(child)
        _write_down(self.place, child)

    def stop(self, child: Child) -> int:
        """Ask the process to end, wait its `patience`, then kill it with its group. Returns its exit code."""
        if not has_exited(child):
            os.kill(child.process.pid, child.stop_signal)
            deadline = time.monotonic() + child.patience
            while not has_exited(child) and time.monotonic() < deadline:
                self.watch.wait(min(0.2, deadline - time.monotonic()))
        return self.reap(child)

    def reap(self, child: Child) -> int:
        """End what is left of the process group, forget the pid, return the exit code."""
        if child.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
            _cross_out(self.place, child.process.pid)
        return child.process.returncode

    def leave_out(self, child: Child) -> None:
        """Stop `child` and forget it: it is not part of the family any more."""
        self.stop(child)
        self.children.remove(child)

    def stop_all(self) -> None:
        """Stop in reverse order of starting: those who ask before those who answer."""
        while self.children:
            self.leave_out(self.children[-1])


def _spawn(child: Child, output: BinaryIO | None) -> subprocess.Popen:
    who = child.account
    return subprocess.Popen(
        child.argv,
        cwd=child.cwd,
        env=child.env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        process_group=0,
        user=who.pw_uid if who else None,
        group=who.pw_gid if who else None,
        extra_groups=[] if who else None,
        preexec_fn=_die_with(os.getpid(), child.stop_signal),
    )


def _fresh_log(path: Path) -> BinaryIO:
    with contextlib.suppress(FileNotFoundError):
        os.replace(path, path.with_name(f"{path.name}.1"))
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _die_with(launcher: int, number: int) -> Callable[[], None]:
    def in_child() -> None:
        if _LIBC:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != launcher:  # it died between fork and here
            os._exit(1)

    return in_child


def has_exited(child: Child) -> bool:
    """True when the process is over. It is not reaped yet, so its pid and group cannot be anybody else's."""
    if child.process.returncode is not None:
        return True
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, child.process.pid, flags) is not None


def tail(path: Path | None, lines: int = 15) -> str:
    """The last lines of a log, for a report."""
    if path is None or not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _write_down(place: Place, child: Child) -> None:
    pid = child.process.pid
    entry = {"name": child.name, "pid": pid, "started": started(pid), "signal": int(child.stop_signal)}
    _keep_pids(place, lambda known: [*known, entry])


def _cross_out(place: Place, pid: int) -> None:
    _keep_pids(place, lambda known: [entry for entry in known if entry["pid"] != pid])


def _keep_pids(place: Place, change: Callable[[list], list]) -> None:
    """A full disk must not end what runs: only a launcher that is killed would miss the list."""
    path = place.state / "pids.json"
    try:
        keep_json(path, change(kept_json(path, [])))
    except OSError as error:
        say(
            f"The list of processes was not written ({path.parent}: {error.strerror}). Everything goes on; make room."
        )


def started(pid: int) -> str | None:
    """When the process began, in the words of the system (only for comparing); None when there is none."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return None if fields[0] == "Z" else fields[19]
        except (FileNotFoundError, ProcessLookupError):
            return None
    seen = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return seen.stdout.strip() or None


def recover(place: Place, watch: Watch) -> list[str]:
    """Stop what a killed launcher left running in this state folder; returns the names of what was stopped.

    Call it only while holding the lock of the state folder.
    """
    left = [entry for entry in kept_json(place.state / "pids.json", []) if _is_still(entry)]
    for entry in reversed(left):
        _end(entry["pid"], entry["signal"], lambda entry=entry: _is_still(entry), watch)
    keep_json(place.state / "pids.json", [])
    return [entry["name"] for entry in left]


def _is_still(entry: dict) -> bool:
    return entry["started"] is not None and started(entry["pid"]) == entry["started"]


def _end(pid: int, number: int, alive: Callable[[], bool], watch: Watch) -> None:
    """End a process that is not our child (so it cannot be waited for)."""
    for signal_number, patience in ((number, 10.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            if signal_number == signal.SIGKILL:
                os.killpg(pid, signal_number)
            else:
                os.kill(pid, signal_number)
        deadline = time.monotonic() + patience
        while alive() and time.monotonic() < deadline:
            watch.wait(0.1)
