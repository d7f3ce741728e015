"""An act that matters asks who is at the keyboard, once in ten minutes, and loses nothing that was typed."""

import html
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from orgs.models import User
from orgs.reauthentication import SESSION_KEY, fresh

GOOD = "mua-thu-ha-noi-2026"
ADD = {
    "username": "moi",
    "full_name": "Người Mới",
    "role": "officer",
    "title": "Chuyên viên & <thử>",
    "on": "2026-11-20",
}


@pytest.fixture
def quantri(office, sign_in):
    office.quantri.user.set_password(GOOD)
    office.quantri.user.save()
    return sign_in(office.quantri)


def stale(client, seconds=601, by_factor=False):
    session = client.session
    session[SESSION_KEY] = [int(time.time()) - seconds, by_factor]
    session.save()


def carried(page: str) -> dict:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_who_has_just_signed_in_is_not_asked(quantri):
    assert quantri.get(reverse("user_add")).status_code == 200
    stale(quantri, 590)
    assert quantri.get(reverse("user_add")).status_code == 200


@pytest.mark.parametrize("seconds", [601, -300])
def test_a_page_waits_behind_the_question_and_comes_after_it(quantri, seconds):
    stale(quantri, seconds)
    asked = quantri.get(reverse("user_add") + "?co-quan=1")
    assert asked["Location"] == "/xac-nhan/?next=%2Fquan-tri%2Fnguoi-dung%2Fthem%2F%3Fco-quan%3D1"
    page = quantri.get(asked["Location"])
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    there = carried(page.content.decode())
    wrong = quantri.post("/xac-nhan/", there | {"proof_password": "sai"})
    assert "Mật khẩu không đúng" in wrong.content.decode()
    before = quantri.session.session_key
    assert quantri.post("/xac-nhan/", there | {"proof_password": GOOD})["Location"] == there["next"]
    assert quantri.session.session_key != before
    assert quantri.get(reverse("user_add")).status_code == 200


def test_the_question_leads_nowhere_outside(quantri):
    assert quantri.post("/xac-nhan/", {"proof_password": GOOD, "next": "//evil.example"})["Location"] == "/"


def test_what_was_typed_is_carried_through_the_question_and_done_once(quantri):
    stale(quantri)
    page = quantri.post(reverse("user_add"), ADD)
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    fields = carried(page.content.decode())
    assert fields == ADD and not User.objects.filter(username="moi").exists()
    again = quantri.post(reverse("user_add"), fields | {"proof_password": "sai"})
    assert carried(again.content.decode()) == ADD and not User.objects.filter(username="moi").exists()
    assert (
        "chỉ hiện một lần"
        in quantri.post(reverse("user_add"), fields | {"proof_password": GOOD}).content.decode()
    )
    assert User.objects.get(username="moi").posts.get().title == ADD["title"]


def test_files_are_chosen_again_and_repeated_fields_stay(rf: RequestFactory, quantri, office):
    stale(quantri)
    sent = {"to": ["1", "2"], "file": SimpleUploadedFile("Quyết định.pdf", b"x")}
    request = rf.post("/somewhere/", sent)
    request.session, request.user, request.post, request.posts = (
        quantri.session,
        office.quantri.user,
        None,
        [],
    )
    request.resolver_match = None
    page = fresh(lambda request: None)(request).content.decode()
    assert re.findall(r'name="to" value="(\d)"', page) == ["1", "2"]
    assert "Chọn lại tệp “Quyết định.pdf”" in page and 'enctype="multipart/form-data"' in page


def test_guessing_in_a_borrowed_session_ends_after_five(quantri):
    stale(quantri)
    for _ in range(5):
        quantri.post("/xac-nhan/", {"proof_password": "sai"})
    said = quantri.post("/xac-nhan/", {"proof_password": GOOD})
    assert "đợi 1 phút" in said.content.decode()
    assert quantri.get(reverse("user_add")).status_code == 302


def test_a_stranger_to_the_role_gets_no_further_by_proving(office, sign_in):
    client = sign_in(office.minh)
    stale(client)
    assert client.get(reverse("user_add")).status_code == 302
    stale(client, 0)
    assert client.get(reverse("user_add")).status_code == 404
