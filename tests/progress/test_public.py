"""Công khai: what the leader chose, to everybody, and nothing else."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Event, Incoming
from progress.models import Published
from progress.reports.periods import month_of
from progress.reports.published import OFFERED
from tests.documents.desks import at_desk, directed, words

CHOOSE = reverse("publish_choices")


@pytest.fixture
def page(office):
    return reverse("public_figures", args=[office.home_affairs.code])


def last_month(paper) -> None:
    at = month_of(timezone.localdate()).previous().starts + dt.timedelta(days=3)
    Incoming.objects.filter(pk=paper.pk).update(sorted_at=at)


def test_nothing_is_public_until_a_leader_chooses(office, page):
    assert Client().get(page).status_code == 404
    assert at_desk(office.dung).post(CHOOSE, {"figure": ["papers_in.total"]}).status_code == 302
    answer = Client().get(page)
    assert answer.status_code == 200 and "Tổng số" in words(answer)
    assert at_desk(office.dung).post(CHOOSE, {}).status_code == 302
    assert Client().get(page).status_code == 404
    assert (
        list(Event.objects.filter(kind="publish_figures").values_list("organisation", flat=True))
        == [office.home_affairs.pk] * 2
    )


def test_the_figures_are_those_of_the_reports_and_nothing_else_is_there(office, page):
    for number in "12":
        last_month(directed(office, number=number, subject="Chuyện nội bộ"))
    at_desk(office.dung).post(CHOOSE, {"figure": ["papers_in.total", "papers_in.share_0"]})
    answer = Client().get(page)
    said = words(answer)
    assert "Tổng số 2 0" in said and "Tỷ lệ đúng hạn" in said
    for hidden in (
        "Chuyện nội bộ",
        "Trần Quang Minh",
        "Phạm Tiến Dũng",
        "Phòng Tổ chức",
        "Đã xử lý",
        "class=",
    ):
        assert hidden not in said, hidden
    assert not [url for url in ("/theo-doi/", "/van-ban-den/") if url in answer.content.decode()]


def test_everybody_reads_the_same_page(office, page):
    at_desk(office.dung).post(CHOOSE, {"figure": ["papers_in.total"]})
    pages = [client.get(page).content for client in (Client(), at_desk(office.dung), at_desk(office.khach))]
    assert pages[0] == pages[1] == pages[2]


def test_it_is_read_from_the_cache(office, page):
    at_desk(office.dung).post(CHOOSE, {"figure": list(OFFERED)})
    cache.clear()
    assert Client().get(page).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(page)
    assert len(queries) <= 2 and "public" in answer["Cache-Control"]


@pytest.mark.parametrize("who", ["lan", "minh", "hoa", "quantri"])
def test_only_who_leads_the_office_chooses(office, who):
    client = at_desk(getattr(office, who))
    assert (
        client.get(CHOOSE).status_code
        == client.post(CHOOSE, {"figure": ["papers_in.total"]}).status_code
        == 404
    )
    assert not Published.objects.exists()


def test_what_is_not_offered_is_not_published(office):
    answer = at_desk(office.dung).post(
        CHOOSE, {"figure": ["holding.total", "\x00", "papers_in.total"]}, follow=True
    )
    assert "không công khai được" in words(answer) and not Published.objects.exists()


def test_the_page_of_choices_shows_what_is_chosen(office):
    client = at_desk(office.dung)
    client.post(CHOOSE, {"figure": ["work.overdue"]})
    client.post(CHOOSE, {"figure": ["work.overdue"]})  # again: nothing is written
    assert Event.objects.filter(kind="publish_figures").count() == 1
    assert b'value="work.overdue" checked' in client.get(CHOOSE).content
    assert client.get(CHOOSE).content.count(b"checked") == 1


@pytest.mark.parametrize("code", ["H26.NOBODY", "x" * 300, "%00", "a'b"])
def test_an_office_that_is_not_there_has_no_page(office, code):
    assert Client().get(f"/cong-khai/{code}/").status_code in (400, 404)
