"""A package goes out and comes in a little at a time, in any pieces, and as any writer of JSON spells it."""

import base64
import hashlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.transport.axis_bodies import read_answer

PACKAGE = "<edXML>Văn bản</edXML>".encode() + b"\xff\xfe?>"
TEXT = base64.b64encode(PACKAGE).decode()


def spelt(text: str) -> bytes:
    return b'{"status":"OK", "data" : "%s", "ErrorDesc":"a \\" b"}' % text.encode()


def in_pieces(whole: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at = [], 0
    while at < len(whole):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(whole[at : at + size])
        at += size
    return pieces


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.replace("/", "\\/"), TEXT.replace("=", "\\u003d"), TEXT[:9] + "\\r\\n" + TEXT[9:]]
)
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_the_package_comes_out_whole(text, sizes):
    answer, package = read_answer(in_pieces(spelt(text), sizes))
    assert (answer["status"], answer["ErrorDesc"]) == ("OK", 'a " b')
    assert package.read() == PACKAGE


def test_an_answer_without_a_package_is_plain_json():
    refusal = {"status": "FAIL", "ErrorCode": "18", "ErrorDesc": 'not "data": "x"', "rows": [1]}
    assert read_answer([json.dumps(refusal).encode()]) == (refusal, None)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"data": "', spelt("AAA"), spelt("A\\x"), spelt("A\\"), b'{"data":"AAAA","data":"AAAA"}',
     b'{"x": "%s"}' % (b"y" * 2_000_000)],
)  # fmt: skip
def test_what_is_no_such_answer_is_refused(body):
    with pytest.raises(ValueError):
        read_answer(in_pieces(body, [1000]))


BLOCK, BLOCKS = b"0123456789ab" * 10_000, 2500  # a package of 300 MB
MEASURED = """
import hashlib, sys, tempfile
from interop.transport.axis import AxisClient

def most():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024

client = AxisClient(sys.argv[1], "H26", "s")
client.ping()
before = most()
with client.fetch("heavy") as package:
    client.send(package, messagetype="edoc", sender="H26")
    package.seek(0)
    print(hashlib.file_digest(package, "sha256").hexdigest(), most() - before)
"""


class Heavy(BaseHTTPRequestHandler):
    """An axis that gives a package of 300 MB, and notes the hash of what it is sent."""

    sent: str

    def do_POST(self):
        left, body = int(self.headers["Content-Length"]), hashlib.sha256()
        while left:
            piece = self.rfile.read(min(left, 1 << 16))
            left -= len(piece)
            body.update(piece)
        if self.path == "/sendEdoc":
            Heavy.sent = body.hexdigest()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status":"OK","ErrorCode":"0","DocId":"1","data":"')
        if self.path == "/getEdoc":
            text = base64.b64encode(BLOCK)
            for _ in range(BLOCKS):
                self.wfile.write(text)
        self.wfile.write(b'"}')

    def log_message(self, *args):
        pass


def test_a_heavy_package_is_fetched_and_sent_in_little_memory():
    server = HTTPServer(("127.0.0.1", 0), Heavy)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, f"http://127.0.0.1:{server.server_port}"],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            timeout=300,
        )
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 0, done.stderr
    sha256, grown = done.stdout.split()
    whole = hashlib.sha256()
    for _ in range(BLOCKS):
        whole.update(BLOCK)
    assert sha256 == whole.hexdigest()
    whole.update(b"\r\n")
    assert Heavy.sent == whole.hexdigest()
    assert int(grown) < 50_000_000
