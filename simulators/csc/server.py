"""The HTTP face: the API under /csc/v2/, the phone under /phone/, and the knobs tests turn under /_sim/."""

import json
import logging
import time
from dataclasses import asdict
from http import HTTPStatus
from urllib.parse import parse_qsl

from simulators import stand_in
from simulators.csc import phone
from simulators.csc.calls import CALLS, Desk, Refused, client_of, token
from simulators.csc.store import WrongPin

log = logging.getLogger(__name__)
API = "/csc/v2/"
HANG = 120  # seconds of silence
SECURITY = stand_in.SECURITY | {
    "Content-Security-Policy": stand_in.SECURITY["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",  # with none, a browser sends no Origin to check either
}


class Handler(stand_in.Handler):
    desk: Desk
    max_body = 256 * 1024
    security = SECURITY
    server_version = "csc-server"

    def do_GET(self) -> None:
        path = self.asked_path()
        if path in ("/", "/phone/"):
            self.page(phone.render(self.desk.store))
        elif path == "/phone/style.css":
            self.answer(HTTPStatus.OK, phone.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/_sim/requests":
            self.json(HTTPStatus.OK, [asdict(one) for one in self.desk.store.requests()])
        elif path == "/healthz":
            self.json(HTTPStatus.OK, {"status": "ok"})
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.body()
        if body is None:
            return
        path = self.asked_path()
        if path == "/phone/answer":
            self._person_answers(dict(parse_qsl(body.decode("utf-8", "replace"))))
        elif path == "/_sim/knobs" and self.is_json():
            self.desk.knobs = json.loads(body)
            self.json(HTTPStatus.OK, self.desk.knobs)
        elif path.startswith(API):
            if not self._misbehaves():
                self._call(path.removeprefix(API), body)
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

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
            self.json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "server_error"})
            return True
        elif line == "garbage":
            self.answer(HTTPStatus.OK, b"\x00<html>]]>" * 40, "application/json")
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
            self.json(HTTPStatus.OK, answer)
        except Refused as error:
            self.json(error.status, {"error": error.code, "error_description": error.text})
        except Exception:
            log.exception("%s failed", name)
            self.json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "server_error"})

    def _person_answers(self, form: dict[str, str]) -> None:
        origin = self.headers.get("Origin")
        if origin not in (None, f"http://{self.headers.get('Host')}"):
            self.json(HTTPStatus.FORBIDDEN, {"error": "origin"})
            return
        store = self.desk.store
        request = store.of_handle(form.get("handle", ""))
        if request is None or form.get("word") not in ("agree", "refuse"):
            self.page(phone.render(store, "Không thấy yêu cầu này."))
            return
        try:
            if form["word"] == "agree":
                store.check_pin(store.credential(request.credential), form.get("pin", ""))
            store.answer(request, agreed=form["word"] == "agree")
        except WrongPin as error:
            left = f"Còn {error.left} lần thử." if error.left else "Chữ ký số đã bị khóa."
            self.page(phone.render(store, f"Mã PIN không đúng. {left}"))
            return
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/phone/")
        self.send_header("Content-Length", "0")
        self.end_headers()

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


def _json_object(body: bytes) -> dict:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("invalid_request", "The body is a JSON object")
    return found
