"""What is being typed: its writer's alone, bounded, gone when it was sent, and after thirty days."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from documents.actions import unsent
from documents.models import UnsentText
from documents.tasks import forget_unsent
from tests.documents.desks import at_desk, words

HERE = "/dang-go/"
TYPED = json.dumps({"at": 1, "values": [["text", "Ý kiến đang gõ \u0000 \ud83d\ude00"]]})


def test_it_is_kept_and_offered_to_its_writer_alone(office):
    minh = at_desk(office.minh)
    assert minh.get(HERE, {"form": "opinion-12"}).status_code == 204
    assert minh.post(HERE, {"form": "opinion-12", "fields": TYPED}).status_code == 204
    found = minh.get(HERE, {"form": "opinion-12"})
    assert found.json() == {"fields": json.loads(TYPED)} and found["Cache-Control"] == "no-store"
    assert at_desk(office.minh).get(HERE, {"form": "opinion-12"}).status_code == 200, "in another browser too"
    assert minh.get(HERE, {"form": "opinion-13"}).status_code == 204
    for other in (office.hoa, office.dung, office.khach, office.quantri):
        assert at_desk(other).get(HERE, {"form": "opinion-12"}).status_code == 204
        at_desk(other).post(HERE, {"form": "opinion-12"})
    assert UnsentText.objects.get().user == office.minh.user


def test_typed_on_it_takes_its_place_and_sent_it_goes(office):
    minh = at_desk(office.minh)
    for words_ in ("một", "hai"):
        minh.post(HERE, {"form": "draft-moi", "fields": json.dumps({"at": 2, "values": [["body", words_]]})})
    assert UnsentText.objects.count() == 1 and "hai" in UnsentText.objects.get().fields
    assert minh.post(HERE, {"form": "draft-moi", "fields": ""}).status_code == 204
    assert not UnsentText.objects.exists()


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("opinion-1", "không phải JSON"),
        ("opinion-1", "[" * 50_000),
        ("opinion-1", json.dumps("x" * unsent.LONGEST)),
        ("opinion-1", '["\\ud800"]'),
        ("../x", "{}"),
        ("", "{}"),
        ("x" * 81, "{}"),
        ("a\0b", "{}"),
    ],
)
def test_what_no_page_sends_is_refused(office, form, fields):
    answer = at_desk(office.minh).post(HERE, {"form": form, "fields": fields})
    assert answer.status_code == 400 and "Nội dung đang gõ" in words(answer)
    assert not UnsentText.objects.exists()
    assert at_desk(office.minh).get(HERE, {"form": form}).status_code == 204


def test_of_many_the_oldest_go(office):
    now = timezone.now()
    for n in range(unsent.MOST + 2):
        unsent.keep(office.minh.user, form=f"opinion-{n}", fields="{}", at=now + dt.timedelta(seconds=n))
    assert UnsentText.objects.count() == unsent.MOST
    assert not UnsentText.objects.filter(form__in=["opinion-0", "opinion-1"]).exists()


def test_after_thirty_days_the_job_forgets_it(office):
    for form, days in (("opinion-1", 31), ("opinion-2", 29)):
        unsent.keep(office.minh.user, form=form, fields="{}", at=timezone.now() - dt.timedelta(days=days))
    forget_unsent()
    assert UnsentText.objects.get().form == "opinion-2"


def test_nobody_keeps_anything_without_an_account(client, db):
    assert client.post(HERE, {"form": "opinion-1", "fields": "{}"}).status_code == 302
    assert not UnsentText.objects.exists()
