"""A certification authority for demonstrations and tests. Its certificates have no legal value.

Keys and certificates lie in one folder, readable by its owner only; calling again gives back what
is already there, also when two processes start at once.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

DEFAULT_NAME = "CA THỬ NGHIỆM – không có giá trị pháp lý"
# Protects nothing by itself (the folder does); a PKCS#12 file simply has to have one.
DEMO_PASSWORD = "thu-nghiem"
_DAY = timedelta(days=1)


def build_ca(folder: Path, name: str = DEFAULT_NAME) -> Path:
    """Make root and issuing authority in `folder` unless they exist: root.pem, ca.pem and their keys.

    Returns the path of root.pem.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder):
        # ca.pem is written last: its presence means that all four files are whole.
        if not (folder / "ca.pem").exists():
            _make_authorities(folder, name)
    return folder / "root.pem"


def issue_person(
    folder: Path, name: str, organisation: str, title: str, email: str = "", *, password: str = DEMO_PASSWORD
) -> bytes:
    """PKCS#12 (key, certificate, chain) of a person; the same file again for the same arguments."""
    attributes = [
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.TITLE, title),
        (NameOID.COMMON_NAME, name),
    ]
    return _issue(Path(folder), attributes, email, password)


def issue_agency(folder: Path, organisation: str, code: str = "", *, password: str = DEMO_PASSWORD) -> bytes:
    """PKCS#12 of an organisation's own certificate; `code` is its identifier on the axis, if any."""
    attributes = [(NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, organisation)]
    if code:
        attributes.insert(0, (NameOID.ORGANIZATION_IDENTIFIER, code))
    return _issue(Path(folder), attributes, "", password)


def _make_authorities(folder: Path, name: str) -> None:
    root_key, ca_key = _new_key(), _new_key()
    root_name, ca_name = _authority_name(f"{name} (gốc)"), _authority_name(name)
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, years=20, path_length=1)
    ca = _certificate(ca_name, root_name, ca_key.public_key(), root_key, years=15, path_length=0)
    write_private(folder / "root.key", _key_pem(root_key))
    write_private(folder / "ca.key", _key_pem(ca_key))
    write_private(folder / "root.pem", root.public_bytes(serialization.Encoding.PEM))
    write_private(folder / "ca.pem", ca.public_bytes(serialization.Encoding.PEM))


def _issue(folder: Path, attributes: list, email: str, password: str) -> bytes:
    build_ca(folder)
    who = [[oid.dotted_string, value] for oid, value in attributes]
    digest = hashlib.sha256(json.dumps([who, email]).encode()).hexdigest()[:24]
    path = folder / f"{digest}.p12"
    with _locked(folder):
        data = _still_good(path, password)
        if data is None:
            data = _make_leaf(folder, attributes, email, password)
            write_private(path, data)
    return data


def _make_leaf(folder: Path, attributes: list, email: str, password: str) -> bytes:
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    ca_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    key = _new_key()
    # X.520 bounds a name part at 64 characters.
    parts = [x509.NameAttribute(oid, value[:64]) for oid, value in attributes if value]
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), *parts])
    leaf = _certificate(subject, ca.subject, key.public_key(), ca_key, years=5, email=email)
    cipher = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"signer", key, leaf, [ca], cipher)


def _still_good(path: Path, password: str) -> bytes | None:
    try:
        data = path.read_bytes()
        _, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode())
    except (FileNotFoundError, ValueError):
        return None
    return data if certificate.not_valid_after_utc > datetime.now(UTC) + 30 * _DAY else None


def _certificate(subject, issuer, public_key, issuer_key, *, years: int, path_length=None, email: str = ""):
    now = datetime.now(UTC)
    authority = path_length is not None
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder(issuer, subject, public_key, x509.random_serial_number())
        .not_valid_before(now - 400 * _DAY)  # the demonstration signs papers of its past
        .not_valid_after(now + 365 * years * _DAY)
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(_usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(issuer_id, critical=False)
    )
    if email:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority,
        crl_sign=authority, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _authority_name(name: str) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, "Bản thử nghiệm"),
        (NameOID.COMMON_NAME, name[:64]),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _key_pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


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
def _locked(folder: Path) -> Iterator[None]:
    with open(folder / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
