"""A virus scanner on the same machine: clamd, spoken to in its own words (`man clamd`, INSTREAM).

The library of that name on PyPI is of 2014; what is needed of the protocol is a greeting, lengths and one line of answer.
"""

import socket
import struct
from typing import BinaryIO

from django.conf import settings

_CONNECT, _ANSWER = 2.0, 60.0  # seconds
_PIECE = 64 * 1024


class ScannerAway(Exception):
    """No verdict: nobody answers. In words for the page."""


class CannotScan(ScannerAway):
    """It answers, and has no verdict on this file."""


def is_configured() -> bool:
    return bool(settings.CLAMD_SOCKET)


def scan(file: BinaryIO) -> str:
    """The name of what clamd recognises in the bytes; "" when it recognises nothing. Raises ScannerAway."""
    file.seek(0)
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            try:
                while piece := file.read(_PIECE):
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough, and says why
            answer = _line(line)
    except OSError as error:
        raise ScannerAway("máy quét vi-rút không trả lời") from error
    return _verdict(answer)


def _verdict(answer: str) -> str:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:100] or "?"
    if "size limit" in said:
        raise CannotScan("tệp lớn hơn giới hạn của máy quét vi-rút")
    if not said:
        raise ScannerAway("máy quét vi-rút không trả lời")
    raise CannotScan("máy quét vi-rút báo lỗi")


def _connected() -> socket.socket:
    where = settings.CLAMD_SOCKET
    if where.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_CONNECT)
        try:
            line.connect(where)
        except OSError:
            line.close()
            raise
    else:
        host, _, port = where.rpartition(":")
        line = socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT)
    line.settimeout(_ANSWER)
    return line


def _line(line: socket.socket) -> str:
    found = b""
    while b"\0" not in found and len(found) < 4096:
        piece = line.recv(4096)
        if not piece:
            break
        found += piece
    return found.partition(b"\0")[0].decode("utf-8", errors="replace").strip()
