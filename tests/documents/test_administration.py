"""The log of administration: out of the chain, for whoever administers or leads, of one's own organisation only."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Event
from documents.states import ADMINISTRATION, EVENT_LABELS
from orgs.actions import end_post, lock
from orgs.actions.powers import propose_post
from orgs.models import Role
from tests.documents.desks import at_desk, registered, words
from tests.orgs.two import confirmed

LOG = "/quan-tri/nhat-ky/"


def clerkship(office, by, user):
    return propose_post(
        user=user, organisation=office.home_affairs, role="clerk", title="Văn thư", on=timezone.localdate(), by=by,
        at=timezone.now(),
    )  # fmt: skip


def test_both_acts_and_their_persons_stand_in_the_log_of_the_office(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    made = clerkship(office, admin, office.minh.user)
    confirmed(office.quantri, made)
    lock(office.khach.user, by=office.quantri, at=timezone.now())
    registered(office)
    for reader in (admin, office.dung):
        page = at_desk(reader).get(LOG)
        said = words(page)
        assert [row["title"] for row in page.context["rows"]] == [
            "Xác nhận đề nghị", "Giao vị trí công tác", "Đề nghị, chờ người khác xác nhận",
        ]  # fmt: skip
        assert (
            "Quản Lý" in said
            and "Quản Trị" in said
            and "Trần Quang Minh" in said
            and "Người Khách" not in said
        )
        assert made.get_absolute_url() in page.content.decode()
    every = words(at_desk(office.quantri).get(LOG))
    assert "Khóa tài khoản" in every and "Giao vị trí" in every
    one = words(at_desk(office.quantri).get(f"{LOG}?co-quan={office.justice.pk}"))
    assert "Khóa tài khoản" in one and "Giao vị trí" not in one
    for wrong in ("x", "0", "9" * 30):
        assert at_desk(office.quantri).get(f"{LOG}?co-quan={wrong}").status_code == 404


def test_others_do_not_learn_that_it_exists(office):
    for other in (office.lan, office.minh, office.hoa, office.thao, office.tu):
        client = at_desk(other)
        assert client.get(LOG).status_code == 404
        assert LOG not in client.get("/to-chuc/").content.decode()


def test_one_row_costs_what_three_cost_and_an_ordinary_page_asks_nothing(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")

    def cost(post, url) -> int:
        client = at_desk(post)
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        assert not any("orgs_proposal" in query["sql"] for query in caught) or post is not office.minh
        return len(caught)

    end_post(office.thao, on=timezone.localdate(), by=admin, at=timezone.now())
    one = cost(admin, LOG), cost(office.quantri, LOG), cost(office.minh, "/to-chuc/")
    end_post(office.hoa, on=timezone.localdate(), by=admin, at=timezone.now())
    clerkship(office, admin, office.minh.user)
    assert Event.objects.count() == 3
    office.minh.user.notices.all().delete()
    assert (cost(admin, LOG), cost(office.quantri, LOG), cost(office.minh, "/to-chuc/")) == one


def test_the_rail_counts_what_waits_for_whom_it_calls_on(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")

    def counted(post):
        rail = at_desk(post).get("/to-chuc/").context["rail"]
        return [link["count"] for link in rail if link["label"] == "Đề nghị chờ xác nhận"]

    assert counted(office.quantri) == [None]
    clerkship(office, admin, office.minh.user)
    assert (counted(office.quantri), counted(admin), counted(office.dung), counted(office.minh)) == (
        [1],
        [None],
        [None],
        [],
    )


def test_every_act_in_the_log_has_words():
    assert set(ADMINISTRATION) <= set(EVENT_LABELS)
