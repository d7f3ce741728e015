"""`python -m signatures.verification.child`: verifies what its parent sends, one file after another, under limits.

Answers on standard output, to requests on standard input; both are frames: four bytes of length, then that many
bytes; the first thing it says is one byte. A request is the head (JSON: roots, others, at, fetch) and the file. The
answer is JSON: questions for revocation services ({"ask": url, "request": hex or null}), each of which the parent
answers with a frame (empty: silence), then the verdict, or the word that memory did not suffice. The parent ends this
process when it takes too long.
"""

import gc
import json
import os
import struct
import sys
from datetime import datetime
from functools import partial

from . import limits, verify
from .revocation import Fetcher
from .wire import from_verdict

_CLEAN_AFTER = 8 * 1024 * 1024  # bytes of files between two collections
_TOO_LITTLE = json.dumps({"failed": "memory"}).encode()


def main() -> None:
    limits.limit_memory()
    limits.prepare()
    reader, writer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not fall between the frames
    fetcher, seen = Fetcher(partial(_ask_parent, reader, writer)), 0
    writer.write(b"\n")  # we are there: from now on the seconds count
    writer.flush()
    known: dict[str, dict] = {}
    while (head := read_frame(reader)) is not None:
        order = json.loads(head)
        if "certificates" in order:
            known = {order["key"]: order["certificates"]}
            continue
        pdf = read_frame(reader)
        answer = _answer(pdf, order, known[order["key"]], fetcher)
        _write_frame(writer, answer)
        seen += len(pdf)
        del pdf, answer
        if seen > _CLEAN_AFTER:
            gc.collect()
            seen = 0


def _answer(pdf: bytes, order: dict, certificates: dict, fetcher: Fetcher) -> bytes:
    fetcher.begin()
    try:
        found = verify(
            pdf, trust_roots=[bytes.fromhex(one) for one in certificates["roots"]],
            other_certs=[bytes.fromhex(one) for one in certificates["others"]],
            at=datetime.fromisoformat(order["at"]) if order["at"] else None,
            fetch=fetcher if order["fetch"] else None,
        )  # fmt: skip
        return json.dumps(from_verdict(found)).encode()
    except MemoryError:
        gc.collect()
        return _TOO_LITTLE


def _ask_parent(reader, writer, url: str, request: bytes | None) -> bytes:
    """As `asking.ask`: this process has no network."""
    asked = {"ask": url, "request": request if request is None else request.hex()}
    _write_frame(writer, json.dumps(asked).encode())
    answer = read_frame(reader)
    if not answer:
        raise OSError("no answer")
    return answer


def _write_frame(stream, data: bytes) -> None:
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def read_frame(stream) -> bytes | None:
    """The next frame; None at the end. Raises EOFError when it is cut short."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    data = stream.read(struct.unpack(">I", head)[0])
    if len(data) < struct.unpack(">I", head)[0]:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
