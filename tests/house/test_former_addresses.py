"""Every address of before leads on to the one of today, with its method; a stranger learns nothing from it."""

import pytest
from django.urls import resolve, reverse

from documents.models import Event
from tests.documents.desks import at_desk
from tests.house.test_urls import BEHIND, HANDS, addresses, asks_for_an_account

# The reader's own ticks: there is nothing behind it that a stranger could look for.
NO_NUMBER = "cong-viec/read/"
FORMER = [str(pattern.pattern) for pattern in addresses() if not pattern.name]


def name_of(route: str) -> str:
    section, _, verb, _ = route.split("/")
    names = {
        "van-ban-den": "incoming",
        "van-ban-di": "outgoing",
        "cong-viec": "assignment",
        "ky-so": "signing",
        "ky-hang-loat": "batch",
    }
    return f"{names[section]}_{verb}"


def test_none_is_open_and_all_are_known():
    assert all(asks_for_an_account(pattern) for pattern in addresses() if not pattern.name)
    assert {name_of(route) for route in FORMER if route != NO_NUMBER} <= set(BEHIND)
    assert len(FORMER) == len(set(FORMER)) == 39


def test_no_address_of_today_has_an_english_verb():
    verbs = {route.split("/")[-2] for route in FORMER}
    today = [str(pattern.pattern) for pattern in addresses() if pattern.name]
    assert not [route for route in today if verbs & set(route.split("/"))]


@pytest.mark.parametrize("route", [route for route in FORMER if route != NO_NUMBER])
def test_it_leads_on_and_strangers_find_nothing(office, client, route):
    name = name_of(route)
    behind = BEHIND[name](office)
    old, new = "/" + route.replace("<int:pk>", str(behind["pk"])), reverse(name, kwargs=behind)
    before = Event.objects.count()
    hand = at_desk(getattr(office, HANDS.get(name, "lan")))
    for answer in (hand.get(f"{old}?box=all"), hand.post(f"{old}?box=all", {"reason": "Lý do"})):
        assert answer.status_code == 308 and answer.url == f"{new}?box=all"
    for stranger in (office.khach, office.tu):
        assert at_desk(stranger).get(old).status_code == at_desk(stranger).post(old).status_code == 404
    for answer in (client.get(old), client.post(old)):
        assert answer.status_code == 302 and answer.url.startswith("/dang-nhap/")
    assert Event.objects.count() == before


def test_what_was_typed_arrives(office):
    paper = office.paper()
    lan = at_desk(office.lan)
    lan.post(f"/van-ban-den/{paper.pk}/register/", {}, follow=True)
    paper.refresh_from_db()
    assert paper.state == "registered"


def test_the_ticks_of_what_one_is_told_lead_on_too(office):
    answer = at_desk(office.lan).post(f"/{NO_NUMBER}")
    assert answer.status_code == 308 and resolve(answer.url).url_name == "assignment_read"
