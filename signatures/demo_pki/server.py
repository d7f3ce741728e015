"""The HTTP face of the demonstration's authority."""

import base64
import binascii
import ipaddress
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import unquote

from cryptography.hazmat.primitives.serialization import Encoding

from signatures.demo_pki import folder as store
from signatures.demo_pki import revocation, stamping
from signatures.demo_pki.faults import BadFault, Faults
from signatures.demo_pki.page import render_page

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # a question is a few hundred bytes
_OCSP, _TSA = "application/ocsp-response", "application/timestamp-reply"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class World:
    """What a request may touch."""

    folder: Path
    faults: Faults = field(default_factory=Faults)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], world: World):
        super().__init__(address, type("BoundHandler", (Handler,), {"world": world}))

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the name service who we are, which may take seconds and is not needed.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


class Handler(BaseHTTPRequestHandler):
    world: World
    protocol_version = "HTTP/1.1"
    server_version = "demo-pki"
    sys_version = ""
    timeout = 30  # an idle or stalled connection gives its thread back
    wbufsize = -1  # head and body leave in one segment, or Nagle's algorithm costs 40 ms a call
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._do(self._get, self.path.split("?", 1)[0])

    def do_POST(self) -> None:
        body = self._body()
        if body is not None:
            self._do(self._post, self.path.split("?", 1)[0], body)

    def _do(self, act: Callable, *arguments: object) -> None:
        try:
            act(*arguments)
        except OSError:
            self.close_connection = True  # the client went away
        except Exception:
            log.exception("%s %s failed", self.command, self.path)
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "failed"})

    def _get(self, path: str) -> None:
        if path.startswith("/ocsp/"):
            self._ocsp_by_get(path.removeprefix("/ocsp/"))
        elif path in ("/crl/root.crl", "/crl/ca.crl"):
            self._list(path.removeprefix("/crl/").removesuffix(".crl"))
        elif path in ("/root.crt", "/ca.crt"):
            held = store.holding(self.world.folder, path[1:].removesuffix(".crt"))
            self._answer(HTTPStatus.OK, held.certificate.public_bytes(Encoding.DER), "application/pkix-cert")
        elif path == "/healthz":
            base = store.base_url(self.world.folder)
            self._json(HTTPStatus.OK, {"status": "ok", "base_url": base, "faults": self.world.faults.now()})
        elif path == "/":
            page = render_page(store.base_url(self.world.folder), self.world.faults.now())
            self._answer(HTTPStatus.OK, page.encode(), "text/html; charset=utf-8")
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "not found"})

    def _post(self, path: str, body: bytes) -> None:
        if path == "/tsa":
            self._stamp(body)
        elif path in ("/ocsp", "/ocsp/"):
            self._ocsp(body)
        elif path == "/faults":
            self._order(body)
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "not found"})

    def _stamp(self, question: bytes) -> None:
        fault = self.world.faults.of("tsa")
        if fault == "down":
            return self._hang_up()
        token = stamping.answer(self.world.folder, question, at=datetime.now(UTC), wrong=fault == "wrong")
        self._answer(HTTPStatus.OK, token, _TSA)

    def _ocsp_by_get(self, text: str) -> None:
        """RFC 6960, appendix A.1: the request in base64, its special letters escaped for a URL."""
        try:
            question = base64.b64decode(unquote(text), validate=True)
        except (binascii.Error, ValueError):
            question = b""  # answered like every other thing that is no request
        self._ocsp(question)

    def _ocsp(self, question: bytes) -> None:
        fault = self.world.faults.of("ocsp")
        if fault == "down":
            return self._hang_up()
        told = revocation.answer(self.world.folder, question, at=datetime.now(UTC))
        self._answer(HTTPStatus.OK, os.urandom(len(told)) if fault else told, _OCSP)

    def _list(self, issuer: str) -> None:
        fault = self.world.faults.of("crl")
        if fault == "down":
            return self._hang_up()
        told = revocation.crl(self.world.folder, issuer, at=datetime.now(UTC))
        self._answer(HTTPStatus.OK, os.urandom(len(told)) if fault else told, "application/pkix-crl")

    def _order(self, body: bytes) -> None:
        if not ipaddress.ip_address(self.client_address[0]).is_loopback:
            self._json(HTTPStatus.FORBIDDEN, {"error": "only from this machine"})
        # Only JSON: a form on some web page can post anything else to us without asking the browser.
        elif self.headers.get_content_type() != "application/json":
            self._json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "Content-Type must be application/json"})
        else:
            try:
                self._json(HTTPStatus.OK, self.world.faults.order(body))
            except BadFault as error:
                self._json(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _body(self) -> bytes | None:
        """The whole body; None when it was refused (the connection is then closed: its rest is unread)."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()):
            self._refuse_body(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > MAX_BODY:
            self._refuse_body(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            self.close_connection = True  # the client went away in the middle
        return None

    def _refuse_body(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._json(status, {"error": status.phrase})

    def _hang_up(self) -> None:
        """What a client sees of a service that died: the line ends without a word."""
        self.close_connection = True

    def _json(self, status: HTTPStatus, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._answer(status, body, "application/json; charset=utf-8")

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)
