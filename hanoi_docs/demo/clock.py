"""Office hours, and a scheduler that lets many stories happen in the order of their moments."""

import heapq
from collections.abc import Generator, Iterable
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from orgs.calendar import Calendar

Story = Generator[float, datetime, None]  # yields hours to wait, is sent the moment it has become


def into_office_hours(at: datetime, calendar: Calendar, rng: Random) -> datetime:
    """The same moment, or the next one when somebody is at a desk."""
    local = timezone.localtime(at)
    if local.time() > time(17):
        local = local.replace(hour=8, minute=rng.randrange(5, 55)) + timedelta(days=1)
    elif local.time() < time(7, 45):
        local = local.replace(hour=8, minute=rng.randrange(5, 55))
    while not calendar.is_working(local.date()):
        local += timedelta(days=1)
    return local


def live(
    stories: Iterable[tuple[datetime, Story]], *, now: datetime, calendar: Calendar, rng: Random, after_each
) -> None:
    """Runs every story to its end, always the earliest moment next, none later than now.

    `after_each(at)` is the postman: it carries what the step left behind.
    """
    queue: list[tuple[datetime, int, Story]] = []
    for order, (at, story) in enumerate(stories):
        next(story)
        heapq.heappush(queue, (_clamped(into_office_hours(at, calendar, rng), now), order, story))
    while queue:
        at, order, story = heapq.heappop(queue)
        try:
            hours = story.send(at)
        except StopIteration:
            after_each(at)
            continue
        after_each(at)
        wait = into_office_hours(at + timedelta(hours=hours, minutes=rng.randrange(1, 50)), calendar, rng)
        heapq.heappush(queue, (_clamped(wait, now, at), order, story))


def _clamped(at: datetime, now: datetime, earlier: datetime | None = None) -> datetime:
    if at < now:
        return at
    return max(earlier, now - timedelta(minutes=2)) if earlier else now - timedelta(minutes=30)
