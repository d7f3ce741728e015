"""base64 a little at a time, both ways: no attachment is ever whole in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pybase64

from .content import Content, Spool, steps

# Steps small enough that their buffers are reused: malloc gives larger ones back to the system each time.
_TEXT = 1 << 15
_BYTES = 3 << 14
_BLANKS = (b"\n", b"\r", b" ", b"\t")


class Decoder:
    """Takes the text of one attachment in pieces of any length and puts its bytes into a spool."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting: list[str] = []
        self._length = 0
        self._rest = b""  # up to three characters of a group that is not whole yet
        self._ended = self._damaged = False

    def feed(self, text: str) -> None:
        """The next characters; blanks anywhere mean nothing."""
        self._waiting.append(text)
        self._length += len(text)
        if self._length >= _TEXT:
            self._decode()

    def close(self) -> Content | None:
        """The bytes; None when the text was not base64."""
        self._decode()
        if self._damaged or self._rest:
            self._spool.drop()
            return None
        return self._spool.take()

    def _decode(self) -> None:
        text, self._waiting, self._length = "".join(self._waiting), [], 0
        if self._damaged:
            return
        try:
            written = text.encode("ascii")
            if any(blank in written for blank in _BLANKS):
                written = b"".join(written.split())
            packed = self._rest + written
            whole = len(packed) & ~3
            self._rest = packed[whole:]
            self._write(pybase64.b64decode(memoryview(packed)[:whole], validate=True), whole)
        except ValueError:  # also binascii.Error and UnicodeEncodeError
            self._damaged = True

    def _write(self, data: bytes, groups: int) -> None:
        if groups and self._ended:
            raise ValueError("something after the padding")
        self._ended = self._ended or len(data) < groups // 4 * 3
        self._spool.write(data)


def encoded(content: Content) -> Iterator[bytes]:
    """The text of an attachment, on one line, in pieces."""
    with content.open() as stream:
        for step in steps(stream, _BYTES):
            yield pybase64.b64encode(step)


def encoded_size(content: Content) -> int:
    """How many characters `encoded` gives."""
    return (content.size + 2) // 3 * 4
