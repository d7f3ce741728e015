"""The HTTP face of the demonstration's authority."""

import base64
import binascii
import ipaddress
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from cryptography.hazmat.primitives.serialization import Encoding

from simulators import stand_in
from simulators.pki import folder as store
from simulators.pki import revocation, stamping
from simulators.pki.faults import BadFault, Faults
from simulators.pki.page import render_page

log = logging.getLogger(__name__)

_OCSP, _TSA = "application/ocsp-response", "application/timestamp-reply"


@dataclass(frozen=True)
class World:
    """What a request may touch."""

    folder: Path
    faults: Faults = field(default_factory=Faults)


class Handler(stand_in.Handler):
    world: World
    server_version = "demo-pki"
    timeout = 30

    def do_GET(self) -> None:
        self._do(self._get, self.asked_path())

    def do_POST(self) -> None:
        body = self.body()
        if body is not None:
            self._do(self._post, self.asked_path(), body)

    def _do(self, act: Callable, *arguments: object) -> None:
        try:
            act(*arguments)
        except OSError:
            self.close_connection = True  # the client went away
        except Exception:
            log.exception("%s %s failed", self.command, self.path)
            self.json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "failed"})

    def _get(self, path: str) -> None:
        if path.startswith("/ocsp/"):
            self._ocsp_by_get(path.removeprefix("/ocsp/"))
        elif path in ("/crl/root.crl", "/crl/ca.crl"):
            self._list(path.removeprefix("/crl/").removesuffix(".crl"))
        elif path in ("/root.crt", "/ca.crt"):
            held = store.holding(self.world.folder, path[1:].removesuffix(".crt"))
            self.answer(HTTPStatus.OK, held.certificate.public_bytes(Encoding.DER), "application/pkix-cert")
        elif path == "/healthz":
            base = store.base_url(self.world.folder)
            self.json(HTTPStatus.OK, {"status": "ok", "base_url": base, "faults": self.world.faults.now()})
        elif path == "/":
            page = render_page(store.base_url(self.world.folder), self.world.faults.now())
            self.answer(HTTPStatus.OK, page.encode(), "text/html; charset=utf-8")
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not found"})

    def _post(self, path: str, body: bytes) -> None:
        if path == "/tsa":
            self._stamp(body)
        elif path in ("/ocsp", "/ocsp/"):
            self._ocsp(body)
        elif path == "/faults":
            self._order(body)
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not found"})

    def _stamp(self, question: bytes) -> None:
        fault = self.world.faults.of("tsa")
        if fault == "down":
            return self._hang_up()
        token = stamping.answer(self.world.folder, question, at=datetime.now(UTC), wrong=fault == "wrong")
        self.answer(HTTPStatus.OK, token, _TSA)

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
        self.answer(HTTPStatus.OK, os.urandom(len(told)) if fault else told, _OCSP)

    def _list(self, issuer: str) -> None:
        fault = self.world.faults.of("crl")
        if fault == "down":
            return self._hang_up()
        told = revocation.crl(self.world.folder, issuer, at=datetime.now(UTC))
        self.answer(HTTPStatus.OK, os.urandom(len(told)) if fault else told, "application/pkix-crl")

    def _order(self, body: bytes) -> None:
        if not ipaddress.ip_address(self.client_address[0]).is_loopback:
            self.json(HTTPStatus.FORBIDDEN, {"error": "only from this machine"})
        elif not self.is_json():
            self.json(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "Content-Type must be application/json"})
        else:
            try:
                self.json(HTTPStatus.OK, self.world.faults.order(body))
            except BadFault as error:
                self.json(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _hang_up(self) -> None:
        """What a client sees of a service that died: the line ends without a word."""
        self.close_connection = True
