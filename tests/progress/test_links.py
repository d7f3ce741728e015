"""Every figure is a link, and the list behind it is as long as the figure says: on every report, for every role."""

import html
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import readings
from documents.actions.work import assignments as work
from documents.models import Access
from orgs.models import Role
from progress.reports.all import ADDRESSES, OF_USE, REPORTS
from tests.documents.desks import at_desk, directed, registered, task_of, words
from tests.documents.outgoing_cases import written
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


@pytest.fixture
def lived(office, keys, settings):
    settings.PAGE_SIZE = 7  # so that lists have more than one page
    history = History(office, 3)
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


ALL = ["board", *(f"report_{name}" for name in REPORTS)]


@pytest.mark.parametrize("name", ALL)
def test_who_has_no_right_to_see_progress_finds_nothing(office, name):
    for who in ("minh", "hoa"):
        assert at_desk(getattr(office, who)).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", ALL)
def test_of_offices_that_are_not_below_there_is_nothing(office, name):
    for who in (office.khach, office.dung):  # a neighbour; and whoever is below looks up
        for other in {office.home_affairs, office.justice, office.city, office.ministry} - {who.organisation}:
            assert at_desk(who).get(f"{reverse(name)}?org={other.pk}").status_code == 404
            assert at_desk(who).get(f"{reverse(name)}?org={other.pk}&class=total").status_code == 404
    assert at_desk(office.tu).get(f"{reverse(name)}?org={office.ministry.pk}").status_code == 404


@pytest.mark.parametrize("name", OF_USE)
def test_an_operator_sees_how_much_and_nothing_behind_it(office, name):
    Access.objects.create(
        kind="in", user=office.minh.user, organisation=office.home_affairs, at=timezone.now()
    )
    client, here = at_desk(office.quantri), reverse(f"report_{name}")
    page = client.get(f"{here}?org=all")
    assert page.status_code == 200 and figures(page) == []
    assert client.get(f"{here}?org=all&class={REPORTS[name].measures[0].name}").status_code == 404
    for other in set(REPORTS) - set(OF_USE):
        assert client.get(reverse(f"report_{other}")).status_code == 404
    assert client.get(reverse("board")).status_code == 404


NONSENSE = ["period=xx", "period=2026-13", "period=9999", "period=range&from=abc&to=", "period=range&from=2026-05-01&to=2026-01-01",
            "from=01/01/1800&to=01/01/2026", "org=abc", "by=nothing", "class=nothing", "period=range&from=1950-01-01&to=2026-01-01",
            "period=1990", "period=1990-01", "period=1990-Q1", "period=range&from=9999-01-01&to=9999-12-31"]  # fmt: skip


@pytest.mark.parametrize("query", NONSENSE)
def test_what_makes_no_sense_is_ignored_and_said(office, query):
    directed(office)
    for name in ALL:
        page = at_desk(office.dung).get(f"{reverse(name)}?{query}")
        assert page.status_code == 200
        if not (name == "board" and "class" in query):
            assert "Đã bỏ qua điều kiện lọc" in words(page) or "Không có danh sách" in words(page)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "abc", "\x00"])
def test_a_page_that_begins_nowhere_is_the_first(office, moment):
    khanh = office.post("giam", "Giám Sát", office.city, Role.MONITOR, "Theo dõi")
    page = at_desk(khanh).get(
        reverse("report_papers_in"), {"org": "all", "class": "total", "older": [moment, "1"]}
    )
    assert page.status_code == 200


def test_a_draft_is_in_no_list_of_what_was_looked_at(office):
    paper = written(office, by=office.minh, subject="Kỷ luật ông A")
    at_desk(office.minh).get(paper.get_absolute_url())
    readings.flush()
    url = reverse("report_read")
    assert "Kỷ luật ông A" not in words(at_desk(office.dung).get(f"{url}?class=total"))


@pytest.mark.parametrize("key", ["abc", "-5", "9" * 30, "٣", "%00"])
def test_a_row_that_cannot_be_is_ignored(office, key):
    directed(office)
    for name, report in REPORTS.items():
        for grouping in report.groupings:
            url = f"{reverse(f'report_{name}')}?class={report.measures[0].name}&by={grouping.name}&row={key}"
            assert at_desk(office.dung).get(url).status_code == 200


def asked(client, url) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


def _more(office, number: int) -> None:
    paper = directed(office, lead=office.post(f"n{number}", f"Người {number}", office.home_affairs, Role.OFFICER, "Chuyên viên"), number=f"{number}")  # fmt: skip
    at_desk(office.lan).get(paper.get_absolute_url())
    registered(office, number=f"5{number}")


@pytest.mark.parametrize("name", ALL)
def test_a_page_asks_the_same_for_one_and_for_three(office, name):
    _more(office, 1)
    readings.flush()
    client = at_desk(office.dung)
    urls = [
        reverse(name),
        *([f"{reverse(name)}?class={REPORTS[name[7:]].measures[0].name}"] if name != "board" else []),
    ]
    client.get(urls[0])
    before = [len(asked(client, url)) for url in urls]
    for number in (2, 3):
        _more(office, number)
    readings.flush()
    after = [asked(client, url) for url in urls]
    assert [len(one) for one in after] == before
    assert max(map(len, after)) <= 13  # nothing is remembered here


@pytest.mark.parametrize("name", ALL)
def test_a_page_costs_at_most_ten_queries(office, name):
    _more(office, 1)
    for who, scope in ((office.dung, ""), (office.tu, "?org=all")):
        client, url = at_desk(who), reverse(name) + scope
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert len(queries) <= 10, "\n".join(query["sql"] for query in queries)


def test_every_report_has_its_address():
    assert list(ADDRESSES) == list(REPORTS)
