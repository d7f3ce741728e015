"""The bytes of an attachment: in memory when somebody has them there, in a file when they come from a package."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

_STEP = 1 << 16


class Content(ABC):
    """So many bytes, opened as often as wanted. Two contents with the same bytes are equal."""

    size: int

    @abstractmethod
    def open(self) -> BinaryIO:
        """The bytes from the first one, seekable; every opening has a position of its own."""

    def read(self) -> bytes:
        """All of them at once."""
        with self.open() as stream:
            return stream.read()

    def head(self, size: int) -> bytes:
        """The first bytes, fewer when there are no more."""
        with self.open() as stream:
            return stream.read(size)

    @cached_property
    def sha256(self) -> str:
        """Lower-case hex digest."""
        with self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Content):
            return NotImplemented
        return self is other or (self.size == other.size and self.sha256 == other.sha256)

    def __hash__(self) -> int:
        return hash(self.size)

    def __repr__(self) -> str:
        return f"<{self.size} bytes>"


class InMemory(Content):
    """Bytes that are already here."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)

    def read(self) -> bytes:
        return self._data

    def head(self, size: int) -> bytes:
        return self._data[:size]


EMPTY = InMemory(b"")


class InFile(Content):
    """A stretch of an open file, which is closed when the last content of it is gone."""

    def __init__(self, file: io.FileIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self.size = size

    @classmethod
    def at(cls, path: Path) -> InFile:
        """A whole file of the disk. Raises OSError."""
        file = _OpenFile(path)
        return cls(file, 0, os.fstat(file.fileno()).st_size)

    def open(self) -> BinaryIO:
        return Window(self._file, self._start, self.size)


class Spool:
    """A nameless temporary file, made at the first byte, into which contents are written one after another."""

    def __init__(self) -> None:
        self._file: io.FileIO | None = None
        self._end = self._start = 0

    def write(self, data: bytes) -> int:
        """Appends to the content that is being written. Raises OSError when the disk is full."""
        if self._file is None:
            self._file = temporary()
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._end += len(data)
        return len(data)

    def take(self) -> Content:
        """What was written since the last time."""
        start, self._start = self._start, self._end
        if self._file is None or start == self._end:
            return EMPTY
        return InFile(self._file, start, self._end - start)

    def drop(self) -> None:
        """Forgets what was written since the last time."""
        self._end = self._start
        if self._file is not None:
            self._file.seek(self._start)


class Window(io.RawIOBase):
    """A reader of a stretch of a file; several may read the same file, each at its own place."""

    def __init__(self, file: io.FileIO, start: int, size: int) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, "before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        room = memoryview(buffer)[: max(0, self._size - self._at)]
        done = os.preadv(self._file.fileno(), [room], self._start + self._at) if room else 0
        self._at += done
        return done

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        pieces = []
        while wanted and (piece := os.pread(self._file.fileno(), wanted, self._start + self._at)):
            pieces.append(piece)
            self._at += len(piece)
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readall(self) -> bytes:
        return self.read()


def steps(stream: BinaryIO, size: int = _STEP) -> Iterator[bytes]:
    """What is left in a stream, a little at a time."""
    while step := stream.read(size):
        yield step


class _OpenFile(io.FileIO):
    """Closed without a complaint when nobody holds it any more: that is how its life is meant to end."""

    def __del__(self) -> None:
        self.close()


def temporary() -> io.FileIO:
    """A nameless file, gone when nobody holds it."""
    descriptor, path = tempfile.mkstemp(prefix="edxml-")
    os.unlink(path)
    return _OpenFile(descriptor, "r+")
