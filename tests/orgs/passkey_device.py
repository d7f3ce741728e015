"""A security key in software: makes a P-256 key for a site and answers its questions (WebAuthn level 2, §6)."""

import hashlib
import json
import os
import struct

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Device:
    def __init__(self, origin: str = "http://testserver", site: str = "testserver", *, asks: bool = True):
        """`asks`: for a PIN or a finger; else it answers to whoever touches it."""
        self.origin, self.site, self.count, self.asks = origin, site, 0, asks
        self.id, self.key = os.urandom(32), ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict) -> str:
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        said = {"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY) + held}
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": cbor2.dumps(said)})

    def answer(self, options: dict, *, kind: str = "webauthn.get") -> str:
        self.count += 1
        data, client = self._data(), self._client(kind, options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.asks else 0) | more
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        asked = bytes_to_base64url(base64url_to_bytes(challenge))
        return json.dumps({"type": kind, "challenge": asked, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.id)
        inner = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": inner, "clientExtensionResults": {}}
        )
