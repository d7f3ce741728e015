"""`{% drawn %}`: the same values draw the same part; whatever could draw another is another."""

import datetime as dt
import html
import re
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from documents.deadlines import Due
from hanoi_docs.templatetags import drawn
from orgs.models import Delegation
from tests.documents.desks import at_desk
from ui.token import token_mark

BADGE = Template('{% load drawn %}{% drawn "_badge.html" label=label tone=tone %}')
ROW = Template('{% load drawn %}{% drawn "_doc_row.html" row=row select="" %}')


@pytest.fixture(autouse=True)
def _afresh():
    drawn._drawn.cache_clear()


def badge(label, tone="info") -> str:
    return BADGE.render(Context({"label": label, "tone": tone}))


def row(**values) -> str:
    given = {
        "url": "/x/",
        "number": 1,
        "subject": "Báo cáo",
        "due": Due("Còn 2 ngày", "soon"),
        "state": {"label": "mới", "tone": ""},
    }
    return ROW.render(Context({"row": given | values}))


def test_what_draws_the_same_is_drawn_once():
    day = dt.date(2026, 11, 29)
    assert row(date=day) == row(date=day)
    assert drawn._drawn.cache_info().hits == 1
    assert "29/11/2026" in row(date=day) and "30/11/2026" in row(date=day + dt.timedelta(days=1))


def test_text_and_marked_text_are_two_things():
    assert "<b>" in badge(mark_safe("<b>a</b>")) and "&lt;b&gt;" in badge("<b>a</b>")
    assert "<b>" in badge(mark_safe("<b>a</b>"))


def test_a_number_and_a_truth_are_two_things():
    assert ">1<" in badge(1) and ">True<" in badge(True)


def test_the_request_is_not_there():
    part = Template('{% load drawn %}{% drawn "_badge.html" label="a" %}')
    assert "bad" not in part.render(Context({"tone": "bad"})).split(">")[0].split("tone-")[1]


def test_what_may_change_while_it_looks_the_same_is_refused(office):
    with pytest.raises(TypeError):
        badge(office.lan)


def test_one_moment_is_the_same_wherever_it_was_read():
    moment = dt.datetime(2026, 11, 29, 23, 30, tzinfo=dt.UTC)
    assert "30/11/2026" in row(date=moment)
    assert "30/11/2026" in row(date=dt.datetime(2026, 11, 29, 23, 30, tzinfo=ZoneInfo("UTC")))
    assert drawn._drawn.cache_info().hits == 1


def test_a_form_that_is_drawn_once_carries_the_token_of_each_answer():
    kept = Template('{% load drawn %}{% drawn_form "_hint.html" hint=hint %}')
    seen = set()
    for _ in range(2):
        request = RequestFactory().get("/")
        page = kept.render(Context({"hint": {"name": "desk", "text": "a"}, "request": request}))
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        seen.add(token)
        assert token_mark() not in page
    assert len(seen) == 2 and drawn._drawn.cache_info().hits == 1


def test_the_roles_of_the_top_bar_are_of_who_looks_and_as_he_works_now(office):
    today = timezone.localdate()
    lent = Delegation.objects.create(post=office.dung, to=office.lan.user, valid_from=today, valid_to=today)
    lan, minh = at_desk(office.lan), at_desk(office.minh)

    def bar(client) -> str:
        return client.get("/").content.decode().split('class="topbar"')[1].split("</header>")[0]

    assert bar(lan).count("(thay") and "(thay" not in bar(minh), "his own alone"
    assert re.search(r'<span class="who" title="([^"]+)"', bar(lan))[1] == html.escape(str(office.lan))
    answer = lan.post(reverse("act_as"), {"post": office.dung.pk})
    assert answer.status_code == 302
    assert "(thay" in re.search(r'<span class="who" title="([^"]+)"', bar(lan))[1]
    lent.cancelled_at = timezone.now()
    lent.save()
    assert "(thay" not in bar(lan).split("Đang làm việc với vai trò")[1].split("</span>")[0]


def test_nothing_is_remembered_for_long(monkeypatch):
    badge("a")
    monkeypatch.setattr(drawn, "_since", drawn._since - drawn.FORGOTTEN - 1)
    badge("a")
    assert drawn._drawn.cache_info().hits == 0
