"""PDF values as plain Python ones: what a mutant is made of, and how it is spelled.

Dictionaries are dict (keys with their slash), arrays list, names Name, strings bytes, null None, references Ref.
"""

import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from pyhanko.pdf_utils import generic


class Name(str):
    """With its slash."""


class Ref(NamedTuple):
    number: int
    generation: int = 0


class Raw(bytes):
    """Written as it is."""


@dataclass
class Stream:
    entries: dict = field(default_factory=dict)
    data: bytes = b""


def plain(value):
    """The same value without pyHanko; strings are bytes again."""
    if isinstance(value, generic.IndirectObject):
        return Ref(value.idnum, value.generation)
    if isinstance(value, generic.StreamObject):
        entries = {str(key): plain(dict.__getitem__(value, key)) for key in dict.keys(value)}
        return Stream({k: v for k, v in entries.items() if k != "/Length"}, value.encoded_data)
    if isinstance(value, dict):
        return {str(key): plain(dict.__getitem__(value, key)) for key in dict.keys(value)}
    if isinstance(value, list):
        return [plain(one) for one in list.__iter__(value)]
    if isinstance(value, generic.NameObject):
        return Name(value)
    if isinstance(value, (generic.TextStringObject, generic.ByteStringObject)):
        return bytes(value.original_bytes)
    if isinstance(value, generic.BooleanObject):
        return bool(value)
    if isinstance(value, generic.NumberObject):
        return int(value)
    return None if isinstance(value, generic.NullObject) else float(value)


def spelled(value, odd: bool = False) -> bytes:
    """As it stands in a file; `odd` in a lawful but unusual way."""
    if value is None:
        return b"null"
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, Ref):
        return b"%d %d R" % value
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Name):
        return _name(value, odd)
    if isinstance(value, bytes):
        return b"<" + value.hex().encode() + b">"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, float):
        return (f"{value:.10f}".rstrip("0").rstrip(".") or "0").encode()
    if isinstance(value, Stream):
        entries = {"/Length": len(value.data)} | value.entries
        return spelled(entries, odd) + b"\nstream\n" + value.data + b"\nendstream"
    if isinstance(value, dict):
        gap = b"%(\n" if odd else b" "
        inner = gap.join(_name(key, odd) + b" " + spelled(one, odd) for key, one in value.items())
        return b"<<" + gap + inner + b"\n>>"
    return b"[" + b" ".join(spelled(one, odd) for one in value) + b"]"


def _name(name: str, odd: bool) -> bytes:
    if odd and len(name) > 2 and name[1:].isalpha():
        return b"/#%02x" % ord(name[1]) + name[2:].encode()
    return b"/" + b"".join(
        bytes([one]) if 33 <= one < 127 and one not in b"#/()<>[]{}%" else b"#%02x" % one
        for one in name[1:].encode("latin-1", "replace")
    )


def parts(value, key: str = ""):
    """Every dictionary and array inside, itself included, with the key it hangs at."""
    if isinstance(value, Stream):
        value = value.entries
    if isinstance(value, dict):
        yield key, value
        for name, one in value.items():
            yield from parts(one, name)
    elif isinstance(value, list):
        yield key, value
        for one in value:
            yield from parts(one, key)


def references(value, key: str = "", above: str = ""):
    """Every reference inside as (reference, key, key above it)."""
    if isinstance(value, Ref):
        yield value, key, above
    elif isinstance(value, Stream):
        yield from references(value.entries, key, above)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from references(one, name, key)
    elif isinstance(value, list):
        for one in value:
            yield from references(one, key, above)


def copied(value):
    return copy.deepcopy(value)
