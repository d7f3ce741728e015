"""What the service keeps: credentials with their keys, and every request with its answer. Files, written whole."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12

TRIES = 5
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


class WrongPin(Exception):
    """`left`: tries before the credential is locked."""

    def __init__(self, left: int):
        super().__init__(left)
        self.left = left


@dataclass
class Credential:
    id: str
    owner: str
    password: str  # of the PKCS#12 file beside it
    salt: str
    pin: str  # scrypt
    wrong: int = 0

    @property
    def locked(self) -> bool:
        return self.wrong >= TRIES


@dataclass
class Request:
    """One confirmation asked of a person, for one or several digests (base64, SHA-256)."""

    handle: str
    client: str
    reference: str  # the client's own name of it: asking twice is asking once
    credential: str
    description: str
    digests: list[str]
    expires: float
    state: str = "open"  # open, agreed, refused, locked
    sad: str = ""
    response: str = ""
    signatures: list[str] = field(default_factory=list)
    signings: int = 0  # how often the key was used for it: 0 or 1

    @property
    def over(self) -> bool:
        return self.state == "open" and time.time() > self.expires


def enrol(root: Path, credential_id: str, *, owner: str, key_file: bytes, password: str, pin: str) -> None:
    """Give the service a key (PKCS#12). Again for the same id replaces it."""
    folder = root / "credentials"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    salt = secrets.token_hex(16)
    _write(folder / f"{credential_id}.p12", key_file)
    _save(
        folder / f"{credential_id}.json", Credential(credential_id, owner, password, salt, _hashed(pin, salt))
    )


class Store:
    """Thread-safe. What a method has answered is on disk: a process killed after it has forgotten nothing."""

    def __init__(self, root: Path):
        self.lock = threading.RLock()
        self._credentials, self._folder = root / "credentials", root / "requests"
        for folder in (self._credentials, self._folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        read = (Request(**json.loads(path.read_text())) for path in sorted(self._folder.glob("*.json")))
        self._requests = {request.handle: request for request in read}

    def credential(self, credential_id: str) -> Credential | None:
        """Read anew: one may be enrolled while the service runs."""
        name = hashlib.sha256(credential_id.encode()).hexdigest()  # never a path of the caller's making
        for path in self._credentials.glob("*.json"):
            if hashlib.sha256(path.stem.encode()).hexdigest() == name:
                return Credential(**json.loads(path.read_text()))
        return None

    def credential_ids(self) -> list[str]:
        return sorted(path.stem for path in self._credentials.glob("*.json"))

    def chain(self, credential: Credential) -> list[x509.Certificate]:
        _, leaf, above = self._opened(credential)
        return [leaf, *above]

    def ask(
        self, *, client: str, reference: str, credential: str, description: str, digests: Sequence[str], seconds: float
    ) -> Request:  # fmt: skip
        """A new request, or the one this client made under this reference. ValueError: it was about other digests."""
        with self.lock:
            for known in self._requests.values():
                if reference and (known.client, known.reference) == (client, reference):
                    if (known.credential, known.digests) != (credential, list(digests)):
                        raise ValueError(reference)
                    return known
            request = Request(
                secrets.token_urlsafe(24), client, reference, credential, description, list(digests), time.time() + seconds
            )  # fmt: skip
            self._keep(request)
            return request

    def find(self, client: str, **by: str) -> Request | None:
        """By handle, sad or response, of this client only."""
        (name, value), = by.items()  # fmt: skip
        with self.lock:
            for request in self._requests.values():
                if value and request.client == client and hmac.compare_digest(getattr(request, name), value):
                    return request
        return None

    def of_handle(self, handle: str) -> Request | None:
        return self._requests.get(handle)

    def requests(self) -> list[Request]:
        with self.lock:
            return list(self._requests.values())

    def answer(self, request: Request, *, agreed: bool) -> None:
        """The person's word. The first one counts."""
        with self.lock:
            if request.state == "open" and not request.over:
                request.state = "agreed" if agreed else "refused"
                request.sad = secrets.token_urlsafe(24) if agreed else ""
                self._keep(request)

    def check_pin(self, credential: Credential, pin: str) -> None:
        """Raises WrongPin; after five in a row also for the right one."""
        with self.lock:
            now = self.credential(credential.id)
            right = hmac.compare_digest(_hashed(pin, now.salt), now.pin)
            if now.locked or not right:
                now.wrong = min(now.wrong + 1, TRIES)
                self._keep_credential(now)
                for request in self._requests.values() if now.locked else ():
                    if request.credential == now.id and request.state == "open" and not request.over:
                        request.state = "locked"
                        self._keep(request)
                raise WrongPin(TRIES - now.wrong)
            if now.wrong:
                now.wrong = 0
                self._keep_credential(now)

    def sign(self, request: Request) -> None:
        """Uses the key once for an agreed request, however often it is called."""
        with self.lock:
            if request.response:
                return
            key, _, _ = self._opened(self.credential(request.credential))
            signatures = [_sign(key, base64.b64decode(digest)) for digest in request.digests]
            request.signatures = [base64.b64encode(one).decode() for one in signatures]
            request.response, request.signings = secrets.token_urlsafe(24), request.signings + 1
            self._keep(request)

    def _opened(self, credential: Credential):
        data = (self._credentials / f"{credential.id}.p12").read_bytes()
        return pkcs12.load_key_and_certificates(data, credential.password.encode())

    def _keep(self, request: Request) -> None:
        _save(self._folder / f"{request.handle}.json", request)
        self._requests[request.handle] = request

    def _keep_credential(self, credential: Credential) -> None:
        _save(self._credentials / f"{credential.id}.json", credential)


def _sign(key, digest: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    return key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))


def _hashed(pin: str, salt: str) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt.encode(), **_SCRYPT).hex()


def _save(path: Path, row: Credential | Request) -> None:
    _write(path, json.dumps(asdict(row), ensure_ascii=False).encode())


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
