"""The secret address of one's deadlines: no sign-in, no word of a paper, and gone when it is renewed."""

import datetime as dt
import re

from django.urls import reverse
from django.utils import timezone

from orgs.models import User
from progress.models import CalendarAddress
from tests.documents.desks import at_desk, directed


def _address(page) -> str:
    return re.search(r"/lich/[\w-]+\.ics", page.content.decode())[0]


def test_one_sees_ones_own_deadlines_and_no_subject(office, client):
    due = timezone.localdate() + dt.timedelta(days=9)
    directed(office, due_on=due, subject="Chuyện riêng")
    directed(office, number="2", lead=office.hoa, due_on=due)
    page = at_desk(office.minh).post(reverse("calendar_renew"))
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    answer = client.get(_address(page))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and text.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in text and "Chuyện" not in text and "Minh" not in text
    assert CalendarAddress.objects.get().digest not in _address(page)


def test_a_renewed_ended_or_locked_address_opens_nothing(office, client):
    minh = at_desk(office.minh)
    first = _address(minh.post(reverse("calendar_renew")))
    second = _address(minh.post(reverse("calendar_renew")))
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200
    User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    assert client.get(second).status_code == 404
    User.objects.filter(pk=office.minh.user_id).update(is_active=True)
    at_desk(office.minh).post(reverse("calendar_end"))
    assert client.get(second).status_code == 404
    assert client.get("/lich/" + "x" * 3000 + ".ics").status_code == 404
