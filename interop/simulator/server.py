"""The HTTP face of the simulator: the calls of the axis, a page to look at, and a few doors for tests."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from interop.axis_headers import BadSignature, check
from interop.simulator.calls import CALLS, Answer, Refused
from interop.simulator.desks import Desks
from interop.simulator.orders import BadOrder
from interop.simulator.page import STYLE, render_page, state
from interop.simulator.participants import Troupe
from interop.simulator.store import Store

log = logging.getLogger(__name__)

# 50 MB of files are the limit clients keep to; base64 adds a third.
MAX_BODY = 72 * 1024 * 1024
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class World:
    """What a request may touch. `secrets` are the shared secrets by system id."""

    store: Store
    desks: Desks
    troupe: Troupe
    secrets: Mapping[str, str]


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
    server_version = "axis-simulator"
    sys_version = ""
    timeout = 75  # an idle or stalled connection gives its thread back
    wbufsize = -1  # head and body leave in one segment, or Nagle's algorithm costs 40 ms a call
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        if path == "/":
            self._page(render_page(self.world.store, self.world.desks))
        elif path == "/_sim/style.css":
            self._answer(HTTPStatus.OK, STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/_sim/healthz":
            self._json(HTTPStatus.OK, {"status": "ok", **self.world.store.counts()})
        elif path == "/_sim/state":
            self._json(HTTPStatus.OK, state(self.world.store, self.world.desks))
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "not found"})

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        path = self.path.split("?", 1)[0]
        try:
            if path in CALLS:
                self._json(HTTPStatus.OK, self._call(path, body))
            elif path == "/_sim/send":
                self._send_for_participant(body)
            else:
                self._json(HTTPStatus.NOT_FOUND, {"error": "not found"})
        except Exception:
            log.exception("%s failed", path)
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, _fail("20", "Loi he thong"))

    def _call(self, path: str, body: bytes) -> Answer:
        try:
            params = check(self.headers, secret_of=self.world.secrets.get, at=datetime.now(UTC))
            answer = CALLS[path](self.world.store, params, body)
        except BadSignature as error:
            return _fail("15", str(error))
        except Refused as error:
            return _fail(error.code, error.text)
        return {"status": "OK", "ErrorCode": "0", "ErrorDesc": "Thanh cong", **answer}

    def _send_for_participant(self, body: bytes) -> None:
        # Only JSON: a form on some web page can post anything else to us without asking the browser.
        if self.headers.get_content_type() != "application/json":
            self._json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "Content-Type must be application/json"})
            return
        try:
            self._json(HTTPStatus.OK, self.world.troupe.send_ordered(body))
        except (BadOrder, Refused) as error:
            self._json(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _body(self) -> bytes | None:
        """The whole body; None when it was refused (the connection is then closed: its rest is unread)."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._refuse_body(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > MAX_BODY:
            self._refuse_body(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            self.close_connection = True  # the client went away in the middle
        return None

    def _refuse_body(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._json(status, _fail("10", status.phrase))

    def _page(self, html: str) -> None:
        self._answer(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8")

    def _json(self, status: HTTPStatus, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._answer(status, body, "application/json; charset=utf-8")

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        for name, value in _SECURITY.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)


def _fail(code: str, text: str) -> Answer:
    return {"status": "FAIL", "ErrorCode": code, "ErrorDesc": text}
