"""Open pages hear their number as it changes, from a real process (bench/notices.py measures how soon); and only whoever is signed in hears anything."""

import socket
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from orgs.actions.notices import see, tell
from orgs.models import Session, User
from progress.actions.telling import follow
from tests.documents.desks import at_desk, directed
from tests.progress.streams_process import streams

pytestmark = pytest.mark.xdist_group("streams")


class Page:
    """A browser's EventSource, as far as bytes go."""

    def __init__(self, port: int, key: str, path: str = "/thong-bao/dong/"):
        self.line = socket.create_connection(("127.0.0.1", port), timeout=10)
        cookie = f"Cookie: a=b; {django_settings.SESSION_COOKIE_NAME}={key}\r\n" if key else ""
        self.line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{cookie}\r\n".encode())
        self.heard = b""

    def hears(self, what: str, within: float = 30.0) -> bool:
        end = time.monotonic() + within
        while what.encode() not in self.heard:
            self.line.settimeout(max(end - time.monotonic(), 0.01))
            try:
                piece = self.line.recv(4096)
            except TimeoutError:
                return False
            if not piece:
                return False
            self.heard += piece
        return True

    def ends(self, within: float = 30.0) -> bool:
        self.hears("\0never", within)
        self.line.settimeout(0.1)
        try:
            return self.line.recv(10) == b""
        except TimeoutError:
            return False


@pytest.fixture
def port(transactional_db):
    with streams() as port:
        yield port


def key_of(client) -> str:
    return client.session.session_key


def test_two_people_each_hear_their_own_number(port, office, now):
    minh, dung = (Page(port, key_of(at_desk(post))) for post in (office.minh, office.dung))
    assert minh.hears('"unread": 0') and dung.hears('"unread": 0')
    assert b"text/event-stream" in minh.heard and b"no-store" in minh.heard
    directed(office)
    follow(at=timezone.now())
    assert minh.hears('"unread": 1') and dung.hears('"unread": 1')
    see(office.minh.user, at=timezone.now())  # another page of his
    tell([office.dung.user], "Chuyện riêng.", at=now)
    assert dung.hears('"unread": 2') and "Chuyện".encode() not in dung.heard
    assert minh.hears(
        '"unread": 0}\n\nevent: notices\ndata: {"unread": 1}\n\nevent: notices\ndata: {"unread": 0}'
    )


@pytest.mark.parametrize("how", ["signed out", "locked", "idle"])
def test_whoever_is_signed_in_no_more_hears_no_more(port, office, how):
    client = at_desk(office.minh)
    page = Page(port, key_of(client))
    assert page.hears("unread")
    if how == "signed out":
        client.post("/dang-xuat/")
    elif how == "locked":
        User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    else:
        Session.objects.update(seen_at=timezone.now() - timedelta(days=1))
    assert page.hears("event: end") and page.ends()


@pytest.mark.parametrize(
    ("key", "path", "answer"),
    [("", "/thong-bao/dong/", "401"), ("a" * 32, "/thong-bao/dong/", "401"), ("a b'", "/thong-bao/dong/", "401"), ("x", "/", "404")],
)  # fmt: skip
def test_a_stranger_is_sent_away(port, key, path, answer):
    page = Page(port, key, path)
    assert page.hears(f"HTTP/1.1 {answer}") and page.ends()


def test_noise_harms_nobody(port, office):
    good = Page(port, key_of(at_desk(office.minh)))
    assert good.hears("unread")
    for noise in (b"\0" * 50_000, b"POST /thong-bao/dong/ HTTP/1.1\r\n\r\n", b"\r\n\r\n", b"GET"):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(noise)
    tell([office.minh.user], "Một.", at=timezone.now())
    assert good.hears('"unread": 1')


def test_a_ring_that_was_lost_is_made_up_for(port, office):
    page = Page(port, key_of(at_desk(office.minh)))
    assert page.hears("unread")
    User.objects.filter(pk=office.minh.user_id).update(notices_waiting=7)  # nobody rang
    assert page.hears('"unread": 7')
