"""An electronic copy of a paper document: its scan, signed by the agency (decree 30 art. 25.1c, Appendix I.III.1d)."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import blobs
from documents.access import may
from documents.journey import NotAllowedNow, lock, record
from documents.models import File, Incoming
from orgs.models import Post
from signatures import pades
from signatures.actions.papers import at_level, bytes_of
from signatures.actions.proofs import note_proof
from signatures.appearance.text_line import copy_line, first_page, line_on
from signatures.attachments import OURS, nature
from signatures.errors import SigningError
from signatures.keys import agency_certificate, open_key
from signatures.models import Certificate, Signature
from signatures.providers import Identity
from signatures.services import Services


def certify_copy(
    incoming: Incoming,
    *,
    by: Post,
    at: datetime,
    word: str = "Sao y",
    pin: str = "",
    services: Services | None = None,
) -> Signature:
    """The agency's signature on a copy of the scan, with one line at the top right of page 1; the scan is kept.

    Such a copy is worth as much as the original (art. 26). `word` is the kind of copy as the line says it. For a key
    that answers at once; for another see `sessions.begin_copying`.
    Raises PermissionDenied, NotAllowedNow, SigningError (certificate, key, service or file); then nothing changes.
    """
    scan = ready_to_copy(incoming, by=by)
    certificate = agency_certificate(incoming.organisation)
    key, line = open_key(certificate, pin=pin), copy_line(incoming.organisation.name, at, word=word)
    make = copying(scan, line, at=at)

    def made(level: str, services: Services) -> bytes:
        (pending,) = make(key.identity, level, services)
        (answer,) = key.sign([pending.attributes])
        return pades.finish(pending, key.identity, answer, level=level, services=services)

    signed, level = at_level(made, services)
    return keep_copy(incoming, scan, signed, certificate, level, line=line, by=by, at=at, services=services)


def copying(
    scan: File, line: str, *, at: datetime
) -> Callable[[Identity, str, Services], list[pades.Pending]]:
    """What makes the signature to come."""
    data = bytes_of(scan)
    look, box = line_on(first_page(data), line)

    def make(identity: Identity, level: str, services: Services) -> list[pades.Pending]:
        return [pades.begin_mark(data, identity, look=look, box=box, at=at, level=level, services=services)]

    return make


@transaction.atomic
def keep_copy(
    incoming: Incoming,
    scan: File,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    line: str,
    by: Post,
    at: datetime,
    services: Services | None = None,
) -> Signature:
    """The signed copy beside its scan, once."""
    with blobs.storing(signed) as blob:
        lock(incoming)
        ready_to_copy(incoming, by=by)
        file = File.objects.create(
            document=incoming, blob=blob, name=scan.name, part=File.Part.MAIN, stage=File.Stage.COPY, made_from=scan,
            version=scan.version, pages=scan.pages, created_at=at, created_by=by,
        )  # fmt: skip
        said = {
            "sha256": blob.sha256,
            "before": scan.blob_id,
            "line": line,
            "certificate": certificate.serial,
        }
        record("certify_copy", incoming, by=by, at=at, payload=said)
        signature = Signature.objects.create(
            document=incoming, kind=Signature.Kind.AGENCY, certificate=certificate, post=by, signed_at=at,
            level=level, asked_level=settings.SIGNATURE_LEVEL, before=scan.blob_id, file=file,
        )  # fmt: skip
        note_proof(signature, services=services)
        return signature


def ready_to_copy(incoming: Incoming, *, by: Post) -> File:
    """The scan to copy, or why there is nothing to sign now."""
    if not may(by, "certify_copy", incoming):
        raise PermissionDenied("Chỉ văn thư của cơ quan ký số bản sao của văn bản giấy.")
    incoming.refresh_from_db(fields=["state", "purged_at"])
    scan = incoming.scan_to_copy()
    if scan is None:
        raise NotAllowedNow("Văn bản này không có bản quét chờ ký số, hoặc bản sao đã được ký.", incoming)
    if nature(scan.blob) != OURS:
        raise SigningError("Bản quét đã có chữ ký số, bị khóa hoặc hỏng nên không ký số bản sao được.")
    return scan
