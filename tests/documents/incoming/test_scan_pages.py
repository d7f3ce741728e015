"""What the pages of scans cost, and the clerk's own pace."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.incoming.reception import register
from documents.models import Incoming, Pace
from tests.documents.desks import at_desk, words
from tests.documents.incoming.scan_cases import lying
from tests.documents.incoming.test_paper_form import URL, typed

BUDGET = 10


def asked(client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_of_scans_asks_as_much_for_one_as_for_three(office):
    client, url = at_desk(office.lan), reverse("scan_list")
    lying(office)
    one = asked(client, url)
    lying(office)
    lying(office)
    assert asked(client, url) == one <= BUDGET + 1  # with nothing remembered, also how one has one's lists


def test_a_batch_and_a_paper_keep_the_budget(office):
    lying(office)
    paper = lying(office, pages=3)
    lying(office)
    client = at_desk(office.lan)
    for url in (paper.get_absolute_url(), paper.file.batch.get_absolute_url(), reverse("scan_files")):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) <= BUDGET, "\n".join(query["sql"] for query in queries)


def test_the_pace_of_both_kinds_is_the_clerks_own(office):
    lan = at_desk(office.lan)
    page = lan.get(URL)
    lan.post(URL, typed(opened=page.context["opened"]))
    paper = office.paper(number="20")
    url = reverse("incoming_register", args=[paper.pk])
    lan.post(url, {"opened": lan.get(url).context["opened"]})
    assert sorted(Pace.objects.values_list("kind", "user")) == [
        ("electronic", office.lan.user_id),
        ("paper", office.lan.user_id),
    ]
    assert "văn bản giấy: mới đo 1 lần, chưa đủ 5 lần để nói" in words(lan.get("/"))
    at = timezone.now()
    Pace.objects.bulk_create(
        Pace(user=office.lan.user, kind="paper", seconds=seconds, at=at) for seconds in (20, 24, 28, 600, 40)
    )
    Pace.objects.create(user=office.lan.user, kind="paper", seconds=1, at=at - dt.timedelta(days=40))
    register(office.paper(number="21"), by=office.lan, at=at)  # the office's next event
    assert "văn bản giấy: một nửa số lần không quá 26 giây (6 lần)" in words(lan.get("/"))
    for other in (office.minh, office.dung):
        assert "không quá 26 giây" not in words(at_desk(other).get("/"))


@pytest.mark.parametrize("opened", ["", "form:1:x", "form", "\0", ":::", None])
def test_a_time_that_is_none_of_ours_counts_for_nothing(office, opened):
    at_desk(office.lan).post(URL, typed(opened=opened))
    assert Incoming.objects.count() == 1 and not Pace.objects.exists()


def test_a_round_with_an_error_keeps_the_time_it_was_opened(office):
    lan = at_desk(office.lan)
    opened = lan.get(URL).context["opened"]
    again = lan.post(URL, typed(opened=opened, subject=""))
    assert again.context["opened"] == opened and not Pace.objects.exists()
