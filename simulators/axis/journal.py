"""An append-only file of JSON lines that answers only when the disk has the line."""

import fcntl
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class JournalDamaged(Exception):
    """A line before the last one cannot be read: something other than a kill has happened to the file."""


class Journal:
    """Group commit: whoever finds no write under way writes and syncs for all who wait.

    `apply(record)` is called once per record, in the order of the file, after the record is safe: in the
    constructor for what the file already has, later by `append`. It is never called by two threads at once.
    """

    def __init__(self, path: Path, apply: Callable[[Record], None]):
        self._apply = apply
        self._file = open(path, "a+b")  # noqa: SIM115 -- open as long as the process lives
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a second server on one store would tear it
        self._turn = threading.Condition()
        self._waiting: list[Record] = []
        self._asked = self._safe = 0
        self._writing = False
        self._failure: Exception | None = None
        try:
            self._replay()
        except BaseException:
            self.close()
            raise

    def append(self, *records: Record) -> None:
        """Return when the records are on disk and applied. OSError, from then on, if they cannot be."""
        with self._turn:
            self._waiting.extend(records)
            self._asked += len(records)
            ticket = self._asked
            while self._safe < ticket:
                if self._failure:
                    # What reached the disk is unknown; only a restart, which reads it, can tell.
                    raise OSError("The journal is closed after a failed write") from self._failure
                if self._writing:
                    self._turn.wait()
                else:
                    self._commit()

    def close(self) -> None:
        self._file.close()

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        self._writing = True
        self._turn.release()
        try:
            self._write(batch)
            for record in batch:
                self._apply(record)
        except (
            Exception
        ) as error:  # also a record we cannot apply: what we show would no longer be what we hold
            self._failure = error
        finally:
            self._turn.acquire()
            self._writing = False
            self._safe += 0 if self._failure else len(batch)
            self._turn.notify_all()

    def _write(self, batch: list[Record]) -> None:
        lines = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in batch)
        self._file.write("".join(lines).encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    def _replay(self) -> None:
        """Apply what is there; cut off a last line that a kill left unfinished (nobody relies on it)."""
        self._file.seek(0)
        good = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            try:
                record = json.loads(line)
            except ValueError as error:
                raise JournalDamaged(f"{self._file.name}: unreadable line at byte {good}") from error
            self._apply(record)
            good += len(line)
        self._file.truncate(good)
        self._file.seek(0, os.SEEK_END)
