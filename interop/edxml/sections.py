"""CDATA around the text of a file, made digestible."""

from __future__ import annotations

import string

_LETTERS = frozenset((string.ascii_letters + string.digits + "+/=").encode())


class Sections:
    """The parser gives a CDATA section only when it has all of it; one around a file is divided into many.

    Where a chunk ends inside a section, that section is ended and another begun, which says the same. Should it
    be a comment that quotes the beginning of a section, it gets longer, and says nothing as before.
    """

    _BEGIN, _DIVISION = b"<![CDATA[", b"]]><![CDATA["

    def __init__(self) -> None:
        self.rest = b""  # a tag's first bytes, kept for the next chunk so that it is recognised
        self._open = False

    def divided(self, chunk: bytes, *, inside: bool) -> bytes:
        """What to give to the parser for this chunk. `inside`: the text of a file is open at its beginning."""
        chunk, self.rest = self.rest + chunk, b""
        last = chunk.rfind(b"<")
        if last > len(chunk) - len(self._BEGIN):
            chunk, self.rest = chunk[:last], chunk[last:]
            last = chunk.rfind(b"<")
        if last >= 0 or b">" in chunk:
            # base64 has no angle bracket: the first one after the beginning is that of the end.
            self._open = chunk.startswith(self._BEGIN, last) and chunk.find(b">", last) < 0
        # Only behind a letter of base64: never within a character, or an end ("]]>", "-->", "?>").
        free = not self.rest and chunk[-1] in _LETTERS
        return chunk + self._DIVISION if self._open and inside and free else chunk
