"""Working days and closing times as the database can count them: the calendar as a sorted list, and where a moment
falls in it. One rule for a number and for its list (orgs/calendar.py, documents/response_deadlines.py)."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateField, DateTimeField, Func, IntegerField, Value
from django.db.models.functions import TruncDate

from documents.response_deadlines import CLOSES, moment_of
from orgs.calendar import DAY, Calendar

BEFORE = timedelta(days=200)  # what was signed, or sent, earlier counts as that early


class Place(Func):
    """How many of the sorted values lie at or before it."""

    function = "width_bucket"
    output_field = IntegerField()


def working_days_between(first: str, last: str, calendar: Calendar, *, since: date, until: date):
    """For a query: the working days from the day of one moment to that of another, as `Calendar.between` counts.
    `since`, `until`: between which days the second lies."""
    days = Value(_working(calendar, since - BEFORE, until), output_field=ArrayField(DateField()))
    return Place(TruncDate(last), days) - Place(TruncDate(first), days)


def closing_of(moment, calendar: Calendar, *, since: date, until: date):
    """For a query: which end of a working day came last before the moment. What began and was answered between the
    same two was answered in time (decree 30 art. 21.2c; `Clock.answer_due`)."""
    ends = [moment_of(day, CLOSES) for day in _working(calendar, since, until)]
    return Place(moment, Value(ends, output_field=ArrayField(DateTimeField())))


def _working(calendar: Calendar, since: date, until: date) -> list[date]:
    days = (since + DAY * n for n in range((until - since).days + 1))
    return [day for day in days if calendar.is_working(day)] or [since]
