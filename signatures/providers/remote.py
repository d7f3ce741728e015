"""A key at a remote signing service, in the manner of the Cloud Signature Consortium's API v2.

Digests go out with a description; a person confirms on a telephone; the signatures are fetched. Nothing is
remembered here: `ask` under the same request id is the same question, and `collect` may be called by any
process, any number of times, also after one died in the middle of it.
"""

import base64
import json
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from signatures.errors import SigningError
from signatures.models import Certificate
from signatures.providers.errors import BadAnswer, KeyLocked, KeyRefused, KeyServiceDown, KeySilent
from signatures.providers.raw import is_right
from signatures.providers.rows import identity_of

SHA256 = "2.16.840.1.101.3.4.2.1"
_ALGORITHMS = {"rsa": "1.2.840.113549.1.1.11", "ec": "1.2.840.10045.4.3.2"}
_TIMEOUT = (4, 10)  # seconds to connect, and between two bytes of the answer
_WHOLE = 20  # seconds for all of it
_LONGEST = 1024 * 1024  # bytes: two hundred signatures of RSA-4096 are a fifth of it
_STRANGE = "Dịch vụ ký số từ xa trả lời không đúng chuẩn. Văn bản chưa được ký; hãy báo quản trị hệ thống."
_OWN_FAULT = "Dịch vụ ký số từ xa không nhận yêu cầu của hệ thống. Hãy báo quản trị hệ thống."
_NOT_SET_UP = "Hệ thống chưa được nối với dịch vụ ký số từ xa. Hãy báo quản trị hệ thống."


class RemoteKey:
    """`key_ref` of the certificate is the credential's id at the service."""

    def __init__(self, certificate: Certificate):
        self.identity = identity_of(certificate)
        self._credential = certificate.key_ref
        self._line = _line(
            settings.REMOTE_SIGNING_URL, settings.REMOTE_SIGNING_CLIENT, settings.REMOTE_SIGNING_SECRET
        )

    def ready(self) -> None:
        """The service answers, and holds the key of this very certificate unlocked. Raises SigningError."""
        said = self._said_of_it()
        try:
            own = base64.b64decode(said["cert"]["certificates"][0], validate=True)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise KeyServiceDown(_STRANGE) from error
        if own != self.identity.certificate.dump():
            raise SigningError("Dịch vụ ký số từ xa giữ chứng thư số khác với chứng thư trong hệ thống. Hãy báo quản trị hệ thống.")  # fmt: skip

    def _said_of_it(self) -> dict:
        """Raises KeyLocked as well: a wrong PIN too often, and nobody can confirm anything any more."""
        asked = {"credentialID": self._credential, "certificates": "chain"}
        said = self._line.call("credentials/info", asked)
        key = said.get("key")
        if isinstance(key, dict) and key.get("status") == "disabled":
            raise KeyLocked(what="Khóa ký của bạn ở dịch vụ ký số từ xa")
        return said

    def ask(self, texts: Sequence[bytes], description: str, *, request_id: str) -> str:
        """Ask the person to confirm one or several signatures at once; gives the reference to collect them by.

        The same `request_id` and texts give the same reference and ring the telephone once. Raises KeyLocked.
        """
        self._said_of_it()
        said = self._line.call("credentials/authorize", {
            "credentialID": self._credential, "numSignatures": len(texts), "hashes": _digests(texts),
            "hashAlgorithmOID": SHA256, "description": description[:500], "clientData": request_id,
        })  # fmt: skip
        return _word(said, "handle")

    def collect(self, ref: str, texts: Sequence[bytes]) -> list[bytes] | None:
        """The checked signatures over the texts that were asked for, in their order; None while nobody answered.

        Raises KeyRefused, KeyLocked, KeySilent, BadAnswer; KeyServiceDown when it may be tried again.
        """
        try:
            sad = _word(self._line.call("credentials/authorizeCheck", {"handle": ref}), "SAD")
            asked = self._line.call("signatures/signHash", {
                "credentialID": self._credential, "SAD": sad, "hashes": _digests(texts), "hashAlgorithmOID": SHA256,
                "signAlgo": _ALGORITHMS[self.identity.algorithm], "operationMode": "A",
            })  # fmt: skip
            said = self._line.call("signatures/signPolling", {"responseID": _word(asked, "responseID")})
        except _Pending:
            return None
        except KeyRefused:
            self._said_of_it()  # refused by the person, or by the service because the key is locked
            raise
        return self._checked(said.get("signatures"), texts)

    def _checked(self, given: Any, texts: Sequence[bytes]) -> list[bytes]:
        if not isinstance(given, list) or len(given) != len(texts):
            raise BadAnswer
        try:
            signatures = [base64.b64decode(one, validate=True) for one in given]
        except (TypeError, ValueError) as error:
            raise BadAnswer from error
        if not all(is_right(self.identity, *pair) for pair in zip(texts, signatures, strict=True)):
            raise BadAnswer
        return signatures


class _Pending(Exception):
    """The person has not answered yet."""


class _Line:
    """One connection to the service for a process: it keeps the access token until the service forgets it."""

    def __init__(self, url: str, client: str, secret: str):
        self._url, self._client, self._secret = url.rstrip("/"), client, secret
        self._lock, self._token = threading.Lock(), ""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def call(self, name: str, body: dict) -> dict:
        for first in (True, False):
            status, said = self._post(name, json=body, headers={"Authorization": f"Bearer {self._access()}"})
            if status != 401 or not first:
                return _judged(status, said)
            self._token = ""
        raise AssertionError("unreachable")

    def _access(self) -> str:
        with self._lock:
            if not self._token:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._client,
                    "client_secret": self._secret,
                }
                status, said = self._post("oauth2/token", data=form)
                self._token = _word(_judged(status, said), "access_token")
            return self._token

    def _post(self, name: str, **what: Any) -> tuple[int, dict]:
        """Status and JSON object of the answer. Raises KeyServiceDown; its cause names no secret."""
        try:
            with self._session.post(
                f"{self._url}/csc/v2/{name}", timeout=_TIMEOUT, stream=True, allow_redirects=False, **what
            ) as answer:
                raw, status = _bounded(answer.raw), answer.status_code
        except (requests.RequestException, HTTPError, OSError) as error:
            raise KeyServiceDown from error
        if status >= 500 or status in (408, 425, 429):
            raise KeyServiceDown
        try:
            said = json.loads(raw)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise KeyServiceDown(_STRANGE)
        return status, said


def _bounded(raw: Any) -> bytes:
    """The body, unless it is too long or drips too slowly: then nothing, which is no JSON."""
    found, end = bytearray(), time.monotonic() + _WHOLE
    while chunk := raw.read1(65536, decode_content=True):
        found += chunk
        if len(found) > _LONGEST or time.monotonic() > end:
            return b""
    return bytes(found)


@lru_cache(maxsize=4)
def _line(url: str, client: str, secret: str) -> _Line:
    if not url:
        raise SigningError(_NOT_SET_UP)
    return _Line(url, client, secret)


def _judged(status: int, said: dict) -> dict:
    if status == 200:
        return said
    raise {
        "authorization_pending": _Pending,
        "access_denied": KeyRefused,
        "expired_token": KeySilent,
    }.get(str(said.get("error")), lambda: SigningError(_OWN_FAULT))()


def _word(said: dict, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise KeyServiceDown(_STRANGE)
    return value


def _digests(texts: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(sha256(text).digest()).decode() for text in texts]
