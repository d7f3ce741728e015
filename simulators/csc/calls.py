"""The calls of the API: what a signing application asks, and the answers. JSON in, JSON out."""

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulators.csc.store import Credential, Store

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_SHA256, ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"
MULTISIGN = 200
_TOKEN_SECONDS = 600
Answer = dict[str, Any]


class Refused(Exception):
    """`code`: the API's error code; the words of waiting and refusing are those of RFC 8628 section 3.5."""

    def __init__(self, code: str, text: str, status: int = 400):
        super().__init__(text)
        self.code, self.text, self.status = code, text, status


@dataclass
class Desk:
    """What calls may touch. `clients`: secret by client id. `knobs`: how it is told to misbehave."""

    store: Store
    clients: dict[str, str]
    seconds: float
    knobs: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def token(desk: Desk, form: dict[str, str]) -> Answer:
    """oauth2/token: client credentials (RFC 6749 section 4.4). Tokens live in memory: a restart asks for new ones."""
    known = desk.clients.get(form.get("client_id", ""), "")
    if form.get("grant_type") != "client_credentials" or not known:
        raise Refused("invalid_client", "Unknown client", 401)
    if not secrets.compare_digest(known.encode(), form.get("client_secret", "").encode()):
        raise Refused("invalid_client", "Unknown client", 401)
    given = secrets.token_urlsafe(24)
    with desk.lock:
        now = time.time()
        desk.tokens = {key: value for key, value in desk.tokens.items() if value[1] > now}
        desk.tokens[given] = (form["client_id"], now + _TOKEN_SECONDS)
    return {"access_token": given, "token_type": "Bearer", "expires_in": _TOKEN_SECONDS}


def client_of(desk: Desk, authorization: str) -> str:
    name, until = desk.tokens.get(authorization.removeprefix("Bearer "), ("", 0.0))
    if not name or time.time() > until:
        raise Refused("invalid_token", "Missing, unknown or expired access token", 401)
    return name


def info(desk: Desk, client: str, body: Answer) -> Answer:
    return {
        "specs": "2.0.0.2", "name": "Dịch vụ ký số thử nghiệm", "region": "VN", "lang": "vi-VN",
        "authType": ["oauth2client"], "asynchronousOperationMode": True, "methods": sorted(CALLS),
    }  # fmt: skip


def list_credentials(desk: Desk, client: str, body: Answer) -> Answer:
    return {"credentialIDs": desk.store.credential_ids()}


def credential_info(desk: Desk, client: str, body: Answer) -> Answer:
    credential = _credential(desk, body)
    chain = desk.store.chain(credential)
    key = chain[0].public_key()
    is_rsa = isinstance(key, rsa.RSAPublicKey)
    ders = [one.public_bytes(serialization.Encoding.DER) for one in chain]
    shown = ders if body.get("certificates") == "chain" else ders[:1]
    return {
        "description": credential.owner,
        "key": {
            "status": "disabled" if credential.locked else "enabled",
            "algo": [RSA_SHA256 if is_rsa else ECDSA_SHA256],
            "len": key.key_size,
        },
        "cert": {"status": "valid", "certificates": [base64.b64encode(der).decode() for der in shown]},
        "auth": {"mode": "explicit"},
        "multisign": MULTISIGN,
    }


def authorize(desk: Desk, client: str, body: Answer) -> Answer:
    """Asks the person; the answer is a handle to come back with. The same clientData gives the same handle."""
    credential, digests = _credential(desk, body), _digests(body)
    if body.get("numSignatures") != len(digests):
        raise Refused("invalid_request", "numSignatures is not the number of hashes")
    description, reference = body.get("description", ""), body.get("clientData", "")
    if not all(isinstance(text, str) and len(text) <= 2000 for text in (description, reference)):
        raise Refused("invalid_request", "description and clientData are texts of at most 2000 letters")
    try:
        request = desk.store.ask(
            client=client, reference=reference, credential=credential.id, description=description,
            digests=digests, seconds=desk.seconds,
        )  # fmt: skip
    except ValueError:
        raise Refused("invalid_request", "clientData was used for other hashes") from None
    if (word := desk.knobs.get("person")) in ("agree", "refuse"):  # somebody whose answer is known beforehand
        desk.store.answer(request, agreed=word == "agree")
    return {"handle": request.handle, "expiresIn": int(max(0, request.expires - time.time()))}


def authorize_check(desk: Desk, client: str, body: Answer) -> Answer:
    request = desk.store.find(client, handle=_text(body, "handle"))
    if request is None:
        raise Refused("invalid_request", "Unknown handle")
    if request.state in ("refused", "locked"):
        raise Refused("access_denied", "The person refused, or the credential is locked")
    if request.over:
        raise Refused("expired_token", "The person did not answer in time")
    if request.state == "open":
        raise Refused("authorization_pending", "The person has not answered yet")
    return {"SAD": request.sad, "expiresIn": _TOKEN_SECONDS}


def sign_hash(desk: Desk, client: str, body: Answer) -> Answer:
    """Signs what was agreed to, exactly that; asked again it gives the same response id and signs nothing."""
    request = desk.store.find(client, sad=_text(body, "SAD"))
    if request is None or request.credential != _text(body, "credentialID"):
        raise Refused("invalid_request", "The authorisation is not for this credential")
    if request.digests != _digests(body):
        raise Refused("invalid_request", "Other hashes than those agreed to")
    desk.store.sign(request)
    return {"responseID": request.response}


def sign_polling(desk: Desk, client: str, body: Answer) -> Answer:
    request = desk.store.find(client, response=_text(body, "responseID"))
    if request is None:
        raise Refused("invalid_request", "Unknown responseID")
    if desk.knobs.get("answer") == "wrong":
        return {"signatures": [base64.b64encode(b"\x01" * 256).decode() for _ in request.digests]}
    return {"signatures": request.signatures}


CALLS: dict[str, Callable[[Desk, str, Answer], Answer]] = {
    "info": info,
    "credentials/list": list_credentials,
    "credentials/info": credential_info,
    "credentials/authorize": authorize,
    "credentials/authorizeCheck": authorize_check,
    "signatures/signHash": sign_hash,
    "signatures/signPolling": sign_polling,
}


def _credential(desk: Desk, body: Answer) -> Credential:
    found = desk.store.credential(_text(body, "credentialID"))
    if found is None:
        raise Refused("invalid_request", "Unknown credentialID")
    return found


def _digests(body: Answer) -> list[str]:
    """One to MULTISIGN SHA-256 digests in base64."""
    given = body.get("hashes")
    if body.get("hashAlgorithmOID", SHA256) != SHA256:
        raise Refused("invalid_request", "Only SHA-256")
    if not isinstance(given, list) or not 0 < len(given) <= MULTISIGN:
        raise Refused("invalid_request", f"hashes: 1 to {MULTISIGN}")
    try:
        if any(len(base64.b64decode(one, validate=True)) != 32 for one in given):
            raise ValueError
    except (TypeError, ValueError, binascii.Error):
        raise Refused("invalid_request", "hashes are SHA-256 digests in base64") from None
    return given


def _text(body: Answer, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise Refused("invalid_request", f"{name} is missing")
    return value
