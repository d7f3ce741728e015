"""A set of papers signed in one act. Each ends either signed or untouched, and says which."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from documents import versions
from documents.journey import NotAllowedNow
from documents.models import Outgoing
from orgs.models import Post
from signatures import failures
from signatures.actions import sessions
from signatures.actions.papers import sign
from signatures.errors import SigningError
from signatures.models import Batch, BatchItem, Certificate, Signature, SigningSession
from signatures.services import Services

MOST = 50  # papers: what one person can look at in one sitting
STUCK_AFTER = timedelta(minutes=5)  # longer than any signature takes; whoever held the claim is gone
State = BatchItem.State
_CUT = "Việc ký bị ngắt giữa chừng; văn bản này chưa được ký. Hãy ký lại."


@transaction.atomic
def begin_batch(shown: dict[int, str], *, by: Post, at: datetime) -> Batch:
    """Notes which versions were looked at (paper → `versions.content_of`) before any of them is signed.

    Raises ValidationError when nothing or too much was chosen, or when a paper is not this person's to sign.
    """
    if not shown:
        raise ValidationError("Hãy chọn ít nhất một văn bản để ký.")
    if len(shown) > MOST:
        raise ValidationError(f"Mỗi lần ký nhiều nhất {MOST} văn bản.")
    mine = waiting_for(by).filter(pk__in=shown).values_list("pk", flat=True)
    if gone := set(shown) - set(mine):
        known = Outgoing.objects.filter(pk__in=gone, signer=by).values_list("subject", flat=True)
        named = ": “" + "”, “".join(known) + "”" if known else ""
        raise ValidationError(
            f"Có văn bản không còn chờ bạn ký{named}. Danh sách đã được cập nhật; hãy chọn lại."
        )
    batch = Batch.objects.create(post=by, started_at=at)
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, document_id=pk, sha256=sha256) for pk, sha256 in sorted(shown.items())
    )
    return batch


def waiting_for(post: Post):
    """The papers that wait for this person's signature, the oldest first; one that somebody signs before is approved alone."""
    mine = Outgoing.objects.for_list().filter(organisation=post.organisation_id, direction="out", signer=post)
    now = Q(state="format_checked", secretary_post=None) | Q(state="awaiting_signature")
    return mine.filter(now).order_by("held_since", "pk")


def run_batch(batch: Batch, *, clock, pin: str = "", services: Services | None = None) -> None:
    """Signs what still waits, one paper after the other; `clock()` tells the moment of each.

    Safe to run twice and by two at once: every paper is claimed. The PIN is kept by nobody after the call.
    """
    for item in batch.items.filter(state=State.WAITING).select_related("document"):
        run_item(item, at=clock(), pin=pin, services=services)
    close(batch, at=clock())


def ask_for_batch(batch: Batch, *, at: datetime, services: Services | None = None) -> list[SigningSession]:
    """Prepares what waits of a batch for a key that is elsewhere, and asks for all of it at once.

    What cannot be prepared ends here, untouched; the rest ends when its session does (`settle`).
    """
    opened = []
    for item in batch.items.filter(state=State.WAITING).select_related("document"):
        with _one(item, at=at) as paper:
            if paper:
                by = item.batch.post
                opened.append(
                    sessions.begin_signing(
                        paper, by=by, at=at, sha256=item.sha256, item=item, services=services
                    )
                )
    if opened and opened[0].certificate.holder == Certificate.Holder.REMOTE:
        with suppress(SigningError):  # it stands in every session, and so in every item
            sessions.ask(opened, at=at)
    settle(at=at)
    return opened


def settle(*, at: datetime) -> None:
    """Items asked for elsewhere end as their sessions did."""
    waiting = BatchItem.objects.filter(state=State.SIGNING, sessions__isnull=False)
    for item in waiting.exclude(sessions__state__in=sessions.OPEN).select_related("batch").distinct():
        session = item.sessions.last()
        state = State.SIGNED if session.state == session.State.SIGNED else State.FAILED
        end_item(item, state, at=at, reason=session.reason)
        close(item.batch, at=at)


def run_item(item: BatchItem, *, at: datetime, pin: str = "", services: Services | None = None) -> None:
    """Signs one paper of a batch, or says why not. Does nothing when somebody else has it."""
    with _one(item, at=at) as paper:
        if paper:
            sign(paper, by=item.batch.post, at=at, sha256=item.sha256, pin=pin, services=services)
            end_item(item, State.SIGNED, at=at)


@contextmanager
def _one(item: BatchItem, *, at: datetime) -> Iterator[Outgoing | None]:
    """The paper, claimed for the block; None when somebody else has it. A refusal in the block ends the item."""
    claimed = BatchItem.objects.filter(pk=item.pk, state=State.WAITING)
    if not claimed.update(state=State.SIGNING, claimed_at=at):
        yield None
        return
    try:
        yield Outgoing.objects.get(pk=item.document_id)
    except (SigningError, ValidationError, NotAllowedNow, PermissionDenied) as error:
        failures.note(error)
        reason = " ".join(getattr(error, "messages", None) or [str(error)])
        end_item(item, State.FAILED, at=at, reason=reason)


def end_item(item: BatchItem, state: str, *, at: datetime, reason: str = "") -> None:
    BatchItem.objects.filter(pk=item.pk).update(state=state, reason=reason[:500], ended_at=at)


def close(batch: Batch, *, at: datetime) -> None:
    """Ends the batch once nothing of it is under way."""
    if not batch.items.filter(state__in=(State.WAITING, State.SIGNING)).exists():
        Batch.objects.filter(pk=batch.pk, ended_at=None).update(ended_at=at)


def mend_batches(*, at: datetime) -> None:
    """What a dead process left: a paper is what its signature says, whoever died before noting it."""
    settle(at=at)
    stuck = BatchItem.objects.filter(state=State.SIGNING, claimed_at__lt=at - STUCK_AFTER)
    for item in stuck.exclude(sessions__state__in=sessions.OPEN).select_related("batch", "document"):
        approved = versions.approved_main(item.document, item.sha256)
        given = Signature.objects.filter(document=item.document_id)
        first = given.filter(before=approved, kind="beside").values("file__blob")  # of a paper that two sign
        signed = given.filter(Q(before=approved) | Q(before__in=first), kind="personal")
        state, reason = (State.SIGNED, "") if signed.exists() else (State.FAILED, _CUT)
        end_item(item, state, at=at, reason=reason)
    left = BatchItem.objects.filter(state=State.WAITING, batch__started_at__lt=at - STUCK_AFTER)
    left.exclude(batch__items__state=State.SIGNING).update(state=State.FAILED, reason=_CUT, ended_at=at)
    for batch in Batch.objects.filter(ended_at=None, started_at__lt=at - STUCK_AFTER):
        close(batch, at=at)
