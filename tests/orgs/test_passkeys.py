"""Passkeys: set up, sign in, prove again; and answers that prove nothing."""

import html
import json
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from orgs.models import Passkey
from tests.orgs.passkey_device import Device

GOOD = "mua-thu-ha-noi-2026"


@pytest.fixture
def lan(office):
    office.lan.user.set_password(GOOD)
    office.lan.user.save()
    return office.lan.user


def asked(page: str, what: str) -> dict:
    return json.loads(html.unescape(re.search(f'data-passkey-{what}="([^"]+)"', page)[1]))


def set_up(client, user, device=None, name="điện thoại"):
    client.force_login(user)
    device = device or Device()
    options = asked(client.get(reverse("passkey_add")).content.decode(), "create")
    return device, client.post(reverse("passkey_add"), {"name": name, "made": device.make(options)})


def second_step(client):
    client.post("/dang-xuat/")
    client.post("/dang-nhap/", {"username": "lan", "password": GOOD})
    return asked(client.get("/dang-nhap/buoc-hai/").content.decode(), "get")


def step(client, answer):
    return client.post("/dang-nhap/buoc-hai/", {"proof_passkey": answer})


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_key_is_set_up_and_opens_the_second_step_and_proves_again(client, lan):
    device, done = set_up(client, lan)
    assert done.content.decode().count("<li><code>") == 10
    options = second_step(client)
    assert step(client, device.answer(options)).status_code == 302 and signed_in(client)
    assert Passkey.objects.get().sign_count == 1 and Passkey.objects.get().used_at
    session = client.session
    session["proof"] = [0, False]
    session.save()
    options = asked(client.get("/xac-nhan/").content.decode(), "get")
    assert client.post("/xac-nhan/", {"proof_passkey": device.answer(options)}).status_code == 302
    assert client.session["proof"][1] is True
    assert "điện thoại" in client.get(reverse("account")).content.decode()


def test_an_answer_opens_once_and_only_its_own_question(client, lan):
    device, _ = set_up(client, lan)
    options = second_step(client)
    answer = device.answer(options)
    assert step(client, answer).status_code == 302
    other = type(client)()
    new = second_step(other)
    assert new["challenge"] != options["challenge"]
    assert "không được chấp nhận" in step(other, answer).content.decode() and not signed_in(other)


def test_look_alike_sites_strangers_keys_copies_and_garbage_prove_nothing(client, lan, office):
    device, _ = set_up(client, lan)
    device.count = 5
    Passkey.objects.update(sign_count=9)  # a copy of the key has been used meanwhile
    elsewhere = Device(origin="http://testserver.evil.example")
    elsewhere.id, elsewhere.key = device.id, device.key
    other_site = Device(site="evil.example")
    other_site.id, other_site.key = device.id, device.key
    forged = Device()
    forged.id, forged.count = device.id, 20
    for wrong in (device, elsewhere, other_site, forged, Device()):
        options = second_step(client)
        wrong.count += 20 if wrong is not device else 0
        assert step(client, wrong.answer(options)).status_code == 200 and not signed_in(client)
        cache.clear()  # the wait is tested elsewhere
    options = second_step(client)
    assert step(client, device.answer(options, kind="webauthn.create")).status_code == 200
    good = json.loads(device.answer(options))
    for garbage in (
        "{",
        "[]",
        "{}",
        '{"rawId": 5}',
        '{"rawId": "AA"}',
        json.dumps(good | {"response": {}}),
        json.dumps(good | {"response": None}),
        "9" * 70000,
    ):
        cache.clear()
        second_step(client)
        assert step(client, garbage).status_code == 200 and not signed_in(client), garbage[:40]


def test_a_key_that_asks_nobody_who_he_is_proves_nothing(client, lan):
    """A stick without a PIN left in the computer: a touch of whoever passes by."""
    device, _ = set_up(client, lan)
    device.asks = False
    options = second_step(client)
    assert options["userVerification"] == "required"
    said = step(client, device.answer(options)).content.decode()
    assert "mã PIN, vân tay" in said and not signed_in(client)
    client.force_login(lan)
    session = client.session
    session["proof"] = [0, False]
    session.save()
    options = asked(client.get("/xac-nhan/").content.decode(), "get")
    assert client.post("/xac-nhan/", {"proof_passkey": device.answer(options)}).status_code == 200
    assert client.session["proof"] == [0, False]
    device.asks = True
    options = asked(client.get("/xac-nhan/").content.decode(), "get")
    assert client.post("/xac-nhan/", {"proof_passkey": device.answer(options)}).status_code == 302


def test_nor_is_such_a_key_registered(client, lan):
    client.force_login(lan)
    device = Device(asks=False)
    options = asked(client.get(reverse("passkey_add")).content.decode(), "create")
    assert options["authenticatorSelection"]["userVerification"] == "required"
    page = client.post(reverse("passkey_add"), {"name": "x", "made": device.make(options)})
    assert "mã PIN, vân tay" in page.content.decode() and not Passkey.objects.exists()


def test_made_up_keys_are_not_registered(client, lan):
    client.force_login(lan)
    device = Device()
    options = asked(client.get(reverse("passkey_add")).content.decode(), "create")
    assert client.post(reverse("passkey_add"), {"name": "x", "made": "{}"}).status_code == 200
    late = client.post(reverse("passkey_add"), {"name": "x", "made": device.make(options)})
    assert "chưa tạo được" in late.content.decode() and not Passkey.objects.exists(), (
        "the question was used up"
    )
    set_up(client, lan, device)
    _, again = set_up(client, lan, device)
    assert "đã được đăng ký" in again.content.decode() and Passkey.objects.count() == 1


def test_a_site_without_a_name_says_so(client, lan, settings):
    client.force_login(lan)
    page = client.get(reverse("passkey_add"), headers={"host": "127.0.0.1"}).content.decode()
    assert "chưa dùng được khóa truy cập" in page and "data-passkey-create" not in page


def test_ones_own_keys_are_dropped(client, lan, office):
    _, _ = set_up(client, lan)
    key = Passkey.objects.get()
    client.post(reverse("passkey_drop", args=[key.pk]))
    lan.refresh_from_db()
    assert not Passkey.objects.exists() and not lan.second_factor and not lan.recovery_codes.exists()
