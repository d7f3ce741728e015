"""Acting as one post at a time, and looking after a colleague's inbox for a period."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from orgs.access import may, posts_of
from orgs.actions import Refused, cancel_delegation, delegate
from orgs.models import Delegation, Post

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
DAY = NOW.date()


def on(n):
    return DAY + dt.timedelta(days=n)


def give(office, start=0, end=6, **changed):
    kept = {
        "post": office.hoa,
        "to": office.minh.user,
        "reason": "Đi công tác",
        "by": office.hoa.user,
        "at": NOW,
    }
    return delegate(valid_from=on(start), valid_to=on(end), **(kept | changed))


def test_one_acts_as_one_post_at_a_time(office, sign_in):
    second = office.post("lan", "", office.justice, "officer", "Chuyên viên")
    client = sign_in(office.lan)
    assert "Đang làm việc với vai trò" in client.get("/uy-quyen/").content.decode()
    assert client.get("/uy-quyen/").wsgi_request.post == office.lan
    assert client.post("/vai-tro/", {"post": second.pk})["Location"] == reverse("desk")
    assert client.get("/uy-quyen/").wsgi_request.post == second


@pytest.mark.parametrize("wanted", ["other", "0", "x", "", "9" * 40, "\x00"])
def test_a_post_that_is_not_ones_own_is_not_there(office, sign_in, wanted):
    client = sign_in(office.lan)
    pk = office.dung.pk if wanted == "other" else wanted
    assert client.post("/vai-tro/", {"post": pk}).status_code == 404
    assert client.get("/uy-quyen/").wsgi_request.post == office.lan
    assert client.get("/vai-tro/").status_code == 405


def test_a_post_that_ended_is_gone_at_the_next_click(office, sign_in):
    second = office.post("lan", "", office.justice, "officer", "Chuyên viên")
    client = sign_in(second)
    Post.objects.filter(pk=second.pk).update(valid_to=timezone.localdate())
    assert client.get("/uy-quyen/").wsgi_request.post == office.lan


def test_a_delegated_inbox_is_there_for_the_period_only(office):
    give(office, start=1, end=3)

    def has(n):
        return office.hoa in posts_of(office.minh.user, on(n))

    assert [has(n) for n in range(6)] == [False, True, True, True, False, False]
    borrowed = posts_of(office.minh.user, on(2))[-1]
    assert borrowed.operator == office.minh.user and not borrowed.in_person
    assert all(post.in_person for post in posts_of(office.hoa.user, on(2)))


def test_a_cancelled_delegation_ends_at_once(office):
    row = give(office)
    cancel_delegation(row, by=office.hoa.user, at=NOW)
    assert office.hoa not in posts_of(office.minh.user, DAY)
    with pytest.raises(Refused, match="đã kết thúc hoặc đã được hủy"):
        cancel_delegation(row, by=office.hoa.user, at=NOW)
    give(office)  # the time is free again


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(3, 1, "từ ngày bắt đầu"), (-1, 3, "đã qua"), (0, 400, "một năm")],
)
def test_dates_that_cannot_be_are_refused(office, start, end, words):
    with pytest.raises(Refused, match=words):
        give(office, start, end)


def test_only_a_colleague_who_stays_and_may_sign_in_can_be_given_it(office):
    with pytest.raises(Refused, match="chính mình"):
        give(office, to=office.hoa.user)
    with pytest.raises(Refused, match="không giữ vị trí"):
        give(office, to=office.khach.user)
    Post.objects.filter(pk=office.minh.pk).update(valid_to=on(3))
    with pytest.raises(Refused, match="không giữ vị trí"):
        give(office, end=6)
    office.lan.user.is_active = False
    with pytest.raises(Refused, match="bị khóa"):
        give(office, to=office.lan.user)


def test_nobody_gives_away_or_takes_back_what_is_not_theirs(office):
    with pytest.raises(PermissionDenied):
        give(office, by=office.minh.user)
    row = give(office)
    with pytest.raises(PermissionDenied):
        cancel_delegation(row, by=office.minh.user, at=NOW)


def test_overlaps_are_refused_with_a_sentence(office):
    give(office, 0, 6)
    for start, end in ((6, 9), (2, 3), (0, 6)):
        with pytest.raises(Refused, match="Trùng với ủy quyền cho Trần Quang Minh"):
            give(office, start, end, to=office.lan.user)
    give(office, 7, 9, to=office.lan.user)


def test_two_at_once_give_one(transactional_db, office):
    start, told = threading.Barrier(2), []

    def try_it(to):
        start.wait()
        try:
            give(office, to=to)
            told.append("given")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=[post.user]) for post in (office.minh, office.lan)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(told) == ["given", "refused"]
    assert Delegation.objects.count() == 1


def test_rights_of_administration_do_not_travel_with_an_inbox(office):
    borrowed = office.quantri.used_by(office.tu.user)
    assert not may(borrowed, "manage_registry")
    assert may(Post.objects.get(pk=office.quantri.pk), "manage_registry")


def fill(office, **changed):
    today = timezone.localdate()
    kept = {
        "post": office.hoa.pk,
        "to": office.minh.user_id,
        "valid_from": today,
        "valid_to": today,
        "reason": "Nghỉ phép",
    }
    return kept | changed


def test_the_page_gives_shows_and_cancels(office, sign_in):
    client = sign_in(office.hoa)
    page = client.post("/uy-quyen/", fill(office), follow=True).content.decode()
    assert "Đã ủy quyền cho Trần Quang Minh" in page and "Đang hiệu lực" in page
    assert "Trùng với ủy quyền" in client.post("/uy-quyen/", fill(office)).content.decode()
    theirs = sign_in(office.minh)
    assert "Lê Thu Hoa" in theirs.get("/uy-quyen/").content.decode()
    assert theirs.post("/vai-tro/", {"post": office.hoa.pk}).status_code == 302
    assert theirs.get("/uy-quyen/").wsgi_request.post.operator == office.minh.user
    row = Delegation.objects.get()
    assert theirs.post(f"/uy-quyen/{row.pk}/huy/").status_code == 404
    client = sign_in(office.hoa)
    assert "Đã hủy ủy quyền" in client.post(f"/uy-quyen/{row.pk}/huy/", follow=True).content.decode()
    assert office.hoa not in posts_of(office.minh.user, timezone.localdate())


def test_a_borrowed_inbox_cannot_be_handed_on(office, sign_in):
    client = sign_in(office.hoa)
    client.post("/uy-quyen/", fill(office))
    theirs = sign_in(office.minh)
    theirs.post("/vai-tro/", {"post": office.hoa.pk})
    assert theirs.post("/uy-quyen/", fill(office, to=office.lan.user_id)).status_code == 404
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "x"},
        {"to": ""},
        {"valid_to": "31/02/2026"},
        {"valid_to": ""},
        {"reason": "a" * 301},
        {"post": 0},
    ],
)
def test_a_form_filled_in_badly_comes_back_with_what_was_typed(office, sign_in, wrong):
    answer = sign_in(office.hoa).post("/uy-quyen/", fill(office, **wrong))
    assert answer.status_code == 200 and "Hãy xem lại" in answer.content.decode()
    assert "Nghỉ phép" in answer.content.decode() or "reason" in wrong
    assert not Delegation.objects.exists()


def test_colleagues_are_of_the_same_organisation(office, sign_in):
    page = sign_in(office.hoa).get("/uy-quyen/").content.decode()
    assert "Trần Quang Minh" in page and "Người Khách" not in page


def test_who_has_left_the_organisation_has_left_its_inboxes(office):
    give(office)
    office.post("minh", "", office.justice, "officer", "Chuyên viên")
    assert office.hoa in posts_of(office.minh.user, DAY)
    Post.objects.filter(pk=office.minh.pk).update(valid_to=DAY)
    assert [post.organisation for post in posts_of(office.minh.user, DAY)] == [office.justice]


def test_what_was_written_as_one_post_is_never_sent_as_another(office, sign_in):
    """The inbox is taken back while a form is open: the press is refused, whatever the own post may do."""
    client = sign_in(office.hoa)
    client.post("/uy-quyen/", fill(office))
    theirs = sign_in(office.minh)
    theirs.post("/vai-tro/", {"post": office.hoa.pk})
    row = Delegation.objects.get()
    cancel_delegation(row, by=office.hoa.user, at=timezone.now())
    form = fill(office, post=office.minh.pk, to=office.lan.user_id)
    for _ in range(2):  # neither the first press nor a second one, nor after a picture was fetched
        answer = theirs.post("/uy-quyen/", form)
        assert answer.status_code == 403 and "không còn" in answer.content.decode()
        theirs.get("/to-chuc/", headers={"sec-fetch-mode": "no-cors"})
    assert Delegation.objects.count() == 1
    assert "không còn" in theirs.get("/to-chuc/", headers={"sec-fetch-mode": "navigate"}).content.decode()
    assert theirs.post("/uy-quyen/", form).status_code == 302
    assert Delegation.objects.count() == 2


def test_one_can_sign_out_and_choose_again_when_a_post_has_ended(office, sign_in):
    second = office.post("lan", "", office.justice, "officer", "Chuyên viên")
    client = sign_in(second)
    Post.objects.filter(pk=second.pk).update(valid_to=timezone.localdate())
    assert client.post("/vai-tro/", {"post": office.lan.pk}).status_code == 302
    assert client.get("/uy-quyen/").wsgi_request.post == office.lan
    client = sign_in(second)
    assert client.post("/dang-xuat/")["Location"] == "/dang-nhap/"
