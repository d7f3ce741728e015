"""What the services played for tests and the demonstration have in common: a small, closed HTTP server."""

import argparse
import json
import logging
import signal
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

log = logging.getLogger(__name__)

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def parser(module: str, about: str, *, port: int | None = None) -> argparse.ArgumentParser:
    """Where a stand-in listens; its own options are added to it. Without `port` one has to be named."""
    made = argparse.ArgumentParser(prog=f"python -m simulators.{module}", description=about)
    made.add_argument("--host", default="127.0.0.1")
    said = "0 takes a free one; the address is printed"
    made.add_argument("--port", type=int, default=port, required=port is None, help=said)
    return made


def write_log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


class Server(ThreadingHTTPServer):
    """Serves `handler`, whose instances find everything of `given` as attributes."""

    daemon_threads = True
    request_queue_size = 128
    _ended = False

    def __init__(self, address: tuple[str, int], handler: type["Handler"], **given: object):
        super().__init__(address, type("BoundHandler", (handler,), given))

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks the name service who we are, which may take seconds and is not needed.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def serve_until_ended(self) -> None:
        """Says its address, then answers until SIGTERM or Ctrl-C. Nothing is to be saved: what was answered is on disk."""
        signal.signal(signal.SIGTERM, self._end)
        print(f"http://{self.server_address[0]}:{self.server_address[1]}", flush=True)
        try:
            self.serve_forever(poll_interval=5)
        except KeyboardInterrupt:
            sys.exit(0)

    def _end(self, *_) -> None:
        # Where a request is just taken up the exception is caught like any fault of it: then the next round ends us.
        self._ended = True
        sys.exit(0)

    def service_actions(self) -> None:
        if self._ended:
            sys.exit(0)


class Handler(BaseHTTPRequestHandler):
    max_body = 64 * 1024
    security = SECURITY
    protocol_version = "HTTP/1.1"
    server_version = "stand-in"
    sys_version = ""
    timeout = 75  # an idle or stalled connection gives its thread back
    wbufsize = -1  # head and body leave in one segment, or Nagle's algorithm costs 40 ms a call
    disable_nagle_algorithm = True

    def asked_path(self) -> str:
        return self.path.split("?", 1)[0]

    def body(self) -> bytes | None:
        """The whole body; None when it was refused (the connection is then closed: its rest is unread)."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()):
            self._refuse_body(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > self.max_body:
            self._refuse_body(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            self.close_connection = True  # the client went away in the middle
        return None

    def refusal(self, status: HTTPStatus) -> object:
        """What is said of a body that is not read."""
        return {"error": status.phrase}

    def is_json(self) -> bool:
        """Only JSON gives orders: a form on some web page can post anything else without asking the browser."""
        return self.headers.get_content_type() == "application/json"

    def page(self, html: str) -> None:
        self.answer(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8")

    def json(self, status: int, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.answer(status, body, "application/json; charset=utf-8")

    def answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        for name, value in self.security.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)

    def _refuse_body(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self.json(status, self.refusal(status))
