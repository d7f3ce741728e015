"""From a length of time to a day, step by step, so that whoever reads the day can count along.

No Django models, no query, nothing raises. How time is counted: the day it begins is not counted (Bộ luật Dân sự 2015 art. 147.2);
months end on the day of the same number, or on the last of the month (art. 148.4); what would end on a day off ends with
the next working day (art. 148.5).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from documents.deadlines import UNITS
from documents.response_deadlines import CLOSES, SPANS, moment_of
from orgs.calendar import DAY, Calendar

FAR = 3650  # days: further no rule reckons
_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True)
class Pause:
    """Days that do not count, the first and the last among them."""

    first: date
    last: date
    why: str


@dataclass(frozen=True)
class Line:
    """One step of the reckoning. kind: start, length, off, pause, moved, extension, result."""

    kind: str
    words: str


@dataclass(frozen=True)
class Reckoning:
    """`at`: where the length is in hours, the moment; else the end of the day counts."""

    due: date
    lines: tuple[Line, ...]
    at: datetime | None = None


def reckon(
    count: int, unit: str, start: datetime, calendar: Calendar, *, said: str = "", names: Mapping[date, str] | None = None,
    pauses: Iterable[Pause] = (), extended: Iterable[tuple[date, str]] = (),
) -> Reckoning:  # fmt: skip
    """The day on which `count` units from `start` end. `said`: what begins then ("Ngày đến"); `names`: of days off;
    `extended`: later days that somebody granted, with who that was; the last of them holds."""
    first, names, paused = timezone.localdate(start), names or {}, _Paused(tuple(pauses))
    at = None
    moved: list[date] = []
    if unit == "hours":
        at = _hours(start, timedelta(hours=count), calendar, paused)
        due = timezone.localdate(at)
    elif unit == "working_days":
        due = _working(first, count, calendar, paused)
    else:
        days = count if unit == "days" else (_month(first, count) - first).days
        ends = _counted(first, days, lambda day: day not in paused)
        due = next(day for day in _from(ends) if calendar.is_working(day) and day not in paused)
        moved = [day for day in _span(ends, due - DAY) if day not in paused]
    begins = f"{timezone.localtime(start):%H:%M} {_day(first)}" if at else _day(first)
    lines = [Line("start", f"{said or 'Bắt đầu'}: {begins}. {_first(unit, count)}"), Line("length", f"Thời hạn {count} {UNITS[unit]}.")]  # fmt: skip
    if unit in ("hours", "working_days"):
        since = first if at or count == 0 else first + DAY
        lines += _off(_span(since, due), calendar, paused, names)
    lines += paused.lines(first, due)
    if moved:
        off = _run(moved, names)
        lines.append(
            Line("moved", f"Ngày cuối rơi vào ngày nghỉ {off}: chuyển sang ngày làm việc tiếp theo.")
        )
    for later, who in extended:
        due, at = later, None
        lines.append(Line("extension", f"Gia hạn đến {_day(later)}: {who}."))
    result = f"{timezone.localtime(at):%H:%M} {_day(due)}" if at else f"hết {_day(due)}"
    return Reckoning(due, (*lines, Line("result", f"Hạn: {result}.")), at)


def after_pause(due: date, first: date, last: date, calendar: Calendar) -> date:
    """Of a day that somebody gave: as many working days are left after the pause as were when it began, and at least one. A pause
    that ended on the day it began moved nothing."""
    if last < first:
        return due
    return calendar.add(last, max(calendar.between(first - DAY, due), 1))


def off_days(first: date, last: date, calendar: Calendar, names: Mapping[date, str]) -> list[Line]:
    """The runs of days off from `first` to `last`."""
    return _off(_span(first, last), calendar, _Paused(()), names)


class _Paused:
    def __init__(self, pauses: tuple[Pause, ...]):
        self.pauses = pauses

    def __contains__(self, day: date) -> bool:
        return any(one.first <= day <= one.last for one in self.pauses)

    def lines(self, first: date, due: date) -> list[Line]:
        there = [one for one in self.pauses if one.last >= first and one.first <= due]
        return [
            Line("pause", f"Không tính {_between(one.first, one.last)}: {one.why}.")
            for one in sorted(there, key=lambda one: one.first)
        ]


def _hours(start: datetime, left: timedelta, calendar: Calendar, paused: _Paused) -> datetime:
    for day in _from(timezone.localdate(start)):
        if not calendar.is_working(day) or day in paused:
            continue
        for opens, closes in SPANS:
            begins, ends = max(moment_of(day, opens), start), moment_of(day, closes)
            if begins < ends and ends - begins >= left:
                return begins + left
            left -= max(ends - begins, timedelta())
    return moment_of(timezone.localdate(start) + DAY * FAR, CLOSES)


def _working(first: date, count: int, calendar: Calendar, paused: _Paused) -> date:
    """With a count of 0: "ngay", on the day itself, or on the first working day after it."""
    if count == 0:
        return next(day for day in _from(first) if calendar.is_working(day) and day not in paused)
    return _counted(first, count, lambda day: calendar.is_working(day) and day not in paused)


def _counted(first: date, count: int, counts) -> date:
    left, day = count, first
    for day in _from(first + DAY) if left else ():
        left -= bool(counts(day))
        if not left:
            break
    return day


def _month(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - DAY).day))


def _from(day: date) -> Iterator[date]:
    """Ten years at most, so that a pause without end ends here."""
    return (day + DAY * n for n in range(FAR))


def _span(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


def _off(days: list[date], calendar: Calendar, paused: _Paused, names: Mapping[date, str]) -> list[Line]:
    """Each run of days off in one line; of those inside a pause the pause says enough."""
    runs = groupby(days, key=lambda day: not calendar.is_working(day) and day not in paused)
    return [Line("off", f"Không tính {_run(list(run), names)}.") for off, run in runs if off]


def _run(days: list[date], names: Mapping[date, str]) -> str:
    why = dict.fromkeys(names.get(day) or _NAMES[day.weekday()] for day in days)
    return f"{_between(days[0], days[-1])} ({', '.join(why)})"


def _first(unit: str, count: int) -> str:
    if unit == "hours":
        return "Tính giờ làm việc từ lúc đó."
    return (
        "Phải làm ngay."
        if unit == "working_days" and count == 0
        else "Ngày này không tính, tính từ ngày tiếp theo."
    )


def _day(day: date) -> str:
    return f"{_NAMES[day.weekday()]} {day:%d/%m/%Y}"


def _between(first: date, last: date) -> str:
    return f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m}–{last:%d/%m/%Y}"
