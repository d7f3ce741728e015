"""One's own work on a desk is drawn once between two events of the office, and never what no longer is."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from hanoi_docs.degraded.cache import Cache
from orgs import calendar
from orgs.actions.office import let_heads_approve
from tests.documents.desks import at_desk, directed, presented, task_of, words
from ui.token import token_mark

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def paper(office):
    due = timezone.localdate() + dt.timedelta(days=9)
    return directed(office, lead=office.minh, info=[office.hoa], subject="Việc của Minh", due_on=due)


def statements(client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    return len(queries)


def test_the_second_look_asks_for_no_task(office, paper):
    client = at_desk(office.minh)
    first, second = statements(client), statements(client)
    assert second < first and second <= 6
    assert "Việc của Minh" in words(client.get("/"))


@pytest.mark.parametrize("who", ["dung", "minh"])
def test_a_desk_asks_the_cache_for_all_of_it_at_once(office, paper, monkeypatch, who):
    """Beside what the person has chosen for lists."""
    presented(office)
    monkeypatch.setattr(calendar, "HELD", 60)  # days off are the process's own meanwhile
    client, asked = at_desk(getattr(office, who)), []
    client.get("/")
    for name in ("get", "get_many"):
        real = getattr(Cache, name)
        monkeypatch.setattr(
            Cache, name, lambda self, *args, _real=real, **kwargs: asked.append(args) or _real(self, *args, **kwargs)
        )  # fmt: skip
    client.get("/")
    assert len(asked) <= 2


def test_each_sees_ones_own(office, paper):
    for _ in range(2):
        assert "Việc của Minh" in words(at_desk(office.minh).get("/"))
        assert "Việc của Minh" not in words(at_desk(office.thao).get("/"))
        assert "Việc của Minh" not in words(at_desk(office.khach).get("/"))


def test_an_act_shows_on_the_next_look(office, paper):
    client = at_desk(office.minh)
    before = words(client.get("/"))
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    assert words(client.get("/")) != before
    directed(office, number="77", lead=office.minh, subject="Việc đến sau")
    assert "Việc đến sau" in words(client.get("/"))


def test_after_midnight_the_deadline_is_another(office, paper, monkeypatch):
    client = at_desk(office.minh)
    today = words(client.get("/"))
    later = timezone.localdate() + dt.timedelta(days=7)
    monkeypatch.setattr("documents.views.shared.rows.timezone.localdate", lambda *_: later)
    assert words(client.get("/")) != today
    monkeypatch.undo()
    assert words(client.get("/")) == today


def test_another_rule_of_the_office_shows_at_once(office, paper):
    client = at_desk(office.dung)
    client.get("/")
    warm = statements(client)
    let_heads_approve(office.home_affairs, approve=True, by=office.dung, at=timezone.now())
    assert statements(client) > warm


def test_who_is_only_told_marks_it_as_seen_by_a_form_that_still_counts(office, paper):
    client = at_desk(office.hoa)
    client.get("/")
    page = client.get("/").content.decode()
    form = page.split('id="de-biet"')[1].split("</form>")[0]
    assert TOKEN.search(form) and token_mark() not in page
    client.handler.enforce_csrf_checks = True
    sent = {
        "csrfmiddlewaretoken": TOKEN.search(form)[1],
        "task": task_of(paper, office.hoa).pk,
        "back": "desk",
    }
    assert client.post(reverse("assignment_read"), sent).status_code == 302
    assert "Việc của Minh" not in words(client.get("/"))
