"""A month is closed some days after it is over: its figures stand for good, with the list behind them; and out of what stands an
inspector draws the same twenty files as everybody else (archive.md §7)."""

import hashlib
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from casefiles.models import CaseFile, FrozenFile, FrozenMonth
from casefiles.ratio import next_month
from orgs.models import Organisation

AFTER = timedelta(days=10)  # of grace after the last day of a month: files of it are still being closed
SAMPLE = 20
_FILES = """
INSERT INTO casefiles_frozenfile (month_id, organisation_id, unit_id, case_id, counted)
SELECT %(first)s, organisation_id, unit_id, id, counted FROM casefiles_casefile
WHERE ended_on >= %(first)s AND ended_on < %(after)s
"""
_FIGURES = """
INSERT INTO casefiles_monthfigures (month_id, organisation_id, unit_id, online, partly, late, paper)
SELECT month_id, organisation_id, unit_id, count(*) FILTER (WHERE counted = 'online'),
  count(*) FILTER (WHERE counted = 'partly'), count(*) FILTER (WHERE counted = 'late'), count(*) FILTER (WHERE counted = 'paper')
FROM casefiles_frozenfile WHERE month_id = %(first)s GROUP BY 1, 2, 3
"""


def freeze(*, at: datetime) -> list[date]:
    """Freezes every month that is over for good and was not frozen yet, from the first in which a file ended; which ones. Twice at
    once, each month is frozen once."""
    month = CaseFile.objects.aggregate(first=Min("ended_on"))["first"]
    if month is None:
        return []
    month, today, done = month.replace(day=1), timezone.localdate(at), []
    there = set(FrozenMonth.objects.values_list("month", flat=True))
    while next_month(month) + AFTER <= today:
        if month not in there and _frozen(month, at):
            done.append(month)
        month = next_month(month)
    return done


@transaction.atomic
def _frozen(month: date, at: datetime) -> bool:
    _, new = FrozenMonth.objects.get_or_create(month=month, defaults={"at": at})
    if new:
        with connection.cursor() as cursor:
            for statement in (_FILES, _FIGURES):
                cursor.execute(statement, {"first": month, "after": next_month(month)})
    return new


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def months_of(quarter: str) -> list[date]:
    """Its three first days. Raises ValueError for what is no quarter: "2026-Q4" is one."""
    year, _, number = quarter.partition("-Q")
    if number not in ("1", "2", "3", "4") or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise ValueError(quarter)
    return [date(int(year), 3 * int(number) - 2 + n, 1) for n in range(3)]


def code_of(case: CaseFile) -> str:
    """Mã hồ sơ, of a file whose office was read along."""
    return f"{case.organisation.code}.{case.year}.{case.code}"


def place_in(quarter: str, case: CaseFile) -> str:
    """By which the files of a quarter are put in a row that nobody chose, and anybody finds again."""
    return hashlib.sha256(f"{quarter}|{code_of(case)}".encode()).hexdigest()


def sample(office: Organisation, quarter: str) -> list[CaseFile]:
    """Twenty files of the numerator as it was frozen: the first by `place_in`. Files of months that are not frozen are not
    among them. One query."""
    kept = FrozenFile.objects.filter(
        month__in=months_of(quarter), organisation=office, counted=CaseFile.Counted.ONLINE
    )
    found = CaseFile.objects.filter(pk__in=kept.values("case")).select_related(
        "organisation", "creator__user", "unit"
    )
    return sorted(found.defer("search_key", "note", "keywords"), key=lambda one: place_in(quarter, one))[
        :SAMPLE
    ]
