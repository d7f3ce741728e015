"""What the pages of books and numbers ask: the same for one line and for three, and never much."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.books.reserving import void_reserved
from documents.models import RegisterBook
from tests.documents.books.test_boards import board
from tests.documents.books.test_reserve import UNUSED, set_aside
from tests.documents.books.test_series import set_to
from tests.documents.desks import at_desk

SERIES = ["CV", "QĐ", "GM"]


def fill(office, nth: int) -> None:
    made = set_aside(office, 2, series=SERIES[nth])
    void_reserved(made, values=[made.first], reason=UNUSED, by=office.lan, at=timezone.now())
    set_to(office, [["TB"], ["BC"], ["KH"]][nth], series=f"CH{nth}")
    board(office, name=f"Ban {nth}", abbreviation=f"BCĐ{nth}")


@pytest.mark.parametrize("name", ["numbers", "numbers_series", "numbers_boards"])
def test_a_list_asks_the_same_for_one_line_and_for_three(office, name):
    client, counts, here = at_desk(office.lan), [], reverse(name)
    for some in ((0,), (1, 2)):
        for nth in some:
            fill(office, nth)
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10, counts


@pytest.mark.parametrize("count", [1, 3])
def test_a_reservation_asks_the_same_for_one_number_and_for_three(office, count):
    made = set_aside(office, count)
    client = at_desk(office.lan)
    for url in (
        reverse("numbers_reservation", args=[made.pk]),
        reverse("numbers_close", args=[RegisterBook.objects.get().pk]),
    ):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) <= 10
