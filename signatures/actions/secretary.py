"""The first of two who sign a paper, at its left: the secretary of minutes, the other party who is of this office. The person
signs what was approved, before its signer does; as in `papers`, the slow part runs outside any transaction."""

from datetime import datetime

from django.db import transaction

from documents import journey, versions
from documents.models import Outgoing
from orgs.models import Post
from signatures import pades
from signatures.actions.papers import Ready, at_level, bytes_of, keep
from signatures.appearance.pictures import mark_of, registered
from signatures.keys import open_key, personal_certificate
from signatures.models import Certificate, Signature
from signatures.services import Services


def sign_secretary(
    outgoing: Outgoing,
    *,
    by: Post,
    at: datetime,
    sha256: str = "",
    pin: str = "",
    services: Services | None = None,
) -> Signature:
    """Who was named signs the approved version, whose `versions.content_of` is `sha256`; then it is the signer's turn.
    Whatever fails, the paper stays where it was. Raises as `papers.sign` does."""
    ready = ready_to_sign(outgoing, by=by, sha256=sha256)
    certificate = personal_certificate(by.user)
    data, key, look = bytes_of(ready.file), open_key(certificate, pin=pin), mark_of(registered(by.user))
    signed, level = at_level(
        lambda level, services: pades.beside(
            data, key, at=at, appearance=look, level=level, services=services
        ),
        services,
    )
    return keep_secretary(outgoing, ready, signed, certificate, pades.person_level(level), by=by, at=at)


def ready_to_sign(outgoing: Outgoing, *, by: Post, sha256: str) -> Ready:
    """Asks early what the act will ask again, so that no key is used in vain."""
    journey.check(outgoing, "sign_secretary", by=by)
    version = versions.as_approved(outgoing, seen=sha256)
    version.unharmed(main=False)
    return Ready(version.main, version)


@transaction.atomic
def keep_secretary(
    outgoing: Outgoing,
    ready: Ready,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    by: Post,
    at: datetime,
) -> Signature:
    """Signature and signed file; the paper goes to its signer. Of whoever was named meanwhile it is asked under the lock."""
    journey.lock(outgoing)
    outgoing.refresh_from_db(fields=["secretary_post"])
    return keep(
        outgoing, "sign_secretary", ready, signed, certificate, Signature.Kind.BESIDE, level, by=by, at=at,
        holder=outgoing.signer,
    )  # fmt: skip
