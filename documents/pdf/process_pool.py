"""Processes that are kept to read files of strangers: starting one takes longer than most of their work.

What they are asked and what they answer goes through pipes, in pieces that say their length; nothing of ours is in
their environment, and they run behind the walls of sandbox.py. Each process of ours has its own: a fork must not share
its parent's.
"""

import os
import select
import signal
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from documents.pdf import sandbox

_START_SECONDS = 30.0
_MOST = 256 * 1024**2  # bytes of an answer; the picture of a page is the longest


class Worker:
    """One such process. It writes one byte when it has started; `argv` are the interpreter's, `shown` the folders
    it can read beside Python and the system's programs."""

    def __init__(self, *argv: str, cwd: Path, shown: Sequence[Path]):
        # Not our environment: it needs no secret of ours, and a stranger's file is read there.
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        self._process = subprocess.Popen(
            sandbox.command(argv, shown), cwd=cwd, env=keep, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        self._fresh = True
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(pipe.fileno(), False)

    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """With all it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    def start(self) -> None:
        """Wait until it says that it is there: the interpreter's start is not the file's fault."""
        if self._fresh:
            self.receive(1, time.monotonic() + _START_SECONDS)
            self._fresh = False

    def send(self, data: bytes, deadline: float) -> None:
        """Raises TimeoutError when it takes longer, OSError when the process is gone."""
        pipe = self._process.stdin.fileno()
        for piece in (struct.pack(">I", len(data)), data):
            view = memoryview(piece)
            while view:
                _wait(pipe, select.POLLOUT, deadline)
                view = view[os.write(pipe, view[:1048576]) :]

    def answer(self, deadline: float) -> bytes:
        """Raises TimeoutError when it takes longer, EOFError and OSError when the process is gone or says too much."""
        (size,) = struct.unpack(">I", self.receive(4, deadline))
        if size > _MOST:
            raise OSError("an answer of this length is none")
        return self.receive(size, deadline)

    def receive(self, size: int, deadline: float) -> bytes:
        pipe, found = self._process.stdout.fileno(), bytearray()
        while len(found) < size:
            _wait(pipe, select.POLLIN, deadline)
            piece = os.read(pipe, size - len(found))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)


One = TypeVar("One", bound=Worker)


class Pool(Generic[One]):
    """Those that wait. Safe for threads, and for forks; `most` work at the same time, whoever comes later waits."""

    def __init__(self, make: Callable[[], One], most: int):
        self._make, self._most = make, most
        self._begin()

    def _begin(self) -> None:
        """Nothing of a parent's: its children are not ours, and its threads may have held its locks."""
        self._idle: list[One] = []
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(self._most)

    @contextmanager
    def one(self) -> Iterator[One]:
        """One for the block. Whoever leaves it by an exception has ended it: another starts in its place."""
        if self._pid != os.getpid():
            self._begin()
        with self._room:
            kept = self._take()
            try:
                yield kept
            except BaseException:
                kept.end()
                kept = self._make()  # starts while nobody waits for it
                raise
            finally:
                with self._lock:
                    self._idle.append(kept)

    def close(self) -> None:
        """End those that wait. A fork leaves its parent's alone."""
        with self._lock:
            idle, self._idle = (self._idle if self._pid == os.getpid() else []), []
        for kept in idle:
            kept.end()

    def _take(self) -> One:
        with self._lock:
            while self._idle:
                kept = self._idle.pop()
                if kept.lives():
                    return kept
                kept.end()
        return self._make()


def _wait(pipe: int, event: int, deadline: float) -> None:
    left, asked = deadline - time.monotonic(), select.poll()
    asked.register(pipe, event)
    if left <= 0 or not asked.poll(left * 1000):
        raise TimeoutError
