"""The help: it knows every step and every state there is, opens at one's own desk, and its hints stay closed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.help.desks import BY_SLUG, DESKS, desk_of
from documents.help.glossary import WORDS
from documents.help.hints import HINTS
from documents.help.steps import DOES, OF_TABLE, TABLES, WAITS, label_of, of_page, told, waits
from documents.states import ASSIGNMENT_LABELS, EXTENSION_LABELS, IN_STATES, OUT_STATES
from orgs.models import Role
from tests.documents.desks import at_desk, directed, registered, words
from tests.house.test_urls import named

STATES = {
    "incoming": IN_STATES, "outgoing": OUT_STATES, "assignment": ASSIGNMENT_LABELS, "extension": EXTENSION_LABELS,
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_every_step_has_its_sentence_and_no_sentence_is_of_a_step_that_is_gone(table):
    assert set(DOES[table]) == set(TABLES[table])
    for name, step in TABLES[table].items():
        said = told(table, name)
        assert said.label == step.label and said.does.endswith(".") and said.next.endswith(".")


@pytest.mark.parametrize("table", STATES)
def test_every_state_says_who_has_it_now(table):
    for state in STATES[table]:
        assert label_of(table, state) and waits(table, state), state


def test_no_sentence_is_of_a_state_that_is_gone():
    known = {state for states in STATES.values() for state in states}
    assert set(WAITS) <= known
    assert all(state in STATES[table] for table, state in OF_TABLE)


def test_every_step_is_on_the_page_of_some_desk():
    shown = {(table, name) for desk in DESKS for table, names in desk.buttons for name in names}
    assert shown == {(table, name) for table, steps in TABLES.items() for name in steps}


def test_every_role_has_its_desk():
    assert {role for desk in DESKS for role in desk.roles} == set(Role)
    assert len(BY_SLUG) == len(DESKS)
    assert len({word for word, _ in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    ("who", "slug"), [("lan", "van-thu"), ("dung", "lanh-dao"), ("minh", "chuyen-vien"), ("hoa", "truong-phong"),
                      ("quantri", "van-hanh")],
)  # fmt: skip
def test_the_link_at_the_top_leads_to_the_page_of_ones_own_desk(office, who, slug):
    client = at_desk(getattr(office, who))
    assert f'href="{reverse("help")}"' in client.get("/").content.decode()
    assert client.get(reverse("help")).url == reverse("help_desk", args=[slug])
    assert desk_of(getattr(office, who).role).name in words(client.get(reverse("help"), follow=True))


@pytest.mark.parametrize("slug", BY_SLUG)
def test_each_page_costs_no_more_than_its_frame(office, slug):
    client, url = at_desk(office.lan), reverse("help_desk", args=[slug])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    assert page.status_code == 200 and len(queries) <= 10
    for table, names in BY_SLUG[slug].buttons:
        for name in names:
            assert told(table, name).does in words(page)


def test_the_page_of_a_step_says_what_happens_next(office):
    paper = registered(office)
    said = words(at_desk(office.lan).get(reverse("incoming_present", args=[paper.pk])))
    assert f"Việc gì xảy ra tiếp theo: Chờ cho ý kiến . {WAITS['awaiting_direction']}" in said
    assert of_page("assignment_grant_extension").to == "Được gia hạn" and of_page("incoming_share") is None


def test_a_page_that_is_not_there_is_not_there(office):
    assert at_desk(office.lan).get("/tro-giup/giam-doc/").status_code == 404
    assert "Bút phê" in words(at_desk(office.lan).get(reverse("help_words")))


def test_a_hint_is_said_until_it_is_closed_and_then_stays_closed_on_every_computer(office):
    client = at_desk(office.lan)
    assert HINTS["desk"] in words(client.get("/"))
    back = client.post(reverse("hint_close"), {"hint": "desk"}, headers={"Referer": "http://testserver/"})
    assert back.url == "http://testserver/"
    client.post(reverse("hint_close"), {"hint": "desk"})
    assert HINTS["desk"] not in words(client.get("/")) and HINTS["desk"] not in words(
        at_desk(office.lan).get("/")
    )
    assert HINTS["desk"] in words(at_desk(office.dung).get("/"))
    office.lan.user.refresh_from_db()
    assert office.lan.user.hints_closed == "desk"
    assert client.post(reverse("hint_close"), {"hint": "khac"}).status_code == 404
    paper = directed(office)
    assert HINTS["incoming"] in words(client.get(paper.get_absolute_url()))


def test_a_first_hint_is_said_once_and_in_no_other_part_of_the_page(office):
    for post, url in ((office.dung, "desk"), (office.minh, "work_list")):
        page = at_desk(post).get(reverse(url)).content.decode()
        assert page.count(HINTS[url]) == 1 and "&#x27;name&#x27;" not in page, url
        assert '<div class="empty">' in page, url
    assert "data-hint" not in at_desk(office.lan).get(reverse("ledger")).content.decode()


def test_every_hint_is_of_a_page_that_is_there_and_all_fit_on_the_row(office):
    assert set(HINTS) <= set(named())
    assert len(" ".join(HINTS)) < 500


def test_a_way_back_to_another_place_is_not_taken(office):
    sent = {"hint": "desk"}
    back = at_desk(office.lan).post(
        reverse("hint_close"), sent, headers={"Referer": "https://elsewhere.example/"}
    )
    assert back.url == "/"
