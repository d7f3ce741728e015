"""The end of a file: refused with every cause in a sentence, duplicates removed with a record, ordinals without a gap, the
index of the law; and back with a reason."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.closing import close_file, content_of, findings, reopen_file, spare
from casefiles.actions.items import add_to_file, file_paper, take_out
from casefiles.actions.rights import let_in
from casefiles.index import index_pdf, lines, seen_by
from casefiles.models import CaseFile, Item, Member
from casefiles.terms import kept_until, term_of
from documents.actions.work.sheets import lines_of
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Event
from documents.pdf.reading import text_lines
from tests.casefiles.filing import answered, closed, issued, opened
from tests.documents.desks import at_desk, directed, outgoing, stored, words
from tests.documents.work.without_paper import given


def sent(case, **changes) -> dict:
    today = f"{timezone.localdate():%d/%m/%Y}"
    return {
        "title": case.title,
        "term": case.term,
        "term_why": "",
        "ended_on": today,
        "paper_step": "",
    } | changes


def close(case, by, **changes):
    facts = {"title": case.title, "term": case.term, "ended_on": timezone.localdate()} | changes
    close_file(case, by=by, at=timezone.now(), **facts)
    case.refresh_from_db()


def test_closing_is_refused_naming_every_cause(office):
    case, at = opened(office), timezone.now()
    file_paper(case, directed(office, lead=office.minh), by=office.minh, at=at)
    file_paper(case, outgoing(office), by=office.minh, at=at)
    file_paper(case, given(office), by=office.minh, at=at)
    let_in(case, post=office.lan, role=Member.Role.READS, by=office.minh, at=at)
    page = words(at_desk(office.minh).post(reverse("case_close", args=[case.pk]), sent(case)))
    for cause in (
        "đến chưa xử lý xong",
        "đi chưa phát hành: dự thảo",
        "Nhiệm vụ số 3 chưa xong",
        "thay đổi quyền chưa được",
    ):
        assert cause in page, cause
    case.refresh_from_db()
    assert case.state == "open" and not Event.objects.filter(kind="close_file").exists()


def test_an_empty_file_and_an_end_before_its_last_paper_are_refused(office):
    case = opened(office, started_on=timezone.localdate() - dt.timedelta(days=9))
    with pytest.raises(ValidationError, match="chưa có văn bản"):
        close(case, office.minh)
    issued(office, case)
    with pytest.raises(ValidationError, match="trước ngày của văn bản cuối cùng"):
        close(case, office.minh, ended_on=timezone.localdate() - dt.timedelta(days=1))
    for day, said in (
        (timezone.localdate() + dt.timedelta(days=1), "sau hôm nay"),
        (dt.date(2020, 1, 1), "trước ngày bắt đầu"),
    ):
        with pytest.raises(ValidationError, match=said):
            close(case, office.minh, ended_on=day)


def test_a_missing_answer_and_an_attachment_without_signature_are_said_and_stop_nothing(office):
    case = opened(office)
    paper = answered(office, case)
    type(paper).objects.filter(pk=paper.pk).update(result="")
    out = issued(office, case)
    out.files.create(
        blob=stored(), name="phu-luc.pdf", part="attachment", stage="draft", created_at=timezone.now()
    )
    found = findings(case, content_of(case))
    assert [one.stops for one in found] == [False, False]
    assert "không có văn bản trả lời" in found[0].words and "chưa được ký số" in found[1].words
    close(case, office.minh)
    assert case.state == "closed"


def test_duplicates_and_spare_drafts_are_shown_and_go_with_a_record(office):
    case, at = opened(office), timezone.now()
    first, same = issued(office, case, issuer_name="Sở"), issued(office, case, issuer_name="Sở")
    draft = outgoing(office, state="cancelled")
    file_paper(case, draft, by=office.minh, at=at)
    blob = stored()
    first.files.create(blob=blob, name="a.pdf", part="main", stage="sealed", created_at=at)
    add_to_file(case, files=[NewFile("ban-sao.pdf", blob)], by=office.minh, at=at)
    proposed = spare(content_of(case))
    page = words(at_desk(office.minh).get(reverse("case_close", args=[case.pk])))
    for said in ("Trùng với số 1", "Dự thảo đã hủy", "Tệp đã có trong một văn bản"):
        assert said in proposed.values() or any(said in why for why in proposed.values())
        assert said in page
    at_desk(office.minh).post(reverse("case_close", args=[case.pk]), sent(case, remove=[*proposed]))
    case.refresh_from_db()
    assert (case.state, case.documents) == ("closed", 1)
    gone = Item.objects.filter(case=case, removed_at__isnull=False)
    assert {one.removed_why for one in gone} == set(proposed.values()) and {
        one.removed_by for one in gone
    } == {office.minh}
    assert same.events.filter(kind="take_out").exists() and type(same).objects.filter(pk=same.pk).exists()


def test_ordinals_are_in_time_order_without_a_gap_after_closing_and_pages_are_counted(office):
    case, today = (
        opened(office, started_on=timezone.localdate() - dt.timedelta(days=20)),
        timezone.localdate(),
    )
    papers = [
        issued(office, case, number=str(n), pages=n, issued_on=today - dt.timedelta(days=n))
        for n in (1, 3, 2, 5)
    ]
    take_out(case.items.get(document=papers[1]), by=office.minh, at=timezone.now(), reason="Đưa nhầm hồ sơ")
    close(case, office.minh)
    there = list(case.items.filter(removed_at=None).order_by("ordinal").values_list("ordinal", "document"))
    assert there == [(1, papers[3].pk), (2, papers[2].pk), (3, papers[0].pk)]
    assert (case.documents, case.pages) == (3, 8)


def test_a_shorter_term_needs_a_reason_and_stands_in_the_history(office):
    case = opened(office, term="50")
    issued(office, case)
    with pytest.raises(ValidationError, match="phải có lý do"):
        close(case, office.minh, term="10")
    close(case, office.minh, term="10", term_why="Nhóm tài liệu khác")
    assert "50 năm → 10 năm (Nhóm tài liệu khác)" in Event.objects.get(kind="close_file").payload["note"]
    assert case.expires_on == dt.date(timezone.localdate().year + 10, 12, 31)


def test_terms_are_read_as_they_are_written_and_end_with_the_year(office):
    assert [term_of(said) for said in ("Vĩnh viễn", "VV", "20 năm", "5", "05 năm", "lâu", "0", "1000")] == [
        "vinh_vien",
        "vinh_vien",
        "20",
        "5",
        "5",
        "",
        "",
        "",
    ]
    assert kept_until("vinh_vien", dt.date(2026, 5, 1)) is None and kept_until("20", None) is None
    assert kept_until("5", dt.date(2024, 2, 29)) == dt.date(2029, 12, 31)


def test_the_index_has_seven_columns_and_the_right_page_ranges(office):
    case = opened(office, started_on=timezone.localdate() - dt.timedelta(days=20))
    for n, pages in ((3, 2), (2, 1), (1, 4)):
        day = timezone.localdate() - dt.timedelta(days=n)
        issued(
            office,
            case,
            number=f"0{n}",
            pages=pages,
            issued_on=day,
            subject=f"Về việc số {n}",
            issuer_name="Sở Nội vụ",
        )
    close(case, office.minh)
    content = content_of(case)
    rows = list(lines(content, seen_by(content, office.minh)))
    assert {len(row) for row in rows} == {7}
    assert [row[5] for row in rows] == ["1–2", "3", "4–7"]
    text = " ".join(
        " ".join(
            line
            for page in text_lines(index_pdf(case, content, seen_by(content, office.minh)))
            for line in page
        ).split()
    )
    for said in (
        "MỤC LỤC VĂN BẢN, TÀI LIỆU",
        f"Số, ký hiệu hồ sơ: {case.code}",
        "(7)",
        "03/SNV-TCBC",
        "Về việc số 2",
    ):
        assert said in text, said
    client, url = at_desk(office.minh), reverse("case_index", args=[case.pk])
    assert client.get(url)["Content-Type"] == "application/pdf"
    sheet = lines_of("a.xlsx", client.get(f"{url}?as=xlsx").content)
    assert [cells[0] for _, cells in sheet][-3:] == ["1", "2", "3"] and sheet[-1][1][5] == "4–7"


def test_the_index_of_a_file_says_nothing_of_what_its_reader_may_not_see(office):
    case = opened(office, by=office.lan)
    paper = outgoing(office, drafter=office.hoa, state="draft", subject="Chuyện kín của Hoa")
    Item.objects.create(case=case, ordinal=1, document=paper, by=office.lan, at=timezone.now())
    page = at_desk(office.lan).get(reverse("case_index", args=[case.pk]))
    text = " ".join(line for page in text_lines(page.content) for line in page)
    assert "Văn bản bạn không được xem" in text and "Chuyện kín" not in text


def test_content_destroyed_for_its_sender_keeps_its_place_in_the_file(office):
    case = opened(office)
    paper = answered(office, case, subject="Nội dung đã thu hồi")
    type(paper).objects.filter(pk=paper.pk).update(state="recalled", purged_at=timezone.now())
    page = words(at_desk(office.minh).get(case.get_absolute_url()))
    assert "Nội dung đã hủy theo yêu cầu của nơi gửi" in page
    close(case, office.minh)
    assert case.documents == 1


def test_it_is_opened_again_with_a_reason_by_its_creator_or_his_head(office):
    case = closed(office)
    with pytest.raises(ValidationError, match="lý do mở lại"):
        reopen_file(case, by=office.minh, at=timezone.now(), reason="ngắn")
    other = office.post("nam", "Lê Nam", office.home_affairs, "officer", "Chuyên viên", unit=office.room)
    with pytest.raises(PermissionDenied):
        reopen_file(case, by=other, at=timezone.now(), reason="Còn thiếu một văn bản")
    at_desk(office.hoa).post(reverse("case_reopen", args=[case.pk]), {"reason": "Còn thiếu một văn bản"})
    case.refresh_from_db()
    assert (case.state, case.ended_on, case.counted, case.documents) == ("open", None, "", None)
    assert Event.objects.get(kind="reopen_file").payload["reason"] == "Còn thiếu một văn bản"
    close(case, office.minh)
    assert case.state == "closed"


@pytest.mark.django_db(transaction=True)
def test_one_closes_while_another_adds_and_whoever_is_late_is_told(transactional_db, office):
    case = opened(office)
    issued(office, case)
    paper, both = issued(office, number="2"), Barrier(2)

    def act(step):
        try:
            mine = CaseFile.objects.get(pk=case.pk)
            both.wait(timeout=10)
            step(mine)
            return "done"
        except NotAllowedNow as refusal:
            return str(refusal)
        finally:
            connection.close()

    steps = [
        lambda mine: close(mine, office.minh),
        lambda mine: file_paper(mine, paper, by=office.minh, at=timezone.now()),
    ]
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(act, steps))
    case.refresh_from_db()
    assert said[0] == "done" and case.state == "closed"
    assert case.documents == case.items.filter(removed_at=None).count()  # nothing slipped in after the count
    assert said[1] == "done" or "kết thúc hồ sơ" in said[1]


@pytest.mark.django_db(transaction=True)
def test_closed_twice_at_once_it_is_closed_once(transactional_db, office):
    case, both = opened(office), Barrier(2)
    issued(office, case)

    def act(_):
        try:
            mine = CaseFile.objects.get(pk=case.pk)
            both.wait(timeout=10)
            close(mine, office.minh)
            return "done"
        except NotAllowedNow:
            return "late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, range(2))) == ["done", "late"]
    assert Event.objects.filter(kind="close_file").count() == 1


def test_closing_costs_the_same_for_one_paper_as_for_three(office):
    case, costs = opened(office), []
    url, client = reverse("case_close", args=[case.pk]), at_desk(office.minh)
    for count in (1, 3):
        while case.items.count() < count:
            issued(office, case, number=str(case.items.count()))
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 10


def test_the_chain_of_the_office_stays_whole_and_names_every_act(office):
    case = closed(office)
    assert not Event.objects.broken_links(office.home_affairs.pk)
    kinds = list(case.history.order_by("event").values_list("event__kind", flat=True))
    assert kinds == ["open_file", "file_paper", "close_file"]
