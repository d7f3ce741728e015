"""Reads one PDF object (ISO 32000-2, 7.3) by one regular expression for each token."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_DEPTH = 100  # of dictionaries and arrays in one object; real papers stay below ten
_ENDS = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"
SPACE = rb"(?:[\x00\t\n\f\r ]++|%[^\r\n]*+)*+"
_TOKEN = re.compile(
    SPACE + rb"(?:"
    rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]*+)"  # 1 name
    rb"|(\d{1,10})[\x00\t\n\f\r ]++(\d{1,5})[\x00\t\n\f\r ]++R" + _ENDS +  # 2, 3 reference
    rb"|([+-]?\d{1,18})" + _ENDS +  # 4 whole number
    rb"|([+-]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18}))" + _ENDS +  # 5 fraction
    rb"|(<<)|(>>)|(\[)|(\])"  # 6-9
    rb"|<([0-9a-fA-F\x00\t\n\f\r ]*+)>"  # 10 hexadecimal string
    rb"|\(((?:[^()\\\r]++|\\[^\r])*+)\)"  # 11 string without inner parentheses
    rb"|(\()"  # 12 any other string
    rb"|(true|false|null)" + _ENDS +  # 13
    rb")",
    re.DOTALL,
)  # fmt: skip
_HEADER = re.compile(SPACE + rb"(\d{1,10})[\x00\t\n\f\r ]++(\d{1,5})[\x00\t\n\f\r ]++obj")
_STREAM = re.compile(SPACE + rb"stream(\r\n|\n|\r)")
_END_STREAM = re.compile(rb"[\x00\t\n\f\r ]{0,2}endstream")
_LAX_END_STREAM = re.compile(rb"(?:\r\n|\n|\r)?endstream")
_END = re.compile(SPACE + rb"endobj")
_NUMBERS = re.compile(rb"(?:[\x00\t\n\f\r ]*+[+-]?\d{1,18}(?=[\x00\t\n\f\r \]]))*+[\x00\t\n\f\r ]*+\]")
_PARENTHESIS = re.compile(rb"[()\\]")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\r\n": b"",
    b"\n": b"",
    b"\r": b"",
}
_HEX_IN_NAME = re.compile(r"#([0-9a-fA-F]{2})")
_NEEDLESS = re.compile(r"#(?:3[0-9]|4[1-9a-fA-F]|5[0-9aA]|6[1-9a-fA-F]|7[0-9aA])")  # a letter or a digit
_WORDS = {b"true": True, b"false": False, b"null": None}


class Unreadable(ValueError):
    """Not a PDF object, or one that no reader is bound to understand as another does."""


class Ref(NamedTuple):
    num: int
    gen: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary and its bytes as they lie in the file."""

    entries: dict
    raw: memoryview


@dataclass(slots=True)
class Parsed:
    """An object and the bytes it takes. `odd` says why readers may understand it in different ways; `refs` are all
    references in it."""

    value: object
    start: int
    end: int
    refs: list[Ref]
    odd: list[str] = field(default_factory=list)
    shared: bool = True  # False where its length stands in another object


def read_object(data: bytes, at: int, number: Ref, length: Callable[[Ref], object]) -> Parsed:
    """The object whose "n g obj" stands at `at`. `length` gives the value of a stream's length that is a reference.

    Raises Unreadable when another object stands there, or none.
    """
    header = _HEADER.match(data, at)
    if header is None or int(header[1]) != number.num:
        raise Unreadable("no such object here")
    refs: list[Ref] = []
    odd: list[str] = [] if int(header[2]) == number.gen else ["generation"]
    value, end = _value(data, header.end(), refs, odd, 0)
    shared = True
    if type(value) is dict and (begun := _STREAM.match(data, end)):
        if begun[1] == b"\r":
            odd.append("line end before a stream")
        shared = type(value.get("Length")) is not Ref
        value, end = _stream(data, begun.end(), value, odd, length)
    closed = _END.match(data, end)
    if closed is None:
        odd.append("no endobj")
    return Parsed(value, header.start(1), closed.end() if closed else end, refs, odd, shared)


def read_value(data: bytes, at: int) -> Parsed:
    """A value that stands alone: a trailer, an object in an object stream. Raises Unreadable."""
    refs: list[Ref] = []
    odd: list[str] = []
    value, end = _value(data, at, refs, odd, 0)
    return Parsed(value, at, end, refs, odd)


