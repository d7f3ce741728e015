"""A paper's page is drawn once between two events of the office: for each post its own, and never what no longer is."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.incoming import sharing
from documents.actions.work import assignments as work
from documents.models import Assignment, Blob, Incoming
from orgs.actions.office import let_heads_approve
from orgs.models import Delegation
from tests.documents.desks import at_desk, directed, presented, task_of, words
from ui.token import token_mark

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def paper(office):
    """In the hands of minh, checked, with a file."""
    found = directed(office, lead=office.minh, due_on=timezone.localdate() + dt.timedelta(days=9))
    Incoming.objects.filter(pk=found.pk).update(signature_verdict="valid", source="axis")
    return found


def statements(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_second_look_reads_the_paper_no_more(office, paper):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    cache.clear()
    first, second = statements(client, url), statements(client, url)
    assert second < first and second <= 6
    assert words(client.get(url)) == words(client.get(url))


def test_two_people_see_each_their_own_steps(office, paper):
    url = paper.get_absolute_url()
    start = reverse("assignment_start", args=[task_of(paper, office.minh).pk])
    officer, leader, clerk = (at_desk(post) for post in (office.minh, office.dung, office.lan))
    for _ in range(2):
        assert start in officer.get(url).content.decode()
        assert start not in leader.get(url).content.decode()
        assert start not in clerk.get(url).content.decode()
        assert reverse("incoming_retract", args=[paper.pk]) in leader.get(url).content.decode()
    assert at_desk(office.khach).get(url).status_code == 404
    assert at_desk(office.tu).get(url).status_code == 404


def test_two_posts_of_one_person_see_each_their_own(office, paper):
    """minh also looks after the leader's inbox: what he sees there is not what he sees as an officer."""
    today = timezone.localdate()
    Delegation.objects.create(post=office.dung, to=office.minh.user, valid_from=today, valid_to=today)
    client, url = at_desk(office.minh), paper.get_absolute_url()
    start = reverse("assignment_start", args=[task_of(paper, office.minh).pk])
    for _ in range(2):
        client.post(reverse("act_as"), {"post": office.minh.pk})
        assert start in client.get(url).content.decode()
        client.post(reverse("act_as"), {"post": office.dung.pk})
        assert start not in client.get(url).content.decode()


def test_an_act_shows_on_the_next_look(office, paper):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    before = client.get(url).content.decode()
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    after = client.get(url).content.decode()
    start = reverse("assignment_start", args=[task_of(paper, office.minh).pk])
    assert start in before and start not in after


def test_who_is_let_in_by_an_event_sees_it_and_nobody_before(office, paper):
    other = office.post("nga", "Vũ Nga", office.home_affairs, "officer", "Chuyên viên")
    url = paper.get_absolute_url()
    at_desk(office.minh).get(url)
    assert at_desk(other).get(url).status_code == 404
    sharing.share(paper, to=other, by=office.lan, at=timezone.now())
    assert at_desk(other).get(url).status_code == 200


def test_after_midnight_the_deadline_is_another(office, paper, monkeypatch):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    today = words(client.get(url))
    tomorrow = timezone.localdate() + dt.timedelta(days=7)
    monkeypatch.setattr("documents.views.shared.rows.timezone.localdate", lambda *_: tomorrow)
    assert words(client.get(url)) != today
    monkeypatch.undo()
    assert words(client.get(url)) == today


def test_another_rule_of_the_office_is_an_event_too(office, paper):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    client.get(url)
    warm = statements(client, url)
    let_heads_approve(office.home_affairs, approve=True, by=office.dung, at=timezone.now())
    assert statements(client, url) > warm


def test_a_virus_found_meanwhile_shows_at_once(office, paper):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    file = paper.files.get(part="main")
    assert reverse("file", args=[file.pk]) in client.get(url).content.decode()
    Blob.objects.filter(pk=file.blob_id).update(scan="infected", scan_words="Eicar")
    page = client.get(url).content.decode()
    assert "Eicar" in page and f'href="{reverse("file", args=[file.pk])}"' not in page


