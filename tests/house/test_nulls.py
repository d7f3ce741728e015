"""A zero byte, which PostgreSQL keeps in no text: in every field of every page it is a form that is wrong, never a fault."""

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from tests.documents.desks import at_desk
from tests.house.sweeping import FORM, NUMBERS, bodies, form, names_read, templates_without_numbers
from tests.house.test_urls import BEHIND, FOR_A_ROLE, HANDS, named

TEXT = "Lý do đủ dài\x00 để gửi đi"
PAGES = sorted(
    name for name, one in named().items() if name and not one.pattern.regex.groups and name != "logout"
)


@pytest.fixture(scope="module", autouse=True)
def _without_numbers():
    """The rail is one for all pages, and bears the same fields in test_rail.py."""
    with override_settings(TEMPLATES=templates_without_numbers(settings)):
        yield


def nulls() -> list[str]:
    """Good values everywhere but in the words that a view reads by itself; and then in every field at once."""
    good, queried = bodies()
    read = names_read() - set(NUMBERS)
    return [form(good | dict.fromkeys(read, TEXT)), form(dict.fromkeys({*good, *queried}, TEXT))]


def unbroken(post, url: str, forms: list[str]) -> None:
    client = at_desk(post)
    for sent in forms:
        for answer in (client.get(f"{url}?{sent}"), client.post(url, sent, content_type=FORM)):
            well = answer.status_code < 500 or url == reverse(
                "healthz"
            )  # no worker runs here, and it says so
            assert well, (url, answer.status_code)


@pytest.mark.parametrize("name", sorted(BEHIND))
def test_behind_every_number(office, name):
    who = HANDS.get(name, "quantri" if name in FOR_A_ROLE else "lan")
    url = reverse(name, kwargs=BEHIND[name](office))  # what stands behind it may bring the person along
    unbroken(getattr(office, who), url, nulls())


@pytest.mark.parametrize("name", PAGES)
def test_on_every_page(office, name):
    forms = nulls()
    for who in ("lan", "minh", "dung", "quantri"):
        unbroken(getattr(office, who), reverse(name), forms)
