"""How long the proof inside an issued file holds, and the work that keeps it alive (ETSI EN 319 142-1, B-LTA)."""

import time
from datetime import datetime, timedelta

from asn1crypto import x509
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from documents import blobs, journey
from documents.models import File
from orgs.models import Post
from signatures import pades
from signatures.certificates import loaded
from signatures.errors import SigningError
from signatures.models import Proof, Signature
from signatures.services import Services, configured
from signatures.trust import both
from signatures.verification.guard import shared

AHEAD = timedelta(days=90)  # renewed so long before it weakens: time for a service that is away
AGAIN_AFTER = timedelta(hours=6)  # a renewal that failed is not tried at every tick
SHORT = Q(level="B-B") & ~Q(
    asked_level="B-B"
)  # signed while a service was away; as the index proof_short has it
COUNTED_UP_TO = 1000  # beyond this the exact number helps nobody
_UNREADABLE = "Không đọc được tệp đã ký trên máy chủ. Hãy báo quản trị hệ thống."


def note_proof(signature: Signature, *, services: Services | None = None) -> Proof:
    """Writes down what a file that the agency signed proves and until when. Inside the caller's transaction."""
    given = _given(signature)
    # A person's B-B is made good only by an archival stamp, which covers both.
    short = signature.level != "B-LTA" and any(one.level == "B-B" for one in given)
    level = "B-B" if short else signature.level
    ends = []
    if level in ("B-B", "B-T"):  # whether a certificate was revoked is told only while it lives
        ends += [one.certificate.valid_to for one in given]
    if level != "B-B":
        ends.append((services or configured()).stamp_chain()[0].not_valid_after)
    return Proof.objects.create(
        document_id=signature.document_id, original=signature.file, file=signature.file, level=level,
        asked_level=settings.SIGNATURE_LEVEL, weak_from=min(ends),
    )  # fmt: skip


def _given(signature: Signature) -> list[Signature]:
    """The signatures in the same file: the paper's own has the person's too."""
    if signature.file.stage != File.Stage.SEALED or signature.file.part != File.Part.MAIN:
        return [signature]
    own = Signature.objects.filter(
        document=signature.document_id, file__version=signature.file.version, file__part=File.Part.MAIN
    )
    return list(own.select_related("certificate"))


def weak_soon(at: datetime) -> QuerySet[Proof]:
    """Issued papers whose proof weakens within AHEAD, or has."""
    return _kept().filter(weak_from__lt=at + AHEAD)


def below_asked() -> QuerySet[Proof]:
    """Issued papers signed while a service was away."""
    return _kept().filter(SHORT)


def not_renewed() -> QuerySet[Proof]:
    """Issued papers whose last renewal failed."""
    return _kept().exclude(failed_at=None)


def count(rows: QuerySet[Proof]) -> int:
    return rows.order_by()[:COUNTED_UP_TO].count()


def weakening(at: datetime) -> QuerySet[Proof]:
    """Proofs that need work: they weaken within AHEAD, or the level asked for was not reached."""
    return _kept().filter(Q(weak_from__lt=at + AHEAD) | SHORT).order_by("weak_from", "pk")


def renew_due(*, at: datetime, services: Services | None = None, most: int = 50, seconds: float = 400) -> int:
    """Renews what needs it, the most pressing first; returns how many were renewed. Safe to run twice."""
    rested = weakening(at).filter(Q(failed_at=None) | Q(failed_at__lt=at - AGAIN_AFTER))
    return renew_all(rested[:most], at=at, by=None, services=services, seconds=seconds)[0]


def renew_all(
    due: QuerySet[Proof],
    *,
    at: datetime,
    by: Post | None,
    services: Services | None = None,
    seconds: float = 20,
) -> tuple[int, int]:
    """Renews these; how many were renewed and how many failed. What no time is left for waits for the job."""
    services, end = services or configured(), time.monotonic() + seconds
    if services.timestamper is None:
        return 0, 0
    done = failed = 0
    for proof in due.select_related("document", "file__blob"):
        if time.monotonic() > end:
            break
        try:
            done += renew(proof, at=at, by=by, services=services)
        except (SigningError, FileNotFoundError) as error:
            failed += 1
            reason = str(error) if isinstance(error, SigningError) else _UNREADABLE
            Proof.objects.filter(pk=proof.pk, file=proof.file).update(failed_at=at, reason=reason[:300])
    return done, failed


def renew(proof: Proof, *, at: datetime, services: Services, by: Post | None = None) -> bool:
    """One more time stamp over everything in the file, as a new revision; the issued bytes stay as they are.

    False when somebody else renewed it meanwhile. Raises SigningError, ServiceDown; then nothing is written.
    """
    before = proof.file
    # Above B-T the file tells about its certificates itself. To ask again would be too late for some: who leaves
    # the office has the certificate revoked, and no authority answers for one that has expired.
    chains = _chains(proof) if proof.level in ("B-B", "B-T") else []
    data = pades.renew(blobs.read(before.blob), services=services, chains=chains)
    _check(data)
    weak_from = services.stamp_chain()[0].not_valid_after
    with transaction.atomic():
        # Of two workers the second waits here for the first, and finds another file.
        mine = Proof.objects.select_for_update().filter(pk=proof.pk, file=before)
        if not mine.exists():
            return False
        with blobs.storing(data) as blob:
            file = File.objects.create(
                document=proof.document, blob=blob, name=before.name, part=before.part,
                stage=File.Stage.RENEWED, version=before.version, pages=before.pages, created_at=at, created_by=by,
            )  # fmt: skip
            Proof.objects.filter(pk=proof.pk).update(
                file=file, level="B-LTA", weak_from=weak_from, renewed_at=at, failed_at=None, reason=""
            )
            hashes = {"sha256": blob.sha256, "before": before.blob_id, "level": "B-LTA"}
            journey.record("renew", proof.document, by=by, at=at, payload=hashes)
    return True


def _kept() -> QuerySet[Proof]:
    """Of papers that went out, and of copies of papers that came in, whose file was not destroyed."""
    held = Proof.objects.filter(Q(document__state="issued") | Q(document__direction="in"))
    return held.exclude(file__blob=None)


def _check(data: bytes) -> None:
    """Raises SigningError unless the file now proves by itself, with no service asked, that it is valid."""
    roots, issuing = both()
    found = shared.verify(data, trust_roots=roots, other_certs=issuing, fetch=False)
    if found.verdict != "valid":
        raise SigningError(
            f"Đã thêm dấu thời gian nhưng tệp vẫn chưa đủ bằng chứng: {' '.join(found.reasons)}"
        )


def _chains(proof: Proof) -> list[list[x509.Certificate]]:
    """What the signatures of a file rest on, each leaf first, as it was registered when they were made."""
    given = _given(Signature.objects.select_related("certificate", "file").get(file=proof.original_id))
    return [
        loaded(one.pem) + loaded(one.chain)
        for one in {s.certificate_id: s.certificate for s in given}.values()
    ]
