"""A running authority whose time stamps have a life of their own."""

from datetime import UTC, datetime, timedelta

from cryptography import x509

from signatures.demo_pki import folder, profiles

from .pki_process import Pki


def tsa_until(pki: Pki, until: datetime) -> datetime:
    """The stamping authority gets a certificate that ends at `until` (whole seconds, as given back)."""
    until = until.astimezone(UTC).replace(microsecond=0)
    with folder.locked(pki.folder):
        old, ca = folder.holding(pki.folder, "tsa"), folder.holding(pki.folder, "ca")
        extensions = profiles.time_stamping() + profiles.pointers(folder.base_url(pki.folder), "ca")
        made: x509.Certificate = profiles.certificate(
            old.certificate.subject, old.key.public_key(), issuer=ca.certificate.subject, issuer_key=ca.key,
            extensions=extensions, valid=(datetime.now(UTC) - timedelta(days=400), until),
        )  # fmt: skip
        folder.remember_issued(pki.folder, "ca", made)
        folder.keep_holding(pki.folder, "tsa", made)
    return until
