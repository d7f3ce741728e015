import re

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import Post, User

USERS = "/quan-tri/nguoi-dung/"


@pytest.fixture
def admin(office):
    """Looks after the accounts of Sở Nội vụ only."""
    return office.post("quanly", "Quản Lý", office.home_affairs, "org_admin", "Quản trị đơn vị")


def person(**changed):
    kept = {"username": "moi", "full_name": "Người Mới", "role": "officer", "title": "Chuyên viên"}
    return kept | {"on": timezone.localdate(), **changed}


def password_on(answer):
    return re.search(r"<code>([^<]+)</code>", answer.content.decode()).group(1)


def test_an_account_is_made_with_a_post_and_a_password_to_be_changed(office, sign_in):
    client = sign_in(office.quantri)
    answer = client.post(f"{USERS}them/?co-quan={office.justice.pk}", person(full_name=" Người  Mới "))
    made = User.objects.get(username="moi")
    assert made.must_change_password and made.full_name == "Người Mới"
    assert authenticate(None, username="moi", password=password_on(answer)) == made
    assert [(post.organisation, post.role) for post in made.posts.all()] == [(office.justice, "officer")]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "lan"},
        {"username": "a b"},
        {"username": ""},
        {"full_name": ""},
        {"role": "king"},
        {"on": "x"},
        {"unit": 0},
    ],
)
def test_a_bad_account_is_refused_and_nothing_is_made(office, sign_in, wrong):
    before = User.objects.count(), Post.objects.count()
    answer = sign_in(office.quantri).post(f"{USERS}them/", person(**wrong))
    assert answer.status_code == 200 and "alert tone-bad" in answer.content.decode()
    assert (User.objects.count(), Post.objects.count()) == before


def test_a_locked_account_is_out_at_once_and_old_sessions_stay_dead(office, sign_in, client):
    theirs = type(client)()
    theirs.force_login(office.minh.user, backend="orgs.identity.accounts.Accounts")
    assert theirs.get("/to-chuc/").status_code == 200
    operator = sign_in(office.quantri)
    operator.post(f"{USERS}{office.minh.user_id}/khoa/")
    assert theirs.get("/to-chuc/").status_code == 302
    assert ">Đã khóa<" in operator.get(f"{USERS}{office.minh.user_id}/").content.decode()
    password = password_on(operator.post(f"{USERS}{office.minh.user_id}/mo-khoa/"))
    assert theirs.get("/to-chuc/").status_code == 302
    assert authenticate(None, username="minh", password=password)


def test_nobody_locks_himself_out(office, sign_in):
    answer = sign_in(office.quantri).post(f"{USERS}{office.quantri.user_id}/khoa/", follow=True)
    assert "Không thể tự khóa" in answer.content.decode()
    assert User.objects.get(username="quantri").is_active


def test_a_new_password_ends_the_sessions(office, sign_in, client):
    theirs = type(client)()
    theirs.force_login(office.minh.user, backend="orgs.identity.accounts.Accounts")
    sign_in(office.quantri).post(f"{USERS}{office.minh.user_id}/mat-khau/")
    assert theirs.get("/to-chuc/").status_code == 302


def test_posts_begin_and_end(office, sign_in):
    client = sign_in(office.quantri)
    add = f"{USERS}{office.minh.user_id}/vi-tri/?co-quan={office.justice.pk}"
    fields = {"role": "officer", "title": "Chuyên viên biệt phái", "on": timezone.localdate()}
    assert client.post(add, fields).status_code == 302
    assert "đã giữ vai trò này" in client.post(add, fields).content.decode()
    made = Post.objects.get(user=office.minh.user, organisation=office.justice)
    Post.objects.filter(pk=made.pk).update(valid_from="2026-01-01")
    client.post(f"/quan-tri/vi-tri/{made.pk}/ket-thuc/")
    made.refresh_from_db()
    assert made.valid_to == timezone.localdate()
    again = client.post(f"/quan-tri/vi-tri/{made.pk}/ket-thuc/", follow=True)
    assert "đã có ngày kết thúc" in again.content.decode()


def test_an_organisations_administrator_stays_inside_it(office, admin, sign_in):
    client = sign_in(admin)
    page = client.get(USERS).content.decode()
    assert "Nguyễn Thị Lan" in page and "Người Khách" not in page
    assert client.post(f"{USERS}them/", person()).status_code == 200
    assert User.objects.get(username="moi").posts.get().organisation == office.home_affairs
    assert client.get(f"{USERS}them/?co-quan={office.justice.pk}").status_code == 404
    assert client.post(f"{USERS}them/?co-quan={office.justice.pk}", person(username="b")).status_code == 404
    khach = office.khach
    assert client.get(f"{USERS}{khach.user_id}/").status_code == 404
    for act in ("khoa", "mo-khoa", "mat-khau"):
        assert client.post(f"{USERS}{khach.user_id}/{act}/").status_code == 404
    assert client.post(f"/quan-tri/vi-tri/{khach.pk}/ket-thuc/").status_code == 404
    assert client.get("/quan-tri/to-chuc/nhap/").status_code == 404