def test_bytes_that_are_away_show_at_once(office, paper):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    before = words(client.get(url))
    path = blobs.path_of(paper.files.get(part="main").blob)
    path.rename(path.with_suffix(".away"))
    assert words(client.get(url)) != before
    path.with_suffix(".away").rename(path)
    assert words(client.get(url)) == before


def test_a_verdict_that_is_asked_for_again_is_not_remembered(office, paper):
    client, url = at_desk(office.lan), paper.get_absolute_url()
    Incoming.objects.filter(pk=paper.pk).update(
        signature_verdict="unknown", signature_report={"sentence": "Dịch vụ im lặng lúc đầu."}
    )
    cache.clear()
    assert "Dịch vụ im lặng lúc đầu." in words(client.get(url))
    Incoming.objects.filter(pk=paper.pk).update(signature_report={"sentence": "Dịch vụ vẫn im lặng."})
    assert "Dịch vụ vẫn im lặng." in words(client.get(url))


def test_what_one_is_told_is_seen_by_the_look_that_sees_it(office):
    """Asked about first, or fetched ahead by the browser: the page that is looked at is not the one of then."""
    told = directed(office, number="7", info=[office.hoa])
    Incoming.objects.filter(pk=told.pk).update(signature_verdict="valid", source="axis")
    client, url = at_desk(office.hoa), told.get_absolute_url()
    client.head(url)
    client.get(url, headers={"sec-purpose": "prefetch"})
    assert task_of(told, office.hoa).state == "new"
    client.get(url)
    assert task_of(told, office.hoa).state == "done"


def test_what_was_drawn_under_another_key_of_ours_is_drawn_anew(office, paper, settings):
    url = paper.get_absolute_url()
    at_desk(office.minh).get(url)
    before = token_mark()
    settings.SECRET_KEY = "another-" * 8
    token_mark.cache_clear()
    try:
        page = at_desk(office.minh).get(url).content.decode()
        assert token_mark() != before and before not in page and TOKEN.search(page)
    finally:
        token_mark.cache_clear()


def test_forms_carry_the_token_of_this_answer(office, paper):
    client, url = at_desk(office.minh), paper.get_absolute_url()
    first, second = client.get(url).content.decode(), client.get(url).content.decode()
    one, two = set(TOKEN.findall(first)), set(TOKEN.findall(second))
    assert one and two and not one & two and token_mark() not in first + second
    start = reverse("assignment_start", args=[task_of(paper, office.minh).pk])
    strict = type(client)(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    token = TOKEN.search(strict.get(url).content.decode())[1]
    assert strict.post(start, {"csrfmiddlewaretoken": token}).status_code == 302
    assert Assignment.objects.get(incoming=paper, assignee=office.minh).state == "in_progress"


def test_the_leaders_cards_are_of_now(office):
    presented(office, number="8")
    client, url = at_desk(office.dung), reverse("desk")
    first = words(client.get(url))
    assert "1 việc chờ quyết định" in first and "dưới 1 phút" in first
    presented(office, number="9")
    assert "2 việc chờ quyết định" in words(client.get(url))
    assert "0 việc chờ quyết định" in words(at_desk(office.thao).get(url))


def test_how_long_a_card_waits_goes_on(office, monkeypatch):
    presented(office, number="8")
    client, url = at_desk(office.dung), reverse("desk")
    client.get(url)
    later = timezone.now() + dt.timedelta(minutes=5)
    monkeypatch.setattr("documents.views.shared.tray.timezone.now", lambda: later)
    assert "5 phút" in words(client.get(url))


def test_a_box_drawn_for_one_is_not_shown_to_another(office, paper):
    url = f"{reverse('incoming_list')}?box=all"
    other = office.post("nga", "Vũ Nga", office.home_affairs, "officer", "Chuyên viên")
    assert paper.subject in at_desk(office.minh).get(url).content.decode()
    assert paper.get_absolute_url() not in at_desk(other).get(url).content.decode()
    assert at_desk(office.khach).get(url).content.decode().count(paper.get_absolute_url()) == 0
