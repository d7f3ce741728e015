"""Signing that is begun here and confirmed elsewhere: on a telephone, or with a token at the signer's computer.

While a session waits, the paper is exactly where it was. What comes back is checked against the certificate,
kept, and only then put in: a process that dies anywhere leaves a session which the next sweep carries on.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from documents import blobs
from documents.journey import NotAllowedNow
from documents.models import CertifiedCopy, Document, File, Incoming, Outgoing
from documents.versions import CHANGED
from orgs.models import Post
from signatures import pades, signing_right
from signatures.actions import copies, papers, secretary
from signatures.actions.attachments import to_mark
from signatures.appearance.pictures import mark_of, registered
from signatures.elsewhere import MINUTES
from signatures.errors import SigningError
from signatures.keys import agency_certificate, answers_later, personal_certificate
from signatures.models import BatchItem, Certificate, SessionPart, Signature, SigningSession
from signatures.providers.errors import KeySilent
from signatures.providers.remote import RemoteKey
from signatures.providers.rows import identity_of
from signatures.services import Services

State = SigningSession.State
# Of what a person signs; the rest is the agency's.
KINDS = {"sign": Signature.Kind.PERSONAL, "sign_secretary": Signature.Kind.BESIDE}
COPYING = ("copy", "extract")  # the steps that end in an electronic copy
OPEN = (State.WAITING, State.FINISHING)
AGENT_WAITS = timedelta(minutes=15)
OVER = {
    State.FINISHING: "Chữ ký đang được ghép vào văn bản.",
    State.SIGNED: "Văn bản đã được ký.",
    State.REFUSED: "Yêu cầu ký này đã bị hủy hoặc từ chối.",
    State.FAILED: "Yêu cầu ký này không còn dùng được. Hãy ký lại từ trang văn bản.",
    State.EXPIRED: "Yêu cầu ký này đã hết thời gian chờ. Hãy ký lại từ trang văn bản.",
}
CANCELLED = "Đã hủy yêu cầu ký. Văn bản vẫn ở nguyên chỗ cũ."
# The service has no word for taking a question back.
CANCELLED_REMOTE = CANCELLED + " Nếu điện thoại còn hỏi, hãy bấm Từ chối ở đó."
_ELSEWHERE = "Văn bản đang chờ một xác nhận ký khác. Hãy đợi xong hoặc hủy yêu cầu đó trước."


def begin_signing(
    outgoing: Outgoing,
    *,
    by: Post,
    at: datetime,
    sha256: str = "",
    item: BatchItem | None = None,
    services: Services | None = None,
) -> SigningSession:
    """Asks for the person's own signature over the version shown; `finish` approves and signs. A second press
    gives the session that waits already. Papers of a batch (`item`) are asked about together, by whoever
    gathers them. Raises as `papers.sign` does; then nothing was asked."""
    unsigned = papers.ready_to_sign(outgoing, by=by, sha256=sha256).file
    signing_right.ask(outgoing, at)
    certificate = personal_certificate(by.user)
    look, data = mark_of(registered(by.user)), papers.bytes_of(unsigned)

    def make(identity, level, services):
        return [pades.begin_certify(data, identity, at=at, appearance=look, level=level, services=services)]

    return _begin(outgoing, "sign", unsigned, certificate, make, by=by, at=at, services=services, item=item)


def begin_secretary(
    outgoing: Outgoing, *, by: Post, at: datetime, sha256: str = "", services: Services | None = None
) -> SigningSession:
    """Asks for the signature at the left of a paper that two sign. Raises as `secretary.sign_secretary` does."""
    unsigned = secretary.ready_to_sign(outgoing, by=by, sha256=sha256).file
    certificate = personal_certificate(by.user)
    look, data = mark_of(registered(by.user)), papers.bytes_of(unsigned)

    def make(identity, level, services):
        return [pades.begin_beside(data, identity, at=at, appearance=look, level=level, services=services)]

    return _begin(outgoing, "sign_secretary", unsigned, certificate, make, by=by, at=at, services=services)


def begin_sealing(
    outgoing: Outgoing, *, by: Post, at: datetime, services: Services | None = None
) -> SigningSession:
    """Asks for the agency's signatures over a numbered paper and the files that go with it: one confirmation.

    Raises as `papers.seal` does.
    """
    signed = papers.ready_to_seal(outgoing, by=by).file
    certificate = agency_certificate(outgoing.organisation)
    attached = to_mark(outgoing)
    make = papers.sealing(outgoing, signed, attached, at=at)
    return _begin(
        outgoing, "seal", signed, certificate, make, by=by, at=at, services=services, attached=attached
    )


def begin_copying(
    paper: Incoming | Outgoing,
    *,
    by: Post,
    at: datetime,
    kind: str = CertifiedCopy.Kind.TRUE,
    extract: CertifiedCopy | None = None,
    services: Services | None = None,
) -> SigningSession:
    """Asks for the agency's signature over an electronic copy. Raises as `copies.certify_copy` does."""
    scan = copies.ready_to_copy(paper, by=by, extract=extract)
    certificate = agency_certificate(paper.organisation)
    copies.check_scan(scan)
    line = copies.line_of(paper, at, kind=kind, extract=extract)
    make = copies.copying(scan, line, at=at)
    said = {"line": line, "kind": kind, "extract": extract.pk if extract else None}
    step = "extract" if extract else "copy"
    return _begin(paper, step, scan, certificate, make, by=by, at=at, services=services, said=said)


