"""A push service as far as it goes: it takes what is posted to it, and answers as it is told. And a browser, which reads."""

import base64
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def bare(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def whole(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    def __init__(self):
        self.heard: list[tuple[str, dict, bytes]] = []
        self.answers: dict[str, int | None] = {}  # by path; None: the line is cut after it was heard
        self.pauses: dict[str, float] = {}  # by path: seconds that an answer takes, sign by sign
        service = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.heard.append((self.path, dict(self.headers), body))
                answer = service.answers.get(self.path, 201)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer)
                self.flush_headers()
                for _ in range(round(service.pauses.get(self.path, 0) * 10)):
                    time.sleep(0.1)
                    self.wfile.write(b"X: y\r\n")
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.port = self._server.server_port

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self._server.shutdown()
        self._server.server_close()


class Browser:
    """Keys of its own; `read` opens what was encrypted for it (RFC 8291 from the other end)."""

    def __init__(self, name: str = "a"):
        self.key, self.secret = ec.generate_private_key(CURVE), os.urandom(16)
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.endpoint = f"https://push.example/{name}"

    def given(self) -> dict:
        return {"endpoint": self.endpoint, "point": bare(self.point), "secret": bare(self.secret)}

    def read(self, body: bytes) -> dict:
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        key = self._derived(shared, self.secret, b"WebPush: info\0" + self.point + sender, 32)
        content = self._derived(key, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = self._derived(key, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(content).decrypt(nonce, sealed, None)
        assert plain[-1:] == b"\x02"
        return json.loads(plain[:-1])

    def _derived(self, secret, salt, info, length):
        return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def claims_of(header: str) -> dict:
    """What the sender signed; raises InvalidSignature where he did not."""
    assert header.startswith("vapid t=")
    token, _, key = header.removeprefix("vapid t=").partition(", k=")
    said, _, proof = token.rpartition(".")
    proof = whole(proof)
    r, s = int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big")
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, whole(key))
    public.verify(encode_dss_signature(r, s), said.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(whole(said.split(".")[1]))
