"""The HTTP face of the simulator: the calls of the axis, a page to look at, and a few doors for tests."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from interop.axis_headers import BadSignature, check
from interop.simulator.calls import CALLS, Answer, Refused
from interop.simulator.desks import Desks
from interop.simulator.orders import BadOrder
from interop.simulator.page import STYLE, render_page, state
from interop.simulator.participants import Troupe
from interop.simulator.store import Store
from signatures import stand_in

log = logging.getLogger(__name__)

# 50 MB of files are the limit clients keep to; base64 adds a third.
MAX_BODY = 72 * 1024 * 1024


@dataclass(frozen=True)
class World:
    """What a request may touch. `secrets` are the shared secrets by system id."""

    store: Store
    desks: Desks
    troupe: Troupe
    secrets: Mapping[str, str]


class Handler(stand_in.Handler):
    world: World
    max_body = MAX_BODY
    server_version = "axis-simulator"

    def do_GET(self) -> None:
        path = self.asked_path()
        if path == "/":
            self.page(render_page(self.world.store, self.world.desks))
        elif path == "/_sim/style.css":
            self.answer(HTTPStatus.OK, STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/_sim/healthz":
            self.json(HTTPStatus.OK, {"status": "ok", **self.world.store.counts()})
        elif path == "/_sim/state":
            self.json(HTTPStatus.OK, state(self.world.store, self.world.desks))
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not found"})

    def do_POST(self) -> None:
        body = self.body()
        if body is None:
            return
        path = self.asked_path()
        try:
            if path in CALLS:
                self.json(HTTPStatus.OK, self._call(path, body))
            elif path == "/_sim/send":
                self._send_for_participant(body)
            else:
                self.json(HTTPStatus.NOT_FOUND, {"error": "not found"})
        except Exception:
            log.exception("%s failed", path)
            self.json(HTTPStatus.INTERNAL_SERVER_ERROR, _fail("20", "Loi he thong"))

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
        if not self.is_json():
            self.json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "Content-Type must be application/json"})
            return
        try:
            self.json(HTTPStatus.OK, self.world.troupe.send_ordered(body))
        except (BadOrder, Refused) as error:
            self.json(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def refusal(self, status: HTTPStatus) -> Answer:
        return _fail("10", status.phrase)


def _fail(code: str, text: str) -> Answer:
    return {"status": "FAIL", "ErrorCode": code, "ErrorDesc": text}
