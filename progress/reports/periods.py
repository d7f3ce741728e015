"""The stretch of time a report speaks of: a month as the office closes it, a quarter, a year, or from day to day."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from progress.models.office import END_OF_MONTH

DAY = timedelta(days=1)
MONTHS_OFFERED, QUARTERS_OFFERED, YEARS_OFFERED = 13, 8, 3
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Period:
    """Both days belong to it. `key`: as it stands in an address."""

    since: date
    until: date
    label: str
    key: str
    closing_day: int = END_OF_MONTH

    @property
    def starts(self) -> datetime:
        return midnight(self.since)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.until + DAY)

    @property
    def query(self) -> dict[str, str]:
        if self.key == "range":
            return {"period": "range", "from": self.since.isoformat(), "to": self.until.isoformat()}
        return {"period": self.key}

    @property
    def words(self) -> str:
        return f"{self.label} ({self.since:%d/%m/%Y} – {self.until:%d/%m/%Y})"

    def previous(self) -> "Period":
        """The month, quarter or year before; of a free stretch, as many days before it."""
        if self.key == "range":
            length = (self.until - self.since).days
            return stretch(self.since - DAY - timedelta(days=length), self.since - DAY)
        parts = _parts(self.key)
        if parts is None:
            raise ValueError(self.key)
        year, kind, number = parts
        if kind == "year":
            return period(f"{year - 1}", self.closing_day)
        before = (year, number - 1) if number > 1 else (year - 1, 12 if kind == "month" else 4)
        return period(_key(kind, *before), self.closing_day)


def stretch(since: date, until: date) -> Period:
    return Period(since, until, f"{since:%d/%m/%Y} – {until:%d/%m/%Y}", "range")


def period(key: str, closing_day: int = END_OF_MONTH) -> Period | None:
    """The period of that name: "2026-11", "2026-Q4", "2026"; None for what names none.

    `closing_day`: 0 closes a month on its last day. A day up to the 15th closes it in the next month (the 5th: November
    is 06/11–05/12), a later one in its own (the 25th: November is 26/10–25/11); §4.7 knows both habits.
    """
    parts = _parts(key)
    if parts is None:
        return None
    year, kind, number = parts
    first, last, label = {
        "month": (number, number, f"Tháng {number:02}/{year}"),
        "quarter": (number * 3 - 2, number * 3, f"Quý {number}/{year}"),
        "year": (1, 12, f"Năm {year}"),
    }[kind]
    since = _closing(year, first - 1, closing_day) + DAY
    return Period(since, _closing(year, last, closing_day), label, key, closing_day)


def month_of(day: date, closing_day: int = END_OF_MONTH) -> Period:
    """The month, as the office closes it, that the day belongs to."""
    count = day.year * 12 + day.month - 1
    for n in (count - 1, count, count + 1):
        found = period(_key("month", n // 12, n % 12 + 1), closing_day)
        if found.since <= day <= found.until:
            return found
    raise AssertionError("months leave no day out")


def offered(today: date, closing_day: int = END_OF_MONTH) -> list[tuple[str, list[Period]]]:
    """What the form offers, the newest first, by kind."""
    now = month_of(today, closing_day)
    year, month = (int(part) for part in now.key.split("-"))
    months, quarters, years = [now], [period(f"{year}-Q{(month + 2) // 3}", closing_day)], []
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].previous())
    while len(quarters) < QUARTERS_OFFERED:
        quarters.append(quarters[-1].previous())
    years = [period(f"{year - n}", closing_day) for n in range(YEARS_OFFERED)]
    return [("Tháng", months), ("Quý", quarters), ("Năm", years)]


def _parts(key: str) -> tuple[int, str, int] | None:
    found = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", key, re.ASCII)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    if found[2]:
        return int(found[1]), "quarter", int(found[2])
    return (int(found[1]), "month", int(found[3])) if found[3] else (int(found[1]), "year", 0)


def _key(kind: str, year: int, number: int) -> str:
    return f"{year}-{number:02}" if kind == "month" else f"{year}-Q{number}"


def _closing(year: int, month: int, closing_day: int) -> date:
    """The last day of that month's period; month 0 is the December before."""
    count = year * 12 + month - 1 + (1 if 0 < closing_day <= 15 else 0)
    if closing_day:
        return date(count // 12, count % 12 + 1, closing_day)
    return date((count + 1) // 12, (count + 1) % 12 + 1, 1) - DAY


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def first_of_next(day: date) -> date:
    """The first day of the month after that of the day."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
