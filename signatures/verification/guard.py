"""Verifies files of strangers in a process of its own: 1 GB and ten seconds each, and nothing but a verdict back.

The process is kept: starting it takes longer than verifying a paper. Each process of ours has its own (a fork of a
web worker must not share its parent's), and each thread that verifies at the same time has one too, up to a few.
"""

import atexit
import hashlib
import json
import logging
import os
import select
import struct
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from .limits import SECONDS, TOO_HEAVY
from .verdict import Verdict
from .wire import to_verdict

MOST = 4  # at the same time for one process of ours; whoever comes fifth waits
_START_SECONDS = 30.0
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


class Guard:
    """Idle children of one process of ours. Safe for threads, and for forks."""

    def __init__(self, seconds: float = SECONDS):
        self._seconds = seconds
        self._begin()

    def _begin(self) -> None:
        """Nothing of a parent's: its children are not ours, and its threads may have held its locks."""
        self._idle: list[_Child] = []
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST)

    def verify(
        self, pdf: bytes, *, trust_roots: list[bytes], other_certs=(), at: datetime | None = None, fetch: bool = True
    ) -> Verdict:  # fmt: skip
        """As `verification.verify`; a file that is too heavy is "unknown", and the next one is not affected."""
        if self._pid != os.getpid():
            self._begin()
        with self._room:
            return self._verify(pdf, _Order(trust_roots, other_certs, at, fetch))

    def _verify(self, pdf: bytes, order: "_Order") -> Verdict:
        child = self._take()
        try:
            said = child.ask(pdf, order, self._seconds)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            _log.warning("a file of %d bytes was too heavy to verify (%s)", len(pdf), type(error).__name__)
            said = {"failed": "gone"}
        if "failed" in said:  # what it had to hold may still be there
            child.end()
            self._give_back(_Child())  # starts while nobody waits for it
            return Verdict("unknown", [], [TOO_HEAVY])
        self._give_back(child)
        return to_verdict(said)

    def warm(self) -> None:
        """Have a child that has started: the first file then waits no longer than the others."""
        child = self._take()
        child.start()
        self._give_back(child)

    def close(self) -> None:
        """End the children that wait. A fork leaves its parent's alone."""
        with self._lock:
            idle, self._idle = (self._idle if self._pid == os.getpid() else []), []
        for child in idle:
            child.end()

    def _take(self) -> "_Child":
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.lives():
                    return child
                child.end()
        return _Child()

    def _give_back(self, child: "_Child") -> None:
        with self._lock:
            self._idle.append(child)


class _Order:
    """What is asked besides the file. The certificates are sent once; after that their key is enough."""

    def __init__(self, roots, others, at, fetch):
        self.certificates = {"roots": [one.hex() for one in roots], "others": [one.hex() for one in others]}
        text = json.dumps(self.certificates).encode()
        self.key = hashlib.sha256(text).hexdigest()
        self.head = {"key": self.key, "at": at.isoformat() if at else "", "fetch": fetch}


class _Child:
    def __init__(self):
        # Not our environment: the child needs no secret of ours, and a stranger's file is read there.
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "signatures.verification.child"], cwd=_ROOT, env=keep, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._key = ""
        self._fresh = True
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(pipe.fileno(), False)

    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    def start(self) -> None:
        """Wait until it says that it is there: the interpreter's start is not the file's fault."""
        if self._fresh:
            self._read(1, time.monotonic() + _START_SECONDS)
            self._fresh = False

    def ask(self, pdf: bytes, order: _Order, seconds: float) -> dict:
        """Raises TimeoutError when it takes longer, EOFError and OSError when the child is gone."""
        self.start()
        deadline = time.monotonic() + seconds
        if order.key != self._key:
            self._write(json.dumps({"key": order.key, "certificates": order.certificates}).encode(), deadline)
            self._key = order.key
        self._write(json.dumps(order.head).encode(), deadline)
        self._write(pdf, deadline)
        size = struct.unpack(">I", self._read(4, deadline))[0]
        return json.loads(self._read(size, deadline))

    def _write(self, data: bytes, deadline: float) -> None:
        pipe = self._process.stdin.fileno()
        for piece in (struct.pack(">I", len(data)), data):
            view = memoryview(piece)
            while view:
                _wait(pipe, select.POLLOUT, deadline)
                view = view[os.write(pipe, view[:1048576]) :]

    def _read(self, size: int, deadline: float) -> bytes:
        pipe, found = self._process.stdout.fileno(), bytearray()
        while len(found) < size:
            _wait(pipe, select.POLLIN, deadline)
            piece = os.read(pipe, size - len(found))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)


def _wait(pipe: int, event: int, deadline: float) -> None:
    left, asked = deadline - time.monotonic(), select.poll()
    asked.register(pipe, event)
    if left <= 0 or not asked.poll(left * 1000):
        raise TimeoutError


shared = Guard()
atexit.register(shared.close)