def _stream(data, begin, entries, odd, length):
    size = entries.get("Length")
    if type(size) is Ref:
        size = length(size)
    if (
        type(size) is int
        and 0 <= size <= len(data) - begin
        and (end := _END_STREAM.match(data, begin + size))
    ):
        return Stream(entries, memoryview(data)[begin : begin + size]), end.end()
    odd.append("length of a stream")  # as readers do: up to the next "endstream"
    end = _LAX_END_STREAM.search(data, begin)
    if end is None:
        raise Unreadable("a stream without an end")
    return Stream(entries, memoryview(data)[begin : end.start()]), end.end()


def _value(data: bytes, at: int, refs: list, odd: list, depth: int):
    token = _TOKEN.match(data, at)
    if token is None:
        raise Unreadable("no value")
    return _of(token, data, refs, odd, depth)


def _of(token, data: bytes, refs: list, odd: list, depth: int):
    kind, end = token.lastindex, token.end()
    if kind == 1:
        return _name(token[1], odd), end
    if kind == 4:
        return int(token[4]), end
    if kind == 3:
        ref = Ref(int(token[2]), int(token[3]))
        refs.append(ref)
        return ref, end
    if kind == 6:
        return _dictionary(data, end, refs, odd, _deeper(depth))
    if kind == 8:
        return _array(data, end, refs, odd, _deeper(depth))
    if kind == 5:
        return float(token[5]), end
    if kind == 10:
        digits = token[10].translate(None, b"\x00\t\n\f\r ")
        return bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode()), end
    if kind == 11:
        return _unescape(token[11]), end
    if kind == 12:
        return _string(data, end)
    if kind == 13:
        return _WORDS[token[13]], end
    raise Unreadable("not a value")


def _name(raw: bytes, odd: list) -> str:
    text = raw.decode("latin-1")
    if "#" not in text:
        return text
    if _NEEDLESS.search(text):  # old readers know no such spelling, and nobody needs it
        odd.append("a name spelled oddly")
    return _HEX_IN_NAME.sub(lambda found: chr(int(found[1], 16)), text)


def _dictionary(data: bytes, at: int, refs, odd, depth: int):
    found: dict = {}
    while True:
        token = _TOKEN.match(data, at)
        if token is None:
            raise Unreadable("a dictionary without an end")
        if token.lastindex == 7:
            return found, token.end()
        if token.lastindex != 1:
            raise Unreadable("a key that is no name")
        key = _name(token[1], odd)
        value, at = _value(data, token.end(), refs, odd, depth)
        if key in found:
            odd.append("a key twice")
        found[key] = value


def _array(data: bytes, at: int, refs, odd, depth: int):
    if plain := _NUMBERS.match(data, at):
        return [int(one) for one in plain[0][:-1].replace(b"\0", b" ").split()], plain.end()
    found: list = []
    while True:
        token = _TOKEN.match(data, at)
        if token is None:
            raise Unreadable("an array without an end")
        if token.lastindex == 9:
            return found, token.end()
        value, at = _of(token, data, refs, odd, depth)
        found.append(value)


def _string(data: bytes, begin: int):
    """A string with parentheses inside, from behind the first one."""
    depth, at = 1, begin
    while depth:
        found = _PARENTHESIS.search(data, at)
        if found is None:
            raise Unreadable("a string without an end")
        at = found.end()
        if found[0] == b"\\":
            at += 1
        else:
            depth += 1 if found[0] == b"(" else -1
    return _unescape(data[begin : at - 1]), at


def _unescape(raw: bytes) -> bytes:
    return _ESCAPE.sub(_unescaped, raw) if b"\\" in raw or b"\r" in raw else raw


def _unescaped(found) -> bytes:
    escape = found[1]
    if escape is None:
        return b"\n"  # any end of a line is one
    if escape[:1].isdigit() and escape not in (b"8", b"9"):
        return bytes((int(escape, 8) & 255,))
    return _ESCAPED.get(escape, escape)


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise Unreadable("nested too deeply")
    return depth + 1


def text(raw: bytes) -> str:
    """A text string (7.9.2.2), for people to read."""
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace")
    return raw[3:].decode("utf-8", "replace") if raw.startswith(b"\xef\xbb\xbf") else raw.decode("latin-1")
