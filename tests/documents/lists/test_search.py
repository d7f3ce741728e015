"""Search by folded words and parts of a number, over what one may see."""

import pytest

from tests.documents.desks import at_desk, directed, outgoing, registered, words


def found(client, query: str) -> list[str]:
    return [row["subject"] for row in client.get(f"/tim/?{query}").context["rows"]]


@pytest.mark.parametrize(
    "query, hit",
    [
        ("q=bao cao nhan su", True),
        ("q=NHÂN SỰ báo", True),
        ("q=123/bnv", True),
        ("q=123/TCCB", True),
        ("q=23/TCCB", False),
        ("q=bo noi vu", True),
        ("q=nhan su khac", False),
        ("q=%25", False),
        ("q=_", False),
        ("q=nhan&direction=in", True),
        ("q=nhan&direction=out", False),
        ("q=", False),
        ("kind=CV", True),
        ("kind=KH", False),
    ],
)
def test_words_and_numbers(office, query, hit):
    registered(office, subject="Báo cáo nhân sự")
    assert found(at_desk(office.lan), query) == (["Báo cáo nhân sự"] if hit else [])


@pytest.mark.parametrize("query", ["qd-ubnd", "7/QĐ", "07/qđ–ubnd", "7/QÐ-UBND", "QĐ-UBND"])
def test_a_paper_is_found_however_its_notation_was_spelt(office, query):
    registered(office, number="07", notation="QÐ–UBND", subject="Quyết định")
    assert found(at_desk(office.lan), f"q={query}") == ["Quyết định"]


def test_both_directions_in_one_list_newest_first(office):
    registered(office, subject="Báo cáo đến")
    outgoing(office, state="issued", kind="BC", number="7", notation="BC-SNV", subject="Báo cáo đi")
    client = at_desk(office.lan)
    assert found(client, "q=bao cao") == ["Báo cáo đi", "Báo cáo đến"]
    assert found(client, "q=7/snv") == ["Báo cáo đi"]


def test_a_grant_opens_the_paper_to_one_person_only(office):
    paper = registered(office, subject="Hồ sơ riêng")
    client = at_desk(office.minh)
    assert found(client, "q=ho so rieng") == []
    sent = {"to": office.minh.pk}
    assert at_desk(office.khach).post(f"/van-ban-den/{paper.pk}/cho-xem/", sent).status_code == 404
    assert at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/cho-xem/", sent).status_code == 302
    assert found(client, "q=ho so rieng") == ["Hồ sơ riêng"]
    assert client.get(f"/van-ban-den/{paper.pk}/").status_code == 200
    assert at_desk(office.hoa).get(f"/van-ban-den/{paper.pk}/").status_code == 404
    assert "Được cho phép xem riêng" in words(
        at_desk(office.lan).get(f"/van-ban-den/{paper.pk}/?tab=access", follow=True)
    )
    assert paper.events.last().kind == "share"


def test_who_may_not_share(office):
    paper = directed(office, support=[office.hoa])
    assert (
        at_desk(office.hoa).post(f"/van-ban-den/{paper.pk}/cho-xem/", {"to": office.thao.pk}).status_code
        == 403
    )
    assert (
        at_desk(office.minh).post(f"/van-ban-den/{paper.pk}/cho-xem/", {"to": office.khach.pk}).status_code
        == 302
    )
    assert not paper.events.filter(kind="share").exists()  # nobody of another office can be chosen
    assert at_desk(office.khach).get(f"/van-ban-den/{paper.pk}/").status_code == 404
