"""A person's own signature on minutes that two sides sign (documents/layout/sides.py): what other floors sign that is no paper.

The slow part, outside any transaction; whoever asks keeps the bytes in an act of his own.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from documents import blobs
from documents.journey import NotAllowedNow
from documents.models import Blob
from documents.versions import CHANGED
from orgs.models import Post
from signatures import pades
from signatures.actions import sessions
from signatures.actions.papers import at_level, unharmed
from signatures.appearance.pictures import mark_of, registered
from signatures.elsewhere import MINUTES
from signatures.keys import open_key, personal_certificate
from signatures.models import Certificate, Signature, SigningSession
from signatures.providers.errors import KeySilent
from signatures.providers.rows import identity_of
from signatures.services import Services

_NOT_HIM = "Biên bản do chính người giao, người nhận ký; người xử lý thay không ký được."


def sign_side(
    data: bytes, *, side: str, last: bool, by: Post, at: datetime, pin: str = "", services: Services | None = None
) -> tuple[bytes, Certificate, str]:  # fmt: skip
    """The file with this person's signature in its place, the certificate and the level reached; the `last` closes the file.

    Raises SigningError (certificate, key, picture, service or file), PermissionDenied for an inbox in other hands.
    """
    if not by.in_person:
        raise PermissionDenied(_NOT_HIM)
    certificate = personal_certificate(by.user)
    key, look = open_key(certificate, pin=pin), mark_of(registered(by.user))

    def made(level: str, services: Services) -> tuple[bytes, str]:
        level = level if last else pades.person_level(level)
        signed = pades.side(data, key, field=side, at=at, appearance=look, level=level, services=services)
        return signed, level

    (signed, level), _ = at_level(made, services)
    return signed, certificate, level


def begin_side(
    step: str, thing: Any, before: Blob, *, by: Post, at: datetime, services: Services | None = None
) -> SigningSession:  # fmt: skip
    """Asks a key elsewhere for the signature of `step` (signatures/elsewhere.py) on `thing`, whose bytes are `before`; the session
    ends in the act itself. A second press gives the session that waits already. Raises as `sign_side` does."""
    if not by.in_person:
        raise PermissionDenied(_NOT_HIM)
    minutes, certificate = MINUTES[step], personal_certificate(by.user)
    identity, look, data = (
        identity_of(certificate),
        mark_of(registered(by.user)),
        unharmed(blobs.read(before), before.pk),
    )
    if waiting := _waiting(step, thing, before, at=at, by=by):
        return waiting

    def made(level: str, services: Services) -> tuple[pades.Pending, str]:
        level = level if minutes.last else pades.person_level(level)
        how = {"field": minutes.side, "at": at, "appearance": look, "level": level, "services": services}
        return pades.begin_side(data, identity, **how), level

    (pending, level), _ = at_level(made, services)
    place = {"digest": pending.digest.hex(), "start": pending.start, "end": pending.end, "level": level}
    remote = certificate.holder == Certificate.Holder.REMOTE
    limit = timedelta(seconds=settings.REMOTE_SIGNING_SECONDS) if remote else sessions.AGENT_WAITS
    try:
        with transaction.atomic():
            session = SigningSession.objects.create(
                about=thing.pk, step=step, certificate=certificate, post=by, user=by.operator, kind=Signature.Kind.PERSONAL,
                before=before.pk, prepared=blobs.store(pending.pdf), attributes=pending.attributes, place=place,
                asked_level=settings.SIGNATURE_LEVEL, started_at=at, expires_at=at + limit,
            )  # fmt: skip
    except IntegrityError:  # the same press, a moment earlier
        if waiting := _waiting(step, thing, before, at=at, by=by):
            return waiting
        raise
    if remote:
        sessions.ask([session], at=at)
    return session


def _waiting(step: str, thing: Any, before: Blob, *, by: Post, at: datetime) -> SigningSession | None:
    """As `sessions._waiting`, of minutes."""
    for session in SigningSession.objects.filter(about=thing.pk, step=step, state__in=sessions.OPEN):
        if session.state == sessions.State.WAITING and session.before != before.pk:
            sessions.end(session, sessions.State.FAILED, at=at, reason=CHANGED)
        elif session.state == sessions.State.WAITING and session.expires_at < at:
            sessions.end(session, sessions.State.EXPIRED, at=at, reason=str(KeySilent()))
        elif session.post_id == by.pk:
            return session
        else:
            raise NotAllowedNow(
                "Biên bản đang chờ một xác nhận ký khác. Hãy đợi xong hoặc hủy yêu cầu đó trước.", thing
            )
    return None
