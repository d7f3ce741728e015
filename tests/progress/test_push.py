"""Notices pushed to a browser, through a real push service: encrypted, once, no more than is allowed, and nowhere inside."""

import datetime as dt
import socket
import time

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from urllib3 import HTTPConnectionPool

from orgs.actions import accounts
from orgs.actions.factors import reset_factors
from orgs.actions.notices import see, tell
from orgs.models import Notice
from orgs.sessions import end_all
from progress import push
from progress.actions import pushing
from progress.actions.pushing import BROWSERS, send_due
from progress.models import Dispatch, PushAddress, Wish
from tests.documents.desks import at_desk, words
from tests.progress.push_service import Browser, PushService, claims_of

BEGIN = reverse("push_begin")


@pytest.fixture(autouse=True)
def _known(settings):
    settings.PUSH_SERVICES = [*settings.PUSH_SERVICES, "push.example"]


@pytest.fixture
def service(settings, monkeypatch):
    settings.PUSH_KEY, settings.PUBLIC_URL = push.new_key(), "https://vanban.example"
    with PushService() as running:
        # The one thing that is another: a service on this machine, where no real one may be.
        monkeypatch.setattr(
            push,
            "line_to",
            lambda endpoint: (
                HTTPConnectionPool("127.0.0.1", running.port, timeout=3),
                push.checked(endpoint)[1],
            ),
        )
        yield running


def switched_on(post, name="a") -> Browser:
    browser = Browser(name)
    answer = at_desk(post).post(
        BEGIN, browser.given(), headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0"}
    )
    assert answer.status_code == 302
    return browser


def told(post, text="Việc của bạn được sửa."):
    tell([post.user], text, at=timezone.now(), kind="work")


def test_what_is_told_is_heard_once_by_that_browser_alone(office, service):
    browser = switched_on(office.minh)
    told(office.minh)
    at = timezone.now()
    assert send_due(at=at) == 1 and send_due(at=at) == 0
    ((path, headers, body),) = service.heard
    assert path == "/a" and headers["Content-Encoding"] == "aes128gcm" and headers["Host"] == "push.example"
    assert browser.read(body) == {"title": "Bạn có 1 thông báo mới", "body": "", "url": reverse("notices")}
    assert b"th\xc3\xb4ng" not in body
    claims = claims_of(headers["Authorization"])
    assert claims["aud"] == "https://push.example" and claims["sub"] == "https://vanban.example"
    assert at.timestamp() < claims["exp"] <= at.timestamp() + 24 * 3600
    assert Dispatch.objects.get().state == "sent"
    with pytest.raises(Exception):  # noqa: B017 whatever the cipher calls it
        Browser().read(body)


