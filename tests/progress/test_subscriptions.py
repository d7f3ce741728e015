"""A report that comes by itself: after the week or the month, once, and by mail no more than its reader allows."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Incoming
from orgs.calendar import working_days
from orgs.models import Notice, Organisation, Role
from progress.actions.mailing import send_due
from progress.actions.subscribing import tell_due
from progress.models import Subscription, Wish
from progress.reports import kept
from tests.documents.desks import at_desk, directed, words
from tests.progress.test_mail import letters  # noqa: F401

BEGIN = reverse("subscription_begin")
WEEK = dt.timedelta(days=7)


def begin(post, every="week", report="papers_in", query=""):
    return at_desk(post).post(f"{BEGIN}?{query}", {"report": report, "every": every}, follow=True)


def monday(weeks: int):
    """Seven in the morning of a Monday to come."""
    at = timezone.localtime().replace(hour=7, minute=0)
    return at + dt.timedelta(days=7 * weeks - at.weekday())


@pytest.fixture
def subscribed(office):
    directed(office)
    page = begin(office.dung)
    assert "Tình hình xử lý văn bản đến: hằng tuần" in words(page)
    return Subscription.objects.get()


def test_after_the_week_it_is_told_once(office, subscribed):
    assert tell_due(at=timezone.now()) == 0
    assert tell_due(at=monday(1)) == 1 and tell_due(at=monday(1)) == 0
    notice = Notice.objects.get(kind="report")
    assert notice.user == office.dung.user and "Tổng số: 1" in notice.text
    page = at_desk(office.dung).get(notice.url)
    assert page.status_code == 200 and "Tình hình xử lý văn bản đến" in words(page)
    subscribed.refresh_from_db()
    assert subscribed.next_on == monday(2).date()


def test_after_a_standstill_only_the_last_week_is_told(office, subscribed):
    assert tell_due(at=monday(5)) == 1
    subscribed.refresh_from_db()
    assert subscribed.next_on == monday(6).date() and Notice.objects.filter(kind="report").count() == 1


def test_a_month_ends_on_the_day_the_office_closes_it(office):
    from progress.actions.closing_day import set_closing_day

    set_closing_day(office.home_affairs, 5, by=office.dung, at=timezone.now())
    begin(office.dung, "month")
    found = Subscription.objects.get()
    assert found.next_on.day == 6
    at = timezone.make_aware(dt.datetime.combine(found.next_on, dt.time(8)))
    assert tell_due(at=at) == 1
    before = found.next_on
    found.refresh_from_db()
    assert found.next_on.day == 6 and found.next_on > before


def test_its_figures_know_what_the_sums_do_not(office, monkeypatch):
    watcher = office.post("giam", "Giám Sát", office.city, Role.MONITOR, "Theo dõi")
    directed(office, number="1")
    kept.follow(at=timezone.now(), calendar=working_days())
    Incoming.objects.update(state="completed")
    directed(office, number="2")
    monkeypatch.setattr(kept, "BEHIND", 0)
    begin(watcher, "month", query="org=all")
    day = Subscription.objects.get().next_on
    assert tell_due(at=timezone.make_aware(dt.datetime.combine(day, dt.time(8)))) == 1
    assert "Tổng số: 2" in Notice.objects.get(kind="report").text


def test_the_letter_is_a_link_and_figures_only_where_both_allow_them(office, subscribed, letters):  # noqa: F811
    tell_due(at=monday(1))
    assert send_due(at=monday(1)) == 1 and send_due(at=monday(1)) == 0
    said = letters.letters[0].get_content()
    assert "https://vanban.example/theo-doi/bao-cao/van-ban-den/" in said and "Tổng số" not in said
    Wish.objects.create(user=office.dung.user, with_words=True)
    Wish.objects.create(organisation=Organisation.objects.get(pk=office.home_affairs.pk), with_words=True)
    tell_due(at=monday(2))
    assert send_due(at=monday(2)) == 1
    assert "Tổng số: 0" in letters.letters[1].get_content()


def test_who_chose_no_mail_for_it_gets_the_notice_alone(office, subscribed, letters):  # noqa: F811
    Wish.objects.create(user=office.dung.user, mail={"report": "never"})
    assert tell_due(at=monday(1)) == 1 and send_due(at=monday(1)) == 0


def test_who_may_no_more_see_it_is_told_that_it_ended(office, subscribed):
    office.dung.valid_to = timezone.localdate() + dt.timedelta(days=1)
    office.dung.save()
    assert tell_due(at=monday(1)) == 0 and not Subscription.objects.exists()
    assert "không còn quyền" in Notice.objects.get(kind="report").text


def test_asked_for_twice_it_is_one_and_it_can_be_ended(office, subscribed):
    begin(office.dung)
    assert Subscription.objects.count() == 1
    end = reverse("subscription_end", args=[subscribed.pk])
    assert at_desk(office.lan).post(end).status_code == 404
    assert at_desk(office.dung).post(end).status_code == 302 and not Subscription.objects.exists()


def test_what_makes_no_sense_is_refused(office):
    assert "hằng tuần hoặc hằng tháng" in words(begin(office.dung, "hour"))
    assert at_desk(office.minh).post(BEGIN, {"report": "papers_in", "every": "week"}).status_code == 404
    assert at_desk(office.dung).post(BEGIN, {"report": "x", "every": "week"}).status_code == 404
    assert not Subscription.objects.exists()
