import datetime as dt
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Organisation, Post, User

pytestmark = pytest.mark.usefixtures("registry")


@pytest.fixture
def page(sign_in):
    user = User.objects.create(username="lan", full_name="Nguyễn Thị Lan")
    home = Organisation.objects.get(name="Sở Nội vụ")
    post = Post.objects.create(
        user=user, organisation=home, role="clerk", title="Văn thư", valid_from=dt.date(2020, 1, 1)
    )
    client = sign_in(post)
    return lambda name, *args, **query: client.get(reverse(name, args=args), query)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tree_opens_at_the_city_and_goes_down_by_links(page):
    top = page("registry")
    assert "Ban Dân tộc" in text(top) and "Mã tạm" in text(top)
    district = Organisation.objects.get(name="Ủy ban nhân dân quận Ba Đình")
    below = text(page("registry", cha=district.pk))
    assert "Ủy ban nhân dân phường Phúc Xá" in below and "Ủy ban nhân dân thành phố Hà Nội" in below
    assert "Trạm Y tế phường Phúc Xá" not in below


def test_search_needs_no_marks_and_finds_codes(page):
    assert "Sở Nội vụ" in text(page("registry", q="so noi vu"))
    assert "Sở Nội vụ" in text(page("registry", q="h26.tam002"))
    assert "Không tìm thấy cơ quan nào" in text(page("registry", q="khong co that"))


def test_one_name_three_bodies_three_parents(page):
    found = text(page("registry", q="phuong quang trung"))
    for parent in ("quận Đống Đa", "quận Hà Đông", "thị xã Sơn Tây"):
        assert f"Ủy ban nhân dân {parent}" in found
    picked = page("organisation_picker", q="phuong quang trung").json()
    details = {
        choice["detail"].split(" · ")[0]
        for choice in picked
        if choice["label"].endswith("phường Quang Trung")
    }
    assert len(details) == 3
    assert len({choice["chip"] for choice in picked}) == len(picked), "a chip alone says which one"


def walk(page, **query):
    names, url = [], None
    while True:
        answer = page("registry", **query)
        shown = answer.context["page"]
        names.append([body.name for body in shown.rows])
        url = shown.older_url
        if not url:
            return names, answer
        query = parse_qs(url.removeprefix("?"))


def test_pages_hold_every_body_once_and_go_both_ways(page):
    pages, last = walk(page, nhom="xa-phuong")
    names = [name for names in pages for name in names]
    assert len(names) == 579 and [len(names) for names in pages] == [50] * 11 + [29]
    ids = [body.pk for body in last.context["page"].rows]
    assert len(set(ids)) == 29
    back = parse_qs(last.context["page"].newer_url.removeprefix("?"))
    assert [body.name for body in page("registry", **back).context["page"].rows] == pages[-2]


ODD = [("older", "x"), ("older", "9" * 30), ("newer", "-1"), ("q", "\x00"), ("q", "%_"), ("nhom", "?")]


@pytest.mark.parametrize("where", ODD)
def test_odd_addresses_still_show_a_page(page, where):
    assert page("registry", **dict([where])).status_code == 200


@pytest.mark.parametrize("parent", ["x", "0", "9" * 30, "-1"])
def test_a_parent_that_is_not_there_is_404(page, parent):
    assert page("registry", cha=parent).status_code == 404


def queries(ask):
    with CaptureQueriesContext(connection) as caught:
        ask()
    return len(caught)


def test_a_list_of_one_and_a_list_of_many_cost_the_same(page):
    one, many = {"q": "phuc xa"}, {"q": "phuong"}
    page("registry", **one)
    assert queries(lambda: page("registry", **one)) == queries(lambda: page("registry", **many))
    assert queries(lambda: page("organisation_picker", q="phuc xa")) == queries(
        lambda: page("organisation_picker", q="tinh")
    )


def test_the_picker_offers_open_gates_and_says_why_not_for_the_rest(page):
    choices = {choice["label"]: choice for choice in page("organisation_picker", q="bo ke hoach").json()}
    closed = choices["Bộ Kế hoạch và Đầu tư"]
    assert closed["disabled"] and "14/04/2025" in closed["why"] and "Bộ Tài chính" in closed["why"]
    ungated = page("organisation_picker", q="tram y te mau").json()[0]
    assert ungated["disabled"] and "văn thư" in ungated["why"]
    home = page("organisation_picker", q="so noi vu").json()[0]
    assert (home["label"], home["disabled"], home["why"]) == ("Sở Nội vụ", False, "")
    assert home["detail"] == "Ủy ban nhân dân thành phố Hà Nội · H26.TAM002 (mã tạm)"


def test_the_picker_is_short_and_puts_what_can_be_picked_first(page):
    choices = page("organisation_picker", q="uy ban nhan dan tinh").json()
    assert len(choices) == 20
    flags = [choice["disabled"] for choice in choices]
    assert flags == sorted(flags)
    assert page("organisation_picker").json() == page("organisation_picker", q=" ").json() == []


def test_a_body_shows_codes_history_and_successors(page):
    closed = text(page("organisation", Organisation.objects.get(code="H22").pk))
    assert "Mã đã đóng từ 01/07/2025" in closed and "Ủy ban nhân dân tỉnh Tuyên Quang" in closed
    renamed = text(page("organisation", Organisation.objects.get(code="G10").pk))
    assert "Bộ Nông nghiệp và Phát triển nông thôn" in renamed and "14/04/2025" in renamed
    assert page("organisation", 0).status_code == page("organisation", 10**18).status_code == 404


def test_people_are_shown_to_their_own_organisation_only(page):
    home, justice = (Organisation.objects.get(name=name) for name in ("Sở Nội vụ", "Sở Tư pháp"))
    user = User.objects.create(username="khach", full_name="Lý Văn Khách")
    Post.objects.create(
        user=user, organisation=justice, role="clerk", title="Văn thư", valid_from="2020-01-01"
    )
    assert "Nguyễn Thị Lan" in text(page("organisation", home.pk)).split("Người và vị trí")[1]
    assert "Lý Văn Khách" not in text(page("organisation", justice.pk))
