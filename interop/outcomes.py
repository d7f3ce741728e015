"""What became of an attempt, written at the package and at the paper's deliveries, unless somebody else has it now."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from documents.models import Delivery
from interop import purge
from interop.models import Inbound, Outbound

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
        papers = [one.outgoing_id for one in mine if one.outgoing_id]
        _deliveries(papers).update(state="sent", problem="", sent_at=at)
        _answered_already(papers).update(sent_at=at)
        for one in mine:
            if one.revoked_id:
                _asked_back(one, at)
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


def _answered_already(papers: Sequence[int]):
    """Those whose status was quicker than the axis's answer to us."""
    ways = Delivery.objects.filter(outgoing__in=papers, channel=Delivery.Channel.AXIS, sent_at=None)
    return ways.exclude(state="failed")


def _asked_back(outbound: Outbound, at: datetime) -> None:
    there = Delivery.objects.filter(outgoing=outbound.revoked_id, channel=Delivery.Channel.AXIS)
    there = there.filter(recipient_code__in=outbound.receivers, recall_asked_at=None)
    keys = list(there.select_for_update().order_by("pk").values_list("pk", flat=True))  # in the order of all
    Delivery.objects.filter(pk__in=keys).update(recall_asked_at=at)


def fail(outbound: Outbound, problem: str) -> None:
    """It will not go as it is; a person looks at it."""
    with transaction.atomic():
        if _finish(outbound, State.FAILED, problem=problem):
            _deliveries([outbound.outgoing_id]).update(state="failed", problem=problem)


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
        if _finish(outbound, State.QUEUED, receivers=rest, next_attempt_at=timezone.now(), problem=""):
            strange = _deliveries([outbound.outgoing_id]).filter(recipient_code__in=strangers)
            strange.update(state="failed", problem=NOT_ON_THE_AXIS)


def _back(outbound: Outbound, problem: str, **fields) -> None:
    with transaction.atomic():
        if _finish(outbound, State.QUEUED, problem=problem, **fields):
            _deliveries([outbound.outgoing_id]).update(problem=problem)


def _finish(outbound: Outbound, state: str, **fields) -> bool:
    """Writes the outcome, unless the claim was taken from us meanwhile."""
    held = Outbound.objects.filter(pk=outbound.pk, state=State.SENDING, claimed_at=outbound.claimed_at)
    return held.update(state=state, **fields | {"claimed_at": None}) == 1


def _speaks_of_a_secret(outbound: Outbound) -> bool:
    if outbound.report_id:
        return outbound.report.incoming.purged_at is not None
    return bool(outbound.inbound_id) and outbound.inbound.state == Inbound.State.REFUSED


def _deliveries(papers: Sequence[int | None]):
    """Of issued papers, those that wait for the axis. A status (None) has none."""
    known = [pk for pk in papers if pk]
    return Delivery.objects.filter(outgoing__in=known, channel=Delivery.Channel.AXIS, state="queued")
