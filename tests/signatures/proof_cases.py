"""Proofs that grow old: a running authority whose stamps end when told to, and bare rows for the board."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from django.utils import timezone

from documents.models import File, Outgoing
from hanoi_docs.demo.certificates import give_demo_certificates
from signatures.models import Proof
from signatures.services import _asked_of
from simulators.pki import folder, profiles
from tests.documents.desks import outgoing, stored
from tests.documents.outgoing_cases import brought

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


def proof_row(
    office, number: str, *, days: float, organisation=None, level="B-LT", asked="B-LT", **fields
) -> Proof:
    """The proof of an issued paper as a bare row: what its file holds is not the point here."""
    paper = outgoing(
        office, state="issued", number=number, notation="SNV-TCBC", subject=f"Chuyện riêng số {number}"
    )
    if organisation is not None:
        Outgoing.objects.filter(pk=paper.pk).update(organisation=organisation)
    file = File.objects.create(
        document=paper, blob=stored(), name="a.pdf", part="main", stage="sealed", created_at=timezone.now()
    )
    return Proof.objects.create(
        document=paper, original=file, file=file, level=level, asked_level=asked, weak_from=timezone.now() + timedelta(days=days), **fields
    )  # fmt: skip


def office_at(pki, office, settings):
    """The office with certificates of the running authority, which asks for B-LT; nothing of it is remembered."""
    settings.DEMO, settings.SIGNING_KEY_DIR, settings.TSA_URL = True, pki.folder, pki.tsa
    settings.SIGNATURE_LEVEL = "B-LT"
    give_demo_certificates([office.dung, office.thao], [office.home_affairs])
    _asked_of.cache_clear()
    return office


def issued_without_stamp(office, settings, pki, paper=None, **changes):
    """A paper sealed at B-B while the time stamping service was away, as the setting allows."""
    settings.TIMESTAMP_DOWN = "degrade"
    with pki.broken(tsa="down"):
        paper = brought(office, "issued", paper, **changes)
    _asked_of.cache_clear()
    return paper
