"""Danh mục hồ sơ: copied from last year, edited as a draft, issued by a decision; taken out and in as a file."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.plans import begin_plan, drop_entry, fill_plan, put_entry
from casefiles.models import FilePlan, PlanEntry, RetentionRule
from casefiles.plan_sheet import branches, entries_of, plan_pdf, plan_rows, plan_xlsx, roman
from documents.actions.outgoing.approval import cancel
from documents.actions.work.sheets import NotASheet
from documents.journey import NotAllowedNow
from documents.models import Event, File, Outgoing
from documents.pdf.reading import text_lines
from orgs.models import Role
from tests.casefiles.filing import in_force, office_head, opened, plan
from tests.documents.desks import at_desk, words

YEAR = 2026


def test_a_years_list_is_copied_from_the_last_with_headings_codes_and_terms(office):
    plan(office, year=YEAR)
    page = at_desk(office.lan).post(
        reverse("file_plans"), {"year": YEAR + 1, "copy": "on", "numbering": "heading"}, follow=True
    )
    copied = FilePlan.objects.get(year=YEAR + 1)
    assert "Đã lập dự thảo" in words(page) and copied.is_draft
    assert [(one.code, one.label, one.term) for one in entries_of(copied)] == [
        ("01.TCCB", "Hồ sơ tuyển dụng đợt 1", "vinh_vien"), ("02.TCCB", "Hồ sơ tuyển dụng đợt 2", "20"),
        ("03.TCCB", "Hồ sơ tuyển dụng đợt 3", "20"),
    ]  # fmt: skip
    (branch,) = branches(copied, entries_of(copied))
    assert (branch.roman, branch.heading.label, [part.label for part, _ in branch.parts]) == (
        "I",
        "Tổ chức cán bộ",
        ["Tuyển dụng"],
    )
    event = Event.objects.get(kind="begin_plan", payload__year=YEAR + 1)
    assert event.payload["copied"] == YEAR and event.post == office.lan


def test_an_office_has_one_list_a_year(office):
    plan(office, year=YEAR)
    with pytest.raises(NotAllowedNow, match="đã có danh mục"):
        begin_plan(year=YEAR, by=office.lan, at=timezone.now())


@pytest.mark.parametrize(
    ("numbering", "codes"),
    [("heading", ["01.TCCB", "01.HC", "02.TCCB"]), ("through", ["01.TCCB", "02.HC", "03.TCCB"])],
)
def test_numbers_run_under_each_heading_or_through_the_whole_list(office, numbering, codes):
    at = timezone.now()
    made = begin_plan(year=2030, by=office.lan, at=at, numbering=numbering)
    entries = [
        put_entry(made, by=office.lan, at=at, label="Hồ sơ hội nghị", term="10", major=major, symbol=symbol)
        for symbol, major in (("TCCB", "Tổ chức"), ("HC", "Hành chính"), ("TCCB", "Tổ chức"))
    ]
    assert [one.code for one in entries] == codes


def test_an_officer_reads_the_list_and_changes_nothing(office):
    made = plan(office)
    client = at_desk(office.minh)
    assert "Hồ sơ tuyển dụng đợt 2" in words(client.get(made.get_absolute_url()))
    for name in ("plan_add", "plan_import", "plan_issue"):
        assert client.get(reverse(name, args=[made.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        put_entry(
            made, by=office.minh, at=timezone.now(), label="Hồ sơ khác", term="5", major="A", symbol="A"
        )


def test_a_row_is_changed_and_dropped_in_the_draft(office):
    made = plan(office)
    client, entry = at_desk(office.lan), made.entries.get(code="02.TCCB")
    sent = {
        "label": "Hồ sơ thi tuyển công chức",
        "term": "vinh_vien",
        "person": office.hoa.pk,
        "note": "",
        "rule": "",
    }
    client.post(reverse("plan_entry", args=[entry.pk]), sent)
    entry.refresh_from_db()
    assert (entry.label, entry.term, entry.person, entry.code) == (
        "Hồ sơ thi tuyển công chức",
        "vinh_vien",
        office.hoa,
        "02.TCCB",
    )
    client.post(reverse("plan_entry", args=[entry.pk]), {"drop": "1"})
    assert not PlanEntry.objects.filter(pk=entry.pk).exists()
    drop_entry(made.entries.get(code="03.TCCB"), by=office.lan, at=timezone.now())
    assert not made.headings.filter(
        parent__isnull=False
    ).exists()  # its minor heading went with its last file


def test_it_is_issued_by_a_decision_of_the_ordinary_journey_with_the_list_beside_it(office):
    made = plan(office)
    page = at_desk(office.lan).post(
        reverse("plan_issue", args=[made.pk]), {"signer": office.dung.pk}, follow=True
    )
    made.refresh_from_db()
    decision = Outgoing.objects.get()
    assert "dự thảo quyết định" in words(page) and made.decision == decision and not made.is_draft
    assert (decision.kind, decision.state, decision.drafter) == ("QĐ", "draft", office.lan)
    (sheet,) = decision.files.filter(part=File.Part.ATTACHMENT)
    assert sheet.name == f"danh-muc-ho-so-{made.year}.pdf"
    with pytest.raises(NotAllowedNow, match="quyết định ban hành"):
        put_entry(made, by=office.lan, at=timezone.now(), label="Hồ sơ muộn", term="5", major="A", symbol="A")
    Outgoing.objects.filter(pk=decision.pk).update(state="issued")
    assert FilePlan.objects.get(pk=made.pk).in_force and FilePlan.objects.in_force().get() == made


def test_who_does_not_see_the_decision_reads_the_list_without_a_way_to_it(office):
    plan = in_force(office)
    way = f'href="{plan.decision.get_absolute_url()}"'
    admin = office.post("qtdv", "Quản Trị Đơn Vị", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    for post, led in ((office.dung, True), (admin, False)):
        page = at_desk(post).get(plan.get_absolute_url())
        assert page.status_code == 200 and (way in page.content.decode()) is led


def test_a_cancelled_decision_makes_it_a_draft_again(office):
    made = plan(office)
    at_desk(office.lan).post(reverse("plan_issue", args=[made.pk]), {"signer": office.dung.pk})
    cancel(Outgoing.objects.get(), by=office.lan, at=timezone.now())
    made = FilePlan.objects.get(pk=made.pk)
    assert made.is_draft
    put_entry(made, by=office.lan, at=timezone.now(), label="Hồ sơ thêm", term="5", major="A", symbol="A")


def test_a_list_whose_decision_was_revoked_keeps_the_rows_from_which_files_were_opened(office):
    made = in_force(office)
    entry, free = made.entries.get(code="02.TCCB"), made.entries.get(code="03.TCCB")
    opened(office, title=entry.label, entry=entry)
    Outgoing.objects.filter(pk=made.decision_id).update(state="revoked")
    client = at_desk(office.lan)
    page = client.post(reverse("plan_entry", args=[entry.pk]), {"drop": "1"})
    assert page.status_code == 200 and "hồ sơ mở theo danh mục này: 02.TCCB" in words(page)
    assert "bắt buộc" not in words(page) and entry.label in page.content.decode()
    sheet = SimpleUploadedFile("danh-muc.xlsx", plan_xlsx(made))
    page = client.post(reverse("plan_import", args=[made.pk]), {"sheet": sheet})
    assert page.status_code == 200 and "hồ sơ mở theo danh mục này: 02.TCCB" in words(page)
    assert made.entries.count() == 3
    client.post(reverse("plan_entry", args=[free.pk]), {"drop": "1"})
    assert not PlanEntry.objects.filter(pk=free.pk).exists()


def test_its_pdf_has_five_columns_roman_and_arabic_headings_and_the_counts(office):
    text = " ".join(" ".join(line for page in text_lines(plan_pdf(plan(office))) for line in page).split())
    for said in ("DANH MỤC HỒ SƠ", "(5)", "I. TỔ CHỨC CÁN BỘ", "1. Tuyển dụng", "02.TCCB", "Vĩnh viễn", "có 3 hồ sơ, bao gồm", "1 hồ sơ bảo quản vĩnh viễn", "2 hồ sơ bảo quản có thời hạn"):  # fmt: skip
        assert said in text, said
    assert "(6)" not in text
    assert [roman(n) for n in (1, 4, 9, 14, 39)] == ["I", "IV", "IX", "XIV", "XXXIX"]


def test_out_as_xlsx_and_in_again_says_the_same(office):
    made = plan(office)
    before = [(one.code, one.label, one.term) for one in entries_of(made)]
    sheet = SimpleUploadedFile("danh-muc.xlsx", plan_xlsx(made))
    page = at_desk(office.lan).post(reverse("plan_import", args=[made.pk]), {"sheet": sheet}, follow=True)
    assert "Đã nhập 3 hồ sơ" in words(page)
    assert [(one.code, one.label, one.term) for one in entries_of(made)] == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Đề mục lớn,Tiêu đề hồ sơ\nTổ chức,Hồ sơ A", "Không thấy dòng tên cột"),
        ("Đề mục lớn,Chữ viết tắt,Tiêu đề hồ sơ,Thời hạn bảo quản\nTổ chức,TC,Hồ sơ A,lâu lắm", "không hiểu thời hạn"),
        ("Đề mục lớn,Chữ viết tắt,Tiêu đề hồ sơ,Thời hạn bảo quản\nTổ chức,TC,Hồ sơ A,5 năm\nHành chính,TC,Hồ sơ B,5", "dùng cho hai đề mục"),
        ("Đề mục lớn,Chữ viết tắt,Tiêu đề hồ sơ,Thời hạn bảo quản\nTổ chức,,Hồ sơ A,5 năm", "Dòng 2: thiếu chữ viết tắt"),
        ("Đề mục lớn,Chữ viết tắt,Tiêu đề hồ sơ,Thời hạn bảo quản\n", "chưa có hồ sơ nào"),
        ("", "không có dòng nào"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_said_by_line_and_changes_nothing(office, text, said):
    with pytest.raises(NotASheet, match=said):
        plan_rows("a.csv", text.encode())
    made = plan(office)
    sent = {"sheet": SimpleUploadedFile("a.csv", text.encode() or b"\n")}
    page = at_desk(office.lan).post(reverse("plan_import", args=[made.pk]), sent)
    assert page.status_code == 200 and made.entries.count() == 3


def test_a_wrong_symbol_in_the_middle_leaves_the_draft_whole(office):
    made = plan(office)
    row = {
        "major": "A",
        "symbol": "A",
        "minor": "",
        "label": "Hồ sơ A",
        "term": "5",
        "person": "",
        "note": "",
    }
    with pytest.raises(ValidationError):
        fill_plan(made, [row, row | {"symbol": "không phải chữ viết tắt"}], by=office.lan, at=timezone.now())
    assert made.entries.count() == 3


@pytest.mark.parametrize("name", ["file_plan", "plan_add"])
def test_another_office_finds_no_list(office, name):
    assert at_desk(office.khach).get(reverse(name, args=[plan(office).pk])).status_code == 404


def test_a_page_of_the_list_costs_as_many_queries_for_one_file_as_for_thirty(office):
    few, many = plan(office, entries=1), plan(office, year=2031, entries=30)
    client, costs = at_desk(office.lan), []
    for made in (few, many):
        client.get(made.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            client.get(made.get_absolute_url())
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 10


def test_the_table_of_periods_is_loaded_once_and_says_where_each_line_is_written(office, tmp_path):
    call_command("load_retention", stdout=io.StringIO())
    out = io.StringIO()
    call_command("load_retention", stdout=out)
    assert "Đã nạp 0 dòng" in out.getvalue() and RetentionRule.objects.count() > 250
    assert not RetentionRule.objects.filter(source="").exists()
    page = words(at_desk(office_head(office)).get(reverse("retention_table"), {"q": "khiếu nại"}))
    assert "TT 09/2011/TT-BNV" in page and "tham khảo" in page
    wrong = tmp_path / "sai.csv"
    wrong.write_text(
        "group_code,group,description,condition,period,trigger,source,status\n1,A,B,,mãi mãi,end_of_work,C,\n"
    )
    with pytest.raises(CommandError, match="Dòng 2"):
        call_command("load_retention", wrong)


def test_an_entry_in_force_is_opened_with_what_the_list_says(office):
    made = in_force(office)
    entry = made.entries.get(code="02.TCCB")
    client = at_desk(office.minh)
    assert f"entry={entry.pk}" in client.get(made.get_absolute_url()).content.decode()
    page = client.get(reverse("case_open"), {"entry": entry.pk})
    assert "Hồ sơ tuyển dụng đợt 2" in words(page)
