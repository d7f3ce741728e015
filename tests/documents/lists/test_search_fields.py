"""The further fields of the search, and the order of what is found."""

import datetime as dt

import pytest

from documents.actions.list_choices import ASKS, meant
from documents.models import Document
from documents.views.lists.search_fields import NAMES, ORDERS
from tests.documents.desks import at_desk, outgoing, registered, words


def found(client, query: str) -> list[str]:
    return [row["subject"] for row in client.get(f"/tim/?{query}").context["rows"]]


@pytest.fixture
def paper(office):
    paper = registered(office, subject="Có đủ")
    Document.objects.filter(pk=paper.pk).update(
        language="Tiếng Anh", pages=12, note="Gửi kèm đĩa", signer_name="Trần Văn Bình", signer_title="Vụ trưởng",
        due_on=dt.date(2026, 12, 24), issued_on=dt.date(2026, 11, 20),
    )  # fmt: skip
    return paper


@pytest.mark.parametrize(
    "query, hit",
    [
        ("language=tiếng anh", True),
        ("language=Pháp", False),
        ("note=đĩa", True),
        ("signer=văn bình", True),
        ("title=vụ trưởng", True),
        ("title=giám đốc", False),
        ("issuer=nội vụ", True),
        ("pages_from=10&pages_to=12", True),
        ("pages_from=13", False),
        ("due_from=24/12/2026&due_to=24/12/2026", True),
        ("due_to=23/12/2026", False),
        ("issued_from=21/11/2026", False),
        ("issued_from=20/11/2026", True),
        ("arrival_from=1&arrival_to=1", True),
        ("arrival_from=2", False),
        ("arrived_from=01/01/2020", True),
        ("arrived_to=01/01/2020", False),
        ("note=%25", False),
    ],
)
def test_each_field_of_a_paper_finds_it(office, paper, query, hit):
    assert found(at_desk(office.lan), query) == (["Có đủ"] if hit else [])


def test_a_paper_out_is_found_by_whom_it_goes_to_and_what_it_answers(office, paper):
    one = outgoing(office, state="issued", subject="Trả lời", in_reply_to=paper, addressees="Bộ Nội vụ")
    one.recipients.add(office.justice)
    lan = at_desk(office.lan)
    assert found(lan, "sent_to=bộ nội") == found(lan, f"sent_to={office.justice.name}") == ["Trả lời"]
    assert found(lan, "answers=123/bnv-tccb") == ["Trả lời"] and found(lan, "answers=9/x") == []


def test_what_can_hold_of_no_paper_is_left_out_and_said(office, paper):
    page = at_desk(office.lan).get("/tim/?q=co+du&due_from=31/02/2026&pages_from=9&pages_to=3&arrival_to=abc")
    assert [row["subject"] for row in page.context["rows"]] == ["Có đủ"]
    said = words(page)
    assert "hạn giải quyết “31/02/2026”" in said and "số đến “abc”" in said and "đầu sau cuối" in said


def test_a_stranger_finds_nothing_by_any_field(office, paper):
    for query in ("language=anh", "pages_from=1", "due_from=01/01/2026"):
        assert found(at_desk(office.khach), query) == []


@pytest.mark.parametrize(
    "order, subjects",
    [
        ("", ["Ba", "Hai", "Một"]),
        ("oldest", ["Một", "Hai", "Ba"]),
        ("number", ["Hai", "Một", "Ba"]),
        ("due", ["Ba", "Một", "Hai"]),
        ("issued", ["Hai", "Ba", "Một"]),
        ("issuer", ["Hai", "Một", "Ba"]),
        ("khác", ["Ba", "Hai", "Một"]),
    ],
)
def test_the_order_is_chosen_and_paged_by_key_both_ways(office, settings, order, subjects):
    settings.PAGE_SIZE = 1
    rows = [
        ("Một", "10", "Bộ Xây dựng", "2026-12-20", None),
        ("Hai", "9", "Ban Dân vận", None, "2026-11-02"),
        ("Ba", "100", "Đảng ủy xã", "2026-12-10", "2026-11-01"),
    ]
    for subject, number, issuer, due, issued in rows:
        one = registered(office, subject=subject, number=number)
        Document.objects.filter(pk=one.pk).update(issuer_name=issuer, due_on=due, issued_on=issued)
    lan, seen, url, pages = at_desk(office.lan), [], f"?kind=CV&order={order}", []
    while url:
        page = lan.get(f"/tim/{url}").context
        seen += [row["subject"] for row in page["rows"]]
        pages.append(page["page"])
        url = page["page"].older_url
    assert seen == subjects
    back = lan.get(f"/tim/{pages[-1].newer_url}").context
    assert [row["subject"] for row in back["rows"]] == [subjects[1]]


def test_every_field_and_the_order_are_kept_with_a_filter():
    assert set(NAMES) <= set(ASKS)
    assert meant("order=due&note=x&older=1") == "note=x&order=due"
    assert len(ORDERS) == len(dict(ORDERS))
