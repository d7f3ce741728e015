"""Electronic copies that the agency signs: of a paper document its scan, of any paper an extract (decree 30 art. 25.1c, 25.2,
25.3, Appendix I.III.1d)."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import blobs
from documents.access import may
from documents.actions.copies import check_may_copy, keep_electronic, take_book
from documents.journey import NotAllowedNow, lock, record
from documents.models import CertifiedCopy, File, Incoming, Outgoing
from documents.pdf import PdfError, scanned
from orgs.law import cited
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

LEAST_DPI = 200
_RULE = "Bản số hóa phải là ảnh màu, từ 200 dpi (Phụ lục I {clerical_work}). Hãy quét lại và thay bản quét."


def certify_copy(
    paper: Incoming | Outgoing,
    *,
    by: Post,
    at: datetime,
    kind: str = CertifiedCopy.Kind.TRUE,
    extract: CertifiedCopy | None = None,
    pin: str = "",
    services: Services | None = None,
) -> Signature:
    """The agency's signature on a copy of the scan, or on an extract that waits for it, with one line at the top right of
    page 1 and a number in the book of copies; the scan is kept.

    Such a copy is worth as much as the original (art. 26). `kind`: sao y, or sao lục of a letter that was a sao y itself.
    For a key that answers at once; for another see `sessions.begin_copying`.
    Raises PermissionDenied, NotAllowedNow, SigningError (certificate, key, service or file); then nothing changes.
    """
    scan = ready_to_copy(paper, by=by, extract=extract)
    certificate = agency_certificate(paper.organisation)
    check_scan(scan)
    key, line = open_key(certificate, pin=pin), line_of(paper, at, kind=kind, extract=extract)
    make = copying(scan, line, at=at)

    def made(level: str, services: Services) -> bytes:
        (pending,) = make(key.identity, level, services)
        (answer,) = key.sign([pending.attributes])
        return pades.finish(pending, key.identity, answer, level=level, services=services)

    signed, level = at_level(made, services)
    return keep_copy(
        paper,
        scan,
        signed,
        certificate,
        level,
        line=line,
        kind=kind,
        extract=extract,
        by=by,
        at=at,
        services=services,
    )


def line_of(paper: Incoming | Outgoing, at: datetime, *, kind: str, extract: CertifiedCopy | None) -> str:
    word = CertifiedCopy.Kind(extract.kind if extract else kind).label
    return copy_line(paper.organisation.name, at, word=word)


def check_scan(scan: File) -> None:
    """Raises SigningError for a scan that is no copy in the law's sense: grey, or with too few dots. Pages that are not
    pictures are what they are."""
    if scan.part != File.Part.MAIN:
        return
    try:
        found = scanned(bytes_of(scan))
    except PdfError:
        return  # the signing itself says what is wrong with the file
    for page in found:
        if page.dpi < LEAST_DPI - 2:  # the paper's edge is cut to whole dots
            raise SigningError(f"Trang {page.page} của bản quét chỉ có {page.dpi} dpi. {cited(_RULE)}")
        if not page.coloured:
            raise SigningError(f"Trang {page.page} của bản quét không phải ảnh màu. {cited(_RULE)}")


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
    paper: Incoming | Outgoing,
    scan: File,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    line: str,
    by: Post,
    at: datetime,
    kind: str = CertifiedCopy.Kind.TRUE,
    extract: CertifiedCopy | None = None,
    services: Services | None = None,
) -> Signature:
    """The signed copy beside its scan, once, with its number."""
    with blobs.storing(signed) as blob:
        take_book(paper.organisation, at)
        lock(paper)
        ready_to_copy(paper, by=by, extract=extract)
        file = File.objects.create(
            document_id=paper.pk, blob=blob, name=scan.name, part=scan.part, stage=File.Stage.COPY, made_from=scan,
            version=scan.version, pages=scan.pages, created_at=at, created_by=by,
        )  # fmt: skip
        copy = keep_electronic(paper, file, kind=kind, by=by, at=at, extract=extract)
        said = {
            "code": copy.code,
            "sha256": blob.sha256,
            "before": scan.blob_id,
            "line": line,
            "certificate": certificate.serial,
        }
        record("certify_copy", paper, by=by, at=at, payload=said)
        signature = Signature.objects.create(
            document_id=paper.pk, kind=Signature.Kind.AGENCY, certificate=certificate, post=by, signed_at=at,
            level=level, asked_level=settings.SIGNATURE_LEVEL, before=scan.blob_id, file=file,
        )  # fmt: skip
        note_proof(signature, services=services)
        return signature


def ready_to_copy(paper: Incoming | Outgoing, *, by: Post, extract: CertifiedCopy | None = None) -> File:
    """The scan, or the extract, that is to be signed, or why there is nothing to sign now."""
    if not may(by, "certify_copy", paper):
        raise PermissionDenied("Chỉ văn thư của cơ quan ký số bản sao của văn bản giấy.")
    if extract:
        check_may_copy(paper, by)
        extract.refresh_from_db(fields=["number_value"])
        scan = None if extract.number_value else extract.taken_from
    else:
        paper.refresh_from_db(fields=["state", "purged_at"])
        scan = paper.scan_to_copy()
    if scan is None or scan.blob is None:
        raise NotAllowedNow("Văn bản này không có bản quét chờ ký số, hoặc bản sao đã được ký.", paper)
    if nature(scan.blob) != OURS:
        raise SigningError("Bản quét đã có chữ ký số, bị khóa hoặc hỏng nên không ký số bản sao được.")
    return scan


def extract_of(key: int | None) -> CertifiedCopy | None:
    """The extract that a session is about."""
    return CertifiedCopy.objects.select_related("taken_from__blob").get(pk=key) if key else None
