"""Certificates that the demonstration's authority would not give out, by its own key."""

from datetime import timedelta
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signatures.providers import Identity
from signatures.providers.file import FileKey
from simulators.pki import folder as store
from simulators.pki import profiles

from .cast import BODY, Cast

PERSON = (
    (NameOID.ORGANIZATION_NAME, BODY),
    (NameOID.TITLE, "Phó Chủ tịch"),
    (NameOID.COMMON_NAME, "Hoàng Gia Khánh"),
)
DAY = timedelta(days=1)


def issued(
    cast: Cast, subject=PERSON, *, key=None, usage: x509.KeyUsage | None = None, extended: tuple = (), critical: bool = True,
    valid: tuple[float, float] = (-400, 400), folder: Path | None = None, pointers: bool = False, more: tuple = (),
) -> FileKey:  # fmt: skip
    """A key with a certificate of the trusted authority (or of that in `folder`). `valid` in days from now;
    `extended` lists extended key usages; `pointers` names the services of the authority."""
    folder = folder or cast.folder / "honest"
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    extensions = [*profiles.holder(), *more]
    if usage:
        extensions = [one for one in extensions if not isinstance(one[0], x509.KeyUsage)] + [(usage, True)]
    if extended:
        extensions.append((x509.ExtendedKeyUsage(extended), critical))
    if pointers:
        extensions += profiles.pointers(store.base_url(folder), "ca", ocsp=True)
    with store.locked(folder):
        by = store.holding(folder, "ca")
        made = profiles.certificate(
            profiles.name(*subject), key.public_key(), issuer=by.certificate.subject, issuer_key=by.key,
            extensions=extensions, valid=(cast.now + valid[0] * DAY, cast.now + valid[1] * DAY),
        )  # fmt: skip
        store.remember_issued(folder, "ca", made)
    return FileKey(Identity(_plain(made), (by.plain,)), key)


def _plain(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
