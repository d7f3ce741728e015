"""What a slip and its draft owe each other: while it goes round the draft is not submitted past it, and a draft that
changes voids what was said of it."""

import hashlib
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from documents import versions
from documents.actions.outgoing.page_content import page_of
from documents.journey import lock, move
from documents.models import Outgoing, Slip, SlipPlace
from documents.states import SLIP_UNDER_WAY
from orgs.models import Post

UNDER_WAY = (
    "Dự thảo đang có phiếu trình chưa kết thúc. Phiếu được thông qua thì dự thảo tự trình duyệt;"
    " muốn trình duyệt ngay, hãy thu lại phiếu trình trước."
)


def digest_of(outgoing: Outgoing, at: datetime) -> str:
    """Of all that the draft says: its page, whom it goes to, what goes with it. The year is left out, which the clerk's
    number decides. Raises ValidationError when the signer may not sign it."""
    page = replace(page_of(outgoing, at, pictures={}), year=0)  # the body names them by their hashes
    bodies = sorted(outgoing.recipients.values_list("pk", flat=True))
    attached = sorted(versions.version_of(outgoing).hashes())
    beside = [page.beside] if page.beside else []  # a slip of before these were known still says the same
    beside += [outgoing.secretary_post_id] if page.beside_signs else []
    said = (page, outgoing.due_on, bodies, attached, *beside)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def still_says_so(slip: Slip, outgoing: Outgoing, at: datetime) -> bool:
    """Whether the draft is the one that was sent round last; asked under its lock."""
    sent = slip.rounds.get(number=slip.round).digest
    try:
        return digest_of(Outgoing.objects.get(pk=outgoing.pk), at) == sent
    except ValidationError:
        return False


def void_if_changed(outgoing: Outgoing, *, by: Post, at: datetime) -> None:
    """After every change of a draft, in the same transaction: the opinions of a slip that is going round speak of pages
    that are no more. It stops until its maker sends it again."""
    slip = Slip.objects.filter(outgoing=outgoing.pk, state="open").select_related("by__user").first()
    if slip is None or still_says_so(slip, outgoing, at):
        return
    told = told_of(slip)
    stop(slip)
    slip.outgoing = outgoing
    move(slip, "void_slip", by=by, at=at, payload={"round": slip.round, "told": told})


def stop(slip: Slip) -> None:
    """Nobody is waited for any more; who has spoken has."""
    waits = (SlipPlace.State.WAITING, SlipPlace.State.LATER)
    slip.places.filter(state__in=waits).update(state=SlipPlace.State.STOPPED)


def told_of(slip: Slip) -> list[int]:
    """The posts that have spoken, or whose turn it is."""
    heard = (SlipPlace.State.WAITING, SlipPlace.State.ANSWERED)
    return list(slip.places.filter(state__in=heard).values_list("post", flat=True))


def under_way(outgoing: Outgoing) -> Slip | None:
    """The slip about the draft that is not concluded."""
    return Slip.objects.filter(outgoing=outgoing.pk, state__in=SLIP_UNDER_WAY).first()


def none_under_way(outgoing: Outgoing) -> None:
    """Raises ValidationError while there is one."""
    if under_way(outgoing):
        raise ValidationError(UNDER_WAY)


def locked_draft(outgoing: Outgoing) -> Outgoing:
    lock(outgoing)
    return Outgoing.objects.select_related("drafter__unit", "organisation").get(pk=outgoing.pk)


def held(slip: Slip) -> Slip:
    """As it stands, with its draft held until the transaction ends."""
    outgoing = locked_draft(Outgoing(pk=slip.outgoing_id))
    found = Slip.objects.select_related("by__user", "by__unit", "by__organisation").get(pk=slip.pk)
    found.outgoing = outgoing
    return found


def turn_of(slip: Slip) -> list[int]:
    """The posts that are to speak now."""
    return list(slip.places.filter(state=SlipPlace.State.WAITING).values_list("post", flat=True))


def when(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M ngày %d/%m/%Y")
