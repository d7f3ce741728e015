"""Deadlines in words, and which day counts as "soon". Working days come from the calendar table."""

from dataclasses import dataclass
from datetime import date, timedelta

from orgs.calendar import Calendar

SOON = 2  # working days
# What a length of time is counted in (documents/due/reckoning.py).
UNITS = {"hours": "giờ làm việc", "working_days": "ngày làm việc", "days": "ngày", "months": "tháng"}


@dataclass(frozen=True)
class Due:
    words: str
    tone: str  # overdue, soon, ok, done, none


def due_words(due_on: date | None, today: date, calendar: Calendar, *, finished: bool = False) -> Due:
    """ "còn 2 ngày làm việc", "hôm nay", "quá hạn 3 ngày làm việc"; the tone goes with the words."""
    if due_on is None:
        return Due("Không có hạn", "none")
    if finished:
        return Due(f"Hạn {due_on:%d/%m/%Y}", "done")
    if due_on < today:
        late = max(calendar.between(due_on, today), 1)
        return Due(f"Quá hạn {late} ngày làm việc", "overdue")
    if due_on == today:
        return Due("Hết hạn hôm nay", "soon")
    left = calendar.between(today, due_on)
    return Due(f"Còn {left} ngày làm việc", "soon" if left <= SOON else "ok")


def soon_until(today: date, calendar: Calendar) -> date:
    """The last day that still counts as "sắp đến hạn"."""
    return calendar.add(today, SOON)


def late_since(today: date, days: int, calendar: Calendar) -> date:
    """The latest deadline that is at least so many working days past today; at least one."""
    day = today - timedelta(days=days)
    while calendar.between(day, today) < days:
        day -= timedelta(days=1)
    return day