def test_an_organisations_administrator_cannot_climb(office, admin, sign_in):
    client = sign_in(admin)
    assert "alert tone-bad" in client.post(f"{USERS}them/", person(role="sys_admin")).content.decode()
    elsewhere = office.post("lan", "", office.justice, "officer", "Chuyên viên")
    assert "quản trị hệ thống thực hiện" in client.get(f"{USERS}{elsewhere.user_id}/").content.decode()
    assert client.post(f"{USERS}{elsewhere.user_id}/mat-khau/").status_code == 404
    assert User.objects.get(username="lan").must_change_password is False
    assert not User.objects.filter(username="moi").exists()


def test_the_list_costs_the_same_for_one_and_for_many(office, sign_in):
    client = sign_in(office.quantri)

    def cost(query):
        with CaptureQueriesContext(connection) as caught:
            page = client.get(USERS, {"q": query})
        return len(caught), len(page.context["page"].rows)

    client.get(USERS)
    (one, rows), (many, more) = cost("minh"), cost("n")
    assert (rows, one) == (1, many) and more >= 3


def test_people_are_found_without_marks(office, sign_in):
    page = sign_in(office.quantri).get(USERS, {"q": "tran quang"}).content.decode()
    assert "Trần Quang Minh" in page and "Nguyễn Thị Lan" not in page


def addresses(office):
    lan = office.lan
    return {
        "password": [], "prove": [], "account": [], "authenticator": [], "authenticator_picture": [], "authenticator_drop": [], "passkey_add": [],
        "passkey_drop": [1], "recovery_codes": [], "session_end": [], "identity_link": [], "identity_unlink": [1], "act_as": [], "delegations": [], "delegation_cancel": [1], "assistants": [], "assistant_end": [1], "registry": [],
        "organisation_picker": [], "organisation": [office.city.pk], "import_orgs": [], "users": [],
        "user_add": [], "user": [lan.user_id], "user_lock": [lan.user_id], "user_unlock": [lan.user_id],
        "user_password": [lan.user_id], "user_factor": [lan.user_id], "user_look": [lan.pk], "look_end": [], "support": [], "support_requests": [], "support_done": [1], "post_add": [lan.user_id], "post_end": [lan.pk], "logout": [],
        "authorities": [], "authority_grant": [], "authority_end": [office.thao.signing_authorities.get().pk],
        "proposals": [], "emergencies": [], "office_rules": [], "legal_references": [],
        **{name: [1] for name in ("proposal", "proposal_confirm", "proposal_emergency", "proposal_refuse", "proposal_withdraw", "proposal_half")},
    }  # fmt: skip


def test_every_address_is_closed_to_strangers(office, client):
    from orgs.urls import urlpatterns

    known = addresses(office)
    assert {pattern.name for pattern in urlpatterns} == {
        *known,
        "login",
        "second_step",
        "openid_start",
        "openid_back",
    }
    for name, args in known.items():
        for method in (client.get, client.post):
            answer = method(reverse(name, args=args))
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/dang-nhap/"), name


@pytest.mark.parametrize("who", ["lan", "dung", "hoa"])
def test_what_administers_is_not_there_for_others(office, sign_in, who):
    client = sign_in(getattr(office, who))
    before = list(User.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())
    names = (
        "import_orgs",
        "legal_references",
        "users",
        "user_add",
        "user",
        "user_lock",
        "user_unlock",
        "user_password",
        "user_factor",
        "post_add",
        "post_end",
    )
    for name in names:
        url = reverse(name, args=addresses(office)[name])
        seen = {client.get(url).status_code, client.post(url).status_code}
        assert 404 in seen and seen <= {404, 405}, name
    after = list(User.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())
    assert after == before


def test_the_operators_post_is_beyond_the_administrator_of_his_organisation(office, sign_in):
    client = sign_in(office.post("qtdv", "Quản Trị Đơn Vị", office.city, "org_admin", "Quản trị đơn vị"))
    end = f"/quan-tri/vi-tri/{office.quantri.pk}/ket-thuc/"
    assert client.post(end).status_code == 404
    assert end not in client.get(f"{USERS}{office.quantri.user_id}/").content.decode()
    assert Post.objects.get(pk=office.quantri.pk).valid_to is None


def test_nobody_ends_the_post_he_acts_as(office, sign_in):
    answer = sign_in(office.quantri).post(f"/quan-tri/vi-tri/{office.quantri.pk}/ket-thuc/", follow=True)
    assert "Không thể tự kết thúc" in answer.content.decode()
    assert Post.objects.get(pk=office.quantri.pk).valid_to is None


def test_a_borrowed_administrators_inbox_shows_no_door_that_is_shut(office, sign_in):
    today = timezone.localdate()
    office.quantri.delegations.create(to=office.tu.user, valid_from=today, valid_to=today)
    client = sign_in(office.tu)
    client.post("/vai-tro/", {"post": office.quantri.pk})
    assert client.get(USERS).status_code == 404
    assert f'href="{USERS}"' not in client.get("/to-chuc/").content.decode()
    assert f'href="{USERS}"' in sign_in(office.quantri).get("/to-chuc/").content.decode()
