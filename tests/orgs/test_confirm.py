"""Another confirms what one proposed: who may, what he is shown, and what has changed meanwhile."""

import datetime as dt
import threading
import time

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from documents.models import Event
from orgs.actions import Refused, accounts, end_post, lock, proposals
from orgs.actions.powers import half_of, propose_account, propose_authority, propose_post
from orgs.actions.refused import NeedsTwo
from orgs.models import Delegation, Post, Proposal, Role, User
from tests.documents.desks import at_desk
from tests.orgs.test_authority import TUQ
from tests.orgs.two import LIST, USERS, chain, clerkship, confirmed, fields, latest, press


def test_one_proposes_another_confirms_and_the_third_is_told(office, admin, admin2):
    made = clerkship(office, admin)
    assert "chờ bạn hoặc người khác" in admin2.user.notices.get().text
    page = at_desk(admin2).get(LIST).content.decode()
    assert made.text in page and "Trần Quang Minh" in page
    assert "Xác nhận" in at_desk(admin2).get(made.get_absolute_url()).content.decode()
    assert press(admin2, made).status_code == 302
    post = Post.objects.get(user=office.minh.user, role="clerk")
    assert post.valid_from == timezone.localdate()
    assert chain(office.home_affairs) == ["propose", "give_post", "confirm_proposal"]
    assert Event.objects.broken_links(office.home_affairs.pk) == []
    assert [one.text[:20] for one in office.minh.user.notices.order_by("pk")] == [
        "Quản Lý đề nghị: Gia",
        "Quản Lý Hai đã xác n",
    ]
    assert "đã xác nhận: quản lý hai" in press(admin2, made).content.decode().lower()
    assert made.text not in at_desk(admin2).get(LIST).content.decode()


def test_a_new_clerk_has_no_account_before_it_is_confirmed(office, admin):
    at_desk(admin).post(f"{USERS}them/", fields(username="moi", full_name="Người Mới"))
    assert not User.objects.filter(username="moi").exists()
    second = confirmed(office.quantri)
    assert authenticate(None, username="moi", password=f"{half_of(latest())}-{second}")
    assert User.objects.get(username="moi").posts.get().role == "clerk"


def test_nobody_confirms_his_own_nor_what_concerns_him_nor_with_another_post_of_his(office, admin):
    made = clerkship(office, admin, user=office.thao.user)
    second = office.post("quanly", "", office.city, Role.SYS_ADMIN, "Quản trị hệ thống")
    for by, why in ((admin, "chính mình"), (second, "chính mình")):
        with pytest.raises(Refused, match=why):
            confirmed(by, made)
    thao = office.post("thao", "", office.home_affairs, Role.ORG_ADMIN, "Quản trị")
    with pytest.raises(Refused, match="liên quan đến chính bạn"):
        confirmed(thao, made)
    with transaction.atomic(), pytest.raises(IntegrityError):  # and the database says so too
        Proposal.objects.filter(pk=made.pk).update(
            state="confirmed", decided_user=admin.user, decided_by=second, decided_at=timezone.now()
        )


def test_only_who_had_the_right_to_propose_confirms(office, admin, admin2):
    made = clerkship(office, admin)
    for stranger in (office.lan, office.minh, office.hoa, office.khach, office.tu):
        assert press(stranger, made).status_code == (200 if stranger is office.minh else 404)
        with pytest.raises((PermissionDenied, Refused)):
            confirmed(stranger, made)
    today = timezone.localdate()
    Delegation.objects.create(post=admin2, to=office.hoa.user, valid_from=today, valid_to=today)
    borrowed = at_desk(office.hoa)
    borrowed.post("/vai-tro/", {"post": admin2.pk})
    assert borrowed.post(f"{LIST}{made.pk}/xac-nhan/").status_code == 404
    with pytest.raises(PermissionDenied, match="ủy quyền"):
        confirmed(admin2.used_by(office.hoa.user), made)
    with pytest.raises(PermissionDenied):
        clerkship(office, office.lan)
    assert not Post.objects.filter(user=office.minh.user, role="clerk").exists()


