"""A ZIP that is written as it is read, a piece at a time, and goes on where a killed process stopped.

Beside `NAME.part` lies `NAME.journal`: first what is being made, then a line for each member that is whole. Whoever comes back cuts
the part after the last of them, reads again what is said to be there, and goes on. Bytes are hashed on their way.
"""

import fcntl
import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from casefiles.package.contents import Bytes

PIECE = 1 << 18  # stays in the processor's cache while it is hashed, summed and written
BEHIND = 4  # pieces
_HEADER = 30  # bytes of a member's head before its name


class Busy(Exception):
    """Another process writes the same package."""


class Harmed(Exception):
    """A file is not there, or is no longer what its hash says; its name in the package."""


@dataclass(frozen=True)
class Entry:
    """A member that is written: its name in the package, SHA-256 (hex) and length."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class _Line:
    name: str
    sha256: str
    size: int
    packed: int
    crc: int
    offset: int
    end: int
    method: int


class Zip:
    """`with Zip(path, plan=…, at=…) as out`: `path` is there, whole, after `finish`. `plan` says what is made: a part of another
    plan is begun anew. `said` is told how many bytes were written, now and then. Raises Busy."""

    def __init__(self, path: Path, *, plan: str, at: datetime, said: Callable[[int], None] = lambda _: None):
        self._path, self._plan, self._said = path, plan, said
        self._time = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
        self._part, self._kept = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.journal")
        self._done: dict[str, _Line] = {}
        self.written = 0

    def __enter__(self) -> "Zip":
        self._file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise Busy(self._path.name) from error
        self._resume()
        self._hasher = ThreadPoolExecutor(1, "hash")
        self._journal = self._kept.open("a", encoding="utf-8")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED, allowZip64=True)
        for line in self._done.values():
            self._zip.filelist.append(info := self._info(line.name, line.method))
            self._zip.NameToInfo[line.name] = info
            info.CRC, info.file_size, info.compress_size = line.crc, line.size, line.packed
            info.header_offset = line.offset
        return self

    def __exit__(self, kind, error, trace) -> None:
        """What is not finished stays as it is, to be gone on with."""
        self._hasher.shutdown()
        self._zip.fp = None  # else it would write its end when it is forgotten
        self._journal.close()
        self._file.close()

    def copy(self, name: str, source: Bytes) -> Entry:
        """The bytes as they lie on the disk. Raises Harmed."""
        if line := self._done.get(name):
            self._count(line.size)
            return Entry(name, line.sha256, line.size)
        digest, size = hashlib.sha256(), 0
        info = self._info(name, zipfile.ZIP_STORED)
        info.file_size = source.size
        try:
            with source.path.open("rb", buffering=0) as read, self._zip.open(info, "w") as out:
                hashed = deque()  # beside the sum and the writing of the ZIP, a few pieces behind at most
                while piece := read.read(PIECE):
                    hashed.append(self._hasher.submit(digest.update, piece))
                    out.write(piece)
                    size += len(piece)
                    self._count(len(piece))
                    if len(hashed) > BEHIND:
                        hashed.popleft().result()
                for one in hashed:
                    one.result()
        except FileNotFoundError as error:
            raise Harmed(name) from error
        if (digest.hexdigest(), size) != (source.sha256.lower(), source.size):
            raise Harmed(name)
        return self._keep(info, digest.hexdigest())

    def put(self, name: str, data: bytes) -> Entry:
        """What is made here."""
        if line := self._done.get(name):
            return Entry(name, line.sha256, line.size)
        info = self._info(name, zipfile.ZIP_DEFLATED)
        info.file_size = len(data)
        with self._zip.open(info, "w") as out:
            out.write(data)
        self._count(len(data))
        return self._keep(info, hashlib.sha256(data).hexdigest())

    def finish(self, comment: str = "") -> None:
        """Safe on the disk under its name, all of it."""
        self._zip.comment = comment.encode()
        self._zip.close()
        self._file.truncate()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._part.replace(self._path)
        self._kept.unlink(missing_ok=True)

    def _info(self, name: str, method: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._time)
        info.compress_type, info.external_attr = method, 0o600 << 16
        return info

    def _keep(self, info: zipfile.ZipInfo, sha256: str) -> Entry:
        self._file.flush()
        line = _Line(
            info.filename, sha256, info.file_size, info.compress_size, info.CRC, info.header_offset, self._file.tell(),
            info.compress_type,
        )  # fmt: skip
        self._journal.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
        self._journal.flush()
        self._done[info.filename] = line
        return Entry(info.filename, sha256, info.file_size)

    def _count(self, size: int) -> None:
        self.written += size
        self._said(self.written)

    def _resume(self) -> None:
        lines = self._kept.read_text(encoding="utf-8").splitlines() if self._kept.exists() else []
        end = 0
        if lines and lines[0] == json.dumps(self._plan):
            for text in lines[1:]:
                try:
                    line = _Line(**json.loads(text))
                except (ValueError, TypeError):
                    break  # the process died while it wrote this line
                if not self._intact(line):
                    break
                self._done[line.name], end = line, line.end
        kept = [json.dumps(asdict(line), ensure_ascii=False) for line in self._done.values()]
        self._kept.write_text("\n".join([json.dumps(self._plan), *kept]) + "\n", encoding="utf-8")
        self._file.truncate(end)
        self._file.seek(end)

    def _intact(self, line: _Line) -> bool:
        """A journal outlives a power cut that the part did not."""
        self._file.seek(line.offset)
        head = self._file.read(_HEADER)
        if len(head) < _HEADER or not head.startswith(b"PK\x03\x04"):
            return False
        self._file.seek(sum(struct.unpack("<HH", head[26:30])), os.SEEK_CUR)
        digest, left = hashlib.sha256(), line.packed
        opened = zlib.decompressobj(-15) if line.method == zipfile.ZIP_DEFLATED else None
        while left and (piece := self._file.read(min(PIECE, left))):
            left -= len(piece)
            digest.update(opened.decompress(piece) if opened else piece)
        return not left and digest.hexdigest() == line.sha256
