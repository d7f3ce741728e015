"""The second step of signing in: an app with codes, recovery codes, who must have one, and what guessing gets."""

import datetime as dt
import re
import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Access, Event
from orgs.actions import Refused, factors
from orgs.identity import throttle, totp
from orgs.models import Notice, User
from tests.orgs.two import granted

GOOD = "mua-thu-ha-noi-2026"
SECRET = b"12345678901234567890"  # of the appendix of RFC 6238
STEP = 30


def at(seconds: float = 0) -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=seconds)


def code(seconds: float = 0, secret=SECRET) -> str:
    """What a phone shows whose clock is wrong by so many seconds."""
    return totp.code_at(secret, int(time.time() + seconds) // STEP)


@pytest.fixture
def lan(office):
    user = office.lan.user
    user.set_password(GOOD)
    user.save()
    return user


@pytest.fixture
def codes(lan, office):
    """lan's app was set up two minutes ago; ten codes lie in her drawer."""
    then = at(-120)
    shown = totp.code_at(SECRET, int(then.timestamp()) // STEP)
    return factors.set_authenticator(lan, secret=SECRET, code=shown, by=office.lan, at=then)


def enter(client, password=GOOD, **more):
    return client.post("/dang-nhap/", {"username": "lan", "password": password} | more)


def step(client, typed, **more):
    return client.post("/dang-nhap/buoc-hai/", {"proof_code": typed} | more)


def signed_in(client):
    return "_auth_user_id" in client.session


def test_the_codes_are_those_of_the_standard():
    assert [totp.code_at(SECRET, seconds // 30) for seconds in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]  # fmt: skip
    assert totp.uri(SECRET, "lan").startswith(
        "otpauth://totp/V%C4%83n%20b%E1%BA%A3n%20H%C3%A0%20N%E1%BB%99i:lan?"
    )


def test_the_password_alone_opens_nothing(client, codes):
    answer = enter(client, next="/to-chuc/")
    assert answer["Location"] == "/dang-nhap/buoc-hai/?next=%2Fto-chuc%2F" and not signed_in(client)
    assert client.get("/to-chuc/")["Location"].startswith("/dang-nhap/")
    before = client.session.session_key
    assert step(client, "000000").status_code == 200 and not signed_in(client)
    assert step(client, code()[:3] + " " + code()[3:], next="/to-chuc/")["Location"] == "/to-chuc/"
    assert signed_in(client) and client.session.session_key != before
    assert client.get("/to-chuc/").status_code == 200


def test_a_code_opens_once(client, codes):
    enter(client)
    shown = code()
    assert step(client, shown).status_code == 302
    other = type(client)()
    enter(other)
    assert "đã dùng rồi" in step(other, shown).content.decode() and not signed_in(other)
    assert "đã dùng rồi" in step(other, code(-30)).content.decode(), "an older one is spent with it"


def test_a_wrong_code_is_written_down_with_the_failures(client, codes, lan):
    enter(client)
    step(client, "000000")
    kinds = list(Access.objects.filter(user=lan).order_by("pk").values_list("kind", flat=True))
    assert kinds == [Access.Kind.FAILED]


@pytest.mark.parametrize("wrong_by", [-29, 29])
def test_a_phone_half_a_minute_wrong_is_good_enough(client, codes, wrong_by):
    enter(client)
    assert step(client, code(wrong_by)).status_code == 302


@pytest.mark.parametrize(("wrong_by", "side"), [(90, "nhanh"), (-90, "chậm")])
def test_a_phone_ninety_seconds_wrong_is_told_so(client, codes, wrong_by, side):
    enter(client)
    said = step(client, code(wrong_by)).content.decode()
    assert f"Đồng hồ của điện thoại có lẽ {side} khoảng 90 giây" in said and not signed_in(client)


def test_the_hint_at_the_clock_is_a_failure_like_any_other(client, codes, lan):
    enter(client)
    for _ in range(throttle.TRIES):
        assert "Đồng hồ của điện thoại" in step(client, code(90)).content.decode()
    assert "đợi 1 phút" in step(client, code()).content.decode() and not signed_in(client)
    assert Access.objects.filter(user=lan, kind=Access.Kind.FAILED).count() == throttle.TRIES


def test_a_code_that_was_told_to_be_of_a_minute_to_come_does_not_open_then(codes, lan):
    """Whoever guesses hits one of nine codes and is told so: three open, and the other six are worth nothing."""
    now = at()
    shown = totp.code_at(SECRET, int(now.timestamp() + 90) // STEP)
    with pytest.raises(Refused, match="nhanh khoảng 90 giây"):
        factors.use_code(lan, shown, at=now)
    with pytest.raises(Refused, match="đã dùng rồi"):
        factors.use_code(lan, shown, at=now + dt.timedelta(seconds=90))
    fresh = totp.code_at(SECRET, int(now.timestamp() + 120) // STEP)
    factors.use_code(lan, fresh, at=now + dt.timedelta(seconds=120))


def test_a_lost_phone_is_helped_by_a_code_on_paper_once(client, codes, lan):
    assert len(set(codes)) == 10
    enter(client)
    assert step(client, codes[3].upper().replace("-", " ")).status_code == 302
    assert "Còn 9 mã" in Notice.objects.filter(user=lan).latest("pk").text
    other = type(client)()
    enter(other)
    assert "đã dùng rồi" in step(other, codes[3]).content.decode() and not signed_in(other)
    assert codes[0] not in str(list(lan.recovery_codes.values())) and codes[0].replace("-", "") not in str(
        list(lan.recovery_codes.values())
    )


def test_the_secret_lies_sealed(codes, lan, settings):
    kept = bytes(lan.authenticator.secret)
    assert SECRET not in kept and totp.readable(SECRET).replace(" ", "").encode() not in kept
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    factors.use_code(lan, code(), at=at())
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Refused, match="Máy chủ không còn mở được"):
        factors.use_code(lan, code(30), at=at(30))


def test_guessing_waits_for_the_account_from_wherever_and_its_owner_is_told(client, codes, lan):
    for number in range(throttle.TRIES):
        other = type(client)(REMOTE_ADDR=f"10.0.0.{number}")
        enter(other)
        step(other, "000000")
    enter(client)
    assert "đợi 1 phút" in step(client, code()).content.decode() and not signed_in(client)
    assert Notice.objects.filter(user=lan, text__contains="nhập sai mã").count() == 1
    for _ in range(throttle.TRIES_OF_HOUR):
        cache.touch(f"account:factor:{lan.pk}", 0)  # a minute later
        said = step(client, "000000").content.decode()
    assert "đợi 60 phút" in said


def test_while_the_cache_is_away_codes_are_not_guessed_without_end(client, codes, lan, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"},
    }
    for _ in range(throttle.TRIES):
        enter(client)
        assert "Mã không đúng" in step(client, "000000").content.decode()
    assert "đợi 1 phút" in step(client, code()).content.decode() and not signed_in(client)
    assert Notice.objects.filter(user=lan, text__contains="nhập sai mã").count() == 1
    throttle.alone.touch(f"account:factor:{lan.pk}", 0)  # a minute later
    assert step(client, code()).status_code == 302


def test_the_second_step_waits_five_minutes_and_falls_with_the_password(client, codes, lan):
    session = client.session
    enter(client)
    session = client.session
    session["waiting"] = [*session["waiting"][:3], int(time.time()) - 301]
    session.save()
    assert step(client, code())["Location"].startswith("/dang-nhap/?")
    enter(client)
    User.objects.filter(pk=lan.pk).update(password="!")
    assert step(client, code())["Location"].startswith("/dang-nhap/?") and not signed_in(client)
    assert client.get("/dang-nhap/buoc-hai/")["Location"].startswith("/dang-nhap/?")


def test_setting_up_shows_a_picture_and_wants_a_code_of_it(client, lan, office):
    client.force_login(lan)
    page = client.get(reverse("authenticator")).content.decode()
    letters = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert client.get(reverse("authenticator")).content.decode().count(letters[:4]) == 1, (
        "the same on a second look"
    )
    picture = client.get(reverse("authenticator_picture"))
    assert picture["Content-Type"] == "image/svg+xml" and "no-store" in picture["Cache-Control"]
    assert b"<svg" in picture.content and "data:" not in page
    assert "Mã không đúng" in client.post(reverse("authenticator"), {"code": "000000"}).content.decode()
    import base64

    done = client.post(reverse("authenticator"), {"code": code(secret=base64.b32decode(letters))})
    shown = re.findall(r"<li><code>([a-z0-9-]{14})</code>", done.content.decode())
    assert len(shown) == 10 and "no-store" in done["Cache-Control"]
    lan.refresh_from_db()
    assert lan.second_factor and client.get(reverse("authenticator_picture")).status_code == 404
    assert Event.objects.get(kind="set_factor").payload == {"account": "lan"}
    assert "Đã đặt ứng dụng xác thực" in Notice.objects.get(user=lan).text
    account = client.get(reverse("account")).content.decode()
    assert "còn 10 mã" in account and shown[0] not in account


def test_new_codes_make_the_old_ones_worthless_and_the_last_factor_takes_them_along(client, codes, lan):
    client.force_login(lan)
    shown = re.findall(
        r"<li><code>([a-z0-9-]{14})</code>", client.post(reverse("recovery_codes")).content.decode()
    )
    with pytest.raises(Refused):
        factors.use_code(lan, codes[0], at=at())
    client.post(reverse("authenticator_drop"))
    lan.refresh_from_db()
    assert not lan.second_factor and not lan.recovery_codes.exists() and len(shown) == 10
    assert client.post(reverse("recovery_codes"), follow=True).status_code == 200
    assert not lan.recovery_codes.exists()


def test_reauthentication_of_who_has_a_factor_is_the_factor(client, codes, lan):
    client.force_login(lan)
    session = client.session
    session["proof"] = [0, False]
    session.save()
    page = client.get("/xac-nhan/").content.decode()
    assert "proof_code" in page and "proof_password" not in page
    assert client.post("/xac-nhan/", {"proof_password": GOOD}).status_code == 200
    assert client.session["proof"][0] == 0
    assert client.post("/xac-nhan/", {"proof_code": code()}).status_code == 302
    assert client.session["proof"][1] is True


@pytest.mark.parametrize(
    ("who", "due"), [("lan", True), ("dung", True), ("quantri", True), ("hoa", False), ("minh", False)]
)
def test_from_the_day_of_the_setting_who_signs_or_administers_sets_one_up_first(
    office, sign_in, settings, who, due
):
    client = sign_in(getattr(office, who))
    settings.SECOND_FACTOR_FROM = timezone.localdate() + dt.timedelta(days=1)
    page = client.get("/to-chuc/")
    assert page.status_code == 200 and ("bắt buộc có bước xác thực" in page.content.decode()) is due
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    assert client.get("/to-chuc/").status_code == (302 if due else 200)
    assert client.post("/vai-tro/", {"post": 0})["Location" if due else "Content-Type"] == (
        "/tai-khoan/" if due else "text/html; charset=utf-8"
    )
    for name in ("account", "authenticator", "passkey_add", "password"):
        assert client.get(reverse(name)).status_code == 200


def test_a_head_of_a_room_must_have_one_once_he_may_sign(office, sign_in, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    now = at()
    granted(post=office.hoa, capacity="TUQ", basis="Giấy ủy quyền số 12/GUQ-SNV", basis_on=timezone.localdate(), kinds=["CV"],
          scope="Mời họp", valid_from=now, valid_to=at(86400), by=office.dung, at=now)  # fmt: skip
    assert sign_in(office.hoa).get("/to-chuc/")["Location"] == "/tai-khoan/"


def test_the_last_factor_of_who_must_have_one_stays(codes, lan, client, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    client.force_login(lan)
    assert "bắt buộc" in client.post(reverse("authenticator_drop"), follow=True).content.decode()
    assert lan.authenticator


def test_a_lost_phone_of_who_holds_no_power_is_helped_by_an_administrator(office, sign_in, client):
    then = at(-120)
    for post in (office.minh, office.dung):
        shown = totp.code_at(SECRET, int(then.timestamp()) // STEP)
        factors.set_authenticator(post.user, secret=SECRET, code=shown, by=post, at=then)
    minh = type(client)()
    minh.force_login(office.minh.user)
    operator = sign_in(office.quantri)
    assert "Bỏ xác thực thứ hai" in operator.get(reverse("user", args=[office.minh.user_id])).content.decode()
    operator.post(reverse("user_factor", args=[office.minh.user_id]))
    office.minh.user.refresh_from_db()
    assert not office.minh.user.second_factor and not office.minh.user.recovery_codes.exists()
    assert minh.get("/to-chuc/").status_code == 302
    assert "Nếu bạn không yêu cầu" in Notice.objects.filter(user=office.minh.user).latest("pk").text
    said = operator.post(reverse("user_factor", args=[office.dung.user_id]), follow=True).content.decode()
    office.dung.user.refresh_from_db()
    assert "một người khác xác nhận" in said and office.dung.user.second_factor


def test_pages_cost_no_more_before_the_setting_and_with_it(office, sign_in, settings):
    def cost(who, day):
        settings.SECOND_FACTOR_FROM, client = day, sign_in(who)
        client.get("/to-chuc/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/to-chuc/")
        return len(caught)

    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert cost(office.lan, None) == cost(office.lan, tomorrow)
    assert cost(office.hoa, None) == cost(office.hoa, tomorrow) - 1, "whether a head may sign is looked up"
