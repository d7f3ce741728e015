"""The folder of the demonstration's authority: private files, one lock, what was issued and what revoked.

root.pem ca.pem tsa.pem ocsp.pem   certificates, each with its NAME.key beside it
base_url                           where the services answer; missing when certificates name none
issued.jsonl                       a line for every certificate but the root: issuer, serial, subject
revoked.json                       by serial: when and why
DIGEST.p12                         key and certificate of a person or an agency
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_DER, _PEM = serialization.Encoding.DER, serialization.Encoding.PEM


class NotIssued(LookupError):
    """The authority of this folder knows no certificate of that serial number."""


@dataclass(frozen=True, eq=False)
class Holding:
    """A certificate of the authority itself with its key; `plain` is the same certificate for asn1crypto."""

    certificate: x509.Certificate
    plain: asn1.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Revoked:
    """`at` is aware, UTC, in whole seconds."""

    at: datetime
    reason: x509.ReasonFlags


def holding(folder: Path, name: str) -> Holding:
    """One of "root", "ca", "tsa", "ocsp". Raises FileNotFoundError before the authority is built."""
    return _holding(Path(folder) / f"{name}.pem", *_seen(Path(folder) / f"{name}.pem"))


def keep_holding(folder: Path, name: str, certificate: x509.Certificate) -> None:
    """Write the certificate whose key is there already. The caller holds the lock."""
    write_private(folder / f"{name}.pem", certificate.public_bytes(_PEM))


def key_of(folder: Path, name: str) -> rsa.RSAPrivateKey:
    """The key called `name`, made when it is missing. The caller holds the lock."""
    path = folder / f"{name}.key"
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        encoded = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_private(path, encoded)
    return serialization.load_pem_private_key(path.read_bytes(), None)


def base_url(folder: Path) -> str:
    """Where the services of this authority answer, without a slash at the end; "" when nowhere."""
    try:
        return (Path(folder) / "base_url").read_text().strip()
    except FileNotFoundError:
        return ""


def remember_issued(folder: Path, issuer: str, certificate: x509.Certificate) -> None:
    """A certificate nobody remembers could not be revoked. The caller holds the lock."""
    line = {
        "issuer": issuer,
        "serial": f"{certificate.serial_number:x}",
        "subject": certificate.subject.rfc4514_string(),
    }
    handle = os.open(folder / "issued.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def issued(folder: Path) -> dict[int, str]:
    """Serial number to name of the issuer, "root" or "ca"."""
    path = Path(folder) / "issued.jsonl"
    return _issued(path, *_seen(path)) if path.exists() else {}


def revoke(
    folder: Path,
    certificate_serial: int,
    *,
    at: datetime,
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified,
) -> None:
    """From `at` (aware) on the certificate is revoked; a running server says so from its next answer.

    A second call gives the date and the reason anew. Raises NotIssued for a serial number of somebody else.
    """
    folder = Path(folder)
    with locked(folder):
        if certificate_serial not in issued(folder):
            raise NotIssued(f"{certificate_serial:x}")
        known = _kept(folder)
        known[f"{certificate_serial:x}"] = {
            "at": at.astimezone(UTC).replace(microsecond=0).isoformat(),
            "reason": reason.value,
        }
        write_private(folder / "revoked.json", json.dumps(known, indent=1).encode())


def revocations(folder: Path) -> dict[int, Revoked]:
    """By serial number, whenever they happened."""
    path = Path(folder) / "revoked.json"
    return _revocations(path, *_seen(path)) if path.exists() else {}


def write_private(path: Path, data: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time, threads and processes alike."""
    with open(folder / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _seen(path: Path) -> tuple[int, int, int]:
    """What changes with every writing; reading a key again costs 30 ms, reading the time of a file none."""
    now = path.stat()
    return now.st_ino, now.st_mtime_ns, now.st_size


@lru_cache(maxsize=32)
def _holding(path: Path, *_changed: int) -> Holding:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    key = serialization.load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
    return Holding(certificate, asn1.Certificate.load(certificate.public_bytes(_DER)), key)


@lru_cache(maxsize=4)
def _issued(path: Path, *_changed: int) -> dict[int, str]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {int(one["serial"], 16): one["issuer"] for one in lines}


@lru_cache(maxsize=4)
def _revocations(path: Path, *_changed: int) -> dict[int, Revoked]:
    return {
        int(serial, 16): Revoked(datetime.fromisoformat(one["at"]), x509.ReasonFlags(one["reason"]))
        for serial, one in _kept(path.parent).items()
    }


def _kept(folder: Path) -> dict[str, dict[str, str]]:
    try:
        return json.loads((folder / "revoked.json").read_text())
    except FileNotFoundError:
        return {}
