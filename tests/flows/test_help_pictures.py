"""The pictures of the help, as people see them beside the words."""

import pytest
from django.conf import settings
from django.urls import reverse

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
PICTURES = sorted((settings.BASE_DIR / "static" / "help").glob("*.webp"))


def test_every_picture_is_shown_whole_on_a_screen_and_on_a_phone(town, chromium, live_server):
    problems: list[str] = []
    page = signed_in(chromium, live_server, "lan", problems)
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for picture in PICTURES:
            page.goto(f"{live_server.url}{reverse('help_desk', args=[picture.stem])}")
            shown = page.locator("figure img")
            shown.scroll_into_view_if_needed()
            page.wait_for_function("document.querySelector('figure img').complete")
            natural, wide, tall, over = shown.evaluate(
                "one => [one.naturalWidth, one.clientWidth, one.clientHeight,"
                " document.documentElement.scrollWidth > innerWidth + 1]"
            )
            assert natural == 1280 and not over, (picture.stem, width)
            assert wide <= width and abs(tall - wide * 720 / 1280) <= 2, (picture.stem, width, wide, tall)
    assert PICTURES and problems == []


def test_together_they_are_light():
    assert sum(picture.stat().st_size for picture in PICTURES) < 400_000
