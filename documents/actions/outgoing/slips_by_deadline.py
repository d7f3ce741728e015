"""What the day brings to a slip: the day of its round is near, or has passed. As `work.by_deadline`, with the same rules and
events; nobody above is told, for whoever made the slip may put somebody else in a place."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from documents.actions.work.by_deadline import BATCH, EVENTS, RULE, Window, windows
from documents.journey import record_all, unwritten
from documents.models import Event, SlipPlace, SlipReminder, SlipRound
from orgs.calendar import working_days

_TURN = 7_304_192  # of the advisory lock
NAMED = 5  # of those who are waited for, in the sentence


def remind_of_slips(*, at: datetime) -> int:
    """Writes what is due today and was not written yet; how much that was. On a day off nothing."""
    calendar, today = working_days(), timezone.localdate(at)
    if not calendar.is_working(today):
        return 0
    return sum(_all(one, at) for one in windows(today, calendar) if one.rule != RULE.ESCALATED)


def _all(window: Window, at: datetime) -> int:
    count = 0
    while found := _batch(window, at):
        count += found
    return count


@transaction.atomic
def _batch(window: Window, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
    there = SlipReminder.objects.filter(
        round=OuterRef("pk"), rule=window.rule, due_on=OuterRef("slip__due_on")
    )
    rounds = SlipRound.objects.filter(
        slip__due_on__range=(window.since, window.until), slip__state="open", number=F("slip__round")
    )
    rounds = rounds.filter(~Exists(there)).select_related("slip__outgoing").order_by("slip__due_on", "pk")
    found = list(rounds[:BATCH])
    waits = SlipPlace.objects.filter(slip__in=[one.slip_id for one in found], state="waiting")
    by_slip: dict[int, list[SlipPlace]] = {}
    for place in waits.select_related("post__user"):
        by_slip.setdefault(place.slip_id, []).append(place)
    SlipReminder.objects.bulk_create(
        SlipReminder(round=one, rule=window.rule, due_on=one.slip.due_on, at=at) for one in found
    )
    record_all([_event(one, by_slip.get(one.slip_id, []), window, at) for one in found])
    return len(found)


def _event(sent: SlipRound, waits: list[SlipPlace], window: Window, at: datetime) -> Event:
    """`told`: the posts it is for; whoever made the slip hears only that it is late."""
    outgoing, late = sent.slip.outgoing, window.rule != RULE.SOON
    names = [str(place.post.user) for place in waits]
    more = f" và {len(names) - NAMED} người khác" if len(names) > NAMED else ""
    due_on: date = sent.slip.due_on
    payload = {
        "slip": sent.slip_id, "rule": str(window.rule), "due_on": due_on.isoformat(),
        "told": [*(place.post_id for place in waits), *([sent.slip.by_id] if late else [])],
        "note": f"Phiếu trình chờ {', '.join(names[:NAMED])}{more}: {RULE(window.rule).label.lower()},"
        f" hạn {due_on:%d/%m/%Y}",
    }  # fmt: skip
    kind = EVENTS.get(window.rule, "past_deadline")
    return unwritten(kind, outgoing.organisation_id, outgoing.pk, by=None, at=at, payload=payload)