def test_an_operator_confirms_only_where_nobody_of_the_office_can(office, admin, admin2, operator2):
    made = clerkship(office, admin)
    with pytest.raises(Refused, match=r"Quản Lý Hai, .*chỉ xác nhận thay"):
        confirmed(office.quantri, made)
    assert made.text not in at_desk(office.quantri).get(LIST).content.decode()
    end_post(admin2, on=timezone.localdate(), by=admin, at=timezone.now())
    assert made.text in at_desk(office.quantri).get(LIST).content.decode()
    confirmed(office.quantri, made)
    # What an operator proposes for an office, the office confirms.
    made = clerkship(office, office.quantri, user=office.hoa.user)
    with pytest.raises(Refused, match="Quản Lý,"):
        confirmed(operator2, made)
    confirmed(admin, made)
    # An operator's post is for operators.
    made = propose_post(
        user=office.hoa.user, organisation=office.city, role="sys_admin", title="Quản trị hệ thống",
        on=timezone.localdate(), by=office.quantri, at=timezone.now(),
    )  # fmt: skip
    city_admin = office.post("qtdv", "Quản Trị Đơn Vị", office.city, Role.ORG_ADMIN, "Quản trị đơn vị")
    with pytest.raises(PermissionDenied):
        confirmed(city_admin, made)
    confirmed(operator2, made)


def test_a_proposal_whose_proposer_left_is_not_confirmed(office, admin, admin2):
    made = clerkship(office, admin)
    end_post(admin, on=timezone.localdate() - dt.timedelta(days=1), by=admin2, at=timezone.now())
    page = press(admin2, made).content.decode()
    assert "Quản Lý không còn giữ vị trí hoặc quyền" in page
    other = clerkship(office, admin2, user=office.hoa.user)
    lock(admin2.user, by=office.quantri, at=timezone.now())
    with pytest.raises(Refused, match="Quản Lý Hai không còn giữ"):
        confirmed(office.quantri, other)
    assert Post.objects.filter(role="clerk", organisation=office.home_affairs).count() == 1
    proposals.refuse(other, reason="Người đề nghị đã nghỉ", by=office.quantri, at=timezone.now())


def test_what_changed_meanwhile_is_said_and_stops_it(office, admin):
    now = timezone.now()
    made = propose_post(
        user=office.thao.user, organisation=office.home_affairs, role="leader", title="Giám đốc", head=True,
        unit=office.room, on=timezone.localdate(), by=admin, at=now,
    )  # fmt: skip
    Post.objects.filter(pk=office.dung.pk).update(valid_to=timezone.localdate())
    page = press(office.quantri, made).content.decode()
    assert "Đã thay đổi từ lúc đề nghị" in page and "Phạm Tiến Dũng → (không)" in page
    made = clerkship(office, admin)
    User.objects.filter(pk=office.minh.user_id).update(is_active=False)
    with pytest.raises(Refused, match="bị khóa"):
        confirmed(office.quantri, made)
    made = propose_account("reset_password", office.hoa.user, by=admin, at=now)
    User.objects.filter(pk=office.hoa.user_id).update(full_name="Tên Khác")
    with pytest.raises(Refused, match="Lê Thu Hoa → Tên Khác"):
        confirmed(office.quantri, made)


def test_nothing_is_confirmed_after_seven_days_nor_twice_nor_after_it_was_withdrawn(office, admin):
    made = clerkship(office, admin)
    with pytest.raises(Refused, match="giống hệt"):
        clerkship(office, admin)
    Proposal.objects.update(proposed_at=timezone.now() - dt.timedelta(days=7))
    assert "quá bảy ngày" in press(office.quantri, made).content.decode()
    assert "Quá hạn" in at_desk(admin).get(f"{LIST}?xem=toi").content.decode()
    made = clerkship(office, admin)
    press(admin, made, "rut")
    assert "đã rút" in press(office.quantri, made).content.decode()
    assert not Post.objects.filter(user=office.minh.user, role="clerk").exists()
    with pytest.raises(Refused, match="đã rút"):
        proposals.refuse(made, reason="Không đúng người", by=office.quantri, at=timezone.now())


