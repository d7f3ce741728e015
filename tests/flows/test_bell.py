"""Two browsers side by side: what one does moves the other's bell, and the list says so without moving."""

import copy

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from progress.actions.telling import follow
from tests.documents.desks import directed
from tests.progress.streams_process import streams

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
BELL, FRESH = "[data-bell] [data-count]", "[data-fresh]"


@pytest.fixture
def live(town, live_server, settings):
    with streams(PUBLIC_URL=live_server.url) as port:
        policy = copy.deepcopy(django_settings.CONTENT_SECURITY_POLICY)
        # Cookies follow the name of the host: the same one as the pages.
        settings.DEMO_STREAMS_URL = f"{live_server.url.rpartition(':')[0]}:{port}"
        policy["DIRECTIVES"]["connect-src"] = ["'self'", settings.DEMO_STREAMS_URL]
        settings.CONTENT_SECURITY_POLICY = policy
        yield live_server


def test_a_bell_moves_while_the_page_stands_still(town, chromium, live):
    problems = []
    minh, hoa = (signed_in(chromium, live, name, problems) for name in ("minh", "hoa"))
    for page in (minh, hoa):
        page.goto(f"{live.url}/cong-viec/")
        page.wait_for_function("performance.getEntriesByType('resource').length > 0")
        page.wait_for_timeout(1500)
        assert not page.is_visible(BELL) and not page.is_visible(FRESH)
    directed(town, lead=town.minh)
    follow(at=timezone.now())
    minh.wait_for_selector(BELL, timeout=10_000)
    minh.wait_for_selector(FRESH, timeout=2_000)
    assert minh.inner_text(BELL) == "1" and not hoa.is_visible(BELL)
    assert minh.get_attribute("[data-bell]", "aria-label") == "Thông báo, 1 chưa xem"
    minh.click("[data-reload]")
    minh.wait_for_load_state()
    assert not minh.is_visible(FRESH)
    minh.click("[data-bell]")
    with minh.expect_navigation():
        minh.locator(".notices .notice button").first.click()
    assert "/van-ban-den/" in minh.url and not minh.is_visible(BELL)
    assert problems == []


def test_without_a_stream_the_page_asks_and_complains_of_nothing(town, chromium, live_server):
    problems = []
    page = signed_in(chromium, live_server, "minh", problems)
    page.clock.install()
    page.goto(f"{live_server.url}/cong-viec/")
    page.clock.run_for(1_000)
    page.wait_for_timeout(1_000)
    directed(town, lead=town.minh)
    follow(at=timezone.now())
    page.clock.run_for(50_000)
    page.wait_for_selector(BELL, timeout=10_000)
    assert problems == []
