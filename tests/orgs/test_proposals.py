"""Nobody takes a power alone: what the attackers of the issue did by one POST, and what two persons do."""

import datetime as dt
import re
import threading

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Event
from hanoi_docs.models import Alarm
from orgs.actions import Refused, accounts, end_post, lock, proposals
from orgs.actions.powers import half_of, propose_account, propose_authority, propose_post
from orgs.models import Delegation, Post, Proposal, Role, SigningAuthority, User
from tests.documents.desks import at_desk
from tests.orgs.test_authority import TUQ, give
from tests.orgs.two import confirmed, latest

USERS = "/quan-tri/nguoi-dung/"
LIST = "/quan-tri/de-nghi/"


@pytest.fixture
def admin(office):
    return office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


@pytest.fixture
def admin2(office):
    return office.post("quanly2", "Quản Lý Hai", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


@pytest.fixture
def operator2(office):
    return office.post("quantri2", "Quản Trị Hai", office.city, Role.SYS_ADMIN, "Quản trị hệ thống")


def fields(role="clerk", title="Văn thư", **more):
    return {"role": role, "title": title, "on": timezone.localdate(), **more}


def chain(organisation) -> list[str]:
    return list(Event.objects.filter(organisation=organisation).order_by("pk").values_list("kind", flat=True))


def clerkship(office, by, user=None, organisation=None):
    return propose_post(
        user=user or office.minh.user, organisation=organisation or office.home_affairs, role="clerk",
        title="Văn thư", on=timezone.localdate(), by=by, at=timezone.now(),
    )  # fmt: skip


def press(post, proposal, act="xac-nhan", **sent):
    return at_desk(post).post(f"{LIST}{proposal.pk}/{act}/", sent)


# The attacks


def test_an_operator_cannot_make_himself_a_clerk_of_an_office(office, admin):
    client = at_desk(office.quantri)
    url = f"{USERS}{office.quantri.user_id}/vi-tri/?co-quan={office.home_affairs.pk}"
    answer = client.post(url, fields())
    made = latest()
    assert (
        answer.status_code == 302 and not Post.objects.filter(user=office.quantri.user, role="clerk").exists()
    )
    for act in ("xac-nhan", "khan-cap"):
        page = press(office.quantri, made, act, reason="Cần gấp vì văn thư nghỉ ốm đột xuất").content.decode()
        assert "Chưa thực hiện" in page
    assert not Post.objects.filter(user=office.quantri.user, role="clerk").exists()
    assert chain(office.home_affairs) == ["propose"]
    assert "văn thư" in Event.objects.get().payload["text"].lower()


def test_an_administrator_cannot_make_himself_director(office, admin, operator2):
    client = at_desk(admin)
    client.post(f"{USERS}{admin.user_id}/vi-tri/", fields("leader", "Giám đốc", head="on"))
    made = latest()
    page = press(admin, made).content.decode()
    assert "Không ai xác nhận đề nghị của chính mình" in page
    client.post(
        f"{USERS}them/", fields("leader", "Giám đốc", username="gia", full_name="Giám Đốc Giả", head="on")
    )
    assert not User.objects.filter(username="gia").exists()
    assert [post.role for post in Post.objects.filter(user=admin.user)] == [Role.ORG_ADMIN]
    assert not SigningAuthority.objects.filter(post__user=admin.user).exists()


def test_an_administrator_cannot_reset_a_directors_password_alone(office, admin):
    before = User.objects.get(pk=office.dung.user_id).password
    answer = at_desk(admin).post(f"{USERS}{office.dung.user_id}/mat-khau/", follow=True)
    assert (
        "<code>" not in answer.content.decode()
        and "chỉ có hiệu lực khi một người khác" in answer.content.decode()
    )
    assert User.objects.get(pk=office.dung.user_id).password == before
    # He is told at once, sees what it is, and can refuse it himself.
    theirs = at_desk(office.dung)
    assert "1 thông báo mới" in theirs.get("/to-chuc/").content.decode()
    assert "Đặt lại mật khẩu" in theirs.get(latest().get_absolute_url()).content.decode()
    press(office.dung, latest(), "tu-choi", reason="Tôi không yêu cầu việc này")
    assert latest().state == "refused" and chain(office.home_affairs) == ["propose", "refuse_proposal"]


def test_neither_of_the_two_can_sign_in_with_what_he_was_shown(office, admin):
    at_desk(admin).post(f"{USERS}{office.dung.user_id}/mat-khau/")
    page = press(office.quantri, latest())
    second = re.search(r"<code>([^<]+)</code>", page.content.decode()).group(1)
    page = at_desk(admin).get(f"{LIST}{latest().pk}/mat-khau/")
    first = re.search(r"<code>([^<]+)</code>", page.content.decode()).group(1)
    assert "no-store" in page["Cache-Control"]
    for tried in (first, second, f"{second}-{first}"):
        assert authenticate(None, username="dung", password=tried) is None
    assert authenticate(None, username="dung", password=f"{first}-{second}")
    assert at_desk(office.quantri).get(f"{LIST}{latest().pk}/mat-khau/").status_code == 404
    User.objects.filter(username="dung").update(must_change_password=False)
    assert at_desk(admin).get(f"{LIST}{latest().pk}/mat-khau/").status_code == 404
    stored = f"{list(Proposal.objects.values())} {list(Event.objects.values())}"
    assert first not in stored and second not in stored


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYS_ADMIN])
def test_a_power_is_given_by_two_and_ordinary_work_by_one(office, admin, role):
    at_desk(admin).post(f"{USERS}{office.minh.user_id}/vi-tri/", fields(role, "Chức vụ mới"))
    given = Post.objects.filter(user=office.minh.user, title="Chức vụ mới").exists()
    by_two = role in ("clerk", "unit_clerk", "office_head", "leader", "org_admin", "assistant", "monitor")
    assert given != by_two and Proposal.objects.exists() == by_two
    assert chain(office.home_affairs) == ["propose" if by_two else "give_post"]
    assert office.minh.user.notices.count() == 1