def test_of_two_who_confirm_at_once_one_does_it_and_the_other_is_told_who(transactional_db, office):
    both = [
        office.post(name, name, office.home_affairs, Role.ORG_ADMIN, "Quản trị")
        for name in ("mot", "hai", "ba")
    ]
    made, start, told = clerkship(office, both[0]), threading.Barrier(2), []

    def try_it(by):
        start.wait()
        try:
            confirmed(by, made)
            told.append("done")
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=[post]) for post in both[1:]]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    done, refused = sorted(told, key=lambda said: said != "done")
    made.refresh_from_db()
    assert done == "done" and f"đã xác nhận: {made.decided_user}" in refused
    assert Post.objects.filter(user=office.minh.user, role="clerk").count() == 1
    assert chain(office.home_affairs) == ["propose", "give_post", "confirm_proposal"]


def waits_for(words: str, seconds: float = 30) -> str:
    """The statement with these words that waits for a lock of ours now; asked from inside the transaction that holds it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            found = [query for (query,) in cursor.fetchall()]
        if found:
            assert words in found[0], found
            return found[0]
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_who_confirms_second_waits_at_the_proposal_and_is_told_what_the_first_did(transactional_db, office):
    """Held from the first look on: else both look at an open one, and the second finds out at some later step, or never."""
    one, two, three = [
        office.post(name, name, office.home_affairs, Role.ORG_ADMIN, "Quản trị")
        for name in ("mot", "hai", "ba")
    ]
    made, told = clerkship(office, one), []

    def second():
        try:
            confirmed(three, made)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        confirmed(two, made)  # done, and not committed yet
        thread.start()
        waiting = waits_for('"orgs_proposal"')
        assert "FOR NO KEY UPDATE" in waiting and told == []
    thread.join(30)
    assert len(told) == 1 and "đã xác nhận: hai" in told[0]
    assert chain(office.home_affairs) == ["propose", "give_post", "confirm_proposal"]


def test_a_password_set_alone_while_a_power_is_given_waits_and_is_refused(transactional_db, office):
    """The account is held too: whoever resets it meanwhile finds somebody who holds a power."""
    one, two = [
        office.post(name, name, office.home_affairs, Role.ORG_ADMIN, "Quản trị") for name in ("mot", "hai")
    ]
    made, told = clerkship(office, one), []

    def alone():
        try:
            accounts.reset_password(office.minh.user, by=one, at=timezone.now())
        except NeedsTwo as refusal:
            told.append(refusal)
        finally:
            connection.close()

    thread = threading.Thread(target=alone)
    with transaction.atomic():
        confirmed(two, made)
        thread.start()
        waits_for('"orgs_user"')
    thread.join(30)
    assert len(told) == 1 and "reset_password" not in chain(office.home_affairs)


def test_confirming_asks_for_a_fresh_proof_and_from_its_day_for_a_second_factor(office, admin, settings):
    made = clerkship(office, admin)
    client = at_desk(office.quantri)
    session = client.session
    session["proof"] = [int(timezone.now().timestamp()) - 601, False]
    session.save()
    client.post(f"{LIST}{made.pk}/xac-nhan/")
    assert Proposal.objects.get(pk=made.pk).state == "open"
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    assert press(office.quantri, made).status_code == 302  # he must set one up before anything else
    User.objects.filter(pk=office.quantri.user_id).update(second_factor=True)
    assert "yếu tố thứ hai" in press(office.quantri, made).content.decode()
    assert Proposal.objects.get(pk=made.pk).state == "open"
    client = at_desk(office.quantri)
    session = client.session
    session["proof"] = [int(timezone.now().timestamp()), True]
    session.save()
    assert client.post(f"{LIST}{made.pk}/xac-nhan/").status_code == 302
    assert Proposal.objects.get(pk=made.pk).state == "confirmed"


def test_who_confirms_a_right_to_sign_sees_how_far_and_how_long(office, admin, admin2):
    at = timezone.now()
    week = {"valid_from": at, "valid_to": at + dt.timedelta(days=7)}
    given = TUQ | {"basis_on": timezone.localdate(), "scope": "việc của phòng"}
    made = propose_authority(post=office.hoa, by=admin, at=at, **given, **week)
    page = at_desk(admin2).get(f"{LIST}{made.pk}/").content.decode()
    until = timezone.localtime(week["valid_to"])
    for said in (
        f"{until:%H:%M %d/%m/%Y}",
        "việc của phòng",
        "Công văn, Giấy mời",
        "Giấy ủy quyền số 12/GUQ-SNV",
    ):
        assert said in page
