"""A browser that is told while no page is open is told nothing more when its session was ended, from wherever."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from orgs import sessions
from orgs.models import Session
from progress.models import PushAddress
from progress.views import choices
from tests.documents.desks import at_desk
from tests.documents.test_race import together
from tests.orgs.test_sessions import GOOD, sit_down
from tests.progress.push_service import Browser

BEGIN = reverse("push_begin")


@pytest.fixture(autouse=True)
def _known(settings):
    settings.PUSH_SERVICES = [*settings.PUSH_SERVICES, "push.example"]


def switched_on(client, name: str):
    assert client.post(BEGIN, Browser(name).given()).status_code == 302
    return client


def signs_in(client) -> Client:
    assert client.post("/dang-nhap/", {"username": "minh", "password": GOOD}).status_code == 302
    return client


def told() -> set[str]:
    return {one.endpoint.rpartition("/")[2] for one in PushAddress.objects.all()}


def ends(here, other) -> None:
    name = sessions.name_of(other.session.session_key)
    assert here.post(reverse("session_end"), {"session": name}).status_code == 302


@pytest.fixture
def here(office):
    return switched_on(sit_down(office.minh), "here")


def test_ending_one_session_ends_what_is_pushed_to_its_browser_and_to_no_other(office, here):
    lost, phone = (switched_on(signs_in(Client()), name) for name in ("lost", "phone"))
    switched_on(sit_down(office.khach), "khach")
    ends(here, lost)
    assert told() == {"here", "phone", "khach"} and phone.get("/to-chuc/").status_code == 200
    ends(here, lost)  # it is over already
    assert told() == {"here", "phone", "khach"}


def test_also_where_it_was_switched_on_in_an_earlier_session(here):
    """Signed out by the clock, which leaves it, and in again."""
    lost = switched_on(signs_in(Client()), "lost")
    session = lost.session
    session["seen"] = 0
    session.save()
    assert lost.get("/to-chuc/").status_code == 302 and told() == {"here", "lost"}
    signs_in(lost)
    ends(here, lost)
    assert told() == {"here"}


def test_a_browser_that_another_person_took_over_is_his(office, here):
    lost = switched_on(signs_in(Client()), "lost")
    other = sit_down(office.khach)
    switched_on(other, "lost")
    ends(here, lost)
    assert told() == {"here", "lost"}


def test_signing_out_ends_it_also_in_a_later_session(here):
    lost = switched_on(signs_in(Client()), "lost")
    lost.cookies.pop("sessionid", None)
    signs_in(lost)
    lost.post(reverse("logout"))
    assert told() == {"here"}


def test_a_locked_account_ends_every_browser_of_it(office, here):
    switched_on(signs_in(Client()), "lost")
    switched_on(sit_down(office.khach), "khach")
    at_desk(office.quantri).post(reverse("user_lock", args=[office.minh.user_id]))
    assert told() == {"khach"} and not Session.objects.filter(user=office.minh.user).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("all_of_them", [False, True])
def test_switched_on_while_its_session_is_ended_nothing_is_left(transactional_db, office, all_of_them):
    here, cast = sit_down(office.minh), []
    for number in range(3):
        lost = signs_in(Client(raise_request_exception=False))
        name = sessions.name_of(lost.session.session_key)
        what = {} if all_of_them else {"session": name}
        cast += together(
            lambda lost=lost, number=number: lost.post(BEGIN, Browser(f"lost{number}").given()),
            lambda what=what: here.post(reverse("session_end"), what),
        )
    assert told() == set()
    assert {answer.status_code for answer in cast} <= {302, 400}, cast


def test_a_session_that_is_gone_when_the_press_arrives_stores_nothing(office, here, monkeypatch):
    lost = signs_in(Client())
    real = choices.begin_push

    def gone(*args, **kwargs):
        Session.objects.filter(session_key=lost.session.session_key).delete()
        cache.clear()
        return real(*args, **kwargs)

    monkeypatch.setattr(choices, "begin_push", gone)
    assert lost.post(BEGIN, Browser("lost").given()).status_code == 400
    assert told() == {"here"}
