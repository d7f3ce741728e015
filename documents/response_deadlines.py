"""The clock of the law on what was sent: "đã đến" within some working hours, an answer within the day it came
(decree 30/2020 art. 21.2c). It is read at the moment something is shown; no job marks anything as late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from orgs.calendar import DAY, Calendar, working_days

SPANS = ((time(8), time(12)), (time(13, 30), time(17, 30)))
CLOSES = SPANS[-1][1]
# Beyond this nobody urges any more; some outside offices never answer, and would fill the lists for ever.
TRACKED = timedelta(days=90)


@dataclass(frozen=True)
class Clock:
    """A moment, and what was due by then. A limit is one moment, so that a query can ask for it."""

    now: datetime
    calendar: Calendar
    hours: int

    def arrival_due(self, sent_at: datetime) -> datetime:
        """By when the recipient's system says 01: so many working hours after the sending."""
        left = timedelta(hours=self.hours)
        for start, end in self._spans(sent_at, DAY):
            start = max(start, sent_at)
            if end - start >= left:
                return start + left
            left -= max(end - start, timedelta())
        raise AssertionError("the calendar has no working day")

    def answer_due(self, sent_at: datetime) -> datetime:
        """By when the clerk accepts or refuses: the end of that working day; of the next, when the office was closed."""
        return next(end for end in self._closings(sent_at, DAY) if end > sent_at)

    @cached_property
    def silent_before(self) -> datetime:
        """Whatever was sent by then and had no 01 is silent: arrival_due(x) <= now exactly when x <= this."""
        left = timedelta(hours=self.hours)
        for start, end in self._spans(self.now, -DAY):
            end = min(end, self.now)
            if end - start >= left:
                return end - left
            left -= max(end - start, timedelta())
        raise AssertionError("the calendar has no working day")

    @cached_property
    def late_before(self) -> datetime:
        """Whatever was sent before then and is not answered is late: answer_due(x) <= now exactly when x < this."""
        return next(end for end in self._closings(self.now, -DAY) if end <= self.now)

    @property
    def tracked_since(self) -> datetime:
        return self.now - TRACKED

    def _closings(self, at: datetime, step: timedelta) -> Iterator[datetime]:
        return (moment_of(day, CLOSES) for day in self._days(at, step))

    def _spans(self, at: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        spans = SPANS if step > timedelta() else SPANS[::-1]
        for day in self._days(at, step):
            yield from ((moment_of(day, start), moment_of(day, end)) for start, end in spans)

    def _days(self, at: datetime, step: timedelta) -> Iterator[date]:
        """Working days from the day of the moment on, in either direction; a year at most."""
        first = timezone.localdate(at)
        return (day for n in range(366) if self.calendar.is_working(day := first + step * n))


def clock_at(now: datetime) -> Clock:
    """The clock by the calendar as the table stands now, in one query."""
    return Clock(now, working_days(), settings.DELIVERY_SILENT_HOURS)


def moment_of(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
