"""An administrator looks as another user: what the desk shows and no word of a paper; nothing is written; it is told."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from documents.models import Document, Event, Reading
from hanoi_docs.tasks import end_looks
from orgs import looking
from orgs.actions.looking import end_over, stop_looking
from orgs.models import Look, Notice, Post, Role, User
from tests.documents.desks import at_desk, directed, outgoing, registered, words
from tests.documents.work.asking import consulted
from tests.documents.work.without_paper import given
from tests.house.sweeping import nothing_changes, without_numbers
from tests.house.test_fresh import anyhow
from tests.house.test_urls import named

REASON = "Chị Lan báo hộp chờ trình trống"
SUBJECT = "Về việc chimvangxanh"


@pytest.fixture
def admin(office):
    return office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


def begin(client, post, reason=REASON):
    return client.post(reverse("user_look", args=[post.pk]), {"reason": reason})


def looking_as(by, post):
    client = at_desk(by)
    assert begin(client, post)["Location"] == reverse("looking")
    return client


def test_it_shows_the_boxes_of_the_desk_with_their_counts_and_says_whose_they_are(office, admin):
    for number in "12":
        registered(office, number=number)
    client = looking_as(admin, office.lan)
    page = client.get(reverse("looking"))
    assert "Đang xem như Nguyễn Thị Lan" in words(page) and "2 Chờ trình" in words(page)
    assert "muc=incoming&amp;box=registered" in page.content.decode()
    box = words(client.get(f"{reverse('looking')}?muc=incoming&box=registered"))
    assert "Số đến 1 " in box and "Đã vào sổ" in box
    assert "Kết thúc xem" in box and "Tìm văn bản" not in box


def test_no_word_of_a_paper_is_shown_that_he_may_not_read_himself(office, admin):
    paper = directed(office, subject=SUBJECT, signer_name="ongkyten", support=[office.hoa])
    outgoing(office, subject=SUBJECT, body="rungthonglon", state="in_review", holder=office.hoa)
    consulted(office, paper=paper, asked=[office.lan], question="rungthonglon")
    seen = 0
    for post in (office.lan, office.minh, office.hoa, office.dung):
        client = looking_as(admin, post)
        for section in ("incoming", "outgoing", "work", "consultation"):
            for box in ("", "all", "handling", "new", "under_way", "content", "asked", "asking"):
                page = client.get(f"{reverse('looking')}?muc={section}&box={box}").content.decode()
                seen += page.count("(nội dung không hiện)")
                for word in ("chimvangxanh", "rungthonglon", "ongkyten", "Bộ Nội vụ"):
                    assert word not in page
        page = client.get(reverse("looking_paper", args=[paper.pk])).content.decode()
        assert "chimvangxanh" not in page and "Nút người này thấy" in page
        client.post(reverse("look_end"))
    assert seen > 8


def test_work_without_a_paper_is_a_row_without_words_and_without_a_page(office, admin):
    directed(office, number="4")
    given(office, lead=office.minh, title="chimvangxanh", text="rungthonglon")
    page = looking_as(admin, office.minh).get(f"{reverse('looking')}?muc=work&box=new")
    assert page.status_code == 200 and [bool(row["url"]) for row in page.context["rows"]] == [False, True]
    assert "Nhiệm vụ (nội dung không hiện)" in words(page)
    assert "chimvangxanh" not in page.content.decode() and "rungthonglon" not in page.content.decode()


def test_a_paper_he_may_read_himself_is_named(office, admin):
    paper = registered(office, subject=SUBJECT)
    assign_perm("documents.read_document", admin.user, Document.objects.get(pk=paper.pk))
    box = looking_as(admin, office.lan).get(f"{reverse('looking')}?muc=incoming&box=all")
    assert SUBJECT in words(box)


def test_of_one_paper_it_shows_why_it_is_seen_and_which_buttons_stand_there(office, admin):
    paper = directed(office)
    client = looking_as(admin, office.minh)
    said = words(client.get(reverse("looking_paper", args=[paper.pk])))
    assert "Được Phạm Tiến Dũng giao chủ trì" in said and "Bắt đầu xử lý" in said
    hidden = registered(office, number="9")
    assert client.get(reverse("looking_paper", args=[hidden.pk])).status_code == 404
    assert not Reading.objects.filter(document=paper.pk).exists()


def test_the_person_is_told_at_once_and_it_stands_in_the_log(office, admin):
    client = looking_as(admin, office.lan)
    notice = Notice.objects.get(user=office.lan.user)
    assert "Quản Lý" in notice.text and REASON in notice.text and notice.urgent
    assert "Có 1 thông báo mới cần xem ngay" in words(at_desk(office.lan).get("/"))
    client.post(reverse("look_end"))
    kinds = Event.objects.filter(kind__in=["look_as", "stop_looking"]).order_by("pk")
    assert [(e.kind, e.organisation_id, e.post_id) for e in kinds] == [
        ("look_as", office.home_affairs.pk, admin.pk),
        ("stop_looking", office.home_affairs.pk, admin.pk),
    ]
    log = words(at_desk(admin).get(reverse("administration")))
    assert "Xem như người dùng khác, chỉ xem" in log and REASON in log


def test_every_press_at_every_address_is_refused_and_nothing_changes(office, admin, settings):
    without_numbers(settings)
    client = looking_as(admin, office.lan)
    open_to = {"look_end", "logout"}
    with nothing_changes():
        for name in sorted(filter(None, named()), key=str):
            if name in open_to:
                continue
            for method in ("post", "put", "delete", "patch", "options"):
                assert getattr(client, method)(anyhow(name)).status_code == 403, (name, method)
    assert client.get(reverse("looking")).status_code == 200


def test_no_other_page_opens_meanwhile(office, admin):
    paper = registered(office)
    client = looking_as(admin, office.lan)
    for name in sorted(filter(None, named()), key=str):
        if name in ("looking", "looking_paper", "healthz"):
            continue
        answer = client.get(anyhow(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("looking")), name
    assert client.get(paper.get_absolute_url())["Location"] == reverse("looking")
    assert client.get(reverse("notices_count"), headers={"Sec-Fetch-Mode": "cors"}).status_code == 403


def test_it_cannot_nest_and_cannot_become_another_post(office, admin):
    client = looking_as(admin, office.lan)
    assert begin(client, office.dung).status_code == 403
    assert client.post(reverse("act_as"), {"post": office.lan.pk}).status_code == 403
    assert "Đang xem như Nguyễn Thị Lan" in words(client.get(reverse("looking")))


def test_not_as_an_operator_nor_as_somebody_elsewhere_nor_as_himself_nor_by_who_does_not_administer(
    office, admin
):
    both = office.post("hai", "Hai Vai", office.home_affairs, Role.OFFICER, "Chuyên viên")
    office.post("hai", "Hai Vai", office.city, Role.SYS_ADMIN, "Quản trị hệ thống")
    for post in (office.quantri, office.khach, admin, both):
        assert begin(at_desk(admin), post).status_code == 404, post
    assert begin(at_desk(office.quantri), both).status_code == 404
    for who in (office.lan, office.dung, office.minh):
        assert begin(at_desk(who), office.hoa).status_code == 404
    assert not Notice.objects.exists()


def test_a_lent_inbox_of_an_administrator_looks_at_nobody(office, admin):
    today = timezone.localdate()
    admin.delegations.create(to=office.minh.user, valid_from=today, valid_to=today)
    client = at_desk(office.minh)
    client.post(reverse("act_as"), {"post": admin.pk})
    assert begin(client, office.lan).status_code == 404


def test_nobody_who_is_gone_or_locked(office, admin):
    User.objects.filter(pk=office.hoa.user_id).update(is_active=False)
    Post.objects.filter(pk=office.minh.pk).update(valid_to=timezone.localdate())
    for post in (office.hoa, office.minh):
        assert begin(at_desk(admin), post).status_code == 404


def test_a_reason_is_asked_for(office, admin):
    client = at_desk(admin)
    assert begin(client, office.lan, "ngắn")["Location"] == reverse("user", args=[office.lan.user_id])
    assert client.get(reverse("looking")).status_code == 404
    assert not Notice.objects.exists()


def test_it_asks_who_is_at_the_keyboard(office, admin):
    client = at_desk(admin)
    session = client.session
    session["proof"] = [0, False]
    session.save()
    assert "Xác nhận là bạn" in words(begin(client, office.lan))
    assert looking.SESSION_KEY not in client.session


def _ends_in(seconds: int) -> None:
    Look.objects.update(until=timezone.now() + dt.timedelta(seconds=seconds))


def _ends() -> list[tuple]:
    found = Event.objects.filter(kind="stop_looking").order_by("pk")
    return [(event.post_id, event.organisation_id, event.payload["text"]) for event in found]


def test_it_ends_after_half_an_hour(office, admin):
    client = looking_as(admin, office.lan)
    assert Look.objects.get().until <= timezone.now() + dt.timedelta(minutes=30)
    _ends_in(-1)
    page = client.get("/", follow=True)
    assert "Đã hết lượt xem" in words(page) and "Đang xem như" not in words(page)
    assert client.get(reverse("looking")).status_code == 404


def test_ended_by_its_time_it_leaves_the_same_event_once_and_the_person_sees_the_end(office, admin):
    looking_as(admin, office.lan)  # and the browser was closed
    assert end_looks() is None and not _ends(), "it still lasts"
    assert "đang xem, muộn nhất" in words(at_desk(office.lan).get(reverse("account")))
    _ends_in(-60)
    end_looks()
    end_looks()
    look = Look.objects.get()
    assert look.ended_at == look.until, "when it ended, not when the job came by"
    assert _ends() == [(None, office.home_affairs.pk, f"Nguyễn Thị Lan ({office.lan})")]
    said = words(at_desk(office.lan).get(reverse("account")))
    assert f"{timezone.localtime(look.until):%H:%M %d/%m/%Y}" in said and REASON in said
    assert "đang xem" not in said
    assert "Tự kết thúc lượt xem của Quản Lý" in words(at_desk(admin).get(reverse("administration")))


def test_ended_by_hand_or_by_signing_out_the_job_adds_nothing(office, admin):
    for leave in ("look_end", "logout"):
        looking_as(admin, office.lan).post(reverse(leave))
    end_over(at=timezone.now() + dt.timedelta(hours=1))
    assert [by for by, *_ in _ends()] == [admin.pk, admin.pk]


def test_two_ends_at_once_are_one(office, admin):
    client = looking_as(admin, office.lan)
    look = Look.objects.with_names().get()
    end_over(at=look.until)
    assert not stop_looking(look, by=admin, at=timezone.now())
    assert client.post(reverse("look_end")).status_code == 404 and len(_ends()) == 1


def test_a_right_that_is_gone_ends_it_in_the_chain_too(office, admin):
    looking_as(admin, office.lan)
    Post.objects.filter(pk=admin.pk).update(role=Role.OFFICER)
    assert end_over(at=timezone.now()) == 1 and len(_ends()) == 1
    assert Look.objects.get().ended_at < Look.objects.get().until


def test_a_moment_that_is_too_far_away_is_none(office, admin):
    client = looking_as(admin, office.lan)
    _ends_in(10**6)
    assert "Đã hết lượt xem" in words(client.get("/", follow=True))


def test_it_ends_with_either_post_and_with_the_session(office, admin):
    client = looking_as(admin, office.lan)
    Post.objects.filter(pk=office.lan.pk).update(valid_to=timezone.localdate() + dt.timedelta(days=-1))
    assert client.get(reverse("looking")).status_code == 404
    client = looking_as(admin, office.dung)
    Post.objects.filter(pk=admin.pk).update(role=Role.OFFICER)
    assert client.get(reverse("looking")).status_code == 404
    Post.objects.filter(pk=admin.pk).update(role=Role.ORG_ADMIN)
    assert client.get(reverse("looking")).status_code == 404
    client = looking_as(admin, office.dung)
    client.post(reverse("logout"))
    client.force_login(admin.user)
    assert client.get(reverse("looking")).status_code == 404


def test_an_operator_looks_as_somebody_of_any_office_and_reads_nothing(office):
    directed(office, subject=SUBJECT)
    client = looking_as(office.quantri, office.minh)
    page = client.get(f"{reverse('looking')}?muc=work&box=new").content.decode()
    assert "(nội dung không hiện)" in page and "chimvangxanh" not in page


@pytest.mark.parametrize("section", ["", "incoming", "work", "consultation"])
def test_three_rows_cost_what_one_does(office, admin, section):
    url = f"{reverse('looking')}?muc={section}&box=" + {"incoming": "all", "work": "new"}.get(
        section, "asked"
    )

    def cost(client) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    consulted(office, paper=directed(office), asked=[office.hoa])
    who = {"consultation": office.hoa}.get(section, office.minh)
    client = looking_as(admin, who)
    one = cost(client)
    for number in "34":
        consulted(office, paper=directed(office, number=number), asked=[office.hoa])
    assert cost(client) == one <= 16
