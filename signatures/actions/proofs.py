"""How long the proof inside an issued file holds, and the work that keeps it alive (ETSI EN 319 142-1, B-LTA)."""

from datetime import datetime, timedelta

from asn1crypto import pem, x509
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from documents import blobs, journey
from documents.models import Document, File
from signatures import pades
from signatures.errors import SigningError
from signatures.models import Proof, Signature
from signatures.services import Services, configured

AHEAD = timedelta(days=90)  # renewed so long before it weakens: time for a service that is away
AGAIN_AFTER = timedelta(hours=6)  # a renewal that failed is not tried at every tick


def note_proof(signature: Signature, *, services: Services | None = None) -> Proof:
    """Writes down what the sealed file proves and until when. Inside the caller's transaction."""
    given = list(
        signature.document.signatures.filter(file__version=signature.file.version).select_related(
            "certificate"
        )
    )
    # A person's B-B is made good only by an archival stamp, which covers both.
    short = signature.level != "B-LTA" and any(one.level == "B-B" for one in given)
    level = "B-B" if short else signature.level
    if level == "B-B":
        weak_from = min(one.certificate.valid_to for one in given)
    else:
        weak_from = (services or configured()).stamp_chain()[0].not_valid_after
    values = {
        "file": signature.file,
        "level": level,
        "asked_level": settings.SIGNATURE_LEVEL,
        "weak_from": weak_from,
    }
    return Proof.objects.update_or_create(document=signature.document, defaults=values)[0]


def weakening(at: datetime):
    """Proofs that need work: they weaken within AHEAD, or the level asked for was not reached."""
    short = Q(level="B-B") & ~Q(asked_level="B-B")
    due = Proof.objects.filter(Q(weak_from__lt=at + AHEAD) | short, document__state="issued")
    return due.order_by("weak_from", "pk")


def renew_due(*, at: datetime, services: Services | None = None, most: int = 50) -> int:
    """Renews what needs it, the most pressing first; returns how many were renewed. Safe to run twice."""
    services = services or configured()
    if services.timestamper is None:
        return 0
    done = 0
    rested = weakening(at).filter(Q(failed_at=None) | Q(failed_at__lt=at - AGAIN_AFTER))
    for proof in rested.select_related("document", "file__blob")[:most]:
        try:
            done += renew(proof, at=at, services=services)
        except SigningError as error:
            Proof.objects.filter(pk=proof.pk).update(failed_at=at, reason=str(error)[:300])
    return done


def renew(proof: Proof, *, at: datetime, services: Services) -> bool:
    """One more time stamp over everything in the file, as a new revision; the issued bytes stay as they are.

    False when somebody else renewed it meanwhile. Raises SigningError, ServiceDown; then nothing is written.
    """
    before = proof.file
    data = pades.renew(blobs.read(before.blob), services=services, chains=_chains(proof.document))
    weak_from = services.stamp_chain()[0].not_valid_after
    with transaction.atomic(), blobs.storing(data) as blob:
        file = File.objects.create(
            document=proof.document, blob=blob, name=before.name, part=File.Part.MAIN, stage=File.Stage.RENEWED,
            version=before.version, pages=before.pages, created_at=at, created_by=None,
        )  # fmt: skip
        changed = Proof.objects.filter(pk=proof.pk, file=before).update(
            file=file, level="B-LTA", asked_level=F("asked_level"), weak_from=weak_from, renewed_at=at,
            failed_at=None, reason="",
        )  # fmt: skip
        if not changed:
            transaction.set_rollback(True)
            return False
        hashes = {"sha256": blob.sha256, "before": before.blob_id, "level": "B-LTA"}
        journey.record("renew", proof.document, by=None, at=at, payload=hashes)
    return True


def _chains(document: Document) -> list[list[x509.Certificate]]:
    """What the signatures of a paper rest on, each leaf first, as it was registered when they were made."""
    given = Signature.objects.filter(document=document).select_related("certificate")
    return [
        _loaded(one.pem) + _loaded(one.chain)
        for one in {s.certificate_id: s.certificate for s in given}.values()
    ]


def _loaded(text: str) -> list[x509.Certificate]:
    if not text:
        return []
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(text.encode(), multiple=True)]
