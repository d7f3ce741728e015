"""The first operator of a new server is made at the console, once, and told in the history."""

import io
import re
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from documents.models import Event
from orgs.models import Organisation, Post, User


@pytest.fixture
def city(db):
    return Organisation.objects.create(
        code="H26", name="Ủy ban nhân dân thành phố Hà Nội", level=1, kind="thanh_pho", gate=True
    )


def create(login="goc", name="Nguyễn Văn Gốc", **options) -> str:
    out = io.StringIO()
    call_command("create_operator", login, name=name, stdout=out, **options)
    return out.getvalue()


def test_the_printed_password_opens_one_page_and_that_changes_it(city, client):
    password = re.search(r"Mật khẩu dùng một lần: (\S+)", create()).group(1)
    desk = client.post("/dang-nhap/", {"username": "goc", "password": password}, follow=True)
    assert desk.redirect_chain[-1][0] == "/doi-mat-khau/"
    new = "một câu dài không ai đoán ra 7"
    form = {"old_password": password, "new_password1": new, "new_password2": new}
    assert client.post("/doi-mat-khau/", form).status_code == 302
    assert client.get("/quan-tri/nguoi-dung/").status_code == 200
    post = Post.objects.get(user__username="goc")
    assert (post.role, post.organisation) == ("sys_admin", city)
    event = Event.objects.get(kind="create_operator")
    assert (event.organisation, event.user, event.payload["post"]) == (city, None, post.pk)
    assert password not in str(event.payload)


def test_the_post_is_at_the_office_of_the_committee_or_where_it_is_said(city):
    office = Organisation.objects.create(
        code="H26.1",
        name="Văn phòng Ủy ban nhân dân thành phố Hà Nội",
        level=2,
        kind="so_ban_nganh",
        parent=city,
    )
    create()
    create("hai", organisation="H26", another=True)
    held = dict(Post.objects.values_list("user__username", "organisation_id"))
    assert held == {"goc": office.pk, "hai": city.pk}


@pytest.mark.parametrize(
    ("login", "options", "sentence"),
    [
        ("hai", {}, "Đã có quản trị hệ thống: Nguyễn Văn Gốc"),
        ("GOC", {"another": True}, "đã có người dùng"),
        ("a b", {"another": True}, "chỉ gồm chữ, số"),
        ("", {"another": True}, "chỉ gồm chữ, số"),
        ("hai", {"another": True, "name": " "}, "họ và tên"),
        ("hai", {"another": True, "name": "x" * 101}, "tối đa 100"),
        ("hai", {"another": True, "organisation": "X99"}, "mang mã “X99”"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_made(city, login, options, sentence):
    create()
    with pytest.raises(CommandError, match=sentence):
        create(login, **options)
    assert (User.objects.count(), Event.objects.filter(kind="create_operator").count()) == (1, 1)


def test_without_a_registry_it_says_what_to_run_first(db):
    with pytest.raises(CommandError, match="load_registry"):
        create()


def test_of_two_consoles_at_once_one_makes_the_operator(transactional_db, city):
    said = []

    def one(login):
        try:
            said.append(create(login))
        except CommandError as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    both = [threading.Thread(target=one, args=(name,)) for name in ("mot", "hai")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert User.objects.count() == 1 and sum("Đã có quản trị" in line for line in said) == 1
