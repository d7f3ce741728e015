"""A power is given to an account only when nobody but its owner knows the way in."""

import datetime as dt
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.test import Client
from django.utils import timezone

from orgs.actions import Refused, accounts, factors
from orgs.actions.powers import half_of
from orgs.models import Post, SigningAuthority, User
from tests.documents.desks import at_desk
from tests.orgs.test_authority import TUQ, give
from tests.orgs.test_second_factor import SECRET, at, code
from tests.orgs.two import LIST, USERS, chain, clerkship, confirmed, fields, latest, press

MINE = "mua-thu-ha-noi-2026"


def shown(page) -> str:
    return re.search(r"<code>([^<]+)</code>", page.content.decode()).group(1)


@pytest.fixture
def intruder(office, admin):
    """The administrator himself, in the account that he made: his password, his app, his link at a provider."""
    client, answer = (
        Client(),
        at_desk(admin).post(
            f"{USERS}them/", fields("officer", "Chuyên viên", username="moi", full_name="Người Mới")
        ),
    )
    client.post("/dang-nhap/", {"username": "moi", "password": shown(answer)})
    change = {"old_password": shown(answer), "new_password1": MINE, "new_password2": MINE}
    assert client.post("/doi-mat-khau/", change).status_code == 302
    user = User.objects.get(username="moi")
    factors.set_authenticator(user, secret=SECRET, code=code(-120), by=None, at=at(-120))
    user.identities.create(issuer="https://id.example", subject="1", added_at=timezone.now())
    assert client.get("/to-chuc/").status_code == 200
    return client


def is_outside(intruder) -> bool:
    user = User.objects.get(username="moi")
    known = authenticate(None, username="moi", password=MINE) or user.identities.exists()
    return intruder.get("/to-chuc/").status_code == 302 and not known and not user.second_factor


def test_who_made_an_account_and_lived_in_it_is_out_before_it_has_a_power(office, admin, admin2, intruder):
    user = User.objects.get(username="moi")
    at_desk(admin).post(f"{USERS}{user.pk}/vi-tri/", fields())
    made = latest()
    for reads in (admin2, admin):
        assert "từng do một người tự đặt" in at_desk(reads).get(made.get_absolute_url()).content.decode()
    assert "hai nửa" in user.notices.latest("pk").text and intruder.get("/to-chuc/").status_code == 200
    second, first = shown(press(admin2, made)), shown(at_desk(admin).get(f"{LIST}{made.pk}/mat-khau/"))
    assert Post.objects.filter(user=user, role="clerk").exists() and is_outside(intruder)
    for tried in (first, second):
        assert authenticate(None, username="moi", password=tried) is None
    owner = Client()
    owner.post("/dang-nhap/", {"username": "moi", "password": f"{first}-{second}"})
    assert owner.get("/to-chuc/")["Location"] == "/doi-mat-khau/", "and neither of the two has used it"
    assert chain(office.home_affairs)[-5:] == [
        "propose", "give_post", "reset_password", "reset_factors", "confirm_proposal",
    ]  # fmt: skip


def test_who_is_thrown_out_with_it_is_told_by_mail_where_the_halves_are(
    office, admin, admin2, intruder, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.EMAIL_URL = "smtp://mail"
    User.objects.filter(username="moi").update(email="moi@hanoi.example")
    made = clerkship(office, admin, user=User.objects.get(username="moi"))
    with django_capture_on_commit_callbacks(execute=True):
        second = shown(press(admin2, made))
    (mail,) = mailoutbox
    assert mail.to == ["moi@hanoi.example"] and "Quản Lý và Quản Lý Hai trao tận tay" in mail.body
    assert second not in mail.body and half_of(made) not in mail.body


def test_so_it_is_with_a_right_to_sign(office, admin, intruder):
    office._users["moi"] = User.objects.get(username="moi")
    post = office.post("moi", "", office.home_affairs, "unit_head", "Trưởng phòng", unit=office.room)
    give(office, post, at=timezone.now(), valid_to=timezone.now() + dt.timedelta(days=9), **TUQ)
    assert SigningAuthority.objects.filter(post=post).exists() and is_outside(intruder)


def test_a_password_that_two_have_set_is_left_alone(office, admin, admin2, intruder):
    user = User.objects.get(username="moi")
    press(admin2, clerkship(office, admin, user=user))
    User.objects.filter(pk=user.pk).update(must_change_password=False)  # its owner has
    before = User.objects.get(pk=user.pk).password
    at_desk(admin).post(f"{USERS}{user.pk}/vi-tri/", fields("assistant", "Thư ký"))
    assert press(admin2, latest()).status_code == 302
    assert User.objects.get(pk=user.pk).password == before


def test_who_sets_it_alone_after_the_proposal_is_told_apart(office, admin, admin2):
    made = clerkship(office, admin)
    accounts.reset_password(office.minh.user, by=admin, at=timezone.now())
    User.objects.filter(pk=office.minh.user_id).update(must_change_password=False)
    page = press(admin2, made).content.decode()
    assert "Đã thay đổi từ lúc đề nghị: Cách vào tài khoản" in page
    assert not Post.objects.filter(user=office.minh.user, role="clerk").exists()


def test_an_operator_alone_gives_no_power_to_an_account_he_knows(office, intruder, operator2):
    """He would be shown both halves."""
    made = clerkship(office, office.quantri, user=User.objects.get(username="moi"))
    why = "Văn thư nhập viện, công điện hỏa tốc đang chờ"
    assert "hai nửa" in press(office.quantri, made, "khan-cap", reason=why).content.decode()
    assert not Post.objects.filter(user__username="moi", role="clerk").exists()
    press(operator2, made, "khan-cap", reason=why)
    assert Post.objects.filter(user__username="moi", role="clerk").exists() and is_outside(intruder)


def test_whoever_opens_a_locked_account_alone_knows_it_too(office, admin, admin2):
    accounts.lock(office.minh.user, by=admin, at=timezone.now())
    at_desk(admin).post(f"{USERS}{office.minh.user_id}/mo-khoa/")
    assert User.objects.get(username="minh").password_by_one
    with pytest.raises(Refused, match="chưa đổi mật khẩu tạm"):
        confirmed(admin2, clerkship(office, admin))


def test_of_the_accounts_of_before_those_without_a_power_are_not_trusted(office):
    import_module("orgs.migrations.0011_passwords_of_before").fill(apps, None)
    assert set(User.objects.filter(password_by_one=True).values_list("username", flat=True)) == {
        "minh",
        "hoa",
    }
