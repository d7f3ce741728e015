"""To the archive of the office: told thirty days before, handed in, every byte checked, taken over or given back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.archive import accept_file, submit_file, tell_of_due
from casefiles.actions.closing import reopen_file
from casefiles.actions.items import add_to_file
from casefiles.due import due_by, due_on
from casefiles.models import CaseFile
from casefiles.register import columns, register_pdf, rows
from documents import blobs
from documents.actions.work.sheets import lines_of
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Blob, Event
from documents.pdf.reading import text_lines
from orgs.models import Notice, Role
from tests.casefiles.filing import closed, issued, opened
from tests.documents.desks import at_desk, stored, words


@pytest.fixture
def keeper(office):
    return office.post("luu", "Người Lưu Trữ", office.home_affairs, Role.ARCHIVIST, "Lưu trữ cơ quan")


def long_ago(case, *, days: int) -> CaseFile:
    """As if it had been closed so long ago: no act can."""
    ended = timezone.localdate() - dt.timedelta(days=days)
    CaseFile.objects.filter(pk=case.pk).update(started_on=ended, ended_on=ended)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("ended", "due"),
    [((2025, 3, 10), (2026, 3, 10)), ((2024, 2, 29), (2025, 2, 28)), ((2023, 2, 28), (2024, 2, 28))],
)
def test_it_is_due_a_year_after_the_work_ended_and_of_the_29th_of_february_on_the_28th(ended, due):
    assert due_on(dt.date(*ended)) == dt.date(*due)


def test_what_is_due_up_to_a_day_is_what_the_days_say(office):
    case = closed(office)
    for day in (dt.date(2025, 2, 28), dt.date(2024, 2, 29), dt.date(2026, 3, 31), dt.date(2028, 3, 1)):
        for shift in range(-3, 4):
            ended = due_on(day).replace(year=day.year - 1) + dt.timedelta(days=shift)
            CaseFile.objects.filter(pk=case.pk).update(started_on=ended, ended_on=ended)
            assert due_by(CaseFile.objects.all(), day).exists() == (due_on(ended) <= day), (day, ended)


def test_creator_and_head_of_his_unit_are_told_thirty_days_before_and_once(office):
    case = long_ago(closed(office), days=340)
    long_ago(closed(office), days=100)
    long_ago(
        closed(office, opened(office, term="3", at=timezone.now() - dt.timedelta(days=30))), days=340
    )  # never due
    assert [tell_of_due(at=timezone.now()) for _ in range(2)] == [1, 0]
    for post in (office.minh, office.hoa):
        told = Notice.objects.get(user=post.user, text__contains="đến hạn nộp lưu")
        assert f"{due_on(case.ended_on):%d/%m/%Y}" in told.text
    assert not Notice.objects.filter(user=office.dung.user, text__contains="đến hạn").exists()
    page = words(at_desk(office.minh).get(reverse("case_list"), {"box": "due"}))
    assert case.code in page and page.count("Đã kết thúc") >= 1


def test_handed_in_it_is_the_archives_who_takes_it_over_and_nobody_changes_it_any_more(office, keeper):
    case = closed(office)
    assert at_desk(keeper).get(case.get_absolute_url()).status_code == 404
    at_desk(office.minh).post(reverse("case_submit", args=[case.pk]))
    assert Notice.objects.filter(user=keeper.user, text__contains="chờ kiểm tra").exists()
    page = at_desk(keeper).post(reverse("case_accept", args=[case.pk]), {"note": "Đủ"}, follow=True)
    case.refresh_from_db()
    assert case.state == "archived" and "nhận vào lưu trữ" in words(page)
    with pytest.raises(NotAllowedNow):
        reopen_file(case, by=office.hoa, at=timezone.now(), reason="Muốn sửa lại tiêu đề")
    with pytest.raises(NotAllowedNow):
        add_to_file(case, files=[NewFile("a.pdf", stored())], by=office.minh, at=timezone.now())
    assert [e.kind for e in Event.objects.filter(payload__casefile=case.pk)][-2:] == [
        "submit_file",
        "accept_file",
    ]


def test_it_comes_back_with_a_reason_and_can_be_mended_and_handed_in_again(office, keeper):
    case = closed(office)
    submit_file(case, by=office.minh, at=timezone.now())
    assert at_desk(keeper).post(reverse("case_return", args=[case.pk]), {"reason": "ngắn"}).status_code == 200
    at_desk(keeper).post(reverse("case_return", args=[case.pk]), {"reason": "Thiếu văn bản trả lời số 5"})
    case.refresh_from_db()
    assert case.state == "returned"
    assert Notice.objects.filter(user=office.minh.user, text__contains="Thiếu văn bản trả lời").exists()
    reopen_file(case, by=office.minh, at=timezone.now(), reason="Bổ sung theo yêu cầu")
    issued(office, case, number="55")
    case = closed(office, case)
    submit_file(case, by=office.minh, at=timezone.now())


def test_a_file_with_one_changed_byte_is_not_taken_over_and_the_thing_is_named(office, keeper):
    case, blob = opened(office), blobs.store(b"\x89PNG\r\n\x1a\n123", "image/png")
    issued(office, case)
    add_to_file(case, files=[NewFile("anh.png", blob)], by=office.minh, at=timezone.now())
    case = closed(office, case)
    submit_file(case, by=office.minh, at=timezone.now())
    path = blobs.path_of(Blob(sha256=blob.sha256))
    path.write_bytes(path.read_bytes()[:-1] + b"4")
    page = at_desk(keeper).post(reverse("case_accept", args=[case.pk]), {})
    case.refresh_from_db()
    assert "không còn nguyên vẹn" in words(page) and case.state == "submitted"


def test_kept_under_five_years_it_stays_with_the_unit(office):
    case = closed(office, opened(office, term="3", at=timezone.now() - dt.timedelta(days=30)))
    with pytest.raises(ValidationError, match="từ 5 năm"):
        submit_file(case, by=office.minh, at=timezone.now())


def test_whoever_built_a_file_does_not_take_it_over_himself(office, keeper):
    case = closed(office)
    CaseFile.objects.filter(pk=case.pk).update(creator=keeper, state="submitted")
    with pytest.raises(PermissionDenied):
        accept_file(CaseFile.objects.get(pk=case.pk), by=keeper, at=timezone.now())


def test_the_lists_of_what_is_kept_for_ever_and_for_a_time_are_two_and_the_first_has_six_columns(
    office, keeper
):
    for term in ("vinh_vien", "20"):
        case = closed(
            office,
            opened(office, term=term, title=f"Hồ sơ {term}", at=timezone.now() - dt.timedelta(days=30)),
        )
        submit_file(case, by=office.minh, at=timezone.now())
    assert (len(columns(forever=True)), len(columns(forever=False))) == (6, 7)
    files = list(CaseFile.objects.all())
    assert {len(row) for row in rows(files, forever=True)} == {6} and {
        len(row) for row in rows(files, forever=False)
    } == {7}
    text = " ".join(
        line
        for page in text_lines(register_pdf(office.home_affairs, 2026, files, forever=True))
        for line in page
    )
    assert (
        "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU" in text
        and "Bảo quản vĩnh viễn" in text
        and "(6)" in text
        and "(7)" not in text
    )
    client, url = at_desk(keeper), reverse("file_register")
    year = timezone.localdate(timezone.now() - dt.timedelta(days=30)).year
    for kind, title in (("forever", "Hồ sơ vinh_vien"), ("term", "Hồ sơ 20")):
        assert client.get(url, {"year": year, "list": kind})["Content-Type"] == "application/pdf"
        sheet = lines_of("a.xlsx", client.get(url, {"year": year, "list": kind, "as": "xlsx"}).content)
        assert [cells[2] for _, cells in sheet if cells[0] == "1"] == [title]


def test_what_waits_for_the_archive_stands_on_its_keepers_desk_and_opens_its_list(office, keeper):
    case = closed(office, opened(office, at=timezone.now() - dt.timedelta(days=30), term="20"))
    submit_file(case, by=office.minh, at=timezone.now())
    luu = at_desk(keeper)
    luu.get("/")
    with CaptureQueriesContext(connection) as asked:
        page = luu.get("/")
    assert "1 Hồ sơ chờ kiểm tra 0 Đề nghị đọc chờ duyệt 0 Đến hạn xem xét" in words(page)
    assert len(asked) <= 10
    assert words(luu.get("/ho-so/?box=submitted")).count(case.code) == 1
    assert "Hồ sơ chờ kiểm tra" not in words(at_desk(office.minh).get("/"))
