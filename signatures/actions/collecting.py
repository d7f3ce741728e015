"""The sweep over sessions that wait for a remote service: one look at each, whoever of us is alive."""

from contextlib import suppress
from datetime import datetime, timedelta

from documents.versions import CHANGED
from signatures import failures
from signatures.actions.copies import extract_of
from signatures.actions.finishing import REFUSALS, finish
from signatures.actions.sessions import State, ask, end, paper_of
from signatures.elsewhere import MINUTES
from signatures.errors import ServiceDown, SigningError
from signatures.models import Certificate, SigningSession
from signatures.providers.errors import KeyRefused, KeyServiceDown, KeySilent
from signatures.providers.remote import RemoteKey
from signatures.services import Services

UNASKED_AFTER = timedelta(seconds=60)  # whoever prepares a batch asks for all of it before that


def collect_remote(*, at: datetime, services: Services | None = None) -> None:
    """Looks once at every confirmation that is waited for. A service that does not answer ends the sweep: the
    others wait for the next one rather than for a time-out each."""
    remote = SigningSession.objects.filter(state=State.WAITING, certificate__holder=Certificate.Holder.REMOTE)
    with suppress(KeyServiceDown):
        for session in remote.select_related("certificate"):
            with suppress(ServiceDown):
                collect(session, at=at, services=services)


def collect(session: SigningSession, *, at: datetime, services: Services | None = None) -> None:
    """One look. Ends the session when there is an answer, whatever it is; what stops it stands in the session.

    Raises KeyServiceDown, ServiceDown: the next look may be luckier, nothing is lost.
    """
    session.refresh_from_db(fields=["state", "remote_ref"])  # one asked for or ended together with another
    if session.state != State.WAITING:
        return
    if _outdated(session):
        end(session, State.FAILED, at=at, reason=CHANGED)
        return
    try:
        signatures = _answer(session, at=at)
    except KeyServiceDown:
        raise
    except KeyRefused as error:
        end(session, State.REFUSED, at=at, reason=str(error))
    except KeySilent as error:
        end(session, State.EXPIRED, at=at, reason=str(error))
    except SigningError as error:
        failures.note(error)
        end(session, State.FAILED, at=at, reason=str(error))
    else:
        if signatures:
            _finish(session, signatures, at=at, services=services)


def _answer(session: SigningSession, *, at: datetime) -> list[bytes] | None:
    if not session.remote_ref:
        if session.started_at > at - UNASKED_AFTER:
            return None
        ask(_unasked_with(session), at=at)  # whoever began died before asking
    together = list(
        SigningSession.objects.filter(
            remote_ref=session.remote_ref, certificate=session.certificate
        ).order_by("pk")
    )
    texts = [(one.pk, text) for one in together for text in one.texts()]
    found = RemoteKey(session.certificate).collect(session.remote_ref, [text for _, text in texts])
    return found and [answer for (pk, _), answer in zip(texts, found, strict=True) if pk == session.pk]


def _unasked_with(session: SigningSession) -> list[SigningSession]:
    """Alone, or with what was begun in the same batch: the telephone rings once."""
    if session.batch_item is None:
        return [session]
    same = SigningSession.objects.filter(batch_item__batch=session.batch_item.batch_id, remote_ref="")
    found = list(same.filter(state=State.WAITING).order_by("pk"))
    return [session if one.pk == session.pk else one for one in found]


def _finish(
    session: SigningSession, signatures: list[bytes], *, at: datetime, services: Services | None
) -> None:
    try:
        finish(session, *signatures, at=at, services=services)
    except ServiceDown:
        raise
    except REFUSALS:
        pass


def _outdated(session: SigningSession) -> bool:
    """Somebody sent the paper back or took it on meanwhile: there is nothing to sign any more."""
    paper = paper_of(session)
    if session.step in MINUTES:
        return MINUTES[session.step].waits(paper) != session.before
    if session.step == "extract":
        extract = extract_of(session.place["extract"])
        current = None if extract.number_value else extract.taken_from
    else:
        current = paper.scan_to_copy() if session.step == "copy" else paper.current_file()
    return current is None or current.blob_id != session.before
