"""Until when a file is kept: what its term counts from, a new table tried out; and the monthly look at every byte of the archive."""

import datetime as dt
import io
from itertools import product

import page as page_validation
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from casefiles.actions import integrity, terms
from casefiles.actions.items import add_to_file
from casefiles.models import ArchiveRound, CaseFile, Rendition, RetentionRule
from casefiles.tasks import audit_archive
from casefiles.terms import kept_until
from documents import blobs
from documents.arrival import NewFile
from documents.models import Event
from hanoi_docs.models import Alarm
from hanoi_docs.watch.runs import record_run
from tests.casefiles.disposing import expired, keeper_of, over
from tests.casefiles.filing import closed, issued, office_head, opened
from tests.documents.desks import at_desk, stored, words


def line(term: str, trigger: str = "end_of_work", since: int = 2011, **facts) -> RetentionRule:
    given = {
        "description": "Hồ sơ hợp đồng",
        "condition": "",
        "source": f"Bảng {since}",
        "group": "Tổng hợp",
    } | facts
    return RetentionRule.objects.create(
        group_code="1", position=since, term=term, trigger=trigger, valid_from=dt.date(since, 1, 1), **given
    )  # fmt: skip


def test_the_end_follows_from_the_event_that_the_term_counts_from_and_until_it_is_recorded_nobody_knows_it(
    office,
):
    case = closed(
        office,
        opened(office, term="5", rule=line("5", "contract_ended"), at=timezone.now() - dt.timedelta(days=30)),
    )
    year = timezone.localdate().year
    page = words(at_desk(office.minh).get(case.get_absolute_url(), {"tab": "facts"}))
    assert case.expires_on is None and "chưa xác định" in page
    client, url = at_desk(office.minh), reverse("case_trigger", args=[case.pk])
    assert client.post(url, {"trigger": "contract_ended", "on": f"01/01/{year + 1}"}).status_code == 200
    client.post(url, {"trigger": "contract_ended", "on": f"{timezone.localdate():%d/%m/%Y}"})
    case.refresh_from_db()
    assert case.expires_on == dt.date(year + 5, 12, 31)
    event = Event.objects.get(kind="record_trigger")
    assert "Hợp đồng chấm dứt" in event.payload["note"]


def test_the_database_reckons_as_the_sentence_of_the_law_does(office):
    case, days = over(closed(office)), (None, dt.date(2012, 2, 29), dt.date(2021, 6, 1))
    for term, trigger, on in product(
        ("vinh_vien", "5", "20", "het_hieu_luc", "tuoi_tho"), ("end_of_work", "contract_ended"), days
    ):
        CaseFile.objects.filter(pk=case.pk).update(term=term, trigger=trigger, trigger_on=on)
        found = CaseFile.objects.get(pk=case.pk).expires_on
        assert found == kept_until(term, dt.date(2015, 5, 20), trigger, on), (term, trigger, on)


def test_an_earlier_day_shortens_nothing_without_a_reason(office):
    case, at, keeper = (
        over(closed(office, opened(office, term="het_hieu_luc"))),
        timezone.now(),
        keeper_of(office),
    )
    terms.record_trigger(case, trigger="text_ceases", on=dt.date(2024, 3, 1), by=keeper, at=at)
    assert CaseFile.objects.get(pk=case.pk).expires_on == dt.date(2024, 12, 31)
    with pytest.raises(ValidationError, match="rút thời hạn"):
        terms.record_trigger(case, trigger="text_ceases", on=dt.date(2020, 3, 1), by=keeper, at=at)
    terms.record_trigger(
        case,
        trigger="text_ceases",
        on=dt.date(2020, 3, 1),
        by=keeper,
        at=at,
        reason="Ghi nhầm ngày lần trước",
    )
    assert CaseFile.objects.get(pk=case.pk).expires_on == dt.date(2020, 12, 31)
    with pytest.raises(PermissionDenied):  # it is the archive's now
        terms.record_trigger(case, trigger="text_ceases", on=dt.date(2024, 3, 1), by=office.minh, at=at)


def test_a_new_table_shows_which_files_would_differ_and_changes_each_only_when_somebody_says_so(office):
    old, same = line("10"), line("20", description="Hồ sơ khác")
    case = closed(office, opened(office, term="10", rule=old, at=timezone.now() - dt.timedelta(days=30)))
    closed(office, opened(office, term="20", rule=same))
    line("20", since=2023), line("20", since=2023, description="Hồ sơ khác")
    newer = RetentionRule.objects.get(valid_from__year=2023, description="Hồ sơ hợp đồng")
    client = at_desk(office_head(office))
    page = words(client.get(reverse("retention_trial")))
    assert "1 hồ sơ có thời hạn khác" in page and "10 năm" in page and "20 năm" in page
    assert CaseFile.objects.get(pk=case.pk).term == "10"
    url = f"{reverse('case_term', args=[case.pk])}?rule={newer.pk}"
    assert at_desk(office.minh).post(url, {"term": "20"}).status_code == 302
    case = CaseFile.objects.get(pk=case.pk)
    assert (case.term, case.rule) == ("20", newer)
    assert "0 hồ sơ có thời hạn khác" in words(client.get(reverse("retention_trial")))
    with pytest.raises(ValidationError, match="phải có lý do"):
        terms.change_term(case, term="5", by=office.minh, at=timezone.now())


