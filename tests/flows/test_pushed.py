"""The script between browser and network hears a push in a real browser, shows no more than is allowed, and leads to the
right page; and what the page says where the browser gives no address to push to."""

import json

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from urllib3 import HTTPConnectionPool

from orgs.actions.notices import tell
from progress import push
from progress.actions.pushing import begin_push, send_due
from progress.models import PushAddress, Wish
from tests.progress.push_service import Browser, PushService

from .conftest import PASSWORD
from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
CHOICES = "/thong-bao/tuy-chon/"
WORDS = "Hoa giao bạn chủ trì."
SHOWN = """navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
  .then((all) => all.map((one) => ({ title: one.title, body: one.body, data: one.data })))"""
# What only a real press on a notification may do is noted instead.
PRESSED = """async () => {
  const done = [];
  clients.openWindow = async (address) => { done.push(["opened", address]); };
  WindowClient.prototype.focus = async function () { done.push(["focused", this.url]); };
  const [notification] = await registration.getNotifications();
  const waits = [], real = ExtendableEvent.prototype.waitUntil;
  ExtendableEvent.prototype.waitUntil = function (one) { waits.push(one); real.call(this, one); };
  dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  await Promise.all(waits);
  return [done, (await registration.getNotifications()).length];
}"""
# A browser's push service that answers as it is told: with an address, or not.
SERVICE = """(given) => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer;
  PushManager.prototype.subscribe = async () => ({
    endpoint: given.endpoint, getKey: (name) => bytes({ p256dh: given.point, auth: given.secret }[name]),
  });
}"""


@pytest.fixture
def minh(office, settings):
    settings.PUSH_KEY, settings.PUSH_SERVICES = push.new_key(), ["push.example"]
    office.minh.user.set_password(PASSWORD)
    office.minh.user.save()
    return office.minh.user


@pytest.fixture
def service(monkeypatch):
    """A push service on this machine, where no real one may be."""
    with PushService() as running:
        line = lambda endpoint: (HTTPConnectionPool("127.0.0.1", running.port, timeout=3), "/a")  # noqa: E731
        monkeypatch.setattr(push, "line_to", line)
        yield running


class Listening:
    """A page whose worker hears what is pushed, by the DevTools protocol in the place of the vendor's network."""

    def __init__(self, page: Page, origin: str):
        self.page, self.origin, found = page, origin, []
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.line = page.context.new_cdp_session(page)
        self.line.on(
            "ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"])
        )
        self.line.send("ServiceWorker.enable")
        while not found:
            page.wait_for_timeout(20)
        self.registration = found[0]["registrationId"]

    def hears(self, data: str) -> list[dict]:
        """The notifications that then stand there."""
        sent = {"origin": self.origin, "registrationId": self.registration, "data": data}
        before = self.page.evaluate(SHOWN)
        for _ in range(3):  # what comes while the browser looks for a newer worker, DevTools loses
            self.line.send("ServiceWorker.deliverPushMessage", sent)
            for _ in range(200):  # a busy machine wakes the worker late
                if (shown := self.page.evaluate(SHOWN)) and shown != before:
                    return shown
                self.page.wait_for_timeout(30)
        raise AssertionError(f"nothing new is shown: {before}")

    def press(self) -> list:
        return self.page.context.service_workers[0].evaluate(PRESSED)


def left_the_house(user, browser: Browser, service: PushService) -> dict:
    """What a notice becomes on the wire, read by the browser it is encrypted for."""
    tell([user], WORDS, at=timezone.now(), kind="work")
    assert send_due(at=timezone.now()) == 1
    return browser.read(service.heard[-1][2])


def test_a_push_is_shown_as_far_as_is_allowed_and_opens_its_page(
    minh, office, chromium, live_server, service
):
    problems, browser = [], Browser()
    begin_push(minh, **browser.given(), device="Chrome", at=timezone.now())
    page = signed_in(chromium, live_server, "minh", problems)
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    listening = Listening(page, live_server.url)
    said = left_the_house(minh, browser, service)
    (shown,) = listening.hears(json.dumps(said))
    assert shown == {"title": "Bạn có 1 thông báo mới", "body": "", "data": "/thong-bao/"}, "not a word of it"
    done, left = listening.press()
    assert done == [["opened", f"{live_server.url}/thong-bao/"]] and left == 0
    page.goto(done[0][1])
    expect(page.locator("main")).to_contain_text(WORDS)

    Wish.objects.create(user=minh, with_words=True)
    Wish.objects.create(organisation=office.home_affairs, with_words=True)
    (shown,) = listening.hears(json.dumps(left_the_house(minh, browser, service)))
    assert shown["body"] == WORDS
    done, _ = listening.press()
    assert done == [["focused", f"{live_server.url}/thong-bao/"]], "the page that is open already"
    (shown,) = listening.hears("không phải json")
    assert shown == {"title": "Bạn có thông báo mới", "body": "", "data": "/"}
    page.context.close()
    assert problems == []


def test_where_no_address_is_given_the_page_says_so_and_nothing_is_kept(minh, chromium, live_server):
    """In a private window the browser gives none, whatever its owner allows."""
    problems = []
    page = signed_in(chromium, live_server, "minh", problems)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{live_server.url}{CHOICES}")
    button = page.get_by_role("button", name="Bật trên thiết bị này")
    button.click()
    expect(page.get_by_text("Trình duyệt không cho phép.")).to_be_visible()
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    button.click()
    expect(page.get_by_text("Dịch vụ đẩy của trình duyệt không nhận đăng ký")).to_be_visible()
    expect(page.get_by_text("Trình duyệt không cho phép.")).to_be_hidden()
    assert page.url == f"{live_server.url}{CHOICES}" and not PushAddress.objects.exists()
    assert not [one for one in page.context.cookies() if one["name"].endswith("push")]
    page.context.close()
    assert all("incognito" in one for one in problems), "the browser's own word about it"


def test_where_one_is_given_it_is_kept_until_this_browser_signs_out(minh, chromium, live_server):
    problems, browser = [], Browser()
    page = signed_in(chromium, live_server, "minh", problems)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{live_server.url}{CHOICES}")
    page.evaluate(SERVICE, browser.given())
    page.get_by_role("button", name="Bật trên thiết bị này").click()
    expect(page.locator("main")).to_contain_text("Chrome trên Linux, bật từ")
    kept = PushAddress.objects.get()
    assert {"endpoint": kept.endpoint, "point": kept.point, "secret": kept.secret} == browser.given()
    page.get_by_label("Tài khoản Trần Quang Minh").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap/")
    assert not PushAddress.objects.exists()
    page.context.close()
    assert problems == []
