"""Certificates for the register: real files of a running authority, and bare rows where the file is not the point."""

import datetime as dt
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.utils import timezone

from signatures.models import Certificate
from simulators import pki as demo_pki

DAY = dt.timedelta(days=1)


def public_half(p12: bytes, *, chain: bool = True, der: bool = False) -> bytes:
    """The file a person has of a certificate: without the key."""
    _, leaf, above = pkcs12.load_key_and_certificates(p12, demo_pki.DEMO_PASSWORD.encode())
    if der:
        return leaf.public_bytes(Encoding.DER)
    return b"".join(one.public_bytes(Encoding.PEM) for one in (leaf, *(above if chain else ())))


def file_of(folder, p12: bytes) -> str:
    """The name of the key file in the authority's folder."""
    return next(path.name for path in folder.glob("*.p12") if path.read_bytes() == p12)


def self_made(name: str, *, days: float = 400, **fields) -> Certificate:
    """A row in the register whose certificate nobody vouches for; `days` are left of it."""
    now = timezone.now()
    number = x509.random_serial_number()
    return Certificate.objects.create(
        **{
            "subject": name, "serial": f"{number:x}", "pem": _pem(name), "valid_from": now - 300 * DAY,
            "valid_to": now + days * DAY, "key_ref": "khong-co.p12",
        }
        | fields
    )  # fmt: skip


@cache
def _pem(name: str) -> str:
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    said = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(said, said, key.public_key(), 1, now - DAY, now + 400 * DAY)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