def test_no_action_gives_a_power_to_one_person(office, admin):
    """The pages are not the only lock."""
    now, day = timezone.now(), timezone.localdate()
    given = {
        "organisation": office.home_affairs,
        "role": "clerk",
        "title": "Văn thư",
        "on": day,
        "by": admin,
        "at": now,
    }
    open_one = clerkship(office, admin)
    for act in (
        lambda: accounts.give_post(user=office.minh.user, **given),
        lambda: accounts.give_post(user=office.minh.user, confirmed=open_one, **given),
        lambda: accounts.add_user(username="x", full_name="X", **given),
        lambda: accounts.reset_password(office.thao.user, by=admin, at=now),
        lambda: accounts.unlock(office.lan.user, by=admin, at=now),
    ):
        with pytest.raises(accounts.NeedsTwo):
            act()
    assert not User.objects.filter(username="x").exists()


# Two persons


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


# What can go wrong in between


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


def test_a_post_is_not_given_to_an_account_whose_password_an_administrator_knows(office, admin):
    accounts.reset_password(office.minh.user, by=admin, at=timezone.now())
    url = f"{USERS}{office.minh.user_id}/vi-tri/"
    assert "chưa đổi mật khẩu tạm" in at_desk(admin).post(url, fields()).content.decode()
    accounts.reset_password(office.hoa.user, by=admin, at=timezone.now())
    with pytest.raises(Refused, match="chưa đổi mật khẩu tạm"):
        give(office, office.hoa, at=timezone.now(), valid_to=timezone.now() + dt.timedelta(days=9), **TUQ)


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


# The second factor, and a proof that it is he


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


def test_an_administrator_takes_no_post_for_himself(office, admin):
    for own in (admin, office.quantri):
        at_desk(own).post(f"{USERS}{own.user_id}/vi-tri/", fields("officer", "Chuyên viên"))
        assert not Post.objects.filter(user=own.user, role="officer").exists()


def test_who_led_until_yesterday_is_not_an_ordinary_account(office, admin):
    """Else the post is ended, the account taken, and the post given back by somebody who sees only a mistake mended."""
    end_post(office.dung, on=timezone.localdate(), by=admin, at=timezone.now())
    Post.objects.filter(pk=office.dung.pk).update(valid_to=timezone.localdate())
    office.post("dung", "Phạm Tiến Dũng", office.home_affairs, Role.OFFICER, "Chuyên viên")
    before = User.objects.get(username="dung").password
    at_desk(admin).post(f"{USERS}{office.dung.user_id}/mat-khau/")
    assert User.objects.get(username="dung").password == before and latest().kind == "reset_password"


def test_a_new_password_ends_the_way_in_by_another_provider(office, admin):
    office.minh.user.identities.create(issuer="https://id.example", subject="1", added_at=timezone.now())
    at_desk(admin).post(f"{USERS}{office.minh.user_id}/mat-khau/")
    assert not office.minh.user.identities.exists()


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


# The emergency


