"""By when a file is to be handed in: terms by date, in rows that say where they are written (casefiles/data/hand_in_terms.csv);
and how long a unit may keep it beyond that. Reads only."""

import csv
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db.models import Exists, OuterRef, Q, QuerySet

from casefiles.models import CaseFile, KeptLonger
from casefiles.terms import HANDED_OVER_FROM, goes_to_the_archive

WORK, CONSTRUCTION = "work", "construction"
LONGEST = 24  # months beyond the day that a unit keeps what it needs (decree 30 art. 31.3d)
_TOO_SHORT = [str(years) for years in range(1, HANDED_OVER_FROM)]
_BASE = {WORK: "ended_on", CONSTRUCTION: "settled_on"}  # from which day it is counted
WAITING = ("closed", "returned")


@dataclass(frozen=True)
class HandInTerm:
    kind: str
    months: int
    since: date
    until: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@cache
def hand_in_terms() -> tuple[HandInTerm, ...]:
    with (Path(__file__).parent / "data/hand_in_terms.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            HandInTerm(
                row["kind"], int(row["months"]), date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None, row["source"],
            )
            for row in csv.DictReader(rows)
        )  # fmt: skip


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month: of the 29th of February the 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_for(kind: str, day: date) -> HandInTerm:
    """As it held on that day; from before all rows, the first."""
    rows = [one for one in hand_in_terms() if one.kind == kind]
    return next((one for one in rows if one.holds_on(day)), rows[0])


def due_on(day: date, kind: str = WORK) -> date:
    """From the day the work ended, or the account was settled (art. 30.2)."""
    return months_after(day, term_for(kind, day).months)


def first_due(case: CaseFile) -> date | None:
    """By law, whatever was granted since; None for what never goes to the archive, or has not ended."""
    if case.ended_on is None or not goes_to_the_archive(case.term):
        return None
    return due_on(case.settled_on, CONSTRUCTION) if case.settled_on else due_on(case.ended_on)


def last_day(case: CaseFile) -> date | None:
    """Until when the unit may keep it: the day by law, or the later one that was granted."""
    due = first_due(case)
    granted = case.kept_longer.order_by("-until").values_list("until", flat=True).first() if due else None
    return max(due, granted) if granted else due


def due_by(files: QuerySet, day: date) -> QuerySet:
    """Of these, files that are to be handed in up to `day`; never those kept under five years (art. 31.3c), nor what may stay
    with the unit beyond it."""
    when = Q()
    for term in hand_in_terms():
        base = _BASE[term.kind]
        last = _latest(day, term.months)
        span = {f"{base}__lte": last}
        if term != term_for(term.kind, date.min):
            span[f"{base}__gte"] = term.since
        if term.until:
            span[f"{base}__lt"] = term.until
        when |= Q(settled_on=None, **span) if term.kind == WORK else Q(**span)
    later = KeptLonger.objects.filter(case=OuterRef("pk"), until__gt=day)
    return (
        files.filter(when, state__in=WAITING, ended_on__isnull=False)
        .exclude(term__in=_TOO_SHORT)
        .exclude(Exists(later))
    )


def overdue(files: QuerySet, today: date) -> QuerySet:
    """Whose last day has gone by."""
    return due_by(files, date.fromordinal(today.toordinal() - 1))


def _latest(day: date, months: int) -> date:
    """The latest day that so many months later is not after `day`."""
    found = months_after(day, -months)
    while months_after(date.fromordinal(found.toordinal() + 1), months) <= day:
        found = date.fromordinal(found.toordinal() + 1)
    return found
