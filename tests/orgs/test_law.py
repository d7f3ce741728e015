"""Texts of the law by date: the name follows the day, and the next one is a row that two operators write."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs import law
from orgs.law import cited, forget_law, reference
from orgs.models import LegalReference
from tests.documents.desks import at_desk, words
from tests.orgs.two import confirmed, latest, second_operator

NEXT = {
    "key": "clerical_work",
    "name": "Nghị định 99/2027/NĐ-CP",
    "full": "Nghị định số 99/2027/NĐ-CP ngày 01 tháng 9 năm 2027 của Chính phủ về công tác văn thư",
}


@pytest.fixture
def table(db):
    """The table itself, as the migration writes it."""
    held = law._held
    if not LegalReference.objects.exists():
        LegalReference.objects.bulk_create(row for rows in held.values() for row in rows)
    forget_law()
    yield
    law._held = held


def test_the_name_is_that_of_the_day(office, table):
    LegalReference.objects.create(**NEXT, valid_from=dt.date(2027, 9, 1))
    forget_law()
    before, after = dt.date(2027, 8, 31), dt.date(2027, 9, 1)
    assert cited("theo {clerical_work}, Điều 15", before) == "theo Nghị định 30/2020/NĐ-CP, Điều 15"
    assert cited("theo {clerical_work}", after) == "theo Nghị định 99/2027/NĐ-CP"
    assert cited("Căn cứ {clerical_work:full}", after) == f"Căn cứ {NEXT['full']}"
    assert cited("{state_secrets}", dt.date(2025, 1, 1)) != cited("{state_secrets}", dt.date(2026, 6, 1))
    assert (
        cited("{clerical_work}", dt.date(2001, 1, 1)) == "Nghị định 30/2020/NĐ-CP"
    )  # before the first: the first
    assert cited("{name} {0}") == "{name} {0}"


def test_every_key_of_ours_has_a_row(office, table):
    assert {key for key in law.KEYS if reference(key) is None} == set()


def test_a_text_that_is_in_no_table_is_called_what_it_is_about(monkeypatch):
    monkeypatch.setattr(law, "_held", {})
    assert cited("theo {clerical_work}") == "theo quy định về công tác văn thư"


def test_a_successor_is_proposed_by_one_operator_and_confirmed_by_another(office, table):
    client, url = at_desk(office.quantri), reverse("legal_references")
    assert "Nghị định 30/2020/NĐ-CP" in words(client.get(url))
    day = timezone.localdate()
    sent = NEXT | {"valid_from": f"{day:%d/%m/%Y}"}
    assert client.post(url, sent).status_code == 302
    assert cited("{clerical_work}") == "Nghị định 30/2020/NĐ-CP"
    confirmed(second_operator(latest()))
    assert cited("{clerical_work}") == "Nghị định 99/2027/NĐ-CP"
    assert cited("{clerical_work}", day - dt.timedelta(days=1)) == "Nghị định 30/2020/NĐ-CP"
    assert "Ngày này đã có văn bản quy định" in words(client.post(url, sent))
    assert at_desk(office.lan).get(url).status_code == 404
