"""Reads one PDF object of the usual form at once, by one regular expression instead of byte by byte.

Only forms that can be read in one way are taken: plain names and numbers, strings without inner parentheses, dictionaries
without a repeated key, streams whose length is right. Everything else raises Unusual, and pyHanko's own reader
reads the object from its beginning. `test_reading.py` holds both beside each other on whole and on damaged files.
"""

import binascii
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

MAX_DEPTH = 100  # of dictionaries and arrays in one object; real papers stay below ten
_TOKEN = re.compile(
    rb"[ \n\r\t\f\x00]*(?:"
    rb"/([!\"$&'*-.0-;=?-Z\\^-z|~]*)"  # 1 name, without #-escapes
    rb"|(\d{1,9})[ \n\r\t\f]{1,2}(\d{1,5})[ \n\r\t\f]{1,2}R(?=[\s/<>\[\]()])"  # 2, 3 reference
    rb"|([+-]?\d{1,18})(?=[\s/<>\[\]()])"  # 4 whole number
    rb"|([+-]?\d{0,18}\.\d{0,18})(?=[\s/<>\[\]()])"  # 5 fraction
    rb"|(<<)|(>>)|(\[)|(\])"  # 6-9
    rb"|<([0-9a-fA-F]*)>"  # 10 hexadecimal string
    rb"|\(((?:[^()\\\r]++|\\(?:[0-3][0-7]{2}|[nrtbf()\\]))*+)\)"  # 11 string, no inner parentheses
    rb"|(true|false|null)(?=[\s/<>\[\]()])"  # 12
    rb")"
)
_END = re.compile(rb"[ \n\r\t\f\x00]*endobj")
_STREAM = re.compile(rb"[ \n\r\t\f\x00]*stream(\r\n|\n)")
_END_STREAM = re.compile(rb"[ \n\r\t\f\x00]{0,2}endstream")
_HEADER = re.compile(rb"[ \n\r\t]{0,4}(\d{1,10})[ ](\d{1,5})[ ]obj(?=[\s/<\[(])")
_NUMBERS = re.compile(
    rb"(?:[ \n\r\t\f]*+\d{1,18}(?=[ \n\r\t\f\]]))*+[ \n\r\t\f]*+\]"
)  # widths of letters, boxes
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def got(entries: dict, key: str, default=None):
    """The value itself, where a dictionary of pyHanko may hold a reference to it (its own `get` gives that)."""
    value = dict.get(entries, key, default)
    return value.get_object() if isinstance(value, generic.IndirectObject) else value


class Unusual(Exception):
    """This object is not of the usual form; let pyHanko read it."""


def read_whole(data: bytes, at: int, ref: generic.Reference):
    """The object whose "n g obj" stands at `at`. Raises Unusual, PdfReadError for nesting beyond all measure."""
    header = _HEADER.match(data, at)
    if header is None or (int(header[1]), int(header[2])) != (ref.idnum, ref.generation):
        raise Unusual
    value, end = _value(data, header.end(), ref, 0)
    if type(value) is generic.DictionaryObject and (begun := _STREAM.match(data, end)):
        value, end = _stream(data, begun.end(), value, ref)
    if _END.match(data, end) is None:
        raise Unusual
    value.container_ref = ref
    return value


def read_inner(data: bytes, at: int, ref: generic.Reference):
    """An object inside an object stream: no header, no stream of its own."""
    value, _ = _value(data, at, ref, 0)
    if isinstance(value, generic.IndirectObject):
        raise Unusual
    value.container_ref = ref
    return value


def _stream(data: bytes, at: int, entries, ref):
    length = entries.get("/Length")
    if isinstance(length, generic.IndirectObject):
        length = length.get_object()
    if not isinstance(length, int) or length < 0 or at + length > len(data):
        raise Unusual
    end = _END_STREAM.match(data, at + length)
    if end is None:
        raise Unusual
    stream = generic.StreamObject(encoded_data=data[at : at + length])
    dict.update(stream, entries)
    stream.container_ref = ref
    return stream, end.end()


def _value(data: bytes, at: int, ref, depth: int):
    token = _TOKEN.match(data, at)
    if token is None:
        raise Unusual
    return _of(token, data, ref, depth)


def _of(token, data: bytes, ref, depth: int):
    kind, end = token.lastindex, token.end()
    if kind == 1:
        return generic.NameObject(f"/{token[1].decode('ascii')}"), end
    if kind == 4:
        return generic.NumberObject(token[4]), end
    if kind == 3:
        value = generic.IndirectObject(int(token[2]), int(token[3]), ref.pdf)
    elif kind == 5:
        text = token[5]
        if len(text) < 2 or (not text[-1:].isdigit() and not text[-2:-1].isdigit()):
            raise Unusual
        value = generic.FloatObject(text.decode("ascii"))
    elif kind == 6:
        value, end = _dictionary(data, end, ref, _deeper(depth))
    elif kind == 8:
        value, end = _array(data, end, ref, _deeper(depth))
    elif kind == 10:
        digits = token[10]
        value = generic.pdf_string(binascii.unhexlify(digits + b"0" if len(digits) % 2 else digits))
    elif kind == 11:
        text = token[11]
        value = generic.pdf_string(_ESCAPE.sub(_unescaped, text) if b"\\" in text else text)
    elif kind == 12:
        word = token[12]
        value = generic.NullObject() if word == b"null" else generic.BooleanObject(word == b"true")
    else:
        raise Unusual
    value.container_ref = ref
    return value, end


def _unescaped(found) -> bytes:
    return bytes((int(found[1], 8),)) if len(found[1]) == 3 else _ESCAPED.get(found[1], found[1])


def _dictionary(data: bytes, at: int, ref, depth: int):
    found = {}
    while True:
        token = _TOKEN.match(data, at)
        if token is None:
            raise Unusual
        if token.lastindex == 7:
            made = generic.DictionaryObject()
            dict.update(made, found)  # the keys are names already
            return made, token.end()
        if token.lastindex != 1:
            raise Unusual
        key = generic.NameObject(f"/{token[1].decode('ascii')}")
        if key in found:
            raise Unusual
        found[key], at = _value(data, token.end(), ref, depth)


def _array(data: bytes, at: int, ref, depth: int):
    found = generic.ArrayObject()
    if plain := _NUMBERS.match(data, at):
        found.extend(map(generic.NumberObject, plain[0][:-1].split()))
        return found, plain.end()
    while True:
        token = _TOKEN.match(data, at)
        if token is None:
            raise Unusual
        if token.lastindex == 9:
            return found, token.end()
        value, at = _of(token, data, ref, depth)
        list.append(found, value)


def _deeper(depth: int) -> int:
    if depth >= MAX_DEPTH:
        raise PdfReadError("nested too deeply")
    return depth + 1
