"""The clock of the law: each sending has its limits, and a query finds exactly those whose limit has passed."""

import datetime as dt
from random import Random

import pytest
from django.utils import timezone

from documents.response_deadlines import Clock
from orgs.calendar import Calendar

# Monday 23/11 to Friday 27/11/2026; Wednesday is off, Saturday the 28th is worked instead.
CALENDAR = Calendar({dt.date(2026, 11, 25): False, dt.date(2026, 11, 28): True})


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime(2026, 11, day, hour, minute))


def clock(now: dt.datetime, hours: int = 4) -> Clock:
    return Clock(now, CALENDAR, hours)


@pytest.mark.parametrize(
    "sent, arrival, answer",
    [
        (at(23, 8), at(23, 12), at(23, 17, 30)),
        (at(23, 10), at(23, 15, 30), at(23, 17, 30)),  # over the lunch hour
        (at(23, 12, 45), at(23, 17, 30), at(23, 17, 30)),
        (at(23, 16), at(24, 10, 30), at(23, 17, 30)),
        (at(24, 16), at(26, 10, 30), at(24, 17, 30)),  # over the day off
        (at(23, 19), at(24, 12), at(24, 17, 30)),  # after the office closed
        (at(25, 9), at(26, 12), at(26, 17, 30)),
        (at(27, 17, 30), at(28, 12), at(28, 17, 30)),  # the make-up Saturday
        (at(29, 3), at(30, 12), at(30, 17, 30)),
    ],
)
def test_limits_are_counted_in_the_office_s_own_time(sent, arrival, answer):
    assert (clock(sent).arrival_due(sent), clock(sent).answer_due(sent)) == (arrival, answer)


def test_what_a_query_asks_for_is_what_each_row_says():
    rng = Random(30)
    start, minutes = at(21, 0), 10 * 24 * 60
    for _ in range(3000):
        sent, now = (start + dt.timedelta(minutes=rng.randrange(0, minutes, 15)) for _ in range(2))
        if sent <= now:
            one = clock(now, hours=rng.choice([1, 4, 9]))
            assert (one.arrival_due(sent) <= now) == (sent <= one.silent_before), (sent, now, one.hours)
            assert (one.answer_due(sent) <= now) == (sent < one.late_before), (sent, now)
