"""Working days. Deadlines are counted in them, from the table of days off and make-up days only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from orgs.models import DayOff

DAY = timedelta(days=1)


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
        if b < a:
            return -sum(self.is_working(b + DAY * i) for i in range((a - b).days))
        return sum(self.is_working(a + DAY * i) for i in range(1, (b - a).days + 1))


def working_days() -> Calendar:
    """The calendar as the table stands now, in one query."""
    return Calendar(dict(DayOff.objects.values_list("date", "working")))
