"""Many offices counted at once: for every period that is asked, in two questions whatever the number of reports. What is
over is read from the sums of its month; what runs, the parts of a month and the offices that moved on are read from the
papers, once, told apart by the stretch of days they belong to (docs/decisions/0015)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, CharField, DateTimeField, ExpressionWrapper, F, QuerySet, Value

from orgs.models import Organisation
from progress.reports.kept import KEPT, Standing
from progress.reports.periods import DAY, Period, first_of_next, midnight, stretch
from progress.reports.report import Question, Report
from progress.reports.working_time import Place


@dataclass(frozen=True)
class OfMany:
    """One report: of all the offices together in each period, in the order asked; and of each in the first of them."""

    periods: list[dict[str, int]]
    offices: dict[int, dict[str, int]]


def count_many(
    reports: Sequence[Report],
    question: Question,
    where: Standing,
    periods: Sequence[Period],
    *,
    told_apart: Collection[str] = (),
) -> dict[str, OfMany]:
    """By the name of the report. Two queries. `told_apart`: the columns that are wanted for each office; none: all."""
    cut, found = _Cut(periods), {}
    for one in reports:
        found[one.name] = OfMany([dict.fromkeys(one.counts(), 0) for _ in periods], {})
    for report, measure, month, office, count in _sums(reports, where, cut, told_apart):
        _add(found[report], cut, cut.number_of(month) if month else None, office, {measure: count})
    for report, part, office, *counts in _live(reports, question, where, cut):
        names = KEPT[report].report.counts()
        _add(found[report], cut, part, office, dict(zip(names, counts, strict=False)))
    return found


def names_of(offices: Iterable[int]) -> dict[int, str]:
    """In the order of the alphabet."""
    found = Organisation.objects.filter(pk__in=list(offices)).order_by("order_key", "pk")
    return dict(found.values_list("pk", "name"))


class _Cut:
    """Time cut at both ends of every period and at every month between: each part lies in a period or outside it."""

    def __init__(self, periods: Sequence[Period]):
        days = {day for one in periods for day in (one.since, one.until + DAY)}
        month, last = first_of_next(min(days)), max(days)
        while month < last:
            days.add(month)
            month = first_of_next(month)
        self.days = sorted(days)
        self.parts = [stretch(since, after - DAY) for since, after in pairwise(self.days)]
        self.belongs = [
            [n for n, one in enumerate(periods) if one.since <= part.since and part.until <= one.until]
            for part in self.parts
        ]  # fmt: skip
        self.first = [n for n, belongs in enumerate(self.belongs, start=1) if 0 in belongs]

    def number_of(self, month: date) -> int:
        """Counted from one, as the database counts."""
        return self.days.index(month) + 1

    def wanted(self, *, whole: bool | None = None) -> list[Period]:
        """Parts that some period wants: whole calendar months, others, or all."""
        found = [part for part, belongs in zip(self.parts, self.belongs, strict=True) if belongs]
        return [part for part in found if whole is None or _is_month(part) == whole]


def _is_month(part: Period) -> bool:
    return part.since.day == 1 and first_of_next(part.since) == part.until + DAY


def _runs(parts: list[Period]) -> list[Period]:
    """Those that follow one another as one."""
    found: list[Period] = []
    for part in parts:
        if found and found[-1].until + DAY == part.since:
            found[-1] = stretch(found[-1].since, part.until)
        else:
            found.append(part)
    return found


def _add(found: OfMany, cut: _Cut, part: int | None, office: int | None, counts: dict[str, int]) -> None:
    if part is None:
        mine = found.offices.setdefault(office, dict.fromkeys(found.periods[0], 0))
        for name, count in counts.items():
            mine[name] += count
        return
    for n in cut.belongs[part - 1] if 0 < part <= len(cut.parts) else ():
        for name, count in counts.items():
            found.periods[n][name] += count


# Both: by stretch of days, of all offices together; and by office, of what lies in the first period.
_SUMS = """
SELECT report, measure, month, near, sum(count)::bigint
FROM (SELECT report, measure, month, count,
        CASE WHEN month = ANY(%(first)s) AND (measure = ANY(%(told)s) OR %(told)s = '{}') THEN organisation_id END AS near
      FROM progress_monthcount
      WHERE report = ANY(%(reports)s) AND month = ANY(%(months)s) AND organisation_id = ANY(%(offices)s)) one
GROUP BY GROUPING SETS ((report, measure, month), (report, measure, near))
HAVING GROUPING(month) = 0 OR near IS NOT NULL
"""
_LIVE = """
SELECT of_report, part, near, {counts}
FROM (SELECT *, CASE WHEN part = ANY(%s) THEN of_office END AS near FROM ({rows}) AS row_by_row) one
GROUP BY GROUPING SETS ((of_report, part), (of_report, near))
HAVING GROUPING(part) = 0 OR near IS NOT NULL
"""


def _sums(reports: Sequence[Report], where: Standing, cut: _Cut, told_apart: Collection[str]) -> list[tuple]:
    months = [part.since for part in cut.wanted(whole=True)]
    if not (months and where.kept):
        return []
    first = [cut.days[n - 1] for n in cut.first]
    asked = {"reports": [one.name for one in reports], "months": months, "offices": list(where.kept),
             "first": first, "told": list(told_apart)}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, asked)
        return cursor.fetchall()


def _live(reports: Sequence[Report], question: Question, where: Standing, cut: _Cut) -> list[tuple]:
    flags = max(len(one.measures) for one in reports)
    pieces, params = [], []
    for one in reports:
        for rows in _pieces(one, question, where, cut):
            try:
                piece, given = _flagged(one, rows, question, cut, flags).query.sql_with_params()
            except EmptyResultSet:
                continue
            pieces.append(f"({piece})")
            params += given
    if not pieces:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE flag_{n})" for n in range(flags))
    with connection.cursor() as cursor:
        cursor.execute(_LIVE.format(counts=counts, rows=" UNION ALL ".join(pieces)), [cut.first, *params])
        return cursor.fetchall()


def _pieces(report: Report, question: Question, where: Standing, cut: _Cut) -> list[QuerySet]:
    """What the sums do not hold: what runs in whole months, the other parts, the offices that moved on."""

    def rows(offices: tuple[int, ...], period: Period) -> QuerySet:
        return report.rows_for(replace(question, offices=offices, period=period), None)

    found = []
    if where.kept:
        found += [
            rows(where.kept, run).filter(KEPT[report.name].running) for run in _runs(cut.wanted(whole=True))
        ]
        found += [rows(where.kept, run) for run in _runs(cut.wanted(whole=False))]
    if where.live:
        found += [rows(where.live, run) for run in _runs(cut.wanted())]
    return found


def _flagged(report: Report, rows: QuerySet, question: Question, cut: _Cut, flags: int) -> QuerySet:
    """Each row with its office, the part of time it belongs to, and which columns count it."""
    edges = Value([midnight(day) for day in cut.days], output_field=ArrayField(DateTimeField()))
    says = [ExpressionWrapper(one.rule(question), BooleanField()) for one in report.measures]
    says += [Value(False)] * (flags - len(says))
    columns = {
        "of_report": Value(report.name, CharField()),
        "part": Place(F(KEPT[report.name].moment), edges),
        "of_office": F(report.grouping("organisation", inside=False).key),
    } | {f"flag_{n}": one for n, one in enumerate(says)}
    return rows.order_by().annotate(**columns).values_list(*columns)