def open_session(outgoing: Outgoing, *, by: Post, sha256: str) -> SigningSession | None:
    """What this person asked for and what is not answered yet, about this very version."""
    return SigningSession.objects.filter(document=outgoing, post=by, before=sha256, state__in=OPEN).first()


def cancel(session: SigningSession, *, by: Post, at: datetime) -> None:
    """The person who asked wants it no more. Raises NotAllowedNow when it is over already."""
    if session.post_id != by.pk:
        raise PermissionDenied("Chỉ người yêu cầu mới hủy được yêu cầu ký.")
    if not end(session, State.REFUSED, at=at, reason="Đã hủy yêu cầu ký.", frm=(State.WAITING,)):
        session.refresh_from_db()
        raise NotAllowedNow(OVER[State(session.state)], paper_of(session))


def expire(*, at: datetime) -> int:
    """Ends what nobody answered in time."""
    late = SigningSession.objects.filter(state=State.WAITING, expires_at__lt=at)
    return sum(end(one, State.EXPIRED, at=at, reason=one.reason or str(KeySilent())) for one in late)


def end(
    session: SigningSession, state: str, *, at: datetime, reason: str = "", frm: tuple[str, ...] = OPEN
) -> bool:
    """Ends an open session without a signature; False when it was over already."""
    found = SigningSession.objects.filter(pk=session.pk, state__in=frm)
    if not found.update(state=state, reason=reason[:500], ended_at=at):
        return False
    drop(session)
    return True


def ask(sessions: list[SigningSession], *, at: datetime) -> None:
    """One confirmation for one or several signatures of one person. Raises SigningError; the sessions have failed."""
    first, texts = sessions[0], [text for one in sessions for text in one.texts()]
    more = f" và {len(sessions) - 1} văn bản khác" if len(sessions) > 1 else ""
    name = f"{first.pk}-{sha256(b''.join(texts)).hexdigest()[:24]}"
    try:
        ref = RemoteKey(first.certificate).ask(texts, describe(first) + more, request_id=name)
    except SigningError as error:
        for one in sessions:
            end(one, State.FAILED, at=at, reason=str(error))
        raise
    SigningSession.objects.filter(pk__in=[one.pk for one in sessions]).update(remote_ref=ref)
    for one in sessions:
        one.remote_ref = ref


def codes_of(session: SigningSession) -> list[str]:
    """What the telephone shows too: the beginning of each digest it was asked to sign."""
    return [b64encode(sha256(text).digest()).decode()[:12] for text in session.texts()]


