"""Every number that is a link opens a list as long as it says: on every page, for every role, found by walking."""

import copy
import html
import re
from urllib.parse import urljoin

import pytest

from orgs.models import Role
from tests.documents.desks import at_desk
from tests.progress.history import History
from tests.progress.test_links import ROW

# A link whose number says how many rows stand behind it: of the rail, of tabs, a tile, a figure of a desk.
COUNTED = re.compile(
    r'<a\b[^>]*?href="(?P<url>[^"]+)"[^>]*>(?P<inside>(?:(?!</a>).)*?<(?:span class="count"[^>]*|b)>(?P<count>\d+)</(?:span|b)>(?:(?!</a>).)*?)</a>',
    re.S,
)
# Pages that are walked: what the rail, the boxes and the tabs lead to. A single paper has counts of its own.
WALKED = re.compile(r'<a\b[^>]*?href="(/(?:[a-z-]+/)?(?:\?(?:box|tab|show)=[\w-]+)?)"')
# The bell counts what is unread and opens all notices, unread first; the page of the exchange has its numbers in tables.
NOT_A_LIST = ("/thong-bao/", "/lien-thong/")


@pytest.fixture(scope="module")
def _lived(module_office):
    office, history = module_office, History(module_office, 11)
    history.live(days=40, acts=220)
    office.ha, office.theo, office.mai = history.ha, history.theo, history.mai
    office.luu = office.post("luu", "Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    office.quanly = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    return office


@pytest.fixture
def lived(_lived, db, settings):
    settings.PAGE_SIZE = 7  # so that lists have more than one page
    settings.AXIS_URL = ""
    return copy.deepcopy(_lived)


def length(client, url: str) -> int:
    total = 0
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, url
        page = answer.context["page"]
        # The first page of a whole box is remembered as it was drawn, without what it was drawn from.
        total += len(page.rows) or len(ROW.findall(answer.content.decode()))
        url = urljoin(url, page.older_url) if page.older_url else ""
    return total


def walk(client) -> dict[tuple[str, int], str]:
    """Every count on every page that the rail leads to → the page it stands on."""
    waiting, seen, found = ["/"], set(), {}
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        answer = client.get(here, follow=True)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        page = answer.content.decode()
        waiting += WALKED.findall(html.unescape(page))
        for link in COUNTED.finditer(page):
            url = urljoin(here, html.unescape(link["url"]))
            if not url.startswith(NOT_A_LIST):
                found[url, int(link["count"])] = here
    return found


@pytest.mark.parametrize(
    "who", ["lan", "dung", "thao", "ha", "hoa", "minh", "mai", "theo", "luu", "quanly", "quantri"]
)
def test_every_count_on_every_page_opens_a_list_as_long(lived, who):
    client = at_desk(getattr(lived, who))
    wrong = []
    found = walk(client)
    for (url, count), here in found.items():
        rows = length(client, url)
        if rows != count:
            wrong.append(f"{here}: {url} says {count}, opens {rows}")
    assert wrong == []
    assert who in ("luu", "quanly", "quantri", "theo") or len(found) >= 5
