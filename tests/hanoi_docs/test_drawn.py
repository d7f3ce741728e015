"""`{% drawn %}`: the same values draw the same part; whatever could draw another is another."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from documents.deadlines import Due
from hanoi_docs.templatetags import drawn

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


def test_nothing_is_remembered_for_long(monkeypatch):
    badge("a")
    monkeypatch.setattr(drawn, "_since", drawn._since - drawn.FORGOTTEN - 1)
    badge("a")
    assert drawn._drawn.cache_info().hits == 0
