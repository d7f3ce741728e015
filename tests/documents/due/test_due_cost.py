"""What the pages of deadlines ask of the database (the budget of the house is ten)."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.desks import at_desk, presented
from tests.documents.due.test_due_rules import rule


def asked(client, url) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


def test_the_pages_ask_little_and_as_much_for_three_rules_as_for_one(office):
    rule(office)
    paper = presented(office)
    client = at_desk(office.dung)
    pages = [reverse("incoming_due", args=[paper.pk]), reverse("due_rules")]
    one = [len(asked(client, url)) for url in pages]
    for name in ("Hai", "Ba"):
        rule(office, name=name)
    three = [asked(client, url) for url in pages]
    assert [len(found) for found in three] == one
    assert max(one) <= 10, "\n".join(max(three, key=len))
