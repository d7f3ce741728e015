"""The rail marks where one is: on a list, and on every page reached from it."""

import pytest
from django.urls import reverse

from hanoi_docs.rail import REACHED_FROM
from tests.documents.desks import at_desk, directed, outgoing, task_of
from tests.documents.outgoing.slipping import slipped
from tests.house.test_nulls import nulls, unbroken
from tests.house.test_urls import BEHIND, named

MARKED = {
    "Liên thông": ["exchange", "exchange_directory", "exchange_packages", "exchange_explained"],
    "Tổ chức chứng thực": ["trusted_authorities", "trusted_authority_add"],
    "Cơ quan, tổ chức": ["registry", "import_orgs"],
    "Chứng thư số": ["certificates", "certificate_add"],
    "Tình trạng hệ thống": ["system"],
}


def marked(page) -> list[str]:
    return [link["label"] for link in page.context["rail"] if link["active"]]


@pytest.mark.parametrize(("label", "name"), [(label, name) for label in MARKED for name in MARKED[label]])
def test_the_operator_sees_where_he_is(office, settings, label, name):
    settings.AXIS_URL = ""
    page = at_desk(office.quantri).get(reverse(name))
    assert (page.status_code, marked(page)) == (200, [label])
    rail = page.content.decode().split('<nav class="rail"')[1].split("</nav>")[0]
    assert rail.count('aria-current="true"') == 1


@pytest.mark.parametrize("name", ["exchange_package", "exchange_package_out"])
def test_one_package_belongs_to_the_exchange(office, name):
    page = at_desk(office.quantri).get(reverse(name, kwargs=BEHIND[name](office)))
    assert marked(page) == ["Liên thông"]


def test_a_slip_belongs_to_the_slips(office):
    slip = slipped(office, [office.hoa])
    page = at_desk(office.minh).get(slip.get_absolute_url())
    assert marked(page) == ["Phiếu trình"]


def test_a_paper_and_a_task_belong_to_their_lists(office):
    paper = directed(office)
    minh = at_desk(office.minh)
    assert marked(minh.get(paper.get_absolute_url())) == ["Văn bản đến"]
    assert marked(minh.get(outgoing(office).get_absolute_url())) == ["Văn bản đi"]
    give_back = reverse("assignment_give_back", args=[task_of(paper, office.minh).pk])
    assert marked(minh.get(give_back)) == ["Công việc"]


def test_every_page_reached_from_a_list_still_exists():
    for beginning, name in REACHED_FROM.items():
        assert name in named() and any(page.startswith(beginning) for page in named()), beginning


@pytest.mark.parametrize("who", ["lan", "minh", "dung", "quantri"])
def test_zero_bytes_in_every_field_leave_it_whole(office, who):
    post = getattr(office, who)
    for name in ("desk", "incoming_list", "task_list"):
        unbroken(post, reverse(name), nulls())
