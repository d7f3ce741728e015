from datetime import date

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from orgs import calendar
from orgs.calendar import Calendar, calendar_of_pages, forget_calendar, working_days
from orgs.models import DayOff

TET = Calendar(
    {date(2026, 2, d): False for d in range(16, 21)} | {date(2026, 8, 31): False, date(2026, 8, 22): True}
)


def test_weekends_are_off_and_the_table_overrides_both_ways():
    assert [TET.is_working(date(2026, 8, d)) for d in (21, 22, 23, 31)] == [True, True, False, False]


def test_a_deadline_jumps_over_tet():
    # Friday 13 February; 14-22 February are off: the next working day is Monday 23.
    assert TET.add(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert TET.add(date(2026, 2, 18), 2) == date(2026, 2, 24)
    assert TET.add(date(2026, 2, 23), -1) == date(2026, 2, 13)
    assert TET.add(date(2026, 2, 18), 0) == date(2026, 2, 18)


def test_between_counts_the_last_day_and_not_the_first():
    assert TET.between(date(2026, 2, 12), date(2026, 2, 24)) == 3
    assert TET.between(date(2026, 2, 24), date(2026, 2, 12)) == -3
    assert TET.between(date(2026, 2, 14), date(2026, 2, 22)) == 0


@given(st.dates(date(2025, 12, 1), date(2026, 12, 31)), st.integers(-60, 60))
def test_between_is_the_inverse_of_add(day, n):
    assert TET.between(day, TET.add(day, n)) == n


@given(st.dates(date(2025, 12, 1), date(2026, 12, 31)), st.dates(date(2025, 12, 1), date(2026, 12, 31)))
def test_counting_by_weeks_is_counting_day_by_day(a, b):
    first, last = min(a, b), max(a, b)
    days = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
    counted = [day for day in days if TET.is_working(day) and day != a]
    assert TET.between(a, b) == (len(counted) if a <= b else -len(counted))


def test_the_ends_of_the_calendar_are_counted_at_once():
    assert TET.between(date.min, date.max) == -TET.between(date.max, date.min) == 2608614 - 5


@pytest.mark.usefixtures("registry")
def test_the_table_has_tet_and_the_swapped_days_of_2026():
    calendar = working_days()
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))
    assert calendar.is_working(date(2026, 8, 22))
    assert [calendar.is_working(date(2026, 2, d)) for d in (13, 16, 17, 18, 19, 20, 23)] == [True] + 5 * [
        False
    ] + [True]
    assert calendar.is_working(date(2022, 8, 17))


@pytest.mark.usefixtures("registry")
def test_the_calendar_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = working_days()
        calendar.between(date(2026, 1, 1), date(2026, 12, 31))


def test_days_off_that_were_read_anew_show_at_once_here_and_soon_elsewhere(db, monkeypatch):
    monkeypatch.setattr(calendar, "HELD", 60)
    forget_calendar()
    monday = date(2031, 1, 6)
    assert calendar_of_pages().is_working(monday)
    DayOff.objects.create(date=monday, working=False, name="Nghỉ bù")
    assert calendar_of_pages().is_working(monday)
    cache.delete(calendar.KEPT_AS)  # forgotten by another process
    assert calendar_of_pages().is_working(monday)
    monkeypatch.setattr(calendar, "_held_since", calendar._held_since - calendar.HELD - 1)
    assert not calendar_of_pages().is_working(monday)
    DayOff.objects.all().delete()
    forget_calendar()
    assert calendar_of_pages().is_working(monday)