def describe(session: SigningSession) -> str:
    """What the person reads where it is confirmed."""
    paper = paper_of(session)
    if session.step in MINUTES:
        return MINUTES[session.step].words(paper)
    act = {
        "sign": "Ký",
        "sign_secretary": "Ký ở bên trái",
        "seal": "Đóng dấu",
        "copy": "Ký bản sao",
        "extract": "Ký bản trích sao",
    }[session.step]
    return f"{act} {paper.kind_label} {paper.code or ''}".strip() + f": {paper.subject}"


def paper_of(session: SigningSession) -> Outgoing | Incoming | Any:
    """The paper; of minutes, what they are about."""
    if session.step in MINUTES:
        return MINUTES[session.step].find(session.about)
    came = session.document.direction == Document.Direction.IN
    model = Incoming if came else Outgoing
    return model.objects.get(pk=session.document_id)


def _begin(
    paper: Outgoing | Incoming, step: str, before: File, certificate: Certificate, make: Callable, *, by: Post, at: datetime,
    services: Services | None, attached: Sequence[File] = (), item: BatchItem | None = None,
    said: dict | None = None,
) -> SigningSession:  # fmt: skip
    if not answers_later(certificate):
        raise ValueError("this key answers at once")
    if waiting := _waiting(paper, before, by=by, at=at):
        return waiting
    identity = identity_of(certificate)
    (pending, *more), level = papers.at_level(lambda *how: make(identity, *how), services)
    kind = KINDS.get(step, Signature.Kind.AGENCY)
    level = level if kind == Signature.Kind.AGENCY else pades.person_level(level)
    remote = certificate.holder == Certificate.Holder.REMOTE
    limit = timedelta(seconds=settings.REMOTE_SIGNING_SECONDS) if remote else AGENT_WAITS
    try:
        with transaction.atomic():
            session = SigningSession.objects.create(
                document=paper, step=step, certificate=certificate, post=by, user=by.operator,
                kind=kind, before=before.blob_id, prepared=blobs.store(pending.pdf), attributes=pending.attributes,
                place={"digest": pending.digest.hex(), "start": pending.start, "end": pending.end, "level": level}
                | (said or {}),
                asked_level=settings.SIGNATURE_LEVEL, started_at=at, expires_at=at + limit,
                batch_item=item,
            )  # fmt: skip
            for file, one in zip(attached, more, strict=True):
                SessionPart.objects.create(
                    session=session, file=file, prepared=blobs.store(one.pdf), attributes=one.attributes,
                    place={"digest": one.digest.hex(), "start": one.start, "end": one.end},
                )  # fmt: skip
    except IntegrityError:  # the same press, a moment earlier
        if waiting := _waiting(paper, before, by=by, at=at):
            return waiting
        raise
    if remote and item is None:
        ask([session], at=at)
    return session


def _waiting(paper: Outgoing | Incoming, before: File, *, by: Post, at: datetime) -> SigningSession | None:
    """The open session of this very act, if there is one; what is out of date is ended on the way."""
    for session in SigningSession.objects.filter(document=paper, state__in=OPEN):
        if session.state == State.WAITING and session.before != before.blob_id:
            end(session, State.FAILED, at=at, reason=CHANGED)
        elif session.state == State.WAITING and session.expires_at < at:
            end(session, State.EXPIRED, at=at, reason=str(KeySilent()))
        elif session.post_id == by.pk:
            return session
        else:
            raise NotAllowedNow(_ELSEWHERE, paper)
    return None


def drop(session: SigningSession) -> None:
    """The prepared files were a means: with the session over nobody needs their bytes."""
    parts = session.parts.select_related("prepared")
    held = [one for one in (session.prepared, *(part.prepared for part in parts)) if one is not None]
    SigningSession.objects.filter(pk=session.pk).update(prepared=None)
    session.parts.update(prepared=None)
    for blob in held:
        transaction.on_commit(lambda blob=blob: blobs.destroy(blob))
