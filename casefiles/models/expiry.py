"""Until when a file is kept, as the database reckons it of the row itself: no act can forget it (`casefiles.terms.kept_until` says
the same, and a test that they agree)."""

from django.db import models
from django.db.models import Case, Func, IntegerField, Value, When
from django.db.models.functions import Cast, ExtractYear, Greatest

from casefiles.terms import WHILE


def expires_on() -> Case:
    """None: for ever, still open, or nobody knows yet."""
    years, of_years = Cast("term", IntegerField()), {"term__regex": "^[0-9]+$"}
    return Case(
        When(ended_on=None, then=None),
        When(**of_years, trigger="end_of_work", then=_last_of("ended_on", years)),
        When(
            **of_years,
            trigger_on__isnull=False,
            then=Greatest(_last_of("ended_on", years), _last_of("trigger_on", years)),
        ),
        When(
            term__in=WHILE,
            trigger_on__isnull=False,
            then=Greatest(_last_of("ended_on"), _last_of("trigger_on")),
        ),
        default=None,
    )


def _last_of(day: str, years=0) -> Func:
    """31/12, so many years after that day (Luật Lưu trữ art. 15.3)."""
    year = Cast(ExtractYear(day), IntegerField())
    return Func(year + years, Value(12), Value(31), function="make_date", output_field=models.DateField())
