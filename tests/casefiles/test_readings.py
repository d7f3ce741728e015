"""Every look at a file is counted by day and person (Phụ lục VI III.6a), for whoever answers for it, at no query on the page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.items import NewFile, add_to_file
from casefiles.models import CaseReading, Member
from documents import tasks
from tests.casefiles.filing import opened
from tests.documents.desks import at_desk, stored, words


def test_every_look_at_a_file_and_what_is_taken_along_is_counted_by_day_and_person(office):
    case = opened(office)
    add_to_file(
        case, files=[NewFile("anh.png", stored(b"\x89PNG\r\n\x1a\n1"))], by=office.minh, at=timezone.now()
    )
    page, thing = case.get_absolute_url(), reverse("case_item", args=[case.items.get().pk])
    minh, hoa = at_desk(office.minh), at_desk(office.hoa)
    for client, url in ((minh, page), (minh, page), (minh, thing), (hoa, f"{page}?tab=facts")):
        client.get(url)
    at_desk(office.khach).get(page)
    assert not CaseReading.objects.exists()  # nothing is written by the page itself
    tasks.count_readings()
    tasks.count_readings()
    today = timezone.localdate()
    assert set(CaseReading.objects.values_list("case", "day", "user", "kind", "count")) == {
        (case.pk, today, office.minh.user.pk, "page", 2),
        (case.pk, today, office.minh.user.pk, "download", 1),
        (case.pk, today, office.hoa.user.pk, "page", 1),
    }
    assert "Lượt xem: 3 của 2 người · Lượt tải về: 1" in words(minh.get(f"{page}?tab=flow"))


def test_how_often_it_was_seen_is_for_whoever_answers_for_the_file(office):
    case = opened(office)
    page = f"{case.get_absolute_url()}?tab=flow"
    assert "Lượt xem" in words(at_desk(office.hoa).get(page)), "the head of the unit"
    Member.objects.create(case=case, post=office.lan, role="reads", by=office.minh, at=timezone.now())
    assert "Lượt xem" not in words(at_desk(office.lan).get(page))
    client = at_desk(office.minh)
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    assert len(asked) <= 10
