"""Pages of reports to whoever has no right to them, to nonsense in an address, and what they ask of the database."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import readings
from documents.models import Access
from orgs.models import Role
from progress.reports.all import ADDRESSES, OF_USE, REPORTS
from tests.documents.desks import at_desk, directed, registered, words
from tests.documents.outgoing_cases import written
from tests.progress.test_links import figures

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
    assert f'href="{reverse("board")}"' not in page.content.decode(), (
        "a way that leads nowhere for an operator"
    )
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
