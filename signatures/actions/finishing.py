"""The signature that came back goes into the paper: checked, kept, then put in."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents import blobs, versions
from documents.journey import NotAllowedNow
from documents.models import CertifiedCopy, File, Incoming, Outgoing
from documents.versions import CHANGED
from orgs.models import Post
from signatures import elsewhere, pades
from signatures.actions import copies, papers, secretary
from signatures.actions.attachments import Marked
from signatures.actions.sessions import COPYING, KINDS, OVER, State, drop, paper_of
from signatures.elsewhere import MINUTES
from signatures.errors import ServiceDown, SigningError
from signatures.models import SessionPart, Signature, SigningSession
from signatures.providers.errors import BadAnswer
from signatures.providers.raw import is_right
from signatures.providers.rows import identity_of
from signatures.services import Services, configured

STUCK_AFTER = timedelta(seconds=90)  # longer than any putting in takes; whoever held the claim is gone
REFUSALS = (SigningError, NotAllowedNow, PermissionDenied, ValidationError)


def finish(
    session: SigningSession, *signatures: bytes, at: datetime, services: Services | None = None
) -> Signature | None:
    """Puts what came back, in the order of `session.texts()`, into the paper and takes the step.

    Raises BadAnswer (the session goes on waiting), ServiceDown (no time stamp now: likewise), NotAllowedNow,
    ValidationError or PermissionDenied when the paper has moved on meanwhile (the session has failed).
    """
    identity, texts = identity_of(session.certificate), session.texts()
    if len(texts) != len(signatures) or not all(map(partial(is_right, identity), texts, signatures)):
        raise BadAnswer
    with transaction.atomic():
        claim = SigningSession.objects.filter(pk=session.pk, state=State.WAITING)
        taken = claim.update(state=State.FINISHING, claimed_at=at, signature=signatures[0])
        for part, signature in zip(session.parts.all() if taken else (), signatures[1:], strict=False):
            SessionPart.objects.filter(pk=part.pk).update(signature=signature)
    session.refresh_from_db()
    if not taken:
        raise NotAllowedNow(OVER[State(session.state)], paper_of(session))
    return _put_in(session, at=at, services=services)


def revive(*, at: datetime, services: Services | None = None) -> None:
    """Carries on where a process died between the answer and the paper: the answer was kept.

    What stops it stands in the session for the person to read.
    """
    for session in SigningSession.objects.filter(state=State.FINISHING, claimed_at__lt=at - STUCK_AFTER):
        if _claimed(session).update(claimed_at=at):
            session.refresh_from_db()
            with suppress(*REFUSALS):
                _put_in(session, at=at, services=services)


def _put_in(session: SigningSession, *, at: datetime, services: Services | None) -> Signature | None:
    paper, by = paper_of(session), session.post.used_by(session.user)
    try:
        ready = _ready(session, paper, by)
        (signed, *rest), level = _completed(session, services)
        with transaction.atomic():
            if not _claimed(session).update(state=State.SIGNED, ended_at=at, reason=""):
                raise NotAllowedNow(OVER[State.FINISHING], paper)
            kept = (paper, ready, signed, session.certificate, level)
            if session.step in MINUTES:
                about = (session.step, paper, signed, session.certificate, level)
                signature = elsewhere.kept(*about, before=session.before, by=by, at=at)
            elif session.step in COPYING:
                line, kind = session.place["line"], session.place.get("kind", CertifiedCopy.Kind.TRUE)
                about = {
                    "line": line,
                    "kind": kind,
                    "extract": copies.extract_of(session.place.get("extract")),
                }
                signature = copies.keep_copy(*kept, **about, by=by, at=at, services=services)
            elif session.step == "sign_secretary":
                signature = secretary.keep_secretary(*kept, by=by, at=at)
            elif session.step == "sign":
                signature = papers.keep_signed(*kept, by=by, at=at)
            else:
                files = [part.file for part in session.parts.select_related("file")]
                marked = [Marked(file, data) for file, data in zip(files, rest, strict=True)]
                signature = papers.keep_sealed(*kept, marked=marked, by=by, at=at)
    except ServiceDown as error:
        _claimed(session).update(state=State.WAITING, reason=str(error))
        raise
    except REFUSALS as error:
        reason = " ".join(getattr(error, "messages", None) or [str(error)])[:500]
        if _claimed(session).update(state=State.FAILED, reason=reason, ended_at=at):
            drop(session)
        raise
    drop(session)
    return signature


def _claimed(session: SigningSession):
    """The row, as long as it is this process that puts the signature in."""
    return SigningSession.objects.filter(pk=session.pk, state=State.FINISHING, claimed_at=session.claimed_at)


def _ready(session: SigningSession, paper: Outgoing | Incoming, by: Post) -> papers.Ready | File:
    """The paper with the file that was asked about, if it still is the one to sign and this person still may."""
    if session.step in MINUTES:
        MINUTES[session.step].ready(paper, by)
        if MINUTES[session.step].waits(paper) != session.before:
            raise ValidationError(CHANGED)
        return paper
    if session.step in COPYING:
        extract = copies.extract_of(session.place.get("extract"))
        scan = copies.ready_to_copy(paper, by=by, extract=extract)
        if scan.blob_id != session.before:
            raise ValidationError(CHANGED)
        return scan
    if session.step == "sign_secretary":
        found = secretary.ready_to_sign(paper, by=by, sha256=versions.content_with(paper, session.before))
    elif session.step == "sign" and paper.secretary_post_id:  # `before` has the first signature already
        found = papers.ready_to_sign(paper, by=by, sha256=versions.content_of(paper))
    elif session.step == "sign":
        found = papers.ready_to_sign(paper, by=by, sha256=versions.content_with(paper, session.before))
    else:
        found = papers.ready_to_seal(paper, by=by)
    if found.file.blob_id != session.before:
        raise ValidationError(CHANGED)
    return found


def _completed(session: SigningSession, services: Services | None) -> tuple[list[bytes], str]:
    """The signed files, the paper first, and their level. Without a time stamp: B-B, if the policy is to degrade."""
    services, identity, level = (
        services or configured(),
        identity_of(session.certificate),
        session.place["level"],
    )
    held = [session, *session.parts.select_related("prepared")]
    # A person's signature is given new evidence by the seal; behind it nothing may stand before that.
    first = not MINUTES[session.step].last if session.step in MINUTES else session.step in KINDS
    begun = None if first else session.started_at
    pending = [(_pending(one, begun), bytes(one.signature)) for one in held]
    try:
        return [pades.finish(one, identity, s, level=level, services=services) for one, s in pending], level
    except ServiceDown:
        if settings.TIMESTAMP_DOWN != "degrade":
            raise
        return [pades.finish(one, identity, s, level="B-B") for one, s in pending], "B-B"


def _pending(held: SigningSession | SessionPart, begun: datetime | None) -> pades.Pending:
    pdf, place = papers.unharmed(blobs.read(held.prepared), held.prepared_id), held.place
    digest = bytes.fromhex(place["digest"])
    return pades.Pending(pdf, bytes(held.attributes), digest, place["start"], place["end"], begun)
