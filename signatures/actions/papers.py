"""Signing and sealing as acts of the office. The slow part runs outside any transaction; the act is one.

A failure anywhere leaves the paper exactly where it was; pressing again resumes with the same number.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from documents import blobs, journey, versions
from documents.actions.outgoing import approval as papers
from documents.journey import move
from documents.layout.dates import date_text
from documents.models import File, Outgoing
from documents.uploads import safe_name
from orgs.models import Post, SigningAuthority
from signatures import pades
from signatures.actions.attachments import Marked, begin_marks, keep_marks, to_mark
from signatures.actions.proofs import note_proof
from signatures.appearance.pictures import mark_of, registered, seal_look
from signatures.errors import ServiceDown, SigningError
from signatures.keys import agency_certificate, open_key, personal_certificate
from signatures.models import Certificate, Signature
from signatures.pades import BESIDE_MISSING
from signatures.providers import Identity
from signatures.services import Services, configured
from signatures.signing_right import ask, kept_right, named

Made = TypeVar("Made")
_STAGES = {
    Signature.Kind.BESIDE: File.Stage.COSIGNED,
    Signature.Kind.PERSONAL: File.Stage.SIGNED,
    Signature.Kind.AGENCY: File.Stage.SEALED,
}


@dataclass(frozen=True)
class Ready:
    """A paper found fit for the act: the file the signature goes into and the version it stands for."""

    file: File
    version: versions.Version


def sign(
    outgoing: Outgoing,
    *,
    by: Post,
    at: datetime,
    sha256: str = "",
    pin: str = "",
    services: Services | None = None,
) -> Signature:
    """The competent person approves the version shown, whose `versions.content_of` is `sha256`, and signs it: one
    act (decree 30 art. 11.1, 13). A paper approved before is only signed. Whatever fails, the paper stays where it was.

    `services` stand in for the configured ones. Raises SigningError (certificate, key, service or file),
    ValidationError (another version was shown), PermissionDenied, NotAllowedNow.
    """
    ready = ready_to_sign(outgoing, by=by, sha256=sha256)
    right = ask(outgoing, at)
    certificate = personal_certificate(by.user)
    data, key = bytes_of(ready.file), open_key(certificate, pin=pin)
    mark = mark_of(registered(by.user))
    signed, level = at_level(
        lambda level, services: pades.certify(
            data, key, at=at, appearance=mark, level=level, services=services
        ),
        services,
    )
    level = pades.person_level(level)
    return keep_signed(outgoing, ready, signed, certificate, level, by=by, at=at, right=right)


def ready_to_sign(outgoing: Outgoing, *, by: Post, sha256: str) -> Ready:
    """Asks early what the act will ask again, so that no key is used for an act that would be
    refused."""
    journey.check(outgoing, "approve" if outgoing.state == "format_checked" else "sign", by=by)
    if outgoing.state == "format_checked":
        version = versions.as_seen(outgoing, sha256)
    else:
        version = versions.as_approved(outgoing, seen=sha256)
    version.unharmed(main=False)  # the main file's bytes are compared where they are signed
    return Ready(_signed_first(outgoing, version), version)


def _signed_first(outgoing: Outgoing, version: versions.Version) -> File:
    """What the signature goes into: of a paper that two sign, the file with the first of them. Raises NotAllowedNow."""
    if outgoing.secretary_post_id is None:
        return version.main
    signed = outgoing.files.filter(
        part=File.Part.MAIN, stage=File.Stage.COSIGNED, version=version.main.version
    )
    first = signed.select_related("blob").first()
    if first is None:
        raise journey.NotAllowedNow(BESIDE_MISSING, outgoing)
    return first


@transaction.atomic
def keep_signed(
    outgoing: Outgoing,
    ready: Ready,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    by: Post,
    at: datetime,
    right: SigningAuthority | None = None,
) -> Signature:
    """Approval (unless given before), signature and signed file: all of it or nothing. `right` as just found."""
    if outgoing.state == "format_checked":
        papers.approve(outgoing, by=by, at=at, sha256=ready.version.content)
    outgoing.signed_at, outgoing.signer_name, outgoing.signer_title = at, str(by.user), by.title
    signer = {"signer_name": outgoing.signer_name, "signer_title": outgoing.signer_title}
    signature = keep(
        outgoing, "sign", ready, signed, certificate, Signature.Kind.PERSONAL, level, by=by, at=at, right=right,
        fills=signer | outgoing.search_keys(),
    )  # fmt: skip
    Outgoing.objects.filter(pk=outgoing.pk).update(signed_at=at)
    return signature


def seal(
    outgoing: Outgoing, *, by: Post, at: datetime, pin: str = "", services: Services | None = None
) -> Signature:
    """Number and date go into their fields and the agency's signature closes the file, in one update; each PDF
    that goes with the paper carries the agency's signature too (Appendix I.III.1d). All of it or nothing.

    Only over the valid signature of the paper's own signer (art. 32.2d). Raises as `sign` does.
    """
    ready = ready_to_seal(outgoing, by=by)
    certificate = agency_certificate(outgoing.organisation)
    attached = to_mark(outgoing)
    make, key = sealing(outgoing, ready.file, attached, at=at), open_key(certificate, pin=pin)

    def made(level: str, services: Services) -> list[bytes]:
        """The paper and what goes with it, by one call of the key."""
        pending = make(key.identity, level, services)
        answers = zip(pending, key.sign([one.attributes for one in pending]), strict=True)
        return [
            pades.finish(one, key.identity, answer, level=level, services=services) for one, answer in answers
        ]

    (sealed, *rest), level = at_level(made, services)
    marked = [Marked(file, data) for file, data in zip(attached, rest, strict=True)]
    return keep_sealed(
        outgoing, ready, sealed, certificate, level, marked=marked, by=by, at=at, services=services
    )


def sealing(
    outgoing: Outgoing, signed: File, attached: list[File], *, at: datetime
) -> Callable[[Identity, str, Services], list[pades.Pending]]:
    """What makes the signatures to come: of the paper first, then of each file that goes with it."""
    data, more = bytes_of(signed), [(file, bytes_of(file)) for file in attached]
    look = seal_look(outgoing.organisation, outgoing.signer.user, outgoing.signed_at)
    texts = {"number_text": outgoing.number, "date_text": date_text(outgoing.issued_on)}

    def make(identity: Identity, level: str, services: Services) -> list[pades.Pending]:
        how = {"at": at, "level": level, "services": services}
        first = pades.begin_seal(data, identity, appearance=look, **texts, **how)
        return [first, *begin_marks(outgoing.code, more, identity, **how)]

    return make


def ready_to_seal(outgoing: Outgoing, *, by: Post) -> Ready:
    """Asks early what the act will ask again."""
    journey.check(outgoing, "seal", by=by)
    version = versions.as_approved(outgoing)
    version.unharmed(main=False)
    signed = outgoing.current_file()
    personal = outgoing.signatures.filter(kind=Signature.Kind.PERSONAL, file=signed).first()
    if personal is None or personal.certificate.user_id != outgoing.signer.user_id:
        raise SigningError("Văn bản chưa có chữ ký số của người có thẩm quyền nên không được đóng dấu.")
    return Ready(signed, version)


@transaction.atomic
def keep_sealed(
    outgoing: Outgoing,
    ready: Ready,
    sealed: bytes,
    certificate: Certificate,
    level: str,
    *,
    marked: Sequence[Marked] = (),
    by: Post,
    at: datetime,
    services: Services | None = None,
) -> Signature:
    """Seal, sealed file and the signed files that go with it: all of it or nothing."""
    signature = keep(
        outgoing, "seal", ready, sealed, certificate, Signature.Kind.AGENCY, level, by=by, at=at,
        said={"attachments": [one.said() for one in marked]} if marked else {},
    )  # fmt: skip
    marks = keep_marks(marked, certificate, level, version=ready.file.version, by=by, at=at)
    for one in (signature, *marks):
        note_proof(one, services=services)
    return signature


def at_level(make: Callable[[str, Services], Made], services: Services | None) -> tuple[Made, str]:
    """What `make(level, services)` gives at the level the office asks for, and the level reached.

    When stamps or revocation answers are not to be had, the paper waits, or is signed at B-B and marked for
    the upgrade job, as the setting TIMESTAMP_DOWN says.
    """
    level = settings.SIGNATURE_LEVEL
    services = services or (Services() if level == "B-B" else configured())  # B-B asks nobody anything
    try:
        return make(level, services), level
    except ServiceDown:
        if settings.TIMESTAMP_DOWN != "degrade":
            raise
        return make("B-B", services), "B-B"


def bytes_of(file: File) -> bytes:
    """The very bytes that were approved, or a refusal: what is signed is a hash, not a file name."""
    return unharmed(blobs.read(file.blob), file.blob_id)


def unharmed(data: bytes, sha256: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SigningError("Tệp lưu trên máy chủ không còn đúng với bản đã duyệt. Hãy báo quản trị hệ thống.")
    return data


def keep(
    outgoing,
    step,
    ready: Ready,
    data: bytes,
    certificate: Certificate,
    kind,
    level: str,
    *,
    by,
    at,
    said=None,
    right=None,
    fills=None,
    holder=None,
) -> Signature:
    """The signed file, the step and the signature's row: one act, inside the caller's transaction."""
    before = ready.file
    with blobs.storing(data) as blob:
        # `move` holds the row's lock from here, so the version cannot change any more.
        about = {"sha256": blob.sha256, "before": before.blob_id, "version": before.version}
        kept = kept_right(outgoing, kind, certificate, at, right)
        about |= {"certificate": certificate.serial, "level": level} | named(kept) | (said or {})
        move(outgoing, step, by=by, at=at, holder=holder, payload=about, fills=fills)
        ready.version.still_in_force(outgoing)  # a key may have taken its time
        name = f"{safe_name(outgoing.code)}.pdf" if outgoing.code else before.name
        file = File.objects.create(
            document=outgoing, blob=blob, name=name, part=File.Part.MAIN, stage=_STAGES[kind],
            version=before.version, pages=before.pages, created_at=at, created_by=by,
        )  # fmt: skip
        return Signature.objects.create(
            document=outgoing, kind=kind, certificate=certificate, post=by, signed_at=at, level=level,
            asked_level=settings.SIGNATURE_LEVEL, before=before.blob_id, file=file, **kept,
        )  # fmt: skip
