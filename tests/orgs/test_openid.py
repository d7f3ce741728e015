"""Signing in at a provider that is a real process, and what it gets by lying."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone

from documents.models import Event
from orgs.actions import factors
from orgs.identity import openid
from orgs.models import Identity, Notice, User
from simulators.oidc.provider import FAULTS
from tests.orgs.oidc_process import Oidc
from tests.orgs.test_second_factor import SECRET, at, code

LAN = {"sub": "001099000001", "name": "Nguyễn Thị Lan"}


@pytest.fixture(scope="session")
def process():
    with Oidc() as running:
        yield running


@pytest.fixture
def vneid(process, settings, tmp_path):
    settings.OPENID_PROVIDERS = process.described(tmp_path)
    process.knobs(fault="", person=LAN)
    return process


@pytest.fixture
def lan(office, vneid):
    office.lan.user.identities.create(issuer=vneid.url, subject=LAN["sub"], added_at=timezone.now())
    return office.lan


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_who_is_linked_comes_in_to_the_page_that_waited(client, lan, vneid):
    page = client.get("/dang-nhap/?next=/to-chuc/").content.decode()
    assert "Đăng nhập bằng VNeID" in page
    away = client.get("/dang-nhap/qua/vneid/?next=/to-chuc/")["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert (
        asked["code_challenge_method"] == ["S256"]
        and len(asked["nonce"][0]) >= 20
        and asked["scope"] == ["openid profile"]
    )
    back = vneid.address_back(client, "/dang-nhap/qua/vneid/?next=/to-chuc/")
    assert client.get(back)["Location"] == "/to-chuc/" and signed_in(client) == str(lan.user_id)
    assert Identity.objects.get().used_at
    assert client.get(reverse("delegations")).status_code == 200


def test_the_provider_proves_nothing_about_the_next_ten_minutes(client, lan, vneid):
    client.get(vneid.address_back(client))
    assert "proof" not in client.session
    assert client.get(reverse("authenticator"))["Location"].startswith("/xac-nhan/")


def test_whoever_is_linked_to_nobody_stays_out_and_no_account_is_made(client, office, vneid):
    before = User.objects.count()
    answer = client.get(vneid.address_back(client), follow=True)
    assert "chưa liên kết" in answer.content.decode() and not signed_in(client)
    assert (User.objects.count(), Identity.objects.count()) == (before, 0)


def test_a_locked_account_stays_locked(client, lan, vneid):
    User.objects.filter(pk=lan.user_id).update(is_active=False)
    client.get(vneid.address_back(client))
    assert not signed_in(client)


def test_the_second_step_is_asked_all_the_same(client, lan, vneid):
    factors.set_authenticator(lan.user, secret=SECRET, code=code(-120), by=None, at=at(-120))
    assert client.get(vneid.address_back(client))["Location"].startswith("/dang-nhap/buoc-hai/")
    assert not signed_in(client)
    client.post("/dang-nhap/buoc-hai/", {"proof_code": code()})
    assert signed_in(client) and client.session["proof"][1] is True


@pytest.mark.parametrize("fault", sorted(FAULTS - {"replay", "describes_another"}))
def test_a_provider_that_lies_lets_nobody_in(client, lan, vneid, fault, caplog):
    back = vneid.address_back(client)
    vneid.knobs(fault=fault)
    if fault in ("answers_for_another", "refuses"):
        back = vneid.address_back(client)
    answer = client.get(back, follow=True)
    assert "chưa xác nhận được" in answer.content.decode() and not signed_in(client), fault
    assert "sign-in at vneid" in caplog.text
    vneid.knobs(fault="")
    assert client.get(vneid.address_back(client)).status_code == 302 and signed_in(client), (
        "and an honest one does"
    )


def test_a_token_that_was_given_before_opens_nothing(client, lan, vneid):
    client.get(vneid.address_back(client))
    client.post("/dang-xuat/")
    vneid.knobs(fault="replay")
    client.get(vneid.address_back(client))
    assert not signed_in(client)


def test_a_provider_that_describes_itself_as_another_is_asked_nothing(client, lan, vneid):
    vneid.knobs(fault="describes_another")
    assert "chưa xác nhận" in client.get("/dang-nhap/qua/vneid/", follow=True).content.decode()


def test_an_answer_is_heard_once_and_in_the_browser_that_asked(client, lan, vneid):
    back, thief = vneid.address_back(client), type(client)()
    assert thief.get(back).status_code == 302 and not signed_in(thief)
    assert client.get(back).status_code == 302 and signed_in(client)
    client.post("/dang-xuat/")
    client.get(back)
    assert not signed_in(client)
    for made_up in ("", "?code=x", "?code=x&state=y", "?state=" + "z" * 5000, "?error=access_denied"):
        assert client.get("/dang-nhap/qua/vneid/ve/" + made_up).status_code == 302 and not signed_in(client)


@pytest.mark.parametrize("sub", ["", "x" * 256, "a\x00b", 5, None])
def test_a_subject_that_is_none_is_nobody(client, lan, vneid, sub):
    vneid.knobs(person={"sub": sub, "name": "?"})
    client.get(vneid.address_back(client))
    assert not signed_in(client)


def test_a_provider_that_is_away_leaves_the_password(client, lan, vneid, settings, tmp_path):
    file = tmp_path / "away.toml"
    file.write_text((tmp_path / "providers.toml").read_text().replace(vneid.url, "http://127.0.0.1:9"))
    settings.OPENID_PROVIDERS = str(file)
    assert (
        "dùng tên đăng nhập và mật khẩu" in client.get("/dang-nhap/qua/vneid/", follow=True).content.decode()
    )
    assert client.get("/dang-nhap/qua/khac/").status_code == 404


def test_linking_shows_whose_account_it_is_and_is_undone_by_its_owner(office, sign_in, vneid):
    client = sign_in(office.minh)
    assert client.get(vneid.address_back(client))["Location"] == "/tai-khoan/lien-ket/"
    assert not Identity.objects.exists(), "a link somebody was lured to links nothing"
    assert "Nguyễn Thị Lan" in client.get("/tai-khoan/lien-ket/").content.decode()
    client.post("/tai-khoan/lien-ket/")
    linked = Identity.objects.get()
    assert (linked.user, linked.issuer, linked.subject) == (office.minh.user, vneid.url, LAN["sub"])
    assert "Đã liên kết" in Notice.objects.get(user=office.minh.user).text and Event.objects.filter(
        kind="link_identity"
    )
    assert "Bỏ liên kết" in client.get("/tai-khoan/").content.decode()
    other = sign_in(office.hoa)
    other.get(vneid.address_back(other))
    assert "đã liên kết với một tài khoản" in other.post("/tai-khoan/lien-ket/", follow=True).content.decode()
    assert other.post(reverse("identity_unlink", args=[linked.pk])).status_code == 404
    client = sign_in(office.minh)
    client.post(reverse("identity_unlink", args=[linked.pk]))
    assert not Identity.objects.exists()
    assert (
        "Chưa có tài khoản nào để liên kết"
        in client.post("/tai-khoan/lien-ket/", follow=True).content.decode()
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\nname = 'x'", "lacks"),
        ("{", "OPENID_PROVIDERS"),
        ("[a]\nname='x'\nissuer='http://x.example'\nclient_id='x'\nsecret_file='x'", "https"),
    ],
)
def test_a_file_of_providers_that_is_wrong_stops_the_start_and_not_the_door(
    client, db, settings, tmp_path, text, said
):
    settings.OPENID_PROVIDERS = str(tmp_path / "providers.toml")
    (tmp_path / "providers.toml").write_text(text)
    assert any(said in error.msg for error in run_checks() if error.id == "orgs.E001")
    assert client.get("/dang-nhap/").status_code == 200 and openid.providers() == {}


def test_the_stand_in_itself_is_strict(vneid):
    refused = requests.post(f"{vneid.url}/token", data={"code": "x"}, auth=("hanoi", "sai"), timeout=10)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client")


def test_another_site_cannot_begin_a_sign_in_and_nobody_begins_them_by_the_hundred(client, lan, vneid):
    page = reverse("openid_start", args=["vneid"])
    assert client.get(page, headers={"sec-fetch-site": "cross-site"}).status_code == 404
    for _ in range(30):
        assert client.get(page)["Location"].startswith(vneid.url)
    assert client.get(page)["Location"] == reverse("login")
