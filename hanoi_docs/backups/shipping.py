"""`manage.py ship_wal`: what is committed lies in the vault within seconds, its files first.

`pg_receivewal` streams the log into a folder beside the state (plain, as the database itself is plain there); every
few seconds what has come is sealed into the vault, also the segment that is still being written. A replication slot
keeps what has not been fetched; `max_slot_wal_keep_size` of the server bounds that.
"""

import logging
import subprocess
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from hanoi_docs.backups import apart, engine, files, wal
from hanoi_docs.backups.full import same_cluster
from hanoi_docs.backups.vault import BackupError, Vault, write_json

logger = logging.getLogger(__name__)
SECONDS = 5.0  # between two looks
SLOT = "hanoi_docs_backup"
_RECEIVED_WITHIN = 20.0  # seconds
_LOOK_BACK = timedelta(minutes=30)  # a file's row may be committed that long after it was written


class Shipper:
    """One receiver and what it brings. Not thread-safe."""

    def __init__(self, vault: Vault, spool: Path):
        self.vault, self.spool = vault, spool
        self._receiver: subprocess.Popen | None = None
        self._sent: dict[str, int] = {}  # name of the torn segment → hash of what was sealed last
        self._since: datetime | None = None

    def run(self, going: Callable[[], bool], tell: Callable[[str, datetime], None]) -> None:
        """Until `going` says no. `tell` hears the problem of each turn, or ""."""
        try:
            while going():
                at, begun = timezone.now(), time.monotonic()
                try:
                    self.turn(at)
                    tell("", at)
                except Exception as error:  # whatever it is, the next turn tries again and the alarm stands
                    logger.warning("the log was not shipped: %s", error)
                    connection.close()
                    with suppress(Exception):  # the alarm is a row, and the database may be what is away
                        tell(str(error), at)
                while going() and time.monotonic() - begun < SECONDS:
                    time.sleep(0.1)
        finally:
            self.stop()

    def turn(self, at: datetime) -> None:
        """After it, all that was committed before `at` lies in the vault."""
        same_cluster(self.vault)
        self._receive()
        lsn = self._received()
        found = self._read()
        # Files first: no row comes back without its bytes.
        copied = files.copy_new(self.vault, (self._since or self._begin(at)) - _LOOK_BACK)
        if copied.problems:
            logger.warning("%s", " ".join(copied.problems[:3]))
        apart.copy(self.vault)
        for name, data in found.items():
            self._seal(name, data)
        write_json(self.vault.wal / "shipped.json", {"at": at, "lsn": lsn})
        self._since = at

    def _begin(self, at: datetime) -> datetime:
        """Since when files may be missing in the vault: a full backup brings all that are older."""
        told = [one["at"] for one in [self.vault.shipped()] if one]
        told += [one["started"] for one in self.vault.manifests()[-1:]]
        return max((datetime.fromisoformat(one) for one in told), default=at)

    def stop(self) -> None:
        if self._receiver is not None:
            self._receiver.terminate()
            self._receiver.wait()

    def _receive(self) -> None:
        """Starts the receiver where none runs; a server that was away is asked again at the next turn."""
        if self._receiver is not None and self._receiver.poll() is None:
            return
        self.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = [
            engine.programs(engine.major()) / "pg_receivewal",
            "-D",
            self.spool,
            "--slot",
            SLOT,
            "--no-password",
        ]
        env = engine.environment()
        made = subprocess.run(
            [*line, "--create-slot", "--if-not-exists"], env=env, capture_output=True, text=True
        )
        if made.returncode:
            raise BackupError(f"pg_receivewal: {engine.last_words(made.stderr)}")
        self._receiver = subprocess.Popen([*line, "--synchronous", "--no-loop"], env=env)

    def _received(self) -> str:
        """Waits until the receiver has all that is committed now; up to where that is."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_flush_lsn()")
            (lsn,) = cursor.fetchone()
            deadline = time.monotonic() + _RECEIVED_WITHIN
            while time.monotonic() < deadline and self._receiver.poll() is None:
                cursor.execute(
                    "SELECT restart_lsn >= %s FROM pg_replication_slots WHERE slot_name = %s", [lsn, SLOT]
                )
                if (row := cursor.fetchone()) and row[0]:
                    return str(lsn)
                time.sleep(0.05)
        raise BackupError("Không nhận được nhật ký WAL từ cơ sở dữ liệu.")

    def _read(self) -> dict[str, bytes]:
        """What lies in the spool, oldest first; the torn one too. Read again when a name changed under us."""
        while True:
            with suppress(FileNotFoundError):
                return {path.name: path.read_bytes() for path in sorted(self.spool.iterdir())}

    def _seal(self, name: str, data: bytes) -> None:
        torn = name.endswith(".partial")
        if torn and self._sent.get(name) == hash(data):
            return
        self.vault.seal(zlib.compress(data, 1, wbits=31), self.vault.wal / f"{name}.gz.age")
        if torn:
            self._sent = {name: hash(data)}
        elif wal.NAME.fullmatch(name):
            (self.vault.wal / f"{name}.partial.gz.age").unlink(missing_ok=True)
            (self.spool / name).unlink()
