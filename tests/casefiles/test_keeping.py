"""What the archive announces, what a unit keeps longer, buildings, and a line of the list that goes while it is opened."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.archive import tell_of_due
from casefiles.actions.cases import open_file
from casefiles.actions.keeping import announce_collection, keep_longer
from casefiles.actions.plans import drop_entry
from casefiles.due import due_by, due_on, first_due, last_day, months_after, overdue
from casefiles.models import CaseFile, CollectionPlan, KeptLonger, PlanEntry
from documents.arrival import NewFile
from documents.models import Document, Outgoing
from documents.pdf.reading import text_lines
from orgs.models import Notice, Role
from tests.casefiles.filing import closed, in_force, issued, opened
from tests.casefiles.test_archive import long_ago
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, stored, words
from tests.documents.test_locks import alone, waiting

WHY = "Còn dùng để giải quyết khiếu nại"


@pytest.fixture
def keeper(office):
    return office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def test_the_archive_announces_and_every_unit_sees_it(office, keeper):
    url, sent = (
        reverse("collection_plans"),
        {"year": timezone.localdate().year, "until": f"{days(30):%d/%m/%Y}"},
    )
    page = at_desk(keeper).post(url, sent | {"text": "Thu hồ sơ đã kết thúc năm trước"}, follow=True)
    assert "Đã công bố" in words(page) and CollectionPlan.objects.count() == 1
    assert Notice.objects.filter(user=office.hoa.user, text__contains="kế hoạch thu nộp").count() == 1
    assert "Thu hồ sơ đã kết thúc năm trước" in words(at_desk(office.minh).get(url))
    assert "Thu hồ sơ" not in words(at_desk(office.khach).get(url))
    assert at_desk(office.minh).post(url, sent | {"text": "Tôi công bố thay"}).status_code == 403
    with pytest.raises(PermissionDenied):
        announce_collection(
            year=2026, until=days(9), text="Thu hồ sơ năm nay", by=office.hoa, at=timezone.now()
        )


def test_a_file_is_kept_longer_only_with_the_heads_consent_and_at_most_two_years(office, keeper):
    """Acceptance 14."""
    case = long_ago(closed(office), days=400)
    due, url = first_due(case), reverse("case_keep", args=[case.pk])
    minh, at = at_desk(office.minh), timezone.now()
    assert overdue(CaseFile.objects.all(), timezone.localdate()).exists()
    page = minh.post(url, {"until": f"{days(100):%d/%m/%Y}", "reason": WHY})
    assert "văn bản đồng ý" in words(page) and not KeptLonger.objects.exists()
    with pytest.raises(ValidationError, match="hai năm"):
        keep_longer(
            case,
            until=months_after(due, 24) + dt.timedelta(days=1),
            reason=WHY,
            by=office.minh,
            at=at,
            consent=NewFile("a.pdf", stored()),
        )
    page = minh.post(url, {"until": f"{days(100):%d/%m/%Y}", "reason": WHY, "paper": "999/KHONG-CO"})
    assert "Không thấy văn bản" in words(page)
    data = tiny_pdf()
    consent = SimpleUploadedFile("dong-y.pdf", data, "application/pdf")
    page = minh.post(
        url, {"until": f"{days(100):%d/%m/%Y}", "reason": WHY, "attachments": consent}, follow=True
    )
    assert "danh mục hồ sơ giữ lại" in words(page), words(page)
    assert last_day(case) == days(100) and not due_by(CaseFile.objects.all(), timezone.localdate()).exists()
    assert Notice.objects.filter(user=keeper.user, text__contains="giữ lại đến").exists()
    client, address = at_desk(keeper), reverse("kept_longer")
    row = words(client.get(address))
    assert case.code in row and WHY in row and "dong-y.pdf" in row
    text = " ".join(line for page in text_lines(client.get(address, {"as": "pdf"}).content) for line in page)
    assert (
        "DANH MỤC HỒ SƠ, TÀI LIỆU GIỮ LẠI" in text and case.code in text and f"{days(100):%d/%m/%Y}" in text
    )
    kept = KeptLonger.objects.get()
    assert b"".join(minh.get(reverse("kept_consent", args=[kept.pk])).streaming_content) == data
    assert at_desk(office.lan).get(reverse("kept_consent", args=[kept.pk])).status_code == 404


def test_the_consent_may_be_a_paper_of_the_office_and_the_notice_comes_again_before_the_new_day(office):
    case = long_ago(closed(office), days=340)
    paper = issued(office, number="77", subject="Đồng ý cho giữ lại hồ sơ")
    assert tell_of_due(at=timezone.now()) == 1
    sent = {"until": f"{days(200):%d/%m/%Y}", "reason": WHY, "paper": paper.code}
    at_desk(office.minh).post(reverse("case_keep", args=[case.pk]), sent)
    assert KeptLonger.objects.get().paper == Document.objects.get(pk=paper.pk)
    assert tell_of_due(at=timezone.now()) == 0
    assert tell_of_due(at=timezone.now() + dt.timedelta(days=171)) == 1
    assert (
        f"{days(200):%d/%m/%Y}"
        in Notice.objects.filter(user=office.minh.user, text__contains="đến hạn").latest("pk").text
    )


def test_a_building_is_due_three_months_after_its_account_is_settled(office):
    """Acceptance 11: the terms are rows by date."""
    assert due_on(dt.date(2026, 11, 30), "construction") == dt.date(2027, 2, 28)
    began = timezone.now() - dt.timedelta(days=300)
    case = opened(office, at=began)
    with pytest.raises(ValidationError, match="quyết toán"):
        closed(office, case, settled_on=days(1))
    case = closed(office, case, settled_on=days(-10))
    assert first_due(case) == months_after(days(-10), 3)
    assert due_by(CaseFile.objects.all(), first_due(case)).get() == case
    assert not due_by(CaseFile.objects.all(), first_due(case) - dt.timedelta(days=1)).exists()
    assert f"{first_due(case):%d/%m/%Y}" in words(
        at_desk(office.minh).get(f"{case.get_absolute_url()}?tab=facts")
    )


def test_overdue_is_what_the_day_has_gone_by_of(office):
    case = closed(office)
    for ago in (364, 365, 366, 367):
        CaseFile.objects.filter(pk=case.pk).update(started_on=days(-ago), ended_on=days(-ago))
        case.refresh_from_db()
        assert overdue(CaseFile.objects.all(), timezone.localdate()).exists() == (
            first_due(case) < timezone.localdate()
        )
    assert case.code in words(at_desk(office.minh).get(reverse("case_list"), {"box": "overdue"}))


@pytest.mark.django_db(transaction=True)
def test_opening_from_a_list_that_is_just_being_revoked_is_a_sentence(transactional_db, office):
    made = in_force(office)
    entry = made.entries.select_related("plan__decision").first()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Outgoing.objects.filter(pk=made.decision_id).update(state="revoked")
            drop_entry(PlanEntry.objects.get(pk=entry.pk), by=office.lan, at=timezone.now())
            given = {
                "title": entry.label,
                "term": entry.term,
                "started_on": timezone.localdate(),
                "entry": entry,
            }
            opening = alone(lambda: open_file(by=office.minh, at=timezone.now(), **given), pool)
            waiting(1, seconds=10)
        with pytest.raises(ValidationError, match="vừa bị bỏ khỏi danh mục"):
            opening.result(60)
    assert not CaseFile.objects.exists()


def test_the_lists_ask_the_same_of_one_row_and_of_three(office, keeper):
    def one_more() -> None:
        case, at = (
            closed(office, opened(office, title="Hồ sơ giữ lại", at=timezone.now() - dt.timedelta(days=30))),
            timezone.now(),
        )
        keep_longer(
            case,
            until=first_due(case) + dt.timedelta(days=9),
            reason=WHY,
            by=office.minh,
            at=at,
            consent=NewFile("a.pdf", stored()),
        )
        announce_collection(
            year=timezone.localdate().year, until=days(9), text="Thu hồ sơ năm nay", by=keeper, at=at
        )

    def asked() -> list[int]:
        luu, found = at_desk(keeper), []
        for url in (
            reverse("kept_longer"),
            reverse("collection_plans"),
            f"{reverse('case_list')}?box=overdue",
        ):
            luu.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert luu.get(url).status_code == 200
            found.append(len(queries))
        return found

    one_more()
    one = asked()
    one_more()
    one_more()
    assert asked() == one and max(one) <= 10, one
