"""/metrics: for whoever brings the token, and nobody else; no content; a fixed number of queries."""

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from hanoi_docs.watch import page_times, record_run, rules
from interop.models import Inbound
from tests.documents.desks import at_desk, outgoing
from tests.signatures.certificate_cases import self_made

TOKEN = "mot-chuoi-that-dai-cho-may-do-0001"


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN, settings.AXIS_URL = TOKEN, ""
    return {"Authorization": f"Bearer {TOKEN}"}


def scraped(client, token) -> dict:
    answer = client.get("/metrics", headers=token)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {(row.name, *row.labels.values()): row.value for family in families for row in family.samples}


def test_without_the_token_there_is_no_such_page(office, client, token, settings):
    wrong = ["", "Bearer", f"Bearer {TOKEN}x", f"bearer {TOKEN}", TOKEN, "Bearer ", "Basic abc", "Bearer ắ"]
    for given in wrong:
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404, given
    assert at_desk(office.quantri).get("/metrics").status_code == 404
    assert client.post("/metrics", headers=token).status_code == 405
    settings.METRICS_TOKEN = ""
    for given in ("Bearer ", f"Bearer {TOKEN}"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_it_is_scraped_on_the_machine_itself_without_tls(db, token, settings):
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/dang-nhap/").status_code == 301
    assert client.get("/metrics", headers=token).status_code == 200


def test_the_numbers_are_those_of_the_rows_and_nothing_else_is_told(office, client, token, now):
    Inbound.objects.create(axis_doc_id="1", message_type="edoc", sha256="0" * 64, received_at=now)
    self_made("Phạm Tiến Dũng", user=office.dung.user)
    paper = outgoing(office, state="issued", subject="Về việc chim hoàng yến")
    record_run("backup", started=now, ok=True, result={})
    rules.look(now)
    found = scraped(client, token)
    assert found["hanoi_queue_items", "unpack"] == 1 and found["hanoi_queue_items", "city"] == 0
    assert found["hanoi_job_ok", "look_around"] == 1 and found["hanoi_broker_up",] == 1
    assert 0 <= found["hanoi_backup_age_seconds",] < 60 and found["hanoi_disk_bytes", "free"] > 0
    assert ("hanoi_certificate_days_left", "person") in found and found["hanoi_unexplained",] == 0
    said = client.get("/metrics", headers=token).content.decode()
    assert not [word for word in (paper.subject, "Dũng", "Sở", "H26", "chim") if word in said]


def test_the_time_of_a_page_is_counted_by_its_view_in_all_processes_together(office, client, token):
    page_times.hand_on()
    before = scraped(client, token).get(("hanoi_page_seconds_count", "desk"), 0)
    lan = at_desk(office.lan)
    for _ in range(3):
        lan.get("/")
    page_times.hand_on()
    found = scraped(client, token)
    assert found["hanoi_page_seconds_count", "desk"] == before + 3
    assert found["hanoi_page_seconds_sum", "desk"] > 0 and found["hanoi_answers_total", "200"] >= 3


def test_a_broker_that_is_away_takes_no_page_down_and_loses_no_count(office, client, token, settings):
    page_times.hand_on()
    settings.REDIS_URL, url = "redis://127.0.0.1:9/0", settings.REDIS_URL
    at_desk(office.lan).get("/")
    page_times.hand_on()
    assert scraped(client, token)["hanoi_broker_up",] == 0
    settings.REDIS_URL = url
    page_times.hand_on()
    assert scraped(client, token)["hanoi_page_seconds_count", "desk"] >= 1


def test_it_asks_ten_queries_at_most_with_one_row_and_with_three(
    office, client, token, now, django_assert_max_num_queries
):
    client.get("/metrics", headers=token)
    counts = []
    for rows in (1, 3):
        for n in range(rows):
            Inbound.objects.create(
                axis_doc_id=f"{rows}{n}", message_type="edoc", sha256="0" * 64, received_at=now
            )
            record_run("backup", started=now, ok=True, result={})
        rules.look(timezone.now())
        with django_assert_max_num_queries(10) as asked:
            scraped(client, token)
        counts.append(len(asked))
    assert counts[0] == counts[1]
