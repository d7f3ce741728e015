"""What lies where in BACKUP_DIR, and how it is sealed.

    full/20261129T013000Z/   base.tar.gz.age, manifest.json (written last: a folder without it is no backup)
    wal/                     SEGMENT.gz.age; SEGMENT.partial.gz.age, the one that is being written; shipped.json
    files/ab/cd/SHA256.age   the file store, each file once
    destroyed/NAME.age       what was destroyed by decision: codes and hashes, certificates (casefiles/apart.py)

Sealed with age (age-encryption.org, X25519): the server knows the public key alone, so who steals it or the disk of the
backups reads none; any `age` opens a piece without this system: `age -d -i KEY base.tar.gz.age | tar xz`.
The manifests are open: moments, sizes and counts.
"""

import fcntl
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pyrage
from django.conf import settings

_PIECE = 1 << 20


class BackupError(Exception):
    """Backup or restore cannot go on, in a sentence an operator can act on."""


class WrongKey(BackupError):
    pass


class Damaged(BackupError):
    """A piece of the backup is not what was put there."""


class Busy(BackupError):
    pass


@dataclass(frozen=True)
class Vault:
    folder: Path
    recipient: str = ""  # age1…: seals
    key_file: str = ""  # opens; need not be on this machine but for a restore

    @property
    def full(self) -> Path:
        return self.folder / "full"

    @property
    def wal(self) -> Path:
        return self.folder / "wal"

    def file(self, sha256: str) -> Path:
        return self.folder / "files" / sha256[:2] / sha256[2:4] / f"{sha256}.age"

    def manifests(self) -> list[dict]:
        """Of the complete full backups, oldest first."""
        return [json.loads(path.read_text()) for path in sorted(self.full.glob("*/manifest.json"))]

    def shipped(self) -> dict | None:
        """Up to which moment the write-ahead log lies here: {"at": ISO time, "lsn", "segment"}."""
        return _read_json(self.wal / "shipped.json")

    # -- sealing

    def seal(self, data: bytes, path: Path) -> None:
        write_whole(path, lambda file: file.write(pyrage.encrypt(data, [self.public_key()])))

    def seal_stream(self, source, path: Path) -> str:
        """Compresses and seals what `source.read` gives; returns the SHA-256 of the sealed file."""
        digest, key = hashlib.sha256(), self.public_key()

        def write(file: BinaryIO) -> None:
            sink = _Sink(file, digest.update)
            try:
                pyrage.encrypt_io(source, sink, [key])
            except Exception as error:
                raise sink.error or error from None

        write_whole(path, write)
        return digest.hexdigest()

    def open(self, path: Path) -> bytes:
        """Raises WrongKey, Damaged."""
        keys = self._identities()
        try:
            return pyrage.decrypt(path.read_bytes(), keys)
        except pyrage.DecryptError as error:
            raise self._refused(path, error) from None

    def open_stream(self, path: Path, out) -> None:
        """As `open`, into `out.write`; an OSError of `out` is raised as it came."""
        sink, keys = _Sink(out), self._identities()
        with path.open("rb") as file:
            try:
                pyrage.decrypt_io(file, sink, keys)
            except Exception as error:
                if sink.error:
                    raise sink.error from None
                raise self._refused(path, error) from None

    def _refused(self, path: Path, error: Exception) -> BackupError:
        if "matching keys" in str(error).lower():
            return WrongKey(
                f"Khóa trong “{self.key_file}” không mở được bản sao lưu này. Hãy dùng khóa đã tạo cùng"
                " BACKUP_RECIPIENT lúc sao lưu."
            )
        return Damaged(f"Tệp sao lưu “{path.relative_to(self.folder)}” đã bị thay đổi hoặc hỏng.")

    def public_key(self) -> pyrage.x25519.Recipient:
        try:
            return pyrage.x25519.Recipient.from_str(self.recipient)
        except pyrage.RecipientError:
            raise BackupError(
                "BACKUP_RECIPIENT chưa đặt hoặc không phải khóa công khai age. Tạo khóa: manage.py backup_key TỆP"
            ) from None

    def _identities(self) -> list[pyrage.x25519.Identity]:
        if not self.key_file:
            raise BackupError("Chưa nói khóa mở bản sao lưu ở đâu (BACKUP_KEY_PATH hoặc --key).")
        try:
            lines = Path(self.key_file).read_text().splitlines()
            found = [
                pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")
            ]
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"Không đọc được tệp khóa “{self.key_file}”: {said(error)}.") from None
        except pyrage.IdentityError:
            found = []
        if not found:
            raise BackupError(f"Tệp “{self.key_file}” không có khóa age (dòng AGE-SECRET-KEY-…).")
        return found

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """One at a time; freed by the system however the process ends. Raises Busy."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / f".{what}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy("Một lần chạy khác của việc này chưa xong.") from None
            yield


def configured(key_file: str = "") -> Vault:
    """The vault of the settings. Raises BackupError when backups are off."""
    if not settings.BACKUP_DIR:
        raise BackupError("Sao lưu đang tắt: chưa đặt BACKUP_DIR.")
    return Vault(Path(settings.BACKUP_DIR), settings.BACKUP_RECIPIENT, key_file or settings.BACKUP_KEY_PATH)


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """All of the file or nothing, whenever the process is killed or the disk is full."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".part-{uuid4().hex}")
    try:
        with part.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=_iso) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))


def said(error: OSError) -> str:
    """A full disk by its name, anything else as the system says it."""
    full = isinstance(error, OSError) and error.errno in FULL
    return "đĩa đầy" if full else (getattr(error, "strerror", None) or str(error))


FULL = (27, 28, 122)  # EFBIG (a limit of the process), ENOSPC, EDQUOT


class Squeezed:
    """What a pipe gives, as gzip; counts what went in."""

    def __init__(self, pipe: BinaryIO):
        self.size = 0
        self._pipe, self._gzip, self._left, self._ended = pipe, zlib.compressobj(1, wbits=31), b"", False

    def read(self, size: int = -1) -> bytes:
        while not self._left and not self._ended:
            piece = self._pipe.read(_PIECE)
            self.size += len(piece)
            self._ended = not piece
            self._left = self._gzip.compress(piece) if piece else self._gzip.flush()
        size = len(self._left) if size < 0 else size
        given, self._left = self._left[:size], self._left[size:]
        return given


class _Sink:
    """Keeps the error of the file itself, which would come back as one of the cipher's."""

    def __init__(self, out, seen: Callable[[bytes], None] | None = None):
        self.error: OSError | None = None
        self._out, self._seen = out, seen

    def write(self, data: bytes) -> int:
        try:
            self._out.write(data)
        except OSError as error:
            self.error = error
            raise
        if self._seen:
            self._seen(data)
        return len(data)

    def flush(self) -> None:
        try:
            self._out.flush()
        except OSError as error:
            self.error = error
            raise


def _read_json(path: Path) -> dict | None:
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
