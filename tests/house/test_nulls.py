"""A zero byte, which PostgreSQL keeps in no text: in every field of every page it is a form that is wrong, never a fault."""

import pytest
from django.urls import reverse

from tests.documents.desks import at_desk
from tests.house.sweeping import NUMBERS, bodies, names_read
from tests.house.test_urls import BEHIND, FOR_A_ROLE, HANDS, named

TEXT = "Lý do đủ dài\x00 để gửi đi"
PAGES = sorted(
    name for name, one in named().items() if name and not one.pattern.regex.groups and name != "logout"
)


def nulls() -> list[dict]:
    """Good values everywhere but in the words that a view reads by itself; and then in every field at once."""
    good, queried = bodies()
    read = names_read() - set(NUMBERS)
    return [good | dict.fromkeys(read, TEXT), dict.fromkeys({*good, *queried}, TEXT)]


def unbroken(client, url: str) -> None:
    for sent in nulls():
        for answer in (client.get(url, sent), client.post(url, sent)):
            well = answer.status_code < 500 or url == reverse(
                "healthz"
            )  # no worker runs here, and it says so
            assert well, (url, answer.status_code)


@pytest.mark.parametrize("name", sorted(BEHIND))
def test_behind_every_number(office, name):
    who = HANDS.get(name, "quantri" if name in FOR_A_ROLE else "lan")
    url = reverse(name, kwargs=BEHIND[name](office))  # what stands behind it may bring the person along
    unbroken(at_desk(getattr(office, who)), url)


@pytest.mark.parametrize("name", PAGES)
def test_on_every_page(office, name):
    for who in ("lan", "minh", "dung", "quantri"):
        unbroken(at_desk(getattr(office, who)), reverse(name))
