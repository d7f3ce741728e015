"""Programs of ours as processes of their own, without the 0.7 s in which each would import the same libraries.

They are forks of a process that has imported what the program asks for and does nothing else. What runs in a fork is
`python -m MODULE` from its first line, with its own arguments, environment and standard output; it can be stopped,
killed and waited for like any child.
"""

import atexit
import importlib
import json
import os
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_INT = struct.Struct("i")


class Program:
    """What the tests need of `subprocess.Popen`; `stdout` is text."""

    def __init__(self, stdout: int, report: int):
        self.stdout, self._report, self.returncode = os.fdopen(stdout), report, None
        self.pid = self._told()

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._report], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._report], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.returncode = self._told()
            os.close(self._report)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _told(self) -> int:
        return _INT.unpack(os.read(self._report, _INT.size))[0]


def start(module: str, *arguments: str, env: dict[str, str], libraries: tuple[str, ...] = ()) -> Program:
    """`python -m module arguments`. `libraries`: what it will ask for later than at its import."""
    stdout, stdout_end = os.pipe()
    report, report_end = os.pipe()
    order = json.dumps({"arguments": arguments, "env": env}).encode()
    socket.send_fds(_kept(module, libraries), [order], [stdout_end, report_end])
    os.close(stdout_end)
    os.close(report_end)
    return Program(stdout, report)


@cache
def _kept(module: str, libraries: tuple[str, ...]) -> socket.socket:
    """The line to the process that is forked, one for each module; it ends when we do."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Without the settings of the web application: the programs must not need them.
    env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    line = [sys.executable, "-m", "tests.warm", module, str(theirs.fileno()), *libraries]
    process = subprocess.Popen(line, cwd=ROOT, env=env, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # the last that is registered is the first that is done
    return ours


def _fork_on_demand(module: str, line: socket.socket, libraries: list[str]) -> None:
    """Returns in each fork that is to be the program, and when the tests have ended."""
    os.fsync = lambda file: None  # as in the tests themselves: no power is cut
    for name in (f"{module}.__main__", *libraries):
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a keeper
    while True:
        order, ends, *_ = socket.recv_fds(line, 65536, 2)
        if not order:
            sys.exit()
        if os.fork() == 0:
            line.close()
            if _keep(*ends):
                break
        for end in ends:
            os.close(end)
    told = json.loads(order)
    os.environ.clear()
    os.environ.update(told["env"])
    sys.argv[1:] = told["arguments"]
    del sys.modules[f"{module}.__main__"]  # it begins as a program does


def _keep(stdout: int, report: int) -> bool:
    """Fork the program, say its number, wait for it and say how it ended. True in the program."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    program = os.fork()
    if program == 0:
        os.dup2(stdout, 1)
        os.close(stdout)
        os.close(report)
        return True
    os.close(stdout)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as the program's parent it outlives it
    os.write(report, _INT.pack(program))
    status = os.waitpid(program, 0)[1]
    os.write(report, _INT.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


if __name__ == "__main__":
    wanted = sys.argv[1]
    _fork_on_demand(wanted, socket.socket(fileno=int(sys.argv[2])), sys.argv[3:])
    runpy.run_module(wanted, run_name="__main__", alter_sys=True)
