"""A year by calendar months, whatever day the office closes its month on."""

from dataclasses import replace

from django.db.models import Count

from progress.reports.kept import KEPT, within
from progress.reports.periods import Period, month_of, stretch
from progress.reports.report import Question, Report

MONTHS = 12


def last_months(question: Question) -> list[Period]:
    """The oldest first; the last is the month of today."""
    found = [month_of(question.today)]
    while len(found) < MONTHS:
        found.append(found[-1].previous())
    return found[::-1]


def counted(report: Report, question: Question, months: list[Period], measure: str) -> list[int]:
    """One column over the months, live. One query."""
    rule, moment = report.measure(measure).rule(question), KEPT[report.name].moment
    parts = {f"p{n}": Count("pk", filter=rule & within(moment, one)) for n, one in enumerate(months)}
    whole = replace(question, period=stretch(months[0].since, months[-1].until))
    found = report.rows_for(whole, None).order_by().aggregate(**parts)
    return [found[name] for name in parts]
