"""Working days. Deadlines are counted in them, from the table of days off and make-up days only."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from time import monotonic

from django.core.cache import cache

from orgs.models import DayOff

DAY = timedelta(days=1)
KEPT_AS = "days-off"
KEPT = 600  # seconds
HELD = 60  # by each process, before it looks whether another has forgotten it


@dataclass(frozen=True)
class Calendar:
    """Saturday and Sunday are off; `days` names the exceptions: True is worked, False is off."""

    days: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < 5)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it when n is negative); `day` itself when n is 0."""
        step = DAY if n > 0 else -DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, a: date, b: date) -> int:
        """Working days one has from a to b: a itself does not count, b does. Negative when b is before a.

        Whatever day a is, between(a, add(a, n)) == n.
        """
        before = 1 if b < a else 0  # backwards b counts and a does not
        return self._until(b.toordinal() - before) - self._until(a.toordinal() - before)

    def _until(self, day: int) -> int:
        """Working days of the first `day` days of year 1, which began on a Monday; whatever the span, at one price."""
        weeks, rest = divmod(day, 7)
        return weeks * 5 + min(rest, 5) + self._added[bisect_right(self._exceptions, day)]

    @cached_property
    def _exceptions(self) -> list[int]:
        return sorted(day.toordinal() for day in self.days)

    @cached_property
    def _added(self) -> list[int]:
        """What the first n exceptions add to the plain weeks."""
        days = map(date.fromordinal, self._exceptions)
        return [0, *accumulate(self.days[day] - (day.weekday() < 5) for day in days)]


def working_days() -> Calendar:
    """The calendar as the table stands now, in one query."""
    return Calendar(dict(DayOff.objects.values_list("date", "working")))


def calendar_of_pages() -> Calendar:
    """The same as it was remembered, for what is only shown: every page asks. The table changes once a year
    (orgs/loading.py, which forgets this, and the other processes within a minute); what is changed by hand shows after
    ten minutes."""
    global _held, _held_since
    if _held is None or monotonic() - _held_since > HELD:
        _held, _held_since = cache.get_or_set(KEPT_AS, working_days, KEPT), monotonic()
    return _held


_held: Calendar | None = None
_held_since = 0.0


def add_working_days(day: date, n: int) -> date:
    """What +3 means in a field for a deadline: the third working day from `day`."""
    return calendar_of_pages().add(day, n)


def forget_calendar() -> None:
    global _held
    _held = None
    cache.delete(KEPT_AS)
