"""Web Push on the wire: what is said is encrypted for one browser (RFC 8291, aes128gcm of RFC 8188), who says it is signed
(VAPID, RFC 8292), and it is said to the push services the settings name alone, at public addresses."""

import base64
import ipaddress
import json
import os
import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from requests.certs import where as certificates
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout

CURVE = ec.SECP256R1()
T = TypeVar("T")
_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}", re.ASCII)
RECORD = 4096  # bytes, of the one record there is
MOST = 3000  # bytes of a message: every service takes that much
HOLDS = timedelta(hours=12)  # of a signature; a day is the most that is allowed
_INSIDE = [
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
]


class NotAllowed(ValueError):
    """An address that is not of a push service on the public network."""


def new_key() -> str:
    """For PUSH_KEY: whose browsers subscribed with one hear nothing that is signed with another."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError for what is no key."""
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), CURVE)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypted(
    message: bytes,
    *,
    browser: bytes,
    secret: bytes,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """`browser`: its public point; `secret`: what it shares with us alone; both from its subscription. `key` and `salt`
    are made anew for every message. Raises ValueError for a point that is none, or too long a message."""
    if len(message) > MOST:
        raise ValueError("too long for a push message")
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(16)
    theirs, own = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser), point_of(key)
    shared = _derived(key.exchange(ec.ECDH(), theirs), secret, b"WebPush: info\0" + browser + own, 32)
    content = _derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content).encrypt(nonce, message + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own + sealed


def signed_for(endpoint: str, *, key: ec.EllipticCurvePrivateKey, by: str, at: datetime) -> str:
    """The header by which the push service knows us. `by`: where we are to be reached."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((at + HOLDS).timestamp()), "sub": by}
    said = ".".join(encoded(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    proof = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={said}.{proof}, k={encoded(point_of(key))}"


def checked(endpoint: str) -> tuple[str, str]:
    """Its host and its path. Raises NotAllowed for what is no https address of a push service that the settings name."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotAllowed(endpoint) from error
    strange = (
        parts.username
        or parts.password
        or parts.fragment
        or not endpoint.isascii()
        or not endpoint.isprintable()
    )
    if parts.scheme != "https" or port not in (None, 443) or strange or not _NAME.fullmatch(host):
        raise NotAllowed(endpoint)
    if not any(_is_one(host, service) for service in settings.PUSH_SERVICES):
        raise NotAllowed(endpoint)
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_one(host: str, service: str) -> bool:
    """`*.` before a name: whatever lies below it."""
    return host.endswith(service[1:]) if service.startswith("*.") else host == service


def line_to(endpoint: str) -> tuple[HTTPConnectionPool, str]:
    """A line to the address that was looked at, and no other: what the name means a moment later does not count.

    Raises NotAllowed where any address of the host is not public; OSError where the name is unknown now.
    """
    host, path = checked(endpoint)
    found = [
        ipaddress.ip_address(one[4][0]) for one in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    ]
    if not found or not all(map(is_public, found)):
        raise NotAllowed(endpoint)
    first = min(found, key=lambda one: one.version)  # whatever else a house has, it has the older one
    line = HTTPSConnectionPool(
        str(first), 443, server_hostname=host, assert_hostname=host, cert_reqs="CERT_REQUIRED",
        ca_certs=certificates(), timeout=Timeout(connect=3, read=5), maxsize=1,
    )  # fmt: skip
    return line, path


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Nothing of this network, of this machine, nor a tunnel to it."""
    if address.version == 6 and (address.ipv4_mapped or any(address in one for one in _INSIDE)):
        return False
    return address.is_global and not address.is_multicast


def within(seconds: float, act: Callable[[], T]) -> T:
    """What it gives or raises; TimeoutError where that takes longer: each answer of a slow service may come in time, and
    all of them never. What still runs then is left alone; it touches no row."""
    found: Future = Future()

    def run() -> None:
        try:
            found.set_result(act())
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return found.result(timeout=max(seconds, 0))


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError for what is not base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, purpose).derive(secret)
