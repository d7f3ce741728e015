"""Where somebody is signed in: shown, ended, and over by itself after an hour unused or a day."""

import time

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse

from orgs import sessions
from orgs.models import Session
from tests.orgs.test_reauthentication import stale

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
GOOD = "mua-thu-ha-noi-2026"


def sit_down(post, user_agent=CHROME, address="10.0.0.1"):
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    post.user.set_password(GOOD)
    post.user.save()
    assert client.post("/dang-nhap/", {"username": post.user.username, "password": GOOD}).status_code == 302
    return client


def aged(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(time.time()) - ago
    session.save()
    return client


def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(office):
    here = sit_down(office.minh)
    phone = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="2001:db8::7")
    phone.post("/dang-nhap/", {"username": "minh", "password": GOOD})
    stranger = sit_down(office.khach)
    page = here.get(reverse("account")).content.decode()
    assert "Chrome trên Windows" in page and "Safari trên iPhone" in page and "2001:db8::7" in page
    assert phone.session.session_key not in page and here.session.session_key not in page
    name = sessions.name_of(phone.session.session_key)
    stranger.post(reverse("session_end"), {"session": name})
    assert phone.get("/to-chuc/").status_code == 200, "nobody else's to end"
    here.post(reverse("session_end"), {"session": name})
    assert phone.get("/to-chuc/").status_code == 302 and here.get("/to-chuc/").status_code == 200


def test_all_others_end_at_once(office):
    here = sit_down(office.minh)
    others = [Client() for _ in range(2)]
    for other in others:
        other.post("/dang-nhap/", {"username": "minh", "password": GOOD})
    here.post(reverse("session_end"))
    assert [other.get("/to-chuc/").status_code for other in others] == [302, 302]
    assert here.get("/to-chuc/").status_code == 200


def test_ending_one_asks_who_is_there_when_the_proof_is_old(office):
    here, other = sit_down(office.minh), Client()
    other.post("/dang-nhap/", {"username": "minh", "password": GOOD})
    stale(here)
    page = here.post(reverse("session_end"))
    assert page.status_code == 200 and "Mật khẩu" in page.content.decode()
    assert other.get("/to-chuc/").status_code == 200


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ({"seen": 3601}, "60 phút không dùng"),
        ({"begun": 36001}, "hết sau một ngày"),
        ({"seen": 3500, "begun": 35900}, ""),
    ],
)
def test_a_session_ends_by_itself(office, seconds, said):
    client = aged(sit_down(office.minh), **seconds)
    answer = client.get("/to-chuc/", follow=True)
    assert answer.redirect_chain == ([("/dang-nhap/?next=/to-chuc/", 302)] if said else [])
    assert said in answer.content.decode()


def test_a_click_writes_at_most_once_a_minute_and_a_page_that_asks_by_itself_never(
    office, django_assert_num_queries
):
    client = sit_down(office.minh)
    client.get("/to-chuc/")
    row = Session.objects.filter(user=office.minh.user)
    before = row.values_list("seen_at", flat=True).get()
    aged(client, seen=61)
    client.get("/to-chuc/", headers={"sec-fetch-mode": "cors"})
    assert row.values_list("seen_at", flat=True).get() < before
    client.get("/to-chuc/")
    assert row.values_list("seen_at", flat=True).get() >= before


def test_a_locked_account_and_a_reset_password_lose_every_session(office, sign_in):
    for name in ("user_lock", "user_password"):
        client = sit_down(office.minh)
        sign_in(office.quantri).post(reverse(name, args=[office.minh.user_id]))
        assert not Session.objects.filter(user=office.minh.user).exists()
        assert client.get("/to-chuc/").status_code == 302
        type(office.minh.user).objects.filter(pk=office.minh.user_id).update(is_active=True)


def test_an_ended_session_is_not_brought_back_by_a_page_still_on_its_way(office):
    client = sit_down(office.minh)
    late = client.session
    late["post"] = office.minh.pk
    sessions.end_all(office.minh.user)
    with pytest.raises(UpdateError):
        late.save()
    assert not Session.objects.filter(user=office.minh.user).exists()
