"""The first page of each role; every number on it opens exactly its list."""

import datetime as dt
import re

from django.test import Client
from django.utils import timezone

from orgs.models import User
from tests.documents.desks import at_desk, directed, late, outgoing, presented, words


def opens_what_it_counts(client, page) -> int:
    """Follows every tile to its list and compares the numbers."""
    tiles = re.findall(r'<a class="tile[^"]*" href="([^"]+)"><b>(\d+)</b>', page.content.decode())
    for url, count in tiles:
        answer = client.get(url.replace("&amp;", "&"))
        if "rows" in (answer.context or {}):
            assert len(answer.context["rows"]) == int(count), url
    return len(tiles)


def test_the_clerk_sees_what_waits(office):
    office.paper(number="1", subject="Thường")
    urgent = office.paper(number="2", subject="Gấp", urgency=3)
    client = at_desk(office.lan)
    page = client.get("/")
    assert [row["subject"] for row in page.context["rows"]] == ["Gấp", "Thường"]
    assert f"/van-ban-den/{urgent.pk}/vao-so/" in page.content.decode()
    assert opens_what_it_counts(client, page) >= 5


def test_the_leader_sees_one_card_for_each_decision_most_pressing_first(office):
    today = timezone.localdate()
    presented(office, number="1", subject="Không hạn")
    presented(office, number="2", subject="Hạn xa", due_on=today + dt.timedelta(days=20))
    presented(office, number="3", subject="Hạn gần", due_on=today + dt.timedelta(days=1))
    presented(office, number="4", subject="Khẩn", urgency=3)
    late(directed(office, number="5"))
    client = at_desk(office.dung)
    page = client.get("/")
    assert [card["subject"] for card in page.context["cards"]] == ["Hạn gần", "Hạn xa", "Khẩn", "Không hạn"]
    assert opens_what_it_counts(client, page) == 4
    (unit,) = page.context["units"]
    assert unit["words"] == "1 việc, trong đó 1 việc quá hạn"
    assert len(client.get(unit["url"]).context["rows"]) == 1
    month = page.context["arrivals"][-1]
    assert month["value"] == 5 and len(client.get(month["url"]).context["rows"]) == 5
    assert len(page.context["arrivals"]) == 6


def test_papers_and_tasks_that_are_late_are_told_apart(office):
    """One paper with two late tasks: each number says what it counts."""
    late(directed(office, number="5", support=[office.hoa]))
    page = at_desk(office.dung).get("/")
    tiles = {tile["label"]: tile["count"] for tile in page.context["tiles"]}
    assert tiles["Văn bản quá hạn"] == 1 and "Quá hạn" not in tiles
    assert [unit["words"] for unit in page.context["units"]] == ["2 việc, trong đó 2 việc quá hạn"]


def test_issued_papers_are_counted_by_the_list_they_open(office):
    outgoing(office, state="issued", number="7", notation="BC-SNV")
    outgoing(office, state="sealed", number="8", notation="BC-SNV")
    client = at_desk(office.dung)
    month = client.get("/").context["issued"][-1]
    assert month["value"] == 1 and len(client.get(month["url"]).context["rows"]) == 1


def test_another_leaders_tray_is_empty(office):
    presented(office)
    assert at_desk(office.thao).get("/").context["cards"] == []


def test_the_officer_sees_tasks_by_deadline(office):
    today = timezone.localdate()
    directed(office, number="1", subject="Việc hạn xa", due_on=today + dt.timedelta(days=9))
    directed(office, number="2", subject="Việc hạn gần", due_on=today + dt.timedelta(days=1))
    client = at_desk(office.minh)
    page = client.get("/")
    assert words(page).index("Việc hạn gần") < words(page).index("Việc hạn xa")
    assert opens_what_it_counts(client, page) >= 3


def test_the_operator_gets_counts_and_no_content(office):
    presented(office, subject="Nội dung riêng")
    page = at_desk(office.quantri).get("/")
    assert page.status_code == 200 and "Nội dung riêng" not in words(page)
    assert page.context["papers"] == 1


def test_without_a_post_one_learns_who_can_help(db):
    client = Client()
    client.force_login(User.objects.create_user("moi", full_name="Người Mới"))
    for url in ("/", "/van-ban-den/", "/cong-viec/", "/tim/", "/theo-doi/", "/van-ban-den/vao-so/"):
        assert "quản trị đơn vị" in words(client.get(url))


def test_nobody_gets_in_without_an_account(db):
    for url in ("/", "/van-ban-den/", "/cong-viec/", "/tim/", "/theo-doi/", "/van-ban-den/vao-so/"):
        assert Client().get(url).status_code == 302
