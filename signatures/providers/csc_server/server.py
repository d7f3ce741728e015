"""The HTTP face: the API under /csc/v2/, the phone under /phone/, and the knobs tests turn under /_sim/."""

import json
import logging
import time
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qsl

from signatures.providers.csc_server import phone
from signatures.providers.csc_server.calls import CALLS, Desk, Refused, client_of, token
from signatures.providers.csc_server.store import WrongPin

log = logging.getLogger(__name__)
API = "/csc/v2/"
MAX_BODY = 256 * 1024
HANG = 120  # seconds of silence
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a browser sends no Origin to check either
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], desk: Desk):
        super().__init__(address, type("BoundHandler", (Handler,), {"desk": desk}))

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the name service who we are, which may take seconds and is not needed.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


class Handler(BaseHTTPRequestHandler):
    desk: Desk
    protocol_version = "HTTP/1.1"
    server_version = "csc-server"
    sys_version = ""
    timeout = 75
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        if path in ("/", "/phone/"):
            self._page(phone.render(self.desk.store))
        elif path == "/phone/style.css":
            self._answer(HTTPStatus.OK, phone.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/_sim/requests":
            self._json(HTTPStatus.OK, [asdict(one) for one in self.desk.store.requests()])
        elif path == "/healthz":
            self._json(HTTPStatus.OK, {"status": "ok"})
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        path = self.path.split("?", 1)[0]
        if path == "/phone/answer":
            self._person_answers(dict(parse_qsl(body.decode("utf-8", "replace"))))
        elif path == "/_sim/knobs" and self.headers.get_content_type() == "application/json":
            self.desk.knobs = json.loads(body)
            self._json(HTTPStatus.OK, self.desk.knobs)
        elif path.startswith(API):
            if not self._misbehaves():
                self._call(path.removeprefix(API), body)
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def _misbehaves(self) -> bool:
        """Knob "line": silent, slow, down, garbage, endless."""
        line = self.desk.knobs.get("line", "")
        if line == "slow":
            time.sleep(float(self.desk.knobs.get("seconds", 1)))
        elif line == "silent":
            end = time.monotonic() + HANG
            while self.desk.knobs.get("line") == "silent" and time.monotonic() < end:
                time.sleep(0.1)
            self.close_connection = True
            return True
        elif line == "down":
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "server_error"})
            return True
        elif line == "garbage":
            self._answer(HTTPStatus.OK, b"\x00<html>]]>" * 40, "application/json")
            return True
        elif line == "endless":
            self._endless()
            return True
        return False

    def _call(self, name: str, body: bytes) -> None:
        try:
            if name == "oauth2/token":
                answer = token(self.desk, dict(parse_qsl(body.decode("utf-8", "replace"))))
            elif name in CALLS:
                client = client_of(self.desk, self.headers.get("Authorization", ""))
                answer = CALLS[name](self.desk, client, _json_object(body))
            else:
                raise Refused("not_found", "No such call", 404)
            self._json(HTTPStatus.OK, answer)
        except Refused as error:
            self._json(error.status, {"error": error.code, "error_description": error.text})
        except Exception:
            log.exception("%s failed", name)
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "server_error"})

    def _person_answers(self, form: dict[str, str]) -> None:
        origin = self.headers.get("Origin")
        if origin not in (None, f"http://{self.headers.get('Host')}"):
            self._json(HTTPStatus.FORBIDDEN, {"error": "origin"})
            return
        store = self.desk.store
        request = store.of_handle(form.get("handle", ""))
        if request is None or form.get("word") not in ("agree", "refuse"):
            self._page(phone.render(store, "Không thấy yêu cầu này."))
            return
        try:
            if form["word"] == "agree":
                store.check_pin(store.credential(request.credential), form.get("pin", ""))
            store.answer(request, agreed=form["word"] == "agree")
        except WrongPin as error:
            left = f"Còn {error.left} lần thử." if error.left else "Chữ ký số đã bị khóa."
            self._page(phone.render(store, f"Mã PIN không đúng. {left}"))
            return
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/phone/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.close_connection = True
            self._json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "invalid_request"})
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def _endless(self) -> None:
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            for _ in range(4096):
                self.wfile.write(b" " * 65536)
        except OSError:
            pass  # the caller had enough

    def _page(self, html: str) -> None:
        self._answer(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8")

    def _json(self, status: int, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._answer(status, body, "application/json; charset=utf-8")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
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


def _json_object(body: bytes) -> dict:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("invalid_request", "The body is a JSON object")
    return found
