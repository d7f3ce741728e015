"""One line for each request: who, what, how long; never what was written or searched for."""

import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection, transaction
from django.test import Client
from django.urls import reverse

from hanoi_docs.logs import Json, Line, config
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk
from tests.hanoi_docs.said import log_as

CANARY = "chimhoangyen"
GIVEN = "tu-may-chu-truoc-0001"


@pytest.fixture
def said():
    with log_as(Json()) as said:
        yield said


def test_a_request_is_one_line_with_who_what_and_how_long(office, said):
    paper = office.paper()
    at_desk(office.lan).get(paper.get_absolute_url(), headers={"X-Request-ID": GIVEN})
    (line,) = said.about("request")
    assert {
        "request": GIVEN, "view": "incoming", "method": "GET", "status": 200, "user": office.lan.user_id,
        "post": office.lan.pk, "address": "127.0.0.1", "ids": {"pk": paper.pk}, "level": "INFO",
    }.items() <= line.items()  # fmt: skip
    assert line["ms"] > 0 and 3 < line["queries"] < 60 and line["time"].endswith("+00:00")


@pytest.mark.parametrize(
    "given", ["", "ngắn", "x" * 65, "a b c d e f g h", 'x"}{"level":"ERROR', "abcdefgh\n"]
)
def test_a_number_that_is_no_number_is_replaced(client, given, db):
    answer = client.get("/dang-nhap/", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_the_number_stands_on_the_page_that_is_not_there(client, db):
    answer = client.get("/khong-co/", headers={"X-Request-ID": GIVEN})
    assert answer.status_code == 404 and f"<code>{GIVEN}</code>" in answer.content.decode()
    assert answer.headers["X-Request-ID"] == GIVEN


def test_a_page_that_breaks_says_its_number_and_the_log_where_but_not_what(office, settings, said):
    settings.ROOT_URLCONF = "tests.hanoi_docs.broken_urls"
    client = at_desk(office.lan)
    client.raise_request_exception = False
    answer = client.get(f"/hong/7/?q={CANARY}", headers={"X-Request-ID": GIVEN})
    assert answer.status_code == 500 and f"<code>{GIVEN}</code>" in answer.content.decode()
    (line,) = said.about("request")
    assert (line["level"], line["status"], line["view"], line["ids"]) == ("ERROR", 500, "broken", {"pk": 7})
    assert line["fault"][0] == "django.db.utils.DataError" and "broken_urls.py" in " ".join(line["fault"])
    assert "Trích yếu" not in said.getvalue() and CANARY not in said.getvalue()


@pytest.mark.parametrize("form", [Json, Line])
def test_nothing_that_was_typed_searched_or_sent_is_in_the_log(office, settings, form):
    office.lan.user.set_password("mat-khau-cua-lan-2026")
    office.lan.user.save()
    with log_as(form()) as said:
        lan, nobody = at_desk(office.lan), Client(enforce_csrf_checks=True)
        lan.get("/tim/", {"q": CANARY})
        lan.get(f"/{CANARY}/?{CANARY}={CANARY}")
        lan.get(f"/kt/{CANARY}/")
        lan.get("/", headers={"Referer": f"http://x/{CANARY}", "User-Agent": CANARY, "Authorization": CANARY})
        sent = SimpleUploadedFile(f"{CANARY}.pdf", tiny_pdf(), content_type="application/pdf")
        lan.post(reverse("register_paper"), {"subject": f"Về việc {CANARY}", "file": sent})
        office.paper(subject=f"Về việc {CANARY}")
        nobody.post(f"/kt/{CANARY}/", {"code": CANARY})  # refused for want of the form's token
        nobody.post("/dang-nhap/", {"username": CANARY, "password": CANARY})
        Client().post("/dang-nhap/", {"username": CANARY, "password": CANARY})
        Client().post("/dang-nhap/", {"username": "lan", "password": "mat-khau-cua-lan-2026"})
    assert said.getvalue().count("request") >= 9
    assert CANARY not in said.getvalue() and "mat-khau-cua-lan" not in said.getvalue()
    assert "sessionid" not in said.getvalue() and "csrfmiddlewaretoken" not in said.getvalue()


def test_of_an_exception_its_kind_and_place_are_written_and_not_its_words(db, said):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::integer", [CANARY])
    except DataError:
        logging.getLogger("documents").exception("could not do it")
    (line,) = said.about("could not do it")
    assert (
        line["fault"][0] == "django.db.utils.DataError"
        and "test_request_log.py" in line["fault"][1] + line["fault"][2]
    )
    assert "psycopg.errors.InvalidTextRepresentation" in line["fault"]
    assert CANARY not in said.getvalue()


def test_gunicorn_never_names_an_address(said):
    logging.getLogger("gunicorn.error").propagate = True
    try:
        logging.getLogger("gunicorn.error").error("Error handling request %s", f"/tim/?q={CANARY}")
    finally:
        logging.getLogger("gunicorn.error").propagate = False
    assert [line["message"] for line in said.lines] == ["Error handling request -"]


def test_a_server_writes_json():
    code = "import django; django.setup(); import logging; logging.getLogger('x').error('xin chào')"
    env = {name: value for name, value in os.environ.items() if name not in ("LOG_FORMAT", "DEBUG")}
    env |= {"DEBUG": "0", "DJANGO_SETTINGS_MODULE": "hanoi_docs.settings"}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert json.loads(ran.stderr.splitlines()[-1])["message"] == "xin chào"
    assert config("line")["handlers"]["console"]["formatter"] == "line"
