"""What became of an attempt, written at the package and at the paper's deliveries, unless somebody else has it now."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from documents import deliveries
from documents.models import Delivery
from documents.states import DeliveryState
from interop.models import Inbound, Outbound
from interop.outbound.package_of import carried_by
from interop.secrecy import purge

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=4)
MAX_ATTEMPTS = 16  # with these pauses, about 32 hours
NOT_ON_THE_AXIS = "Trục liên thông không có mã nơi nhận này (mã 18); các nơi nhận khác vẫn được gửi."
State = Outbound.State
_SENT = """
UPDATE interop_outbound AS o
SET state = 'sent', sent_at = %s, claimed_at = NULL, problem = '', axis_doc_id = v.doc_id, sha256 = v.sha256
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v (id, doc_id, sha256)
WHERE o.id = v.id AND o.state = 'sending' AND o.claimed_at = %s
RETURNING o.id
"""


class Taken(NamedTuple):
    """A package that the axis has: under this transport id, with this SHA-256."""

    outbound: Outbound
    doc_id: str
    sha256: str


def sent(taken: Sequence[Taken], *, at: datetime) -> None:
    """All of one claim in one transaction."""
    if not taken:
        return
    answers = {one.outbound.pk: one for one in taken}
    with transaction.atomic():
        mine = [answers[pk].outbound for pk in _mark_sent(taken, at)]
        _hold(mine)
        packages = [one for one in mine if one.outgoing_id or one.update_id]
        deliveries.move(_waiting(packages), DeliveryState.SENT, sent_at=at)
        deliveries.note(_answered_already(packages), sent_at=at)
        for one in mine:
            if one.revoked_id or one.update_id:
                _asked_back(one)
            if _speaks_of_a_secret(one):
                purge.forget(one)


def _mark_sent(taken: Sequence[Taken], at: datetime) -> list[int]:
    """In one statement; gives the keys of those that nobody has taken from us meanwhile."""
    columns = (
        [one.outbound.pk for one in taken],
        [one.doc_id for one in taken],
        [one.sha256 for one in taken],
    )
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [at, *columns, taken[0].outbound.claimed_at])
        return [pk for (pk,) in cursor.fetchall()]


def _answered_already(packages: Sequence[Outbound]):
    """Those whose status was quicker than the axis's answer to us."""
    return _addressed(packages).filter(sent_at=None).exclude(state__in=DeliveryState.UNSENT)


def _asked_back(outbound: Outbound) -> None:
    """Whoever this package asks to cancel the paper, from the moment it was made: an answer may be quicker than we are."""
    codes = outbound.receivers
    if outbound.update_id:
        codes = [code for code in codes if code in outbound.update.withdrawn]
    there = Delivery.objects.filter(outgoing=outbound.paper, channel=Delivery.Channel.AXIS)
    there = there.filter(recipient_code__in=codes)
    there = there.filter(Q(recall_asked_at=None) | Q(recall_asked_at__lt=outbound.created_at))
    deliveries.note(there, recall_asked_at=outbound.created_at)


def _hold(outbounds: Sequence[Outbound]) -> None:
    """The deliveries of their papers, in the order in which whoever hears statuses takes them too."""
    papers = {one.paper.pk for one in outbounds if one.paper}
    rows = Delivery.objects.filter(outgoing__in=papers, channel=Delivery.Channel.AXIS)
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def fail(outbound: Outbound, problem: str) -> None:
    """It will not go as it is; a person looks at it."""
    with transaction.atomic():
        if _finish(outbound, State.FAILED, problem=problem):
            _hold([outbound])
            deliveries.move(_waiting([outbound]), DeliveryState.FAILED, problem=problem)


def later(outbound: Outbound, problem: str) -> None:
    """Back in the queue after a pause that doubles, with jitter so that rows do not march in step."""
    if outbound.attempts >= MAX_ATTEMPTS:
        return fail(outbound, problem)
    pause = min(FIRST_PAUSE * 2 ** (outbound.attempts - 1), LONGEST_PAUSE) * random.uniform(1, 1.3)
    _back(outbound, problem, next_attempt_at=timezone.now() + pause)


def untried(outbound: Outbound, problem: str = "") -> None:
    """Back at its place: no attempt was made, or one that the axis cannot have taken."""
    _back(outbound, problem or outbound.problem, attempts=outbound.attempts - 1)


def cut_off(outbound: Outbound, problem: str) -> None:
    """Back at its place: the axis went away while it was sent. That is no fault of the package and costs it no
    attempt; but what was tried once asks before it is sent again."""
    _back(outbound, problem, attempts=max(1, outbound.attempts - 1))


def leave_out(outbound: Outbound, strangers: list[str]) -> None:
    """One unknown code refuses the whole package, so the others are sent again without it."""
    rest = [code for code in outbound.receivers if code not in strangers]
    with transaction.atomic():
        strange = list(_waiting([outbound]).filter(recipient_code__in=strangers).values_list("pk", flat=True))
        if _finish(outbound, State.QUEUED, receivers=rest, next_attempt_at=timezone.now(), problem=""):
            left_out = Delivery.objects.filter(pk__in=strange)
            deliveries.move(left_out, DeliveryState.FAILED, problem=NOT_ON_THE_AXIS)


def _back(outbound: Outbound, problem: str, **fields) -> None:
    with transaction.atomic():
        if _finish(outbound, State.QUEUED, problem=problem, **fields):
            _hold([outbound])
            deliveries.note(_waiting([outbound]), problem=problem)


def _finish(outbound: Outbound, state: str, **fields) -> bool:
    """Writes the outcome, unless the claim was taken from us meanwhile."""
    held = Outbound.objects.filter(pk=outbound.pk, state=State.SENDING, claimed_at=outbound.claimed_at)
    return held.update(state=state, **fields | {"claimed_at": None}) == 1


def _speaks_of_a_secret(outbound: Outbound) -> bool:
    if outbound.report_id:
        return outbound.report.incoming.purged_at is not None
    return bool(outbound.inbound_id) and outbound.inbound.state == Inbound.State.REFUSED


def _waiting(packages: Sequence[Outbound]):
    """Of the papers in these packages, those that wait for the axis. A status or a recall has none."""
    return _addressed(packages).filter(state=DeliveryState.QUEUED)


def _addressed(packages: Sequence[Outbound]):
    """The deliveries these packages make: a recipient that was added later is in a package of its own."""
    papers = {one.outgoing_id or (one.update_id and one.update.outgoing_id) for one in packages} - {None}
    mine = carried_by(pk__in=[one.pk for one in packages])
    return Delivery.objects.filter(mine, outgoing__in=papers, channel=Delivery.Channel.AXIS)
