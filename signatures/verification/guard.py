"""Verifies files of strangers in a process of its own: 1 GB and ten seconds each, and nothing but a verdict back.

Each thread that verifies at the same time has one, up to a few (see `documents.pdf.process_pool`). It has no network: its questions
to revocation services are asked here, and their time counts as its own.
"""

import atexit
import hashlib
import json
import logging
import time
from datetime import datetime
from pathlib import Path

from documents.pdf.process_pool import Pool, Worker

from .asking import Line
from .limits import SECONDS, TOO_HEAVY
from .verdict import Verdict
from .wire import to_verdict

MOST = 4  # at the same time for one process of ours; whoever comes fifth waits
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


class Guard:
    """Children of one process of ours."""

    def __init__(self, seconds: float = SECONDS):
        self._seconds, self._pool = seconds, Pool(_Child, MOST)

    def verify(
        self, pdf: bytes, *, trust_roots: list[bytes], other_certs=(), at: datetime | None = None, fetch: bool = True
    ) -> Verdict:  # fmt: skip
        """As `verification.verify`; a file that is too heavy is "unknown", and the next one is not affected."""
        order = _Order(trust_roots, other_certs, at, fetch)
        try:
            with self._pool.one() as child:
                said = child.ask(pdf, order, self._seconds)
                if "failed" in said:  # what it had to hold may still be there
                    raise EOFError
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            _log.warning("a file of %d bytes was too heavy to verify (%s)", len(pdf), type(error).__name__)
            return Verdict("unknown", [], [TOO_HEAVY])
        return to_verdict(said)

    def warm(self) -> None:
        """Have a child that has started: the first file then waits no longer than the others."""
        with self._pool.one() as child:
            child.start()

    def close(self) -> None:
        self._pool.close()


class _Order:
    """What is asked besides the file. The certificates are sent once; after that their key is enough."""

    def __init__(self, roots, others, at, fetch):
        self.certificates = {"roots": [one.hex() for one in roots], "others": [one.hex() for one in others]}
        text = json.dumps(self.certificates).encode()
        self.key = hashlib.sha256(text).hexdigest()
        self.head = {"key": self.key, "at": at.isoformat() if at else "", "fetch": fetch}


class _Child(Worker):
    def __init__(self):
        super().__init__(
            "-m",
            "signatures.verification.child",
            cwd=_ROOT,
            shown=[_ROOT / "signatures", _ROOT / "documents"],
        )
        self._key = ""

    def ask(self, pdf: bytes, order: _Order, seconds: float) -> dict:
        """Raises TimeoutError when it takes longer, EOFError and OSError when the child is gone."""
        self.start()
        deadline = time.monotonic() + seconds
        if order.key != self._key:
            self.send(json.dumps({"key": order.key, "certificates": order.certificates}).encode(), deadline)
            self._key = order.key
        self.send(json.dumps(order.head).encode(), deadline)
        self.send(pdf, deadline)
        line = Line(is_open=order.head["fetch"])
        while "ask" in (said := json.loads(self.answer(deadline))):
            request = said["request"] and bytes.fromhex(said["request"])
            self.send(line.ask(said["ask"], request), deadline)
        return said


shared = Guard()
atexit.register(shared.close)
