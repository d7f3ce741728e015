"""Hồ sơ: opened from the list or beside it, filled with links, by several people; nobody sees more by it than before."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.cases import open_file
from casefiles.actions.items import file_paper, take_out
from casefiles.actions.rights import let_in, settle
from casefiles.models import CaseFile, Item, Member, RightsChange
from documents.journey import NotAllowedNow
from documents.models import Blob, Event
from orgs.models import Notice, Role
from tests.casefiles.filing import closed, in_force, issued, office_head, opened, waiting
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, kinds, outgoing, registered, words
from tests.documents.work.without_paper import given


def sent(**changes) -> dict:
    today = f"{timezone.localdate():%d/%m/%Y}"
    facts = {
        "entry": "",
        "title": "Hồ sơ đánh giá công chức",
        "symbol": "tccb",
        "term": "20",
        "mode": "01",
        "started_on": today,
    }
    return facts | {"keywords": "", "note": ""} | changes


def test_whoever_has_the_work_opens_a_file_outside_the_list(office):
    page = at_desk(office.minh).post(reverse("case_open"), sent(), follow=True)
    case = CaseFile.objects.get()
    assert "Đã mở hồ sơ 01.TCCB" in words(page)
    assert (case.code, case.year, case.creator, case.unit, case.term) == (
        "01.TCCB",
        timezone.localdate().year,
        office.minh,
        office.room,
        "20",
    )
    event = Event.objects.get(kind="open_file")
    assert event.payload["casefile"] == case.pk and event.organisation == office.home_affairs and event.hash
    assert "Mở hồ sơ" in words(at_desk(office.minh).get(f"{case.get_absolute_url()}?tab=flow"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "phải có tiêu đề"), ({"symbol": ""}, "phải có ký hiệu"), ({"term": ""}, "phải có thời hạn"),
        ({"started_on": ""}, "bắt buộc"), ({"title": "abc"}, "ít nhất 5 chữ"), ({"symbol": "A.B/C"}, "chữ viết tắt"),
        ({"note": "TUYỆT MẬT"}, "Có dấu"), ({"term": "999"}, "Hãy chọn"),
    ],
)  # fmt: skip
def test_a_file_outside_the_list_demands_title_sign_term_and_day(office, changes, said):
    page = at_desk(office.minh).post(reverse("case_open"), sent(**changes))
    assert page.status_code == 200 and not CaseFile.objects.exists()
    assert said.casefold() in words(page).casefold() or said == "Hãy chọn"


def test_an_entry_of_the_list_is_opened_once_and_the_second_hears_who_was_first(office):
    entry = in_force(office).entries.get(code="02.TCCB")
    at, today = timezone.now(), timezone.localdate()
    facts = {"title": entry.label, "term": entry.term, "started_on": today, "entry": entry}
    case = open_file(by=office.minh, at=at, **facts)
    assert (case.code, case.entry) == ("02.TCCB", entry)
    with pytest.raises(NotAllowedNow, match="Trần Quang Minh đã mở hồ sơ"):
        open_file(by=office.hoa, at=at, **facts)
    beside = open_file(
        by=office.hoa, at=at, title="Hồ sơ ngoài danh mục", term="5", started_on=today, symbol="TCCB"
    )
    assert beside.code == "04.TCCB"  # after the three of the list


@pytest.mark.django_db(transaction=True)
def test_two_people_opening_at_once_get_different_numbers(transactional_db, office):
    both, at = Barrier(2), timezone.now()

    def act(by):
        try:
            both.wait(timeout=10)
            return opened(office, by=by, at=at).code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, (office.minh, office.hoa))) == ["01.TCCB", "02.TCCB"]


@pytest.mark.django_db(transaction=True)
def test_two_people_opening_one_entry_at_once_make_one_file(transactional_db, office):
    entry, both = in_force(office).entries.get(code="02.TCCB"), Barrier(2)

    def act(by):
        try:
            both.wait(timeout=10)
            return opened(office, by=by, title=entry.label, entry=entry).code
        except NotAllowedNow as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(act, (office.minh, office.hoa)))
    assert said[0] == "02.TCCB" and "đã mở hồ sơ 02.TCCB" in said[1] and CaseFile.objects.count() == 1


def test_a_list_made_in_the_middle_of_the_year_goes_on_after_files_that_were_opened_beside_it(office):
    assert [opened(office).code for _ in range(2)] == ["01.TCCB", "02.TCCB"]
    made = in_force(office)
    assert sorted(made.entries.values_list("code", flat=True)) == ["03.TCCB", "04.TCCB", "05.TCCB"]
    assert opened(office).code == "06.TCCB"


def test_one_paper_lies_in_three_files_of_three_people_and_is_kept_once(office):
    paper = registered(office)
    blobs, files = Blob.objects.count(), paper.files.count()
    cases = [opened(office, by=by) for by in (office.minh, office.hoa, office.lan)]
    for case in cases:
        assert file_paper(case, paper, by=case.creator, at=timezone.now())
    assert (Blob.objects.count(), paper.files.count()) == (blobs, files)
    assert file_paper(cases[0], paper, by=office.minh, at=timezone.now()) is False
    take_out(cases[0].items.get(), by=office.minh, at=timezone.now(), reason="Đưa nhầm")
    assert Item.objects.filter(document=paper, removed_at=None).count() == 2
    assert kinds(paper).count("file_paper") == 3 and kinds(paper).count("take_out") == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_filing_at_once_get_two_ordinals_and_one_closing_wins(transactional_db, office):
    case = opened(office)
    let_in(case, post=office.hoa, role=Member.Role.WORKS, by=office.minh, at=timezone.now())
    papers = [issued(office, number=str(n)) for n in range(2)]
    both = Barrier(2)

    def act(pair):
        try:
            both.wait(timeout=10)
            return file_paper(CaseFile.objects.get(pk=case.pk), pair[1], by=pair[0], at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(act, zip((office.minh, office.hoa), papers, strict=True))) == [True, True]
    assert sorted(case.items.values_list("ordinal", flat=True)) == [1, 2]


def test_the_panel_of_a_paper_files_it_with_one_press_and_then_says_where_it_lies(office):
    case, paper = opened(office, by=office.lan), registered(office)
    client = at_desk(office.lan)
    assert "Đưa vào 01.TCCB" in words(client.get(paper.get_absolute_url()))
    client.post(reverse("file_paper", args=[paper.pk]), {"case": case.pk})
    page = client.get(paper.get_absolute_url())
    assert case.get_absolute_url() in page.content.decode() and "Đưa vào 01.TCCB" not in words(page)
    event = Event.objects.get(kind="file_paper")
    assert event.document_id == paper.pk and event.payload["casefile"] == case.pk


def test_a_task_without_a_paper_and_a_draft_lie_in_a_file_too(office):
    case, task, draft = opened(office), given(office), outgoing(office)
    client = at_desk(office.minh)
    assert "Đưa vào 01.TCCB" in words(client.get(task.get_absolute_url()))
    client.post(reverse("file_task", args=[task.pk]), {"case": case.pk})
    client.post(reverse("file_paper", args=[draft.pk]), {"case": case.pk})
    assert [(bool(one.task_id), one.document_id) for one in case.items.all()] == [
        (True, None),
        (False, draft.pk),
    ]
    assert task.title in words(client.get(case.get_absolute_url()))


def test_opened_from_a_paper_it_is_filled_in_from_it_and_the_paper_lies_in_it(office):
    paper = registered(office, subject="Về việc kiện toàn Ban Chỉ đạo")
    client, url = at_desk(office.lan), f"{reverse('case_open')}?paper={paper.pk}"
    assert "Về việc kiện toàn Ban Chỉ đạo" in words(client.get(url))
    client.post(url, sent(title="Hồ sơ kiện toàn Ban Chỉ đạo"))
    assert CaseFile.objects.get().items.get().document_id == paper.pk


def test_a_paper_that_one_does_not_see_is_not_filed(office):
    case, paper = opened(office), registered(office)  # the paper was given to nobody
    assert (
        at_desk(office.minh).post(reverse("file_paper", args=[paper.pk]), {"case": case.pk}).status_code
        == 404
    )
    other = registered(office, number="9")
    assert (
        at_desk(office.lan).post(reverse("file_paper", args=[other.pk]), {"case": case.pk}).status_code == 200
    )
    assert not Item.objects.exists()  # nor into another's file


def test_a_file_shows_of_a_paper_nobody_may_see_its_place_alone(office):
    case, paper = opened(office, by=office.lan), registered(office, subject="Chuyện không phải của Minh")
    file_paper(case, paper, by=office.lan, at=timezone.now())
    let_in(case, post=office.minh, role=Member.Role.READS, by=office.lan, at=timezone.now())
    page = at_desk(office.minh).get(case.get_absolute_url())
    assert page.status_code == 200 and "Văn bản bạn không được xem" in words(page)
    assert "Chuyện không phải" not in words(page)


def test_free_files_come_through_the_guarded_door_and_the_same_bytes_once(office):
    case, client = opened(office), at_desk(office.minh)
    url = reverse("case_files", args=[case.pk])

    def upload(name, data):
        return client.post(url, {"attachments": [SimpleUploadedFile(name, data)]}, follow=True)

    assert "Đã thêm 1 tệp" in words(upload("ảnh hiện trường.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50))
    assert "đã có trong hồ sơ" in words(upload("khác tên.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50))
    assert "Không nhận" in words(upload("chay.exe", b"MZ0000"))
    assert "không đúng định dạng" in words(upload("gia.pdf", b"MZ0000")) or case.items.count() == 1
    assert "Đã thêm 1 tệp" in words(upload("ban.pdf", tiny_pdf()))
    item = case.items.get(name="ban.pdf")
    taken = client.get(reverse("case_item", args=[item.pk]))
    assert b"".join(taken.streaming_content)[:5] == b"%PDF-" and taken["Content-Disposition"].startswith(
        "attachment"
    )
    assert (
        at_desk(office.thao).get(reverse("case_item", args=[item.pk])).status_code == 200
    )  # a leader of the office
    assert at_desk(office.khach).get(reverse("case_item", args=[item.pk])).status_code == 404


def test_letting_somebody_in_is_an_alert_until_the_head_of_the_unit_says_yes(office):
    case, client = opened(office), at_desk(office.minh)
    client.post(reverse("case_let_in", args=[case.pk]), {"post": office.lan.pk, "role": "works"})
    assert Notice.objects.filter(user=office.hoa.user, text__contains="chờ bạn xác nhận").exists()
    assert Notice.objects.filter(user=office.lan.user, text__contains="cho bạn vào hồ sơ").exists()
    alert = "chờ người có thẩm quyền xác nhận"
    assert alert in words(client.get(case.get_absolute_url()))
    assert case.code in words(at_desk(office.hoa).get(reverse("case_list"), {"box": "rights"}))
    with pytest.raises(PermissionDenied):
        settle(case, changes=waiting(case), by=office.minh, at=timezone.now(), agreed=True)
    at_desk(office.hoa).post(
        reverse("case_settle", args=[case.pk]), {"answer": "yes", "change": waiting(case)}
    )
    assert alert not in words(client.get(case.get_absolute_url()))
    change = RightsChange.objects.get()
    assert (change.agreed, change.settled_by) == (True, office.hoa)
    file_paper(case, registered(office), by=office.lan, at=timezone.now())


def test_a_no_gives_the_rights_back_as_they_were(office):
    case = opened(office)
    let_in(case, post=office.lan, role=Member.Role.READS, by=office.minh, at=timezone.now())
    at_desk(office.hoa).post(
        reverse("case_settle", args=[case.pk]), {"answer": "no", "change": waiting(case)}
    )
    assert not case.members.filter(ended_at=None).exists()
    assert at_desk(office.lan).get(case.get_absolute_url()).status_code == 404
    let_in(case, post=office.lan, role=Member.Role.WORKS, by=office.minh, at=timezone.now())
    settle(case, changes=waiting(case), by=office.hoa, at=timezone.now(), agreed=True)
    member = case.members.get(ended_at=None)
    at_desk(office.minh).post(reverse("case_let_out", args=[case.pk]), {"member": member.pk})
    assert at_desk(office.lan).get(case.get_absolute_url()).status_code == 404
    settle(case, changes=waiting(case), by=office.hoa, at=timezone.now(), agreed=False)
    assert at_desk(office.lan).get(case.get_absolute_url()).status_code == 200


def test_whoever_changed_the_rights_never_confirms_them_himself(office):
    case = opened(office, by=office.hoa)
    let_in(case, post=office.minh, role=Member.Role.WORKS, by=office.hoa, at=timezone.now())
    with pytest.raises(PermissionDenied, match="không tự xác nhận"):
        settle(case, changes=waiting(case), by=office.hoa, at=timezone.now(), agreed=True)
    assert settle(case, changes=waiting(case), by=office.dung, at=timezone.now(), agreed=True) == 1


def test_who_sees_a_file_and_who_does_not(office):
    case = opened(office)
    other = office.post("nam", "Lê Nam", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)
    archivist = office.post("luu", "Người Lưu", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    for post in (office.minh, office.hoa, office.dung, office.thao, office_head(office)):
        assert at_desk(post).get(case.get_absolute_url()).status_code == 200, post
    for post in (other, office.lan, archivist, office.khach, office.tu):
        assert at_desk(post).get(case.get_absolute_url()).status_code == 404, post
        assert case.title not in words(at_desk(post).get(reverse("case_list"), {"box": "all"}))


def test_all_my_files_are_mine_and_those_i_work_on(office):
    mine, theirs = (
        opened(office, title="Hồ sơ của Minh"),
        opened(office, by=office.lan, title="Hồ sơ của Lan"),
    )
    other = opened(office, by=office.hoa, title="Hồ sơ của Hoa")
    let_in(theirs, post=office.minh, role=Member.Role.WORKS, by=office.lan, at=timezone.now())
    page = words(at_desk(office.minh).get(reverse("case_list")))
    assert mine.title in page and theirs.title in page and other.title not in page
    assert mine.title in words(at_desk(office.minh).get(reverse("case_list"), {"q": "cua minh 01.tccb"}))


def test_what_is_closed_takes_nothing_more_and_says_who_closed_it(office):
    case = closed(office)
    with pytest.raises(NotAllowedNow, match="kết thúc hồ sơ"):
        file_paper(case, issued(office), by=office.minh, at=timezone.now())
    page = at_desk(office.minh).get(reverse("case_change", args=[case.pk]), follow=True)
    assert "Không thể “Sửa thông tin”" in words(page)


def test_a_paper_of_another_office_and_one_out_of_the_book_are_not_filed(office):
    case = opened(office)
    with pytest.raises(ValidationError, match="cơ quan mình"):
        file_paper(case, office.paper(office.justice), by=office.minh, at=timezone.now())
    with pytest.raises(ValidationError, match="chưa vào sổ"):
        file_paper(case, office.paper(number="8"), by=office.minh, at=timezone.now())


def test_a_list_costs_the_same_for_one_file_as_for_three_and_so_does_a_file(office):
    client, costs, pages = at_desk(office.minh), [], []
    case = opened(office)
    for count in (1, 3):
        while CaseFile.objects.count() < count:
            opened(office)
        while case.items.count() < count:
            file_paper(
                case,
                outgoing(office, subject=f"Văn bản {case.items.count()}"),
                by=office.minh,
                at=timezone.now(),
            )
        for url, found in ((reverse("case_list"), costs), (case.get_absolute_url(), pages)):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            found.append(len(asked))
    assert costs[0] == costs[1] <= 10 and pages[0] == pages[1] <= 10


def test_what_is_changed_stands_in_the_history_as_it_was_and_as_it_is(office):
    case = opened(office, started_on=timezone.localdate() - dt.timedelta(days=3))
    facts = {
        "title": "Hồ sơ kiện toàn tổ chức năm nay",
        "term": "vinh_vien",
        "mode": "02",
        "started_on": "hôm nay",
        "keywords": "",
        "note": "",
    }
    at_desk(office.minh).post(reverse("case_change", args=[case.pk]), facts)
    case.refresh_from_db()
    assert (case.term, case.mode) == ("vinh_vien", "02")
    said = Event.objects.get(kind="change_file").payload["note"]
    assert "“20 năm” → “Vĩnh viễn”" in said and "Sử dụng có điều kiện" in said


def test_a_file_of_many_things_is_shown_a_page_at_a_time_and_costs_what_a_small_one_does(
    office, django_assert_max_num_queries, settings
):
    settings.PAGE_SIZE = 3
    case, minh = opened(office), at_desk(office.minh)
    for number in range(8):
        issued(office, case, number=f"{number + 10}")
    first = minh.get(case.get_absolute_url())
    assert "8 văn bản, tài liệu" in words(first)
    assert ordinals(first) == [1, 2, 3]
    with django_assert_max_num_queries(10):
        second = minh.get(next_of(first))
    assert ordinals(second) == [4, 5, 6] and "8 văn bản, tài liệu" in words(second)
    last = minh.get(next_of(second))
    assert ordinals(last) == [7, 8] and next_of(last) == ""
    assert ordinals(minh.get(f"{case.get_absolute_url()}?older=x")) == [1, 2, 3], (
        "a mangled place is the first"
    )


def ordinals(answer) -> list[int]:
    return [row["ordinal"] for row in answer.context["rows"]]


def next_of(answer) -> str:
    older = answer.context["page"].older_url
    return older and answer.request["PATH_INFO"] + older
