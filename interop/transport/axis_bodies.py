"""Calls that carry a package, a little at a time: what is sent, and the JSON that answers with one."""

import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from interop.edxml.content import Spool, steps
from interop.edxml.transfer import Decoder

_KEY = re.compile(rb'"data"\s*:\s*$')
_MAX_REST = 1 << 20  # bytes of everything but the package
_STEP = 1 << 18  # most packages go as one
_ESCAPE = 6  # the longest one: \u003d


class PackageBody:
    """A package and the CRLF that the SDK ends a raw body with; the hash is of the package alone."""

    _END = b"\r\n"

    def __init__(self, package: BinaryIO):
        self._package = package
        self._length = package.seek(0, io.SEEK_END) + len(self._END)

    def __len__(self) -> int:
        return self._length

    # Not `read`: what has one is read in steps of 16 kB, and at each step this thread waits for the others.
    def __iter__(self) -> Iterator[bytes]:
        self._package.seek(0)
        yield from steps(self._package, _STEP)
        yield self._END


def read_answer(chunks: Iterable[bytes]) -> tuple[object, BinaryIO | None]:
    """The answer, and the bytes that its `data` stands for in base64; None when it has none.

    Raises ValueError for what is no JSON, for a package that is not base64, and for more than one.
    """
    answer = _Answer()
    for chunk in chunks:
        answer.feed(chunk)
    return answer.close()


class _Answer:
    def __init__(self) -> None:
        self._rest = bytearray()  # the JSON, the package left out
        self._escape = b""  # the first characters of an escape that is not whole yet
        self._decoder: Decoder | None = None
        self._inside = False

    def feed(self, chunk: bytes) -> None:
        while chunk:
            # base64 has no quotation mark: the first one ends it.
            text, mark, chunk = chunk.partition(b'"')
            if self._inside:
                self._take(text, whole=bool(mark))
            else:
                self._rest += text
            if mark:
                self._quote()
            if len(self._rest) > _MAX_REST:
                raise ValueError("too long an answer")

    def close(self) -> tuple[object, BinaryIO | None]:
        answer = json.loads(self._rest)
        if self._decoder is None:
            return answer, None
        content = self._decoder.close()
        if content is None:
            raise ValueError("the package is not base64")
        return answer, content.open()

    def _quote(self) -> None:
        begins = not self._inside and _KEY.search(self._rest[-40:]) is not None
        if begins and self._decoder is not None:
            raise ValueError("two packages")
        if begins:
            self._decoder = Decoder(Spool())
        self._inside = begins
        self._rest += b'"'

    def _take(self, text: bytes, *, whole: bool) -> None:
        text, self._escape = self._escape + text, b""
        cut = text.rfind(b"\\", max(0, len(text) - _ESCAPE + 1))
        if cut >= 0 and not whole:
            text, self._escape = text[:cut], text[cut:]
        # Some writers of JSON make \/ and \u003d of what base64 has.
        self._decoder.feed(json.loads(b'"%s"' % text) if b"\\" in text else text.decode())
