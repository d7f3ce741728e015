"""What one who has left the office asked, or sent round: those above find it in a list, and end it from there."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from documents.boxes import boxes_for
from orgs.actions import accounts
from orgs.models import Delegation, Post, Role, User
from tests.documents.desks import at_desk, directed, words
from tests.documents.lists.test_file import sheet
from tests.documents.lists.test_lists import cost
from tests.documents.outgoing.slipping import slipped
from tests.documents.outgoing_cases import written
from tests.documents.work.asking import consulted

QUESTIONS, SLIPS = "/y-kien/?box=left", "/phieu-trinh/?box=left"


def leaves(office, how: str = "ended") -> None:
    if how == "ended":
        Post.objects.filter(pk=office.minh.pk).update(valid_to=timezone.localdate())
    else:
        accounts.lock(office.minh.user, by=office.quantri, at=timezone.now())
    cache.clear()


@pytest.fixture
def left(office):
    """minh asked about his draft and about a paper, and his other draft goes round."""
    draft = written(office, subject="Về việc định biên", body="rungthonglon")
    office.slip = slipped(office, [office.thao], paper=draft, text="chimvangxanh")
    paper = directed(office, subject="Về việc rà soát")
    office.asked = [
        consulted(office, paper=draft, asked=[office.thao], question="caheoxanh"),
        consulted(office, paper=paper, asked=[office.thao], question="caheoxanh"),
    ]
    return office


@pytest.mark.parametrize("how", ["ended", "locked"])
def test_the_head_finds_them_on_his_desk_and_in_the_list_and_ends_them(left, how):
    head = at_desk(left.dung)
    assert [head.get(url).context["shown"].split()[0] for url in (QUESTIONS, SLIPS)] == ["0", "0"]
    leaves(left, how)
    tiles = {one["url"]: one["count"] for one in head.get("/").context["tiles"]}
    assert (tiles[QUESTIONS], tiles[SLIPS]) == (2, 1)
    page = head.get(SLIPS)
    (row,) = page.context["rows"]
    said = words(page)
    assert row["url"] == left.slip.get_absolute_url()
    assert "Về việc định biên" in said and "Trần Quang Minh trình" in said
    assert "rungthonglon" not in said and "chimvangxanh" not in said, "he does not see the draft"
    page = head.get(QUESTIONS)
    assert {row["url"] for row in page.context["rows"]} == {one.get_absolute_url() for one in left.asked}
    assert "Về việc rà soát" in words(page) and "caheoxanh" not in words(page)
    for row in page.context["rows"]:
        assert head.get(row["url"]).status_code == 200
        assert head.post(f"{row['url']}thu-lai/", {"reason": "Người hỏi đã nghỉ."}).status_code == 302
    assert head.post(f"{left.slip.get_absolute_url()}thu-lai/", {"reason": "Đã nghỉ"}).status_code == 302
    assert [head.get(url).context["shown"].split()[0] for url in (QUESTIONS, SLIPS)] == ["0", "0"]


def test_the_file_of_the_list_says_no_more_than_the_list(left):
    leaves(left)
    for url in (QUESTIONS, SLIPS):
        said = str(sheet(at_desk(left.dung).get(f"{url}&as=xlsx")))
        assert "Về việc định biên" in said and "chimvangxanh" not in said and "caheoxanh" not in said


def test_the_head_of_the_office_has_the_lists_and_nobody_else(left):
    ha = left.post("ha", "Ngô Thúy Hà", left.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    leaves(left)
    assert at_desk(ha).get(SLIPS).context["shown"] == "1 phiếu trình"
    for who in (left.thao, left.hoa, left.lan, left.khach):
        names = [box.name for section in ("slip", "consultation") for box in boxes_for(who, section)]
        assert "left" not in names, who
        page = words(at_desk(who).get(SLIPS))
        assert "Không có danh sách “left”" in page and "Người trình đã nghỉ" not in page
    far = left.post("xa", "Người Xa", left.justice, Role.OFFICE_HEAD, "Chánh Văn phòng")
    assert at_desk(far).get(SLIPS).context["shown"] == "0 phiếu trình"


def test_whoever_stands_in_for_the_head_for_other_business_has_none_of_it(left):
    leaves(left)
    today = timezone.localdate()
    lent = Delegation.objects.create(
        post=left.dung, to=left.hoa.user, valid_from=today, valid_to=today, kinds=["work"]
    )
    deputy = at_desk(left.hoa)
    deputy.post("/vai-tro/", {"post": left.dung.pk})
    assert deputy.get(SLIPS).context["shown"] == "0 phiếu trình"
    lent.delete()
    Delegation.objects.create(
        post=left.dung, to=left.hoa.user, valid_from=today, valid_to=today, kinds=["opinions"]
    )
    deputy = at_desk(left.hoa)
    deputy.post("/vai-tro/", {"post": left.dung.pk})
    assert deputy.get(SLIPS).context["shown"] == "1 phiếu trình"
    rows = deputy.get(QUESTIONS).context["rows"]
    assert [deputy.get(row["url"]).status_code for row in rows] == [200] * len(rows), "none leads to nothing"


def test_one_who_comes_back_has_them_again(left):
    leaves(left, "locked")
    User.objects.filter(pk=left.minh.user_id).update(is_active=True)
    cache.clear()
    assert at_desk(left.dung).get(SLIPS).context["shown"] == "0 phiếu trình"
    assert at_desk(left.minh).get("/phieu-trinh/?box=round").context["shown"] == "1 phiếu trình"


@pytest.mark.parametrize("url", [QUESTIONS, SLIPS])
def test_three_cost_no_more_queries_than_one(office, url):
    def one_more(number: int) -> None:
        draft = written(office, subject=f"Việc {number}")
        if url == SLIPS:
            slipped(office, [office.thao], paper=draft)
        else:
            consulted(office, paper=draft, asked=[office.thao])

    one_more(1)
    leaves(office)
    head = at_desk(office.dung)
    few = cost(head, url)
    for number in (2, 3):
        one_more(number)
    assert cost(head, url) == few