def test_the_example_of_the_standard():
    """RFC 8291, section 5 and appendix A."""
    body = push.encrypted(
        b"When I grow up, I want to be a watermelon",
        browser=push.decoded("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        secret=push.decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        key=push.key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), salt=push.decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert push.encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95b"
        "Qpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_sentences_only_where_the_office_and_the_person_allow_them(office, service):
    browser = switched_on(office.minh)
    Wish.objects.create(user=office.minh.user, with_words=True)
    told(office.minh)
    send_due(at=timezone.now())
    assert browser.read(service.heard[0][2])["body"] == ""
    Wish.objects.create(organisation=office.home_affairs, with_words=True)
    told(office.minh)
    send_due(at=timezone.now())
    assert browser.read(service.heard[1][2])["body"] == "Việc của bạn được sửa."


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_is_gone_is_forgotten(office, service, status):
    switched_on(office.minh, "old")
    switched_on(office.minh, "new")
    service.answers["/old"] = status
    told(office.minh)
    assert send_due(at=timezone.now()) == 1
    assert list(PushAddress.objects.values_list("endpoint", flat=True)) == ["https://push.example/new"]
    service.answers["/new"] = status
    told(office.minh)
    assert send_due(at=timezone.now()) == 0 and not PushAddress.objects.exists()
    assert list(Dispatch.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "dropped"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_away_hears_it_later_and_once(office, service, status):
    switched_on(office.minh)
    service.answers["/a"] = status
    told(office.minh)
    at = timezone.now()
    assert send_due(at=at) == 0 and send_due(at=at) == 0 and len(service.heard) == 1
    service.answers.clear()
    assert send_due(at=at + dt.timedelta(hours=5)) == 1 and len(service.heard) == 2


@pytest.mark.parametrize(("status", "state"), [(None, "unknown"), (302, "refused"), (413, "refused")])
def test_what_may_have_been_heard_or_is_refused_is_not_said_again(office, service, status, state):
    switched_on(office.minh)
    service.answers["/a"] = status
    told(office.minh)
    at = timezone.now()
    for hours in (0, 5, 50):
        assert send_due(at=at + dt.timedelta(hours=hours)) == 0
    assert len(service.heard) == 1 and Dispatch.objects.get().state == state


def test_a_service_nobody_answers_at_waits(office, service, monkeypatch):
    switched_on(office.minh)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(
        push, "line_to", lambda endpoint: (HTTPConnectionPool("127.0.0.1", port, timeout=1), "/")
    )
    told(office.minh)
    assert send_due(at=timezone.now()) == 0 and Dispatch.objects.get().state == "waiting"


def test_what_was_seen_meanwhile_and_what_nobody_wants_is_not_pushed(office, service):
    switched_on(office.minh)
    told(office.minh)
    see(office.minh.user, at=timezone.now())
    assert send_due(at=timezone.now()) == 0
    Wish.objects.create(user=office.minh.user, push="never")
    told(office.minh)
    told(office.dung)  # has no browser
    assert send_due(at=timezone.now()) == 0 and not service.heard
    assert Notice.objects.count() == 3


NOT_PUBLIC = [
    "http://push.example/a", "https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.1/", "https://192.168.1.1/a",
    "https://169.254.169.254/latest", "https://localhost/a", "https://u:p@push.example/", "https://push.example:8443/",
    "https://[::ffff:10.0.0.1]/", "https://0.0.0.0/", "ftp://push.example/", "https://push.example/#x", "https:///a", "",
    "https://another.example/a", "https://fcm.googleapis.com.another.example/a", "https://push.apple.com/a",
    "https://push.example/\x00", "https://push.example/\r\nHost: x", "https://bé.example/", "https://100.64.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", NOT_PUBLIC)
def test_no_address_inside_is_ever_spoken_to(endpoint):
    with pytest.raises(push.NotAllowed):
        push.line_to(endpoint)


@pytest.mark.parametrize(
    "inside",
    [
        "10.1.2.3",
        "127.0.0.1",
        "::1",
        "fd00::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
        "fec0::1",
        "::10.1.2.3",
    ],
)
def test_a_name_that_means_an_address_inside_is_not_either(monkeypatch, inside):
    found = [(0, 0, 0, "", (one, 443)) for one in ("203.0.114.1", inside)]
    monkeypatch.setattr(push.socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(push.NotAllowed):
        push.line_to("https://push.example/a")


@pytest.mark.parametrize(
    "host",
    [
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
        "wns2-par02p.notify.windows.com",
    ],
)
def test_the_services_of_the_browsers_there_are_are_known(host):
    assert push.checked(f"https://{host}/send/abc") == (host, "/send/abc")


def test_a_service_that_answers_sign_by_sign_is_not_waited_for(office, service, monkeypatch):
    switched_on(office.minh)
    service.pauses["/a"] = 2.5
    monkeypatch.setattr(pushing, "A_PUSH", 0.4)
    told(office.minh)
    begun = time.monotonic()
    assert send_due(at=timezone.now()) == 0 and time.monotonic() - begun < 2
    assert len(service.heard) == 1 and Dispatch.objects.get().state == "unknown"


def test_a_run_ends_in_time_and_the_next_goes_on(office, service, monkeypatch):
    for post, name in ((office.minh, "a"), (office.dung, "b")):
        switched_on(post, name)
        service.pauses[f"/{name}"] = 0.5
        told(post)
    monkeypatch.setattr(pushing, "A_RUN", 0.4)
    assert [send_due(at=timezone.now()) for _ in range(3)] == [1, 1, 0]


def test_a_public_name_is_spoken_to_at_the_address_that_was_looked_at(monkeypatch):
    found = [(0, 0, 0, "", (one, 443)) for one in ("2a00:1450:4001::1", "142.250.1.1")]
    monkeypatch.setattr(push.socket, "getaddrinfo", lambda *args, **kwargs: found)
    line, path = push.line_to("https://push.example/a?b=1")
    assert (line.host, line.port, path) == ("142.250.1.1", 443, "/a?b=1")
    assert line.assert_hostname == "push.example"


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/"},
        {"point": "abc"},
        {"secret": "abc"},
        {"point": "\x00"},
        {"endpoint": ""},
        {"secret": "é"},
    ],
)
def test_what_no_browser_gives_is_refused(office, service, wrong):
    page = at_desk(office.minh).post(BEGIN, Browser().given() | wrong, follow=True)
    assert "không dùng được" in words(page) and not PushAddress.objects.exists()


def test_a_browser_is_one_persons_and_a_person_has_not_too_many(office, service):
    browser = switched_on(office.minh)
    at_desk(office.dung).post(BEGIN, browser.given())
    assert PushAddress.objects.get().user == office.dung.user
    for number in range(BROWSERS + 2):
        switched_on(office.minh, f"n{number}")
    names = set(PushAddress.objects.filter(user=office.minh.user).values_list("endpoint", flat=True))
    assert len(names) == BROWSERS and "https://push.example/n0" not in names


def test_it_is_switched_off_where_it_was_switched_on(office, service):
    switched_on(office.minh)
    page = at_desk(office.minh).get(reverse("notice_choices"))
    assert "Chrome trên Android" in words(page) and b"data-push=" in page.content
    end = reverse("push_end", args=[PushAddress.objects.get().pk])
    assert at_desk(office.dung).post(end).status_code == 404
    assert at_desk(office.minh).post(end).status_code == 302 and not PushAddress.objects.exists()


def test_signing_out_ends_it_in_that_browser_alone(office, service):
    client, stranger = at_desk(office.minh), at_desk(office.dung)
    client.post(BEGIN, Browser("here").given())
    switched_on(office.minh, "there")
    stranger.cookies["push"] = client.cookies["push"].value
    stranger.post(reverse("logout"))
    assert PushAddress.objects.count() == 2, "nobody else's to end"
    client.post(reverse("logout"))
    assert [one.endpoint for one in PushAddress.objects.all()] == ["https://push.example/there"]
    other = at_desk(office.minh)
    other.cookies["push"] = "x:y"
    assert other.post(reverse("logout")).status_code == 302 and PushAddress.objects.count() == 1


def test_a_session_that_ended_by_itself_leaves_it(office, service):
    client = at_desk(office.minh)
    client.post(BEGIN, Browser("here").given())
    session = client.session
    session["seen"] = 0
    session.save()
    assert client.get(reverse("notice_choices")).status_code == 302 and PushAddress.objects.count() == 1


ENDS = {
    "lock": lambda user, by, at: accounts.lock(user, by=by, at=at),
    "reset": lambda user, by, at: accounts.reset_password(user, by=by, at=at),
    "change": lambda user, by, at: accounts.change_password(user, "doi-moi-2026-xyz", keep="", by=None, at=at),
    "factors": lambda user, by, at: reset_factors(user, by=by, at=at),
    "sessions": lambda user, by, at: end_all(user, but="x"),
}  # fmt: skip


@pytest.mark.parametrize("how", ENDS)
def test_what_ends_the_sessions_of_an_account_ends_it_in_every_browser(office, service, how):
    for post, name in ((office.minh, "a"), (office.minh, "b"), (office.dung, "c")):
        switched_on(post, name)
    ENDS[how](office.minh.user, office.quantri, timezone.now())
    assert [one.user for one in PushAddress.objects.all()] == [office.dung.user]


def test_ending_all_other_sessions_on_the_page_of_the_account_ends_it(office, service):
    switched_on(office.minh)
    client = Client()
    office.minh.user.set_password("mat-khau-2026-xyz")
    office.minh.user.save()
    client.post("/dang-nhap/", {"username": "minh", "password": "mat-khau-2026-xyz"})
    client.post(reverse("session_end"))
    assert not PushAddress.objects.exists()


@pytest.mark.parametrize("wrong", ["x", "không phải khóa", "AA", "_" * 43, "a b"])
def test_a_key_that_is_none_ends_the_start(settings, wrong):
    settings.PUSH_KEY = wrong
    assert [one.id for one in run_checks() if one.id.startswith("progress")] == ["progress.E001"]
    for right in ("", push.new_key()):
        settings.PUSH_KEY = right
        assert not [one for one in run_checks() if one.id.startswith("progress")]


def test_without_a_key_nothing_is_offered_and_nothing_pushed(office, service, settings):
    switched_on(office.minh)
    settings.PUSH_KEY = ""
    told(office.minh)
    assert not Dispatch.objects.exists() and send_due(at=timezone.now()) == 0
    assert b"data-push" not in at_desk(office.minh).get(reverse("notice_choices")).content
