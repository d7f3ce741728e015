"""A question to the support of the office: a row and a notice for whoever administers there, and for nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import Notice, Role, SupportRequest
from tests.documents.desks import at_desk, words


@pytest.fixture
def admin(office):
    return office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


def ask(post, **said):
    sent = {
        "text": "Không thấy nút Hoàn thành",
        "trang": "/van-ban-den/7/?q=tuyệt+mật",
        "ma": "abc123",
    } | said
    return at_desk(post).post(reverse("support"), sent)


def test_it_reaches_the_administrators_of_the_office_with_page_number_and_moment(office, admin):
    assert ask(office.minh).url == reverse("help")
    asked = SupportRequest.objects.get()
    assert (asked.user, asked.organisation, asked.to_operators) == (
        office.minh.user,
        office.home_affairs,
        False,
    )
    assert (asked.page, asked.request_id) == ("/van-ban-den/7/", "abc123")
    assert [n.user_id for n in Notice.objects.all()] == [admin.user_id]
    assert "Không thấy nút" not in Notice.objects.get().text
    said = words(at_desk(admin).get(reverse("support_requests")))
    assert "Không thấy nút Hoàn thành" in said and "Trần Quang Minh" in said and "mã abc123" in said


def test_without_a_number_that_of_the_request_is_kept(office, admin):
    ask(office.minh, ma="")
    assert len(SupportRequest.objects.get().request_id) > 8


def test_where_nobody_administers_the_operators_are_told(office):
    ask(office.minh)
    assert SupportRequest.objects.get().to_operators
    assert [n.user_id for n in Notice.objects.all()] == [office.quantri.user_id]
    assert "Không thấy nút" in words(at_desk(office.quantri).get(reverse("support_requests")))


def test_the_only_administrator_asks_the_operators_and_one_of_two_the_other(office, admin):
    ask(admin)
    assert SupportRequest.objects.get().to_operators
    assert [n.user_id for n in Notice.objects.all()] == [office.quantri.user_id]
    other = office.post("quanly3", "Quản Lý 3", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    ask(admin)
    assert not SupportRequest.objects.latest("pk").to_operators
    assert Notice.objects.latest("pk").user_id == other.user_id


def test_nobody_else_reads_it_or_says_that_it_is_done(office, admin):
    ask(office.minh)
    asked = SupportRequest.objects.get()
    abroad = office.post("quanly2", "Quản Lý 2", office.justice, Role.ORG_ADMIN, "Quản trị đơn vị")
    for stranger in (office.minh, office.dung, office.khach):
        assert at_desk(stranger).get(reverse("support_requests")).status_code == 404
    for stranger in (office.minh, office.khach, abroad, office.quantri):
        assert at_desk(stranger).post(reverse("support_done", args=[asked.pk])).status_code == 404
    for other in (abroad, office.quantri):
        assert "Không thấy nút" not in words(at_desk(other).get(reverse("support_requests")))
    asked.refresh_from_db()
    assert asked.done_at is None


def test_done_once_and_whoever_asked_is_told(office, admin):
    ask(office.minh)
    asked, client = SupportRequest.objects.get(), at_desk(admin)
    client.post(reverse("support_done", args=[asked.pk]))
    again = client.post(reverse("support_done", args=[asked.pk]), follow=True)
    assert "đã có người đánh dấu xong" in words(again)
    assert Notice.objects.filter(user=office.minh.user).count() == 1


def test_ten_in_an_hour_and_an_empty_one_never(office, admin):
    assert ask(office.minh, text=" ").status_code == 200
    assert "Có ký tự không dùng được" in words(ask(office.minh, text="a\0b"))
    for _ in range(10):
        ask(office.minh)
    assert "10 lần trong một giờ" in words(ask(office.minh, text="Lần thứ mười một"))
    assert "Lần thứ mười một" in ask(office.minh, text="Lần thứ mười một").content.decode()
    assert SupportRequest.objects.count() == 10


def test_the_page_one_came_from_is_filled_in_without_what_was_looked_for(office):
    page = at_desk(office.minh).get(reverse("support"), {"trang": "/tim/?q=tuyet"}).content.decode()
    assert 'value="/tim/"' in page and "tuyet" not in page


def test_one_question_costs_what_three_do(office, admin):
    def cost() -> int:
        client = at_desk(admin)
        client.get(reverse("support_requests"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("support_requests"))
        return len(queries)

    def kept():
        SupportRequest.objects.create(
            user=office.minh.user,
            organisation=office.home_affairs,
            text="x",
            at=timezone.now(),
            post=office.minh,
        )

    kept()
    one = cost()
    kept(), kept()
    assert cost() == one <= 10
