"""What it knows: its keys, one client, who sits at the browser, the codes it gave, and the fault it plays."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import RSAKey

NONE, HS256 = b'{"alg":"none"}', b'{"alg":"HS256","kid":"1"}'
FAULTS = frozenset({
    "issuer", "audience", "expired", "nonce", "no_nonce", "none", "hs256", "other_key", "no_token", "replay",
    "describes_another", "answers_for_another", "refuses", "garbage",
    "description_elsewhere", "keys_elsewhere", "token_elsewhere",
})  # fmt: skip


class Refused(Exception):
    """`args[0]`: the error code of RFC 6749 §5.2."""


@dataclass
class Given:
    """A code that waits to be redeemed once."""

    redirect_uri: str
    challenge: str
    nonce: str
    person: dict[str, str]


@dataclass
class Provider:
    issuer: str
    client_id: str
    secret: str
    fault: str = ""
    person: dict[str, str] = field(default_factory=lambda: {"sub": "001099000001", "name": "Nguyễn Thị Lan"})
    codes: dict[str, Given] = field(default_factory=dict)
    last: str = ""  # the token given last, for the fault "replay"

    def __post_init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.other = RSAKey.generate_key(2048, {"kid": "1"})

    def describe(self) -> dict:
        shown = "https://khac.example" if self.fault == "describes_another" else self.issuer
        return {
            "issuer": shown,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict:
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, asked: dict[str, str]) -> dict[str, str]:
        """What goes back to the client's address with the browser."""
        answer = {"state": asked.get("state", ""), "iss": self.issuer}
        if self.fault == "answers_for_another":
            answer["iss"] = "https://khac.example"
        if self.fault == "refuses":
            return answer | {"error": "access_denied"}
        if asked.get("client_id") != self.client_id or asked.get("code_challenge_method") != "S256":
            return answer | {"error": "invalid_request"}
        code = secrets.token_urlsafe(24)
        self.codes[code] = Given(
            asked.get("redirect_uri", ""),
            asked.get("code_challenge", ""),
            asked.get("nonce", ""),
            dict(self.person),
        )
        return answer | {"code": code}

    def redeem(self, client: tuple[str, str], form: dict[str, str]) -> dict:
        if client != (self.client_id, self.secret):
            raise Refused("invalid_client")
        given = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if given is None or given.redirect_uri != form.get("redirect_uri") or given.challenge != challenge:
            raise Refused("invalid_grant")
        token = self._token(given)
        replayed, self.last = self.last, token
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 60}
        if self.fault != "no_token":
            answer["id_token"] = replayed if self.fault == "replay" and replayed else token
        return answer

    def _token(self, given: Given) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": given.nonce, **given.person
        }  # fmt: skip
        lies = {
            "issuer": {"iss": "https://khac.example"},
            "audience": {"aud": "another-client"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "nonce": {"nonce": "another-question"},
        }
        claims |= lies.get(self.fault, {})
        if self.fault == "no_nonce":
            del claims["nonce"]
        if self.fault == "garbage":
            return "x.y.z"
        if self.fault == "none":
            return f"{_part(NONE)}.{_part(json.dumps(claims).encode())}."
        if self.fault == "hs256":  # the public key taken for a shared secret
            return _hs256(claims, self.key.as_pem(private=False))
        key = self.other if self.fault == "other_key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


def _hs256(claims: dict, secret: bytes) -> str:
    """By hand: no library makes this one willingly."""
    text = f"{_part(HS256)}.{_part(json.dumps(claims).encode())}"
    return f"{text}.{_part(hmac.digest(secret, text.encode(), 'sha256'))}"


def _part(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