def test_an_operator_confirms_alone_loudly_and_for_ever(office, admin, operator2):
    made = clerkship(office, office.quantri)
    why = "Văn thư nhập viện, công điện hỏa tốc đang chờ"
    assert "ít nhất 20 ký tự" in press(office.quantri, made, "khan-cap", reason="gấp").content.decode()
    for other in (admin, office.dung):
        assert press(other, made, "khan-cap", reason=why).status_code == 404
    assert press(office.quantri, made, "khan-cap", reason=why).status_code == 302
    assert Post.objects.filter(user=office.minh.user, role="clerk").exists()
    assert chain(office.home_affairs)[-1] == "emergency"
    alarm = Alarm.objects.get()
    assert why in alarm.text and alarm.closed_at is None
    for loud in (operator2, admin, office.dung, office.thao):
        assert why in loud.user.notices.latest("pk").text
    assert not any(why in one.text for one in office.khach.user.notices.all())
    for seen in (office.quantri, operator2, admin, office.dung):
        assert why in at_desk(seen).get("/quan-tri/khan-cap/").content.decode()
    for other in (office.lan, office.minh, office.khach):
        assert at_desk(other).get("/quan-tri/khan-cap/").status_code == 404
    with transaction.atomic(), pytest.raises(IntegrityError):
        Proposal.objects.filter(pk=made.pk).update(reason="")


def test_even_an_emergency_makes_nobody_who_confirms_everything_afterwards(office, operator2):
    why = "Không còn ai trực, hệ thống phải chạy ngay đêm nay"
    at_desk(office.quantri).post(
        f"{USERS}them/", fields("sys_admin", "Quản trị", username="bongma", full_name="Bóng Ma")
    )
    assert "kể cả khi khẩn cấp" in press(office.quantri, latest(), "khan-cap", reason=why).content.decode()
    made = propose_account("reset_password", office.dung.user, by=office.quantri, at=timezone.now())
    assert "hai nửa" in press(office.quantri, made, "khan-cap", reason=why).content.decode()
    assert press(operator2, made, "khan-cap", reason=why).status_code in (200, 302)
    assert Proposal.objects.get(pk=made.pk).emergency


# Whoever holds the server


def test_the_last_operator_is_helped_by_whoever_holds_the_server(office, capsys):
    lock(
        office.quantri.user,
        by=office.post("quantri3", "Ba", office.city, Role.SYS_ADMIN, "Q"),
        at=timezone.now(),
    )
    call_command("reset_account", "quantri")
    password = capsys.readouterr().out.split("): ")[1].split()[0]
    assert authenticate(None, username="quantri", password=password)
    event = Event.objects.filter(organisation=office.city).latest("pk")
    assert (event.kind, event.user) == ("unlock_account", None)
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("reset_account", "khong-co")


def test_lost_factors_of_who_holds_a_power_go_by_two(office, admin):
    User.objects.filter(pk=office.dung.user_id).update(second_factor=True)
    at_desk(admin).post(f"{USERS}{office.dung.user_id}/xac-thuc/")
    assert User.objects.get(username="dung").second_factor
    confirmed(office.quantri)
    assert not User.objects.get(username="dung").second_factor
    assert chain(office.home_affairs) == ["propose", "reset_factors", "confirm_proposal"]


# Taking away


def test_taking_a_power_away_needs_one_person_and_is_told(office, admin):
    client = at_desk(admin)
    client.post(f"/quan-tri/vi-tri/{office.lan.pk}/ket-thuc/")
    client.post(f"{USERS}{office.dung.user_id}/khoa/")
    assert not User.objects.get(username="dung").is_active
    assert chain(office.home_affairs) == ["end_post", "lock_account"]
    assert "kết thúc" in office.lan.user.notices.get().text and "khóa" in office.dung.user.notices.get().text


# The pages


def cost_of(client, url) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as caught:
        page = client.get(url)
    return len(caught), len(page.context["rows"])


def test_the_lists_cost_the_same_for_one_and_for_three(office, admin, operator2):
    why = "Văn thư nhập viện, công điện hỏa tốc đang chờ"
    pages = [
        (at_desk(office.quantri), f"{LIST}?xem=tat-ca"), (at_desk(admin), f"{LIST}?xem=toi"),
        (at_desk(admin), "/quan-tri/khan-cap/"),
    ]  # fmt: skip
    costs = []
    for user in (office.hoa.user, office.thao.user, office.minh.user):
        proposals.confirm_alone(
            clerkship(office, admin, user=user), reason=why, by=operator2, at=timezone.now()
        )
        [client.get(url) for client, url in pages]
        costs.append([cost_of(client, url) for client, url in pages])
    assert [[rows for _, rows in cost] for cost in costs] == [[1] * 3, [2] * 3, [3] * 3]
    assert [queries for queries, _ in costs[0]] == [queries for queries, _ in costs[2]]


def test_the_list_of_those_that_wait_costs_the_same(office, admin):
    client = at_desk(office.quantri)
    clerkship(office, admin)
    client.get(LIST)
    one = cost_of(client, LIST)
    clerkship(office, admin, user=office.hoa.user)
    clerkship(office, admin, user=office.thao.user)
    three = cost_of(client, LIST)
    assert (one[1], three[1]) == (1, 3) and one[0] == three[0]
