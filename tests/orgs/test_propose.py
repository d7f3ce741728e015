"""What goes by two is proposed, and never done by one: what the attackers of the issue did by one POST."""

import datetime as dt
import re

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Event
from orgs.access import is_powerful
from orgs.actions import Refused, accounts, authorities, end_post, factors, proposals
from orgs.actions.refused import NeedsTwo
from orgs.models import Delegation, Post, Proposal, Role, SigningAuthority, User
from tests.documents.desks import at_desk
from tests.orgs.test_authority import TUQ, give
from tests.orgs.two import LIST, USERS, chain, clerkship, confirmed, fields, latest, press


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


def test_an_administrator_takes_no_post_for_himself(office, admin):
    for own in (admin, office.quantri):
        at_desk(own).post(f"{USERS}{own.user_id}/vi-tri/", fields("officer", "Chuyên viên"))
        assert not Post.objects.filter(user=own.user, role="officer").exists()


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
        with pytest.raises(NeedsTwo):
            act()
    assert not User.objects.filter(username="x").exists()


def test_what_is_confirmed_is_that_act_and_no_other(office, admin, admin2):
    """Neither for another person, post or office, nor another act, nor once more later."""
    confirmed(admin2, clerkship(office, admin))
    agreed = latest()
    then, minh, dung = agreed.decided_at, office.minh.user, office.dung.user
    agreed_on = {"confirmed": agreed, "by": admin2, "at": then}
    post = {"organisation": office.home_affairs, "role": "clerk", "title": "Văn thư", "on": then.date()}
    right = {"valid_from": then, "valid_to": then + dt.timedelta(days=9), **TUQ}
    for act in (
        lambda: accounts.give_post(user=office.hoa.user, **post, **agreed_on),
        lambda: accounts.give_post(user=minh, **post | {"role": "leader"}, **agreed_on),
        lambda: accounts.give_post(user=minh, **post, **agreed_on, head=True),
        lambda: accounts.give_post(user=minh, **post | {"organisation": office.justice}, **agreed_on),
        lambda: accounts.add_user(username="x", full_name="X", **post, **agreed_on),
        lambda: accounts.reset_password(dung, **agreed_on),
        lambda: accounts.reset_password(minh, **agreed_on | {"at": timezone.now()}),
        lambda: accounts.unlock(minh, **agreed_on),
        lambda: factors.reset_factors(dung, **agreed_on),
        lambda: authorities.grant(post=office.hoa, **right, **agreed_on),
    ):
        with pytest.raises(NeedsTwo):
            act()
    assert not User.objects.filter(username="x").exists() and not minh.posts.filter(role="leader").exists()


def test_a_post_is_not_given_to_an_account_whose_password_an_administrator_knows(office, admin):
    accounts.reset_password(office.minh.user, by=admin, at=timezone.now())
    url = f"{USERS}{office.minh.user_id}/vi-tri/"
    assert "chưa đổi mật khẩu tạm" in at_desk(admin).post(url, fields()).content.decode()
    accounts.reset_password(office.hoa.user, by=admin, at=timezone.now())
    with pytest.raises(Refused, match="chưa đổi mật khẩu tạm"):
        give(office, office.hoa, at=timezone.now(), valid_to=timezone.now() + dt.timedelta(days=9), **TUQ)


def test_who_led_until_yesterday_is_not_an_ordinary_account(office, admin):
    """Else the post is ended, the account taken, and the post given back by somebody who sees only a mistake mended."""
    end_post(office.dung, on=timezone.localdate(), by=admin, at=timezone.now())
    Post.objects.filter(pk=office.dung.pk).update(valid_to=timezone.localdate())
    office.post("dung", "Phạm Tiến Dũng", office.home_affairs, Role.OFFICER, "Chuyên viên")
    before = User.objects.get(username="dung").password
    at_desk(admin).post(f"{USERS}{office.dung.user_id}/mat-khau/")
    assert User.objects.get(username="dung").password == before and latest().kind == "reset_password"


def test_who_looks_after_a_leaders_inbox_is_not_an_ordinary_account(office, admin):
    """Else an administrator resets the officer's password and reads what the director reads."""
    today, user = timezone.localdate(), office.minh.user
    lent = {"to": user, "valid_from": today, "valid_to": today}
    Delegation.objects.create(post=office.hoa, **lent)
    assert not is_powerful(user, timezone.now()), "the inbox of a room's head is no power"
    made = Delegation.objects.create(post=office.dung, **lent)
    before = User.objects.get(pk=user.pk).password
    for act in ("mat-khau", "xac-thuc"):
        at_desk(admin).post(f"{USERS}{user.pk}/{act}/")
    assert User.objects.get(pk=user.pk).password == before and latest().kind == "reset_password"
    with pytest.raises(NeedsTwo):
        accounts.reset_password(user, by=admin, at=timezone.now())
    Delegation.objects.filter(pk=made.pk).update(cancelled_at=timezone.now())
    assert not is_powerful(user, timezone.now())


def test_a_new_password_ends_the_way_in_by_another_provider(office, admin):
    office.minh.user.identities.create(issuer="https://id.example", subject="1", added_at=timezone.now())
    at_desk(admin).post(f"{USERS}{office.minh.user_id}/mat-khau/")
    assert not office.minh.user.identities.exists()


def test_lost_factors_of_who_holds_a_power_go_by_two(office, admin):
    User.objects.filter(pk=office.dung.user_id).update(second_factor=True)
    at_desk(admin).post(f"{USERS}{office.dung.user_id}/xac-thuc/")
    assert User.objects.get(username="dung").second_factor
    confirmed(office.quantri)
    assert not User.objects.get(username="dung").second_factor
    assert chain(office.home_affairs) == ["propose", "reset_factors", "confirm_proposal"]


def test_taking_a_power_away_needs_one_person_and_is_told(office, admin):
    client = at_desk(admin)
    client.post(f"/quan-tri/vi-tri/{office.lan.pk}/ket-thuc/")
    client.post(f"{USERS}{office.dung.user_id}/khoa/")
    assert not User.objects.get(username="dung").is_active
    assert chain(office.home_affairs) == ["end_post", "lock_account"]
    assert "kết thúc" in office.lan.user.notices.get().text and "khóa" in office.dung.user.notices.get().text


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
