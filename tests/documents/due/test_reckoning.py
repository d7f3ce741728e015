"""From a length of time to a day, against a count by hand: one day, or one minute, after the other."""

import datetime as dt

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.due.reckoning import Pause, reckon
from documents.response_deadlines import SPANS
from orgs.calendar import Calendar

DAY = dt.timedelta(days=1)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
TET = {dt.date(2026, 2, day): False for day in range(16, 21)}
NAMES = dict.fromkeys(TET, "Tết Nguyên đán")

days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
FIRST = dt.date(2026, 1, 1)
calendars = st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=12).map(
    lambda found: Calendar({FIRST + DAY * n: working for n, working in found})
)
pauses = st.lists(
    st.tuples(days, st.integers(0, 40)).map(lambda it: Pause(it[0], it[0] + DAY * it[1], "chờ bổ sung")), max_size=2
)  # fmt: skip


def at(day: dt.date, hour=9, minute=0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def said(found) -> list[str]:
    return [line.words for line in found.lines]


def paused(day, runs) -> bool:
    return any(run.first <= day <= run.last for run in runs)


@QUICK
@given(days, st.integers(0, 80), calendars, pauses)
def test_working_days_are_those_a_finger_on_the_calendar_counts(start, count, calendar, runs):
    due = reckon(count, "working_days", at(start), calendar, pauses=runs).due
    counted = [
        day
        for n in range((due - start).days + 1)
        if calendar.is_working(day := start + DAY * n) and not paused(day, runs)
    ]
    assert counted[-1] == due  # it ends on a day that counts
    if count == 0:
        assert counted == [due]
    else:
        assert len([day for day in counted if day > start]) == count


@QUICK
@given(days, st.integers(1, 120), calendars, pauses)
def test_days_count_every_day_and_what_ends_on_a_day_off_ends_after_it(start, count, calendar, runs):
    due, left, day = reckon(count, "days", at(start), calendar, pauses=runs).due, count, start
    while left:
        day += DAY
        left -= not paused(day, runs)
    while not calendar.is_working(day) or paused(day, runs):
        day += DAY
    assert due == day


@QUICK
@given(days, st.integers(1, 14), calendars)
def test_months_end_on_the_day_of_that_number_or_on_the_last_of_the_month(start, count, calendar):
    due, day, passed = reckon(count, "months", at(start), calendar).due, start, 0
    while passed < count:  # month by month, day by day
        day += DAY
        passed += day.day == 1
    month = day.month
    while day.day < start.day and (day + DAY).month == month:
        day += DAY
    while not calendar.is_working(day):
        day += DAY
    assert due == day


@QUICK
@given(days, st.integers(0, 23), st.integers(0, 59), st.integers(1, 24), calendars, pauses)
def test_hours_are_minutes_in_which_the_office_is_open(day, hour, minute, count, calendar, runs):
    found = reckon(count, "hours", at(day, hour, minute), calendar, pauses=runs)
    now, left = dt.datetime.combine(day, dt.time(hour, minute)), count * 60
    while left:
        there = calendar.is_working(now.date()) and not paused(now.date(), runs)
        left -= there and any(opens <= now.time() < closes for opens, closes in SPANS)
        now += dt.timedelta(minutes=1)
    assert (found.at, found.due) == (timezone.make_aware(now), now.date())


def test_every_step_is_said_and_a_holiday_is_one_line():
    found = reckon(
        7, "working_days", at(dt.date(2026, 2, 11)), Calendar(TET), said="Ngày đến", names=NAMES,
        pauses=[Pause(dt.date(2026, 2, 24), dt.date(2026, 2, 25), "chờ Sở Tài chính")],
        extended=[(dt.date(2026, 3, 9), "Phạm Tiến Dũng đồng ý")],
    )  # fmt: skip
    assert said(found) == [
        "Ngày đến: thứ Tư 11/02/2026. Ngày này không tính, tính từ ngày tiếp theo.",
        "Thời hạn 7 ngày làm việc.",
        "Không tính 14/02–22/02/2026 (thứ Bảy, Chủ nhật, Tết Nguyên đán).",
        "Không tính 28/02–01/03/2026 (thứ Bảy, Chủ nhật).",
        "Không tính 24/02–25/02/2026: chờ Sở Tài chính.",
        "Gia hạn đến thứ Hai 09/03/2026: Phạm Tiến Dũng đồng ý.",
        "Hạn: hết thứ Hai 09/03/2026.",
    ]


def test_what_ends_in_a_holiday_says_that_it_was_moved():
    found = reckon(10, "days", at(dt.date(2026, 2, 8)), Calendar(TET), said="Ngày đến", names=NAMES)
    assert found.due == dt.date(2026, 2, 23)
    assert said(found)[2] == (
        "Ngày cuối rơi vào ngày nghỉ 18/02–22/02/2026 (Tết Nguyên đán, thứ Bảy, Chủ nhật):"
        " chuyển sang ngày làm việc tiếp theo."
    )
