"""Which failures are worth another try: decided on what really comes over the wire."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from interop.transport.axis import AxisClient, AxisError


@pytest.fixture
def answering():
    """A server that gives one fixed answer; returns a function (status, body) -> client."""
    servers = []

    def start(status, body, headers=()):
        class Fixed(BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Fixed)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return AxisClient(f"http://127.0.0.1:{server.server_port}", "H26", "s")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def failure(client):
    with pytest.raises(AxisError) as caught:
        client.ping()
    return caught.value


def fail(code):
    return json.dumps({"status": "FAIL", "ErrorCode": code, "ErrorDesc": "Loi"}).encode()


@pytest.mark.parametrize("code", ["10", "18", "19", "22", "23", "77"])
def test_a_refusal_is_final(answering, code):
    error = failure(answering(200, fail(code)))
    assert (error.code, error.text, error.retryable) == (code, "Loi", False)


def test_a_system_error_of_the_axis_is_not(answering):
    assert failure(answering(200, fail("20"))).retryable
    assert failure(answering(200, fail("21"))).retryable, "the line changed what was sent"


def test_an_axis_that_does_not_know_us_refuses_us_and_not_the_package(answering):
    error = failure(answering(200, fail("15")))
    assert error.retryable and error.not_let_in


@pytest.mark.parametrize(
    ("status", "retryable"), [(500, True), (502, True), (503, True), (429, True), (404, False), (403, True)]
)
def test_http_errors(answering, status, retryable):
    error = failure(answering(status, b"<h1>Gateway</h1>"))
    assert (error.code, error.retryable) == (f"http {status}", retryable)


@pytest.mark.parametrize("body", [b"<html>Maintenance</html>", b"[]", b"", b"\xff\xfe"])
def test_an_answer_nobody_understands_may_have_been_taken_or_not(answering, body):
    error = failure(answering(200, body))
    assert (error.code, error.retryable) == ("answer", True)


def test_a_redirect_is_not_followed(answering):
    error = failure(answering(302, b"", headers=[("Location", "http://127.0.0.1:9/")]))
    assert (error.code, error.retryable) == ("http 302", False)


def test_rows_that_are_none(answering):
    client = answering(200, json.dumps({"status": "OK", "ErrorCode": "0", "data": ["x"]}).encode())
    with pytest.raises(AxisError) as caught:
        client.list_received("edoc")
    assert caught.value.retryable


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = failure(AxisClient(f"http://127.0.0.1:{port}", "H26", "s"))
    assert (error.code, error.retryable) == ("network", True)


def test_somebody_listens_but_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        client = AxisClient(f"http://127.0.0.1:{mute.getsockname()[1]}", "H26", "s", timeout=(1, 0.3))
        assert failure(client).retryable