@pytest.fixture
def archived(office):
    case, photo = (
        opened(office, at=timezone.now() - dt.timedelta(days=30)),
        blobs.store(b"\x89PNG anh luu tru", "image/png"),
    )
    add_to_file(case, files=[NewFile("anh.png", photo)], by=office.minh, at=timezone.now())
    issued(office, case)
    return over(closed(office, case)), photo


def test_every_byte_and_event_of_the_archive_is_looked_at_once_a_month_in_pieces(office, archived):
    other, at = expired(office), timezone.now()
    assert (
        integrity.audit_piece(at=at, seconds=0)["case_files"] == 0
    )  # killed before anything: the next goes on
    told = integrity.audit_piece(at=at)
    assert told["ok"] and told["case_files"] == 2 and told["kept_files"] >= 2 and not told["waiting"]
    integrity.audit_piece(at=at + dt.timedelta(days=20))
    assert ArchiveRound.objects.count() == 1
    integrity.audit_piece(at=at + dt.timedelta(days=29))
    assert ArchiveRound.objects.count() == 2 and other.pk == ArchiveRound.objects.last().upto


def test_a_changed_byte_is_reported_on_the_operators_page_and_mending_it_ends_the_alarm(office, archived):
    case, photo = archived
    path = blobs.path_of(photo)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"?")
    told = audit_archive()
    assert (
        not told["ok"]
        and f"Hồ sơ {case.code} ({case.year})" in told["problem"]
        and "không còn nguyên vẹn" in told["problem"]
    )
    record_run("audit_archive", started=timezone.now(), ok=told["ok"], result=told)
    assert Alarm.objects.filter(key="job:audit_archive", closed_at=None).exists()
    page = words(at_desk(office.quantri).get(reverse("system")))
    assert "Kiểm tra toàn vẹn hồ sơ lưu trữ hằng tháng" in page and "không còn nguyên vẹn" in page
    path.write_bytes(whole)
    assert integrity.audit_piece(at=timezone.now() + dt.timedelta(days=29))["ok"]


def test_bytes_that_lie_in_no_file_are_read_again_within_three_years(office):
    blob, at, found = stored(b"%PDF-1.7 o dau do"), timezone.now(), []
    blobs.path_of(blob).write_bytes(b"khac")
    for number in range(integrity.SHARES):
        found.append(integrity.audit_piece(at=at + integrity.EVERY * number)["problem"])
    assert sum(blob.pk[:16] in said for said in found) == 1
    assert dt.timedelta(days=3 * 365) > integrity.EVERY * integrity.SHARES


def test_an_event_that_is_no_longer_what_its_hash_says_is_named(office, archived):
    case, _ = archived
    event = case.history.first().event
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE documents_event DISABLE TRIGGER USER")
        cursor.execute('UPDATE documents_event SET payload = \'{"title": "Khác"}\' WHERE id = %s', [event.pk])
        cursor.execute("ALTER TABLE documents_event ENABLE TRIGGER USER")
    told = integrity.audit_piece(at=timezone.now())
    assert not told["ok"] and f"sự kiện số {event.seq}" in told["problem"]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def test_a_picture_of_the_archive_gets_a_pdf_for_archives_beside_it_and_what_cannot_be_read_says_why(
    office, tmp_path
):
    case, photo = (
        opened(office, at=timezone.now() - dt.timedelta(days=30)),
        blobs.store(picture(), "image/png"),
    )
    broken = blobs.store(b"\x89PNG but no picture", "image/png")
    files = [
        NewFile("anh.png", photo),
        NewFile("hong.png", broken),
        NewFile("bang.csv", blobs.store(b"a;b", "text/csv")),
    ]
    add_to_file(case, files=files, by=office.minh, at=timezone.now())
    issued(office, case)
    case = over(closed(office, case))
    told = [integrity.audit_piece(at=timezone.now() + dt.timedelta(days=days)) for days in (0, 29)]
    assert all(one["ok"] for one in told)
    made = {one.item.name: one for one in Rendition.objects.select_related("item", "blob")}
    assert set(made) == {"anh.png", "hong.png"} and "Không đọc được ảnh" in made["hong.png"].problem
    assert blobs.read(photo) == picture()
    path = tmp_path / "a.pdf"
    client, url = at_desk(office.minh), reverse("case_item", args=[made["anh.png"].item_id])
    path.write_bytes(b"".join(client.get(url, {"as": "pdfa"}).streaming_content))
    assert "no failures" in str(page_validation.validate_pdf(str(path), profile="2b"))
    assert f"{url}?as=pdfa" in client.get(case.get_absolute_url()).content.decode()
    assert (
        client.get(reverse("case_item", args=[made["hong.png"].item_id]), {"as": "pdfa"}).status_code == 404
    )
