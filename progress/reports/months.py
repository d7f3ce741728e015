"""A year by calendar months, whatever day the office closes its month on."""

from progress.reports.periods import Period, month_of
from progress.reports.report import Question

MONTHS = 12


def last_months(question: Question) -> list[Period]:
    """The oldest first; the last is the month of today."""
    found = [month_of(question.today)]
    while len(found) < MONTHS:
        found.append(found[-1].previous())
    return found[::-1]
