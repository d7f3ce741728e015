"""The leader and the clerk with tokens at the server, over HTTP: sign, number, seal, issue; and where no PIN ever is."""

import logging
import sys
from html import unescape

import pytest
import redis
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection
from django.urls import reverse
from django.views.debug import ExceptionReporter

from documents import blobs
from orgs.models import Session
from signatures import actions as signing
from signatures.models import Signature
from signatures.providers import token as token_module
from tests.documents.outgoing_cases import brought, kinds, sits_down
from tests.signatures.key_cases import agency, person
from tests.signatures.softhsm import PIN

WRONG = "482915733"


@pytest.fixture(params=["rsa", "ec"])
def tokens(request, office, keys, hsm):
    """dung's key in one token, the seal of the office in another."""
    hsm.token("lanhdao")
    leader = person(keys, request.param)
    hsm.put("lanhdao", "khoa", leader)
    leader.row(holder="token", key_ref="lanhdao/khoa", user=office.dung.user)
    hsm.token("vanthu")
    seal = agency(keys, request.param)
    hsm.put("vanthu", "dau", seal)
    seal.row(holder="token", key_ref="vanthu/dau", organisation=office.home_affairs)
    return hsm


def approve(client, paper, pin):
    sent = {"sha256": paper.current_file().blob_id} | ({"pin": pin} if pin is not None else {})
    return client.post(reverse("outgoing_approve", args=[paper.pk]), sent, follow=True)


def seal(client, paper, pin):
    return client.post(reverse("outgoing_number", args=[paper.pk]), {"pin": pin}, follow=True)


def test_signed_sealed_and_issued_with_two_tokens(client, office, tokens):
    paper = brought(office, "format_checked")
    dung = sits_down(client, office.dung)
    page = dung.get(reverse("outgoing_approve", args=[paper.pk])).content.decode()
    assert 'name="pin" type="password"' in page and 'autocomplete="off"' in page
    approve(dung, paper, PIN)
    paper.refresh_from_db()
    assert paper.state == "signed"
    lan = sits_down(client, office.lan)
    form = lan.post(reverse("outgoing_number", args=[paper.pk]), follow=True).content.decode()
    assert 'name="pin" type="password"' in form
    seal(lan, paper, PIN)
    paper.refresh_from_db()
    assert (paper.state, paper.code) == ("issued", "01/SNV-TCBC")
    verdict, report = signing.check(blobs.read(paper.current_file().blob))
    assert (verdict, [one["verdict"] for one in report["signatures"]]) == ("valid", ["valid", "valid"])


def test_a_wrong_pin_leaves_the_paper_and_asks_again_on_the_same_page(client, office, tokens):
    paper = brought(office, "format_checked")
    before = kinds(paper)
    for pin, words in ((WRONG, "Mã PIN không đúng"), ("", "Hãy nhập mã PIN"), (None, "Hãy nhập mã PIN")):
        page = approve(sits_down(client, office.dung), paper, pin).content.decode()
        assert words in page and 'name="pin"' in page
        paper.refresh_from_db()
        assert (paper.state, kinds(paper), Signature.objects.count()) == ("format_checked", before, 0)


def test_no_number_is_taken_with_a_wrong_pin_or_without_the_token(client, office, tokens):
    paper = brought(office, "format_checked")
    approve(sits_down(client, office.dung), paper, PIN)
    lan = sits_down(client, office.lan)
    assert "Mã PIN không đúng" in seal(lan, paper, WRONG).content.decode()
    tokens.pull_out()
    assert "Không thấy thiết bị khóa “vanthu”" in seal(lan, paper, PIN).content.decode()
    tokens.put_back()
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("signed", "")
    seal(lan, paper, PIN)
    paper.refresh_from_db()
    assert (paper.state, paper.code) == ("issued", "01/SNV-TCBC")


def test_a_token_pulled_out_before_the_press(client, office, tokens):
    paper = brought(office, "format_checked")
    tokens.pull_out()
    page = approve(sits_down(client, office.dung), paper, PIN).content.decode()
    assert "Không thấy thiết bị khóa “lanhdao”" in page
    paper.refresh_from_db()
    assert paper.state == "format_checked"


def test_pins_are_nowhere_afterwards(client, office, tokens, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.DEBUG)
    paper = brought(office, "format_checked")
    dung = sits_down(client, office.dung)
    approve(dung, paper, WRONG)
    approve(dung, paper, PIN)
    lan = sits_down(client, office.lan)
    pages = [seal(lan, paper, WRONG).content, seal(lan, paper, PIN).content]
    paper.refresh_from_db()
    assert paper.state == "issued"
    everything = {
        "pages": b"".join(pages).decode(),
        "log": caplog.text,
        "database": database_text(),
        "sessions": " ".join(str(one.get_decoded()) for one in Session.objects.all()),
        "broker and cache": redis_text(),
    }
    assert "01/SNV-TCBC" in everything["database"] and "_auth_user_id" in everything["sessions"]
    for place, text in everything.items():
        for pin in (PIN, WRONG):
            assert pin not in text, place


def test_a_fault_in_the_middle_reports_no_pin(client, office, tokens, monkeypatch, caplog):
    """The fullest report there is, with the variables of every frame, as a server would send it to its operator."""
    paper = brought(office, "format_checked")
    reports = []

    def broken(*_):
        raise ZeroDivisionError("fault")

    def report(request, **_):
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_html())

    monkeypatch.setattr(token_module, "_sign", broken)
    client.raise_request_exception = False
    got_request_exception.connect(report)
    try:
        page = approve(sits_down(client, office.dung), paper, PIN)
    finally:
        got_request_exception.disconnect(report)
    assert page.status_code == 500 and "ZeroDivisionError" in reports[0] and "<PIN>" in unescape(reports[0])
    assert PIN not in page.content.decode() + caplog.text + reports[0]


def database_text() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [text for (text,) in cursor.fetchall()]
    assert len(tables) > 30
    return "\n".join(found)


def redis_text() -> str:
    """Everything the broker, the cache and their kin hold."""
    read = {b"string": "get", b"list": "lrange", b"hash": "hgetall", b"set": "smembers", b"zset": "zrange"}
    found = []
    with redis.from_url(settings.REDIS_URL) as line:
        for key in line.scan_iter():
            command = read[line.type(key)]
            bounds = (0, -1) if command in ("lrange", "zrange") else ()
            found += [key, getattr(line, command)(key, *bounds)]
    return repr(found)
