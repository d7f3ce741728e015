"""Months as an office closes them, quarters, years, stretches; and who sets the closing day."""

import datetime as dt

import pytest
from django.urls import reverse

from documents.models import Event
from progress.actions.closing_day import closing_day_of
from progress.reports.periods import month_of, offered, period, stretch
from tests.documents.desks import at_desk, words

D = dt.date


@pytest.mark.parametrize(
    ("key", "closing", "since", "until"),
    [
        ("2026-11", 0, D(2026, 11, 1), D(2026, 11, 30)),
        ("2026-02", 0, D(2026, 2, 1), D(2026, 2, 28)),
        ("2024-02", 0, D(2024, 2, 1), D(2024, 2, 29)),
        ("2026-11", 5, D(2026, 11, 6), D(2026, 12, 5)),
        ("2026-12", 5, D(2026, 12, 6), D(2027, 1, 5)),
        ("2026-01", 5, D(2026, 1, 6), D(2026, 2, 5)),
        ("2026-11", 25, D(2026, 10, 26), D(2026, 11, 25)),
        ("2026-01", 25, D(2025, 12, 26), D(2026, 1, 25)),
        ("2026-Q4", 0, D(2026, 10, 1), D(2026, 12, 31)),
        ("2026-Q1", 25, D(2025, 12, 26), D(2026, 3, 25)),
        ("2026", 0, D(2026, 1, 1), D(2026, 12, 31)),
        ("2026", 5, D(2026, 1, 6), D(2027, 1, 5)),
    ],
)
def test_a_period_begins_and_ends_where_the_office_closes_it(key, closing, since, until):
    found = period(key, closing)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize("closing", [0, 1, 5, 15, 16, 25, 28])
def test_periods_follow_one_another_without_a_gap(closing):
    day = D(2023, 12, 20)
    while day < D(2026, 2, 1):
        found = month_of(day, closing)
        assert found.since <= day <= found.until
        assert found.previous().until + dt.timedelta(days=1) == found.since
        day += dt.timedelta(days=1)
    for key in ("2026-Q1", "2026", "2026-Q3"):
        found = period(key, closing)
        assert found.previous().until + dt.timedelta(days=1) == found.since


def test_before_a_stretch_lies_one_of_the_same_length():
    found = stretch(D(2026, 3, 1), D(2026, 3, 10)).previous()
    assert (found.since, found.until) == (D(2026, 2, 19), D(2026, 2, 28))


@pytest.mark.parametrize("key", ["", "2026-13", "2026-Q5", "20260", "1900", "2026-1", "٢٠٢٦"])
def test_what_names_no_period_is_none(key):
    assert period(key) is None


def test_a_form_offers_what_has_been(office):
    for _, found in offered(D(2026, 11, 30)):
        assert found[0].since <= D(2026, 11, 30) <= found[0].until


def test_the_head_sets_the_closing_day_once_and_it_stays_in_the_log(office):
    client, url = at_desk(office.dung), reverse("closing_day")
    for _ in range(2):
        assert client.post(url, {"day": "5"}, follow=True).status_code == 200
    assert closing_day_of(office.home_affairs.pk) == 5
    assert Event.objects.filter(kind="set_closing_day").count() == 1
    assert "06/11/2026 – 05/12/2026" in words(client.get(f"{reverse('report_papers_in')}?period=2026-11"))
    client.post(url, {"day": ""})
    assert closing_day_of(office.home_affairs.pk) == 0


@pytest.mark.parametrize("typed", ["29", "0x5", "-1", "999999", "năm", "1.5"])
def test_a_day_that_no_month_is_sure_to_have_is_refused_with_a_sentence(office, typed):
    page = at_desk(office.dung).post(reverse("closing_day"), {"day": typed}, follow=True)
    assert "Ngày chốt là một ngày từ 1 đến 28" in words(page)
    assert closing_day_of(office.home_affairs.pk) == 0


def test_who_may_not_set_it_does_not(office):
    assert at_desk(office.lan).post(reverse("closing_day"), {"day": "5"}).status_code == 403
    assert at_desk(office.minh).post(reverse("closing_day"), {"day": "5"}).status_code == 404
    assert at_desk(office.dung).get(reverse("closing_day")).status_code == 405
