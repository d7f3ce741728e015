"""Who may read the books, and what a page of one costs."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.copies import make_copy
from documents.actions.outgoing.by_hand import lend_copy, post_paper
from documents.models import File, RegisterBook
from orgs.models import Role
from progress.reports.registers.books import BOOKS
from tests.documents.desks import at_desk, directed, registered, stored, words
from tests.progress.registers.test_books import issued

PAGES = ["books", *(f"book_{name}" for name in BOOKS)]


def fill(office, number: int) -> None:
    """A line in every book."""
    directed(office, number=f"{number}", subject="Chuyện của Sở Nội vụ")
    paper, now = issued(office, number, subject="Chuyện của Sở Nội vụ"), timezone.now()
    today = timezone.localdate(now)
    post_paper(paper, by=office.lan, at=now, day=today, recipient="Chuyện của Sở Nội vụ", envelopes=1)
    lend_copy(paper, by=office.lan, at=now, day=today, name="Chuyện của Sở Nội vụ", allowed_by=office.dung)
    kept = {"part": "main", "stage": "sealed", "pages": 1, "created_at": now}
    File.objects.create(document=paper, blob=stored(), name="v.pdf", **kept)
    make_copy(paper, kind="SY", medium="paper", signer=office.dung, by=office.lan, at=now)


@pytest.mark.parametrize("page", PAGES)
def test_whoever_follows_the_work_reads_them_and_nobody_else(office, page):
    fill(office, 1)
    assistant = office.post("thuky", "Thư Ký", office.home_affairs, Role.ASSISTANT, "Thư ký")
    for post in (office.lan, office.dung):
        assert at_desk(post).get(reverse(page)).status_code == 200
    for post in (office.minh, office.hoa, office.quantri, assistant):
        assert at_desk(post).get(reverse(page)).status_code == 404


@pytest.mark.parametrize("name", BOOKS)
def test_a_clerk_of_another_office_finds_her_own_book_and_nothing_of_ours(office, name):
    fill(office, 1)
    page = at_desk(office.lan).get(reverse(f"book_{name}"))
    assert len(page.context["lines"]) == 1
    for query in ("", f"unit={office.room.pk}", "series=DEN", "series=CV"):
        for kind in ("", "&as=xlsx", "&as=pdf"):
            answer = at_desk(office.khach).get(f"{reverse(f'book_{name}')}?{query}{kind}")
            assert answer.status_code == 200 and "Chuyện của Sở Nội vụ".encode() not in answer.content
            if not kind:
                assert answer.context["lines"] == [] and "Phòng Tổ chức" not in words(answer)
    with_cell = at_desk(office.tu).get(reverse(f"book_{name}"))  # of the city above, no book of those below
    assert with_cell.context["lines"] == []


@pytest.mark.parametrize("name", BOOKS)
def test_a_page_asks_the_same_for_one_line_and_for_three(office, name):
    client, counts, here = at_desk(office.lan), [], reverse(f"book_{name}")
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            fill(office, number)
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            lines = client.get(here).context["lines"]
        counts.append(len(queries))
    assert len(lines) == 3 and counts[0] == counts[1] <= 10


def test_the_list_of_books_asks_the_same_for_one_year_and_for_three(office):
    client, counts = at_desk(office.lan), []
    for series in (("CV",), ("QĐ", "TB")):
        for n, one in enumerate(series):
            RegisterBook.objects.create(
                organisation=office.home_affairs, direction="out", year=2024 - n, series=one
            )
        client.get(reverse("books"))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("books"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_pages_of_a_book_follow_each_other_by_number(office, settings):
    settings.PAGE_SIZE = 2
    for number in "123":
        registered(office, number=number)
    client, here = at_desk(office.lan), reverse("book_arrived")
    page = client.get(here)
    assert [line[1] for line, _ in page.context["lines"]] == ["01", "02"]
    page = client.get(here + page.context["page"].older_url)
    assert [line[1] for line, _ in page.context["lines"]] == ["03"] and "Trang trước" in words(page)


def test_the_number_leads_to_the_paper(office):
    paper = directed(office)
    page = at_desk(office.lan).get(reverse("book_arrived")).content.decode()
    assert f'<a href="{paper.get_absolute_url()}">01</a>' in page


def test_a_report_of_the_registers_leads_to_the_book_of_its_days(office):
    directed(office)
    page = at_desk(office.dung).get(f"{reverse('report_book_in')}?class=total")
    url = page.context["books"][0]["url"]
    assert (
        url.startswith(reverse("book_arrived")) and len(at_desk(office.dung).get(url).context["lines"]) == 1
    )
