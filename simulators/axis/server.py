"""The HTTP face of the simulator: the calls of the axis, a page to look at, and a few doors for tests."""

import io
import json
import logging
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from interop.transport.axis_headers import BadSignature, check
from simulators import stand_in
from simulators.axis.calls import CALLS, Answer, Refused
from simulators.axis.desks import Desks
from simulators.axis.faults import BadFaults, Fate, Knobs
from simulators.axis.orders import BadOrder
from simulators.axis.page import STYLE, render_page, state
from simulators.axis.participants import Troupe
from simulators.axis.script import BEHAVIOURS
from simulators.axis.store import Store

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
    knobs: Knobs


class Handler(stand_in.Handler):
    world: World
    max_body = MAX_BODY
    server_version = "axis-simulator"

    def do_GET(self) -> None:
        path = self.asked_path()
        if path == "/":
            self.page(render_page(self.world.store, self.world.desks, self.world.knobs.now))
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
                self._play(path, body)
            elif path in self._ORDERS:
                self._order(path, body)
            else:
                self.json(HTTPStatus.NOT_FOUND, {"error": "not found"})
        except Exception:
            log.exception("%s failed", path)
            self.json(HTTPStatus.INTERNAL_SERVER_ERROR, _fail("20", "Loi he thong"))

    def _play(self, path: str, body: bytes) -> None:
        """One call of the axis, with what was ordered to go wrong."""
        fate = self.world.knobs.fate(path)
        time.sleep(fate.wait)
        if fate.end in ("cut", "drop_before"):
            self.close_connection = True
            return
        if fate.end == "error":
            self.answer(HTTPStatus.INTERNAL_SERVER_ERROR, b"<h1>500</h1>", "text/html")
            return
        answer = json.dumps(self._call(path, body, fate), ensure_ascii=False).encode()
        if fate.end == "drop_after":
            self.close_connection = True
        elif fate.end == "reset":
            self._break_off(answer)
        else:
            whole = answer[: len(answer) // 2] if fate.end == "truncate" else answer
            self.answer(HTTPStatus.OK, whole, "application/json; charset=utf-8")

    def _call(self, path: str, body: bytes, fate: Fate) -> Answer:
        now = datetime.now(UTC) + timedelta(seconds=self.world.knobs.now.skew)
        try:
            params = check(self.headers, secret_of=self.world.secrets.get, at=now)
            if fate.wrong_hash and "hash-file" in params:
                raise Refused("21", "Loi xu ly file: hash-file khong khop")
            answer = CALLS[path](self.world.store, params, body)
        except BadSignature as error:
            return _fail("15", str(error))
        except Refused as error:
            return _fail(error.code, error.text)
        return {"status": "OK", "ErrorCode": "0", "ErrorDesc": "Thanh cong", **answer}

    def _break_off(self, answer: bytes) -> None:
        """Half of the answer, then a reset instead of an end."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[: len(answer) // 2])
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for one in (self.wfile, self.rfile, self.connection):
            one.close()
        self.wfile, self.close_connection = io.BytesIO(), True

    def _order(self, path: str, body: bytes) -> None:
        if not self.is_json():
            self.json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "Content-Type must be application/json"})
            return
        try:
            self.json(HTTPStatus.OK, self._ORDERS[path](self.world, body))
        except (BadOrder, BadFaults, Refused) as error:
            self.json(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    _ORDERS = {
        "/_sim/send": lambda world, body: world.troupe.send_ordered(body),
        "/_sim/faults": lambda world, body: asdict(world.knobs.set(_json(body))),
        "/_sim/behaviour": lambda world, body: _behave(world, _json(body)),
    }

    def refusal(self, status: HTTPStatus) -> Answer:
        return _fail("10", status.phrase)


def _behave(world: World, given: object) -> dict[str, str]:
    """{"code": of a participant, "behaviour": how it answers from now on}; kept over a restart."""
    fields = given if isinstance(given, dict) else {}
    code, behaviour = fields.get("code"), fields.get("behaviour")
    if code not in world.store.directory.participants or behaviour not in BEHAVIOURS:
        raise BadOrder(f"code is of a participant, behaviour one of: {', '.join(BEHAVIOURS)}")
    world.store.behave(code, behaviour, datetime.now(UTC))
    return {"code": code, "behaviour": behaviour}


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadOrder("The body is not JSON") from error


def _fail(code: str, text: str) -> Answer:
    return {"status": "FAIL", "ErrorCode": code, "ErrorDesc": text}
