"""What a yes or a no answers is worked out once, when it is heard: the recall, the new date, or nothing asked."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from documents.actions.delivery.statuses import ReportedStatus, record_statuses
from documents.models import Delivery, Document, Update
from tests.documents.desks import at_desk, outgoing, words

NOW = timezone.now().replace(microsecond=0)
MINUTE = dt.timedelta(minutes=1)


def sent_to(office, **of_the_row) -> Delivery:
    paper = outgoing(office, state="issued", issued_at=NOW - 60 * MINUTE)
    row = {
        "recipient": office.ministry,
        "recipient_name": "Bộ Nội vụ",
        "recipient_code": "G09",
        "channel": "axis",
    }
    row |= {"sender": office.home_affairs, "state": "arrived", "queued_at": NOW - 60 * MINUTE}
    return Delivery.objects.create(outgoing=paper, sent_at=NOW - 60 * MINUTE, **row, **of_the_row)


def dated(delivery: Delivery, office, at) -> None:
    Update.objects.create(
        outgoing=delivery.outgoing, reason="Gia hạn", at=at, by=office.lan, due_changed=True
    )


def revoked(delivery: Delivery, at) -> None:
    Document.objects.filter(pk=delivery.outgoing_id).update(state="revoked", held_since=at)
    Delivery.objects.filter(pk=delivery.pk).update(recall_asked_at=at)


def said(delivery: Delivery, code: str, at=NOW, about=None) -> str:
    record_statuses([ReportedStatus(delivery.pk, code, at, "", about)], at=NOW)
    return delivery.steps.get().about


@pytest.mark.parametrize("code", ["15", "16"])
def test_nothing_was_asked(office, code):
    assert said(sent_to(office), code) == ""


@pytest.mark.parametrize("code", ["15", "16"])
def test_another_date_was_asked_for(office, code):
    delivery = sent_to(office)
    dated(delivery, office, NOW - 9 * MINUTE)
    assert said(delivery, code) == "update"
    assert Delivery.objects.get().state == "arrived"


@pytest.mark.parametrize("slow", [0, 30])
def test_a_recall_alone_is_answered_whatever_their_clock_says(office, slow):
    delivery = sent_to(office)
    revoked(delivery, NOW - 5 * MINUTE)
    assert said(delivery, "15", NOW - slow * MINUTE) == "recall"
    assert Delivery.objects.get().state == "cancelled"


@pytest.mark.parametrize(("before", "about"), [(0, "recall"), (8, "update")])
def test_after_a_date_and_a_recall_the_time_of_the_answer_tells(office, before, about):
    delivery = sent_to(office)
    dated(delivery, office, NOW - 9 * MINUTE)
    revoked(delivery, NOW - 5 * MINUTE)
    assert said(delivery, "16", NOW - before * MINUTE) == about
    clock = Delivery.objects.filter(pk=delivery.pk).for_ledger().get()
    assert clock.keeps_it == (about == "recall")


def test_inside_the_city_the_request_is_known(office):
    delivery = sent_to(office)
    dated(delivery, office, NOW - 9 * MINUTE)
    revoked(delivery, NOW - 5 * MINUTE)
    assert said(delivery, "15", NOW, "update") == "update"
    assert Delivery.objects.get().state == "arrived"


def test_a_recall_that_is_asked_once_more_has_no_answer_yet(office):
    delivery = sent_to(office, withdrawn_at=NOW - 9 * MINUTE, recall_asked_at=NOW - 9 * MINUTE)
    assert said(delivery, "16") == "recall"
    revoked(delivery, NOW + MINUTE)
    assert not Delivery.objects.filter(pk=delivery.pk).for_ledger().get().keeps_it


def test_the_page_says_what_was_answered(office):
    delivery = sent_to(office)
    dated(delivery, office, NOW - 9 * MINUTE)
    said(delivery, "16")
    assert "Từ chối cập nhật" in words(
        at_desk(office.lan).get(f"/van-ban-di/{delivery.outgoing_id}/?tab=deliveries")
    )


@pytest.mark.parametrize("with_date", [False, True])
@pytest.mark.parametrize("with_recall", [False, True])
@pytest.mark.parametrize("before", [0, 8])
def test_answers_of_before_are_filled_in_as_they_are_heard_now(office, with_date, with_recall, before):
    delivery = sent_to(office)
    if with_date:
        dated(delivery, office, NOW - 9 * MINUTE)
    if with_recall:
        revoked(delivery, NOW - 5 * MINUTE)
    about = said(delivery, "16", NOW - before * MINUTE)
    delivery.steps.update(about="")
    with connection.cursor() as cursor:
        cursor.execute(import_module("documents.migrations.0023_answers_of_before").FILL)
    assert delivery.steps.get().about == about
