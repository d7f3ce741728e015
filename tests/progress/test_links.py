"""Every figure is a link, and the list behind it is as long as the figure says: on every report, for every role."""

import copy
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import readings
from documents.actions.work import assignments as work
from orgs.models import Role
from progress.reports.all import REPORTS
from tests.documents.desks import at_desk, directed, task_of, words
from tests.progress.history import History

FIGURE = re.compile(r'<a [^>]*?href="([^"]*[?&;]class=[^"]*)"[^>]*>\s*(?:<b>)?(\d+)\b')
ROW = re.compile(r'<tr data-row>|<tr role="row"[^>]*>\s*<td')
OLDER = re.compile(r'rel="next" href="([^"]+)"')
YEAR = "period=range&from={since}&to={until}"


def figures(answer) -> list[tuple[str, int]]:
    return [(html.unescape(url), int(count)) for url, count in FIGURE.findall(answer.content.decode())]


def length(client, url: str) -> int:
    """How many rows the list has, paged through to its end."""
    base, total = url.split("?")[0], 0
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        total += len(ROW.findall(page))
        older = OLDER.search(page)
        url = base + html.unescape(older[1]) if older else ""
    return total


@pytest.fixture(scope="module")
def _lived(module_office):
    office, history = module_office, History(module_office, 3)
    history.live(days=40, acts=150)
    office.ha, office.theo = history.ha, history.theo
    for number in "xyz":  # and some that were dealt with to the end
        task = task_of(directed(office, number=number), office.minh)
        work.start(task, by=office.minh, at=timezone.now())
        work.finish(task, by=office.minh, at=timezone.now(), result="Đã xong")
    for paper in office.home_affairs.documents.filter(direction="in").order_by("pk")[:9]:
        at_desk(office.lan).get(f"/van-ban-den/{paper.pk}/")
    readings.flush()
    office.giam_sat = office.post("giam", "Giám Sát", office.city, Role.MONITOR, "Theo dõi")
    return office


@pytest.fixture
def lived(_lived, db, settings):
    settings.PAGE_SIZE = 7  # so that lists have more than one page
    return copy.deepcopy(_lived)


def opens(client, url: str) -> int:
    """Opens every figure of a page; how many there were."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    found = figures(answer)
    for address, count in found:
        whole = address if address.startswith("/") else url.split("?")[0] + address
        assert length(client, whole) == count, (url, whole, count)
    return len(found)


def long_ago(query: str = "") -> str:
    today = timezone.localdate()
    return "?" + YEAR.format(since=today.replace(year=today.year - 1), until=today) + query


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_of_every_report_opens_exactly_its_list(lived, name):
    here = reverse(f"report_{name}")
    report = REPORTS[name]
    seen = 0
    for who, scope in (
        (lived.dung, ""),
        (lived.giam_sat, "&org=all"),
        (lived.giam_sat, f"&org={lived.home_affairs.pk}"),
    ):
        groupings = report.shown_groupings(inside=not scope)
        for grouping in groupings:
            seen += opens(at_desk(who), f"{here}{long_ago(scope)}&by={grouping.name}")
    assert seen > 3


@pytest.mark.parametrize("who", ["lan", "ha", "theo", "thao"])
def test_every_role_that_steers_finds_the_same(lived, who):
    client, directors = at_desk(getattr(lived, who)), at_desk(lived.dung)  # a sign-in is counted too
    assert opens(client, reverse("board")) > 10
    for name in REPORTS:
        mine, theirs = (one.get(reverse(f"report_{name}") + long_ago()) for one in (client, directors))
        assert figures(mine) == figures(theirs)


def test_every_figure_of_the_board_opens_its_list(lived):
    assert opens(at_desk(lived.dung), reverse("board")) > 10
    assert opens(at_desk(lived.giam_sat), reverse("board") + "?org=all") > 5
    assert opens(at_desk(lived.giam_sat), reverse("board") + f"?org={lived.home_affairs.pk}") > 5


def test_a_board_above_says_nothing_of_the_papers_below(lived):
    lived.home_affairs.documents.update(subject="Chuyện nội bộ của sở")
    client = at_desk(lived.giam_sat)
    for name in REPORTS:
        if name in ("accounts", "sign_ins"):
            continue
        for scope in ("all", lived.home_affairs.pk):
            url = reverse(f"report_{name}") + long_ago(f"&org={scope}")
            for address, _ in figures(client.get(url)):
                page = client.get(url.split("?")[0] + address)
                assert "Chuyện nội bộ" not in words(page) and "Trần Quang Minh" not in words(page)
