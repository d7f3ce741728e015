"""The HTTP face: OpenID Connect, and the knobs tests turn under /_sim/."""

import base64
import binascii
import json
import logging
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from simulators import stand_in
from simulators.oidc.provider import FAULTS, Provider, Refused

log = logging.getLogger(__name__)
ELSEWHERE = {
    "/.well-known/openid-configuration": "description_elsewhere",
    "/jwks": "keys_elsewhere",
    "/token": "token_elsewhere",
}


class Handler(stand_in.Handler):
    provider: Provider
    server_version = "oidc-server"

    def do_GET(self) -> None:
        path, provider = self.asked_path(), self.provider
        if self._leads_elsewhere(path):
            return
        path = path.removeprefix("/elsewhere")
        if path == "/.well-known/openid-configuration":
            self.json(HTTPStatus.OK, provider.describe())
        elif path == "/jwks":
            self.json(HTTPStatus.OK, provider.keys())
        elif path == "/authorize":
            asked = dict(parse_qsl(urlsplit(self.path).query))
            self._back(asked.get("redirect_uri", ""), provider.authorize(asked))
        elif path == "/healthz":
            self.json(HTTPStatus.OK, {"status": "ok"})
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.body()
        if body is None:
            return
        path = self.asked_path()
        if self._leads_elsewhere(path):
            return
        path = path.removeprefix("/elsewhere")
        if path == "/token":
            self._token(dict(parse_qsl(body.decode("utf-8", "replace"))))
        elif path == "/_sim/knobs" and self.is_json():
            self._turn(json.loads(body))
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def _leads_elsewhere(self, path: str) -> bool:
        """There everything is answered as it should be: whoever follows has been led."""
        if self.provider.fault != ELSEWHERE.get(path, "none of them"):
            return False
        self.send_response(HTTPStatus.TEMPORARY_REDIRECT)
        self.send_header("Location", f"/elsewhere{path}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True

    def _token(self, form: dict[str, str]) -> None:
        try:
            self.json(HTTPStatus.OK, self.provider.redeem(self._client(), form))
        except Refused as error:
            self.json(HTTPStatus.BAD_REQUEST, {"error": error.args[0]})

    def _client(self) -> tuple[str, str]:
        """RFC 6749 §2.3.1."""
        try:
            name, _, secret = (
                base64.b64decode(self.headers.get("Authorization", "")[6:]).decode().partition(":")
            )
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote(name), unquote(secret)

    def _turn(self, knobs: dict) -> None:
        """`fault` (one of FAULTS or empty), `person` (who sits at the browser: sub, name)."""
        if knobs.get("fault", "") not in {*FAULTS, ""}:
            self.json(HTTPStatus.BAD_REQUEST, {"error": "unknown fault"})
            return
        self.provider.fault = knobs.get("fault", "")
        self.provider.person = knobs.get("person", self.provider.person)
        self.json(HTTPStatus.OK, knobs)

    def _back(self, address: str, answer: dict[str, str]) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"{address}?{urlencode(answer)}")
        self.send_header("Content-Length", "0")
        self.end_headers()
