"""Building the authority and giving certificates to persons and agencies."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from simulators.pki import folder as store
from simulators.pki import profiles
from simulators.pki.folder import holding, keep_holding, key_of, locked, write_private

DEFAULT_NAME = "CA THỬ NGHIỆM – không có giá trị pháp lý"
# Protects nothing by itself (the folder does); a PKCS#12 file simply has to have one.
DEMO_PASSWORD = "thu-nghiem"
_DAY = timedelta(days=1)
_PAST = 400 * _DAY  # the demonstration signs papers of its past


def build_ca(folder: Path, name: str = DEFAULT_NAME, base_url: str = "") -> Path:
    """Make root, issuing authority, time stamping authority and OCSP responder unless they exist.

    With a `base_url` (http://host:port) certificates say where the services of `python -m
    simulators.pki` answer. The folder remembers it; "" keeps what it remembers. Another one than
    before issues the authority's certificates anew under the same names and keys, so what was signed under
    the old ones stays good, and `issue_…` gives new certificates from then on.

    Returns the path of root.pem.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(folder):
        _build(folder, name, base_url.rstrip("/"))
    return folder / "root.pem"


def issue_person(
    folder: Path,
    name: str,
    organisation: str,
    title: str,
    email: str = "",
    *,
    password: str = DEMO_PASSWORD,
    key: str = "rsa",
    ocsp: bool = False,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> bytes:
    """PKCS#12 (key, certificate, chain) of a person; the same file again for the same arguments.

    `key` is "rsa" (2048 bits) or "ec" (P-256). `ocsp` adds the responder's address to the certificate of a
    folder with a base URL. `valid_from` and `valid_to` are aware; by default 400 days back and 5 years on.
    """
    attributes = [
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.TITLE, title),
        (NameOID.COMMON_NAME, name),
    ]
    return _issue(Path(folder), attributes, email, password, key, ocsp, valid_from, valid_to)


def issue_agency(
    folder: Path,
    organisation: str,
    code: str = "",
    *,
    password: str = DEMO_PASSWORD,
    key: str = "rsa",
    ocsp: bool = False,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> bytes:
    """PKCS#12 of an organisation's own certificate; `code` is its identifier on the axis, if any, and goes
    into organizationIdentifier (2.5.4.97). The rest as for a person."""
    attributes = [(NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, organisation)]
    if code:
        attributes.insert(0, (NameOID.ORGANIZATION_IDENTIFIER, code))
    return _issue(Path(folder), attributes, "", password, key, ocsp, valid_from, valid_to)


def _build(folder: Path, name: str, url: str) -> None:
    before = store.base_url(folder)
    url = url or before
    if not (folder / "root.pem").exists():
        _make_root(folder, f"{name[:58]} (gốc)")
    own = {
        "ca": ("root", name, profiles.authority(0), 15),
        "tsa": ("ca", "Dịch vụ cấp dấu thời gian thử nghiệm", profiles.time_stamping(), 10),
        "ocsp": ("ca", "Dịch vụ trạng thái chứng thư thử nghiệm", profiles.ocsp_signing(), 10),
    }
    for which, (issuer, common_name, extensions, years) in own.items():
        there = (folder / f"{which}.pem").exists()
        if url != before or not there:
            subject = holding(folder, which).certificate.subject if there else profiles.own_name(common_name)
            pointers = profiles.pointers(url, issuer) if which != "ocsp" else []
            key = key_of(folder, which).public_key()
            made = _signed(folder, issuer, subject, key, extensions + pointers, _years(years))
            keep_holding(folder, which, made)
    if url != before:
        # Last: who was interrupted before this line does it all again.
        write_private(folder / "base_url", url.encode())


def _make_root(folder: Path, common_name: str) -> None:
    key, subject = key_of(folder, "root"), profiles.own_name(common_name)
    root = profiles.certificate(
        subject, key.public_key(), issuer=subject, issuer_key=key,
        extensions=profiles.authority(1), valid=_years(20),
    )  # fmt: skip
    keep_holding(folder, "root", root)


def _issue(
    folder: Path, attributes: list, email: str, password: str, key: str, ocsp: bool, since, until
) -> bytes:
    build_ca(folder)
    who = [[oid.dotted_string, value] for oid, value in attributes]
    what = [key, ocsp, *(str(moment and moment.astimezone(UTC)) for moment in (since, until))]
    with locked(folder):
        told = json.dumps([who, email, what, store.base_url(folder)])
        path = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.p12"
        data = _still_good(path, password, until)
        if data is None:
            valid = _years(5)
            valid = (since or valid[0], until or valid[1])
            data = _make_holder(folder, profiles.name(*attributes), email, password, key, ocsp, valid)
            write_private(path, data)
    return data


def _make_holder(
    folder: Path, subject: x509.Name, email: str, password: str, kind: str, ocsp: bool, valid
) -> bytes:
    key = _KINDS[kind]()
    extensions = profiles.holder(email) + profiles.pointers(store.base_url(folder), "ca", ocsp=ocsp)
    made = _signed(folder, "ca", subject, key.public_key(), extensions, valid)
    cipher = serialization.BestAvailableEncryption(password.encode())
    chain = [holding(folder, "ca").certificate]
    return pkcs12.serialize_key_and_certificates(b"signer", key, made, chain, cipher)


def _signed(folder: Path, issuer: str, subject, public_key, extensions: list, valid) -> x509.Certificate:
    by = holding(folder, issuer)
    made = profiles.certificate(
        subject, public_key, issuer=by.certificate.subject, issuer_key=by.key, extensions=extensions, valid=valid
    )  # fmt: skip
    store.remember_issued(folder, issuer, made)
    return made


def _still_good(path: Path, password: str, until: datetime | None) -> bytes | None:
    try:
        data = path.read_bytes()
        leaf, _ = certificates_in(data, password)
    except (FileNotFoundError, ValueError):
        return None
    # One that was asked for with an end is kept beyond it: being expired may be what it is for.
    return data if until or leaf.not_valid_after_utc > datetime.now(UTC) + 30 * _DAY else None


@lru_cache(maxsize=64)
def certificates_in(data: bytes, password: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The holder's certificate and those above it, out of PKCS#12; the key is not kept. Raises ValueError.

    Remembered, because the file opens with its key, and looking through an RSA key takes 40 ms.
    """
    _, leaf, chain = pkcs12.load_key_and_certificates(data, password.encode())
    return leaf, chain


def _years(years: int) -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - _PAST, now + 365 * years * _DAY


_KINDS = {
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
}
