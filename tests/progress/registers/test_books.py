"""Each book says in every column what happened, reckoned again from rows and events."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.actions.copies import make_copy
from documents.actions.outgoing.by_hand import lend_copy, post_paper, receive_copy, return_copy
from documents.actions.requests import recall
from documents.actions.work import assignments as work
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.actions.work.follow_up import remind_work, report_progress
from documents.models import Assignment, Event, File, Incoming, Outgoing, RegisterBook
from documents.numbering import next_number
from documents.readings import flush
from progress.reports.registers.books import BOOKS
from tests.documents.desks import at_desk, directed, outgoing, registered, stored, task_of, words
from tests.progress.registers.the_law import TITLES, columns, sheet


def lines_of(post, name: str, query: str = "") -> list[list[str]]:
    """The table on the screen, and the same from the sheet: they say the same."""
    client, here = at_desk(post), reverse(f"book_{name}")
    page = client.get(f"{here}?{query}")
    assert page.status_code == 200
    shown = [list(line) for line, _ in page.context["lines"]]
    rows = sheet(client.get(f"{here}?{query}&as=xlsx").content)
    head = next(n for n, row in enumerate(rows) if row == columns(name))
    assert rows[head + 1] == [f"({n})" for n in range(1, len(columns(name)) + 1)]
    assert rows[head + 2 :] == shown
    return shown


def issued(office, number: int = 1, **fields) -> Outgoing:
    """Out of the house, with its number taken in order, past the signatures."""
    now = timezone.now()
    today = timezone.localdate(now)
    paper = outgoing(office, state="issued", issued_on=today, issued_at=now, notation="SNV-TCBC", **fields)
    book, taken = next_number(office.home_affairs, "out", "CV", today)
    assert taken == number
    Outgoing.objects.filter(pk=paper.pk).update(book=book, number_value=taken, number=f"{taken:02d}")
    paper.refresh_from_db()
    return paper


def day(one) -> str:
    return f"{one:%d/%m/%Y}"


@pytest.mark.parametrize("name", BOOKS)
def test_the_columns_and_the_title_are_the_laws_in_its_words_and_order(name):
    assert list(BOOKS[name].words) == columns(name) and BOOKS[name].title.upper() == TITLES[name]


def test_the_five_books_stand_in_the_order_of_the_law_and_that_of_copies_behind_them():
    assert list(BOOKS) == ["issued", "posted", "copies", "arrived", "handled", "certified"]


def test_the_book_of_copies_says_of_each_what_was_copied_how_and_for_whom(office):
    paper, now = issued(office), timezone.now()
    kept = {"part": "main", "stage": "sealed", "pages": 1, "created_at": now}
    File.objects.create(document=paper, blob=stored(), name="v.pdf", **kept)
    given = {
        "kind": "SY",
        "medium": "paper",
        "signer": office.dung,
        "recipients": "Phòng Tổ chức",
        "quantity": 2,
    }
    make_copy(paper, by=office.lan, at=now, **given)
    (line,) = BOOKS["certified"].written(list(BOOKS["certified"].rows(office.lan)))
    assert line[:3] == ["01/SY-SNV", day(timezone.localdate(now)), "Sao y, điện tử sang giấy"]
    assert line[3].startswith(paper.code) and line[5:8] == [f"{office.dung.user}", "Phòng Tổ chức", "2"]
    assert not BOOKS["certified"].rows(office.khach).exists()
    assert lines_of(office.lan, "certified") == [line]


def test_the_book_of_what_came_names_whom_it_was_given_to_and_who_took_it(office):
    paper = directed(office, subject="Về việc mở sổ", issued_on=dt.date(2026, 11, 20))
    waits = registered(office, number="124", subject="Về việc khác")
    work.start(task_of(paper, office.minh), by=office.minh, at=timezone.now())
    start = Event.objects.get(document=paper, kind="start", payload__task=task_of(paper, office.minh).pk)
    given = Assignment.objects.get(incoming=paper, role="lead")
    first, second = lines_of(office.lan, "arrived")
    paper.refresh_from_db()
    assert first == [
        day(paper.arrival_date), f"{paper.arrival_number:02d}", "Bộ Nội vụ", "123/BNV-TCCB", "20/11/2026",
        "Công văn: Về việc mở sổ", "Trần Quang Minh, Phòng Tổ chức", day(timezone.localdate(given.created_at)),
        f"Trần Quang Minh, {timezone.localtime(start.at):%H:%M %d/%m/%Y}", "",
    ]  # fmt: skip
    assert second[1] == f"{waits.arrival_number:02d}" and second[6:9] == ["", "", ""]


def test_who_opened_what_he_was_given_has_taken_it(office):
    paper = directed(office)
    assert lines_of(office.lan, "arrived")[0][8] == ""
    at_desk(office.hoa).get(paper.get_absolute_url())  # sees it, and was not given it
    at_desk(office.minh).get(paper.get_absolute_url())
    flush()
    assert lines_of(office.lan, "arrived")[0][8].startswith("Trần Quang Minh, ")


def test_what_its_sender_took_back_keeps_its_line_and_its_number(office):
    """Whoever had it until then had it, and the clerk's own note stays."""
    paper = directed(office, due_on=timezone.localdate() + dt.timedelta(days=5))
    work.withdraw(task_of(paper, office.minh), by=office.dung, at=timezone.now(), reason="Giao nhầm phòng")
    Incoming.objects.filter(pk=paper.pk).update(note="Bản chính")
    paper.refresh_from_db()
    work.direct(
        paper, by=office.dung, at=timezone.now(), text="Chủ trì.", lead=office.hoa, support=[], info=[],
        due_on=None, product="",
    )  # fmt: skip
    work.start(task_of(paper, office.hoa), by=office.hoa, at=timezone.now())
    before = lines_of(office.lan, "arrived")[0]
    assert before[6].startswith(f"{office.hoa.user}") and before[7] and before[8]
    recall.ask_back(paper, kind="recall", reason="Ban hành nhầm", at=timezone.now())
    recall.agree(paper, by=office.lan, at=timezone.now())
    (line,) = lines_of(office.lan, "arrived", f"unit={office.hoa.unit_id}")
    assert line == [*before[:9], "Nơi gửi đã thu hồi; Bản chính"]
    handled = lines_of(office.lan, "handled")[0]
    assert handled[2] == before[6] and handled[4] == "Nơi gửi đã thu hồi" and handled[6] == "Bản chính"


def test_the_book_of_handling_says_how_far_each_is_and_what_answered_it(office):
    until = timezone.localdate() + dt.timedelta(days=5)
    paper = directed(office, issued_on=dt.date(2026, 11, 20), due_on=until)
    task = task_of(paper, office.minh)
    mine = {"by": office.minh, "at": timezone.now()}
    work.start(task, **mine)
    report_progress(task, percent=40, text="Đang lấy số liệu", **mine)
    later = until + dt.timedelta(days=3)
    asked = ask_extension(task, due_on=later, reason="Chờ số liệu", **mine)
    grant_extension(asked, by=office.dung, at=timezone.now(), due_on=later)
    remind_work(
        task_of(paper, office.minh), by=office.dung, at=timezone.now(), kind="remind", text="Nhanh lên."
    )
    issued(office, in_reply_to=paper)
    paper.refresh_from_db()
    line = lines_of(office.lan, "handled")[0]
    assert line == [
        f"{paper.arrival_number:02d}", "Công văn 123/BNV-TCCB ngày 20/11/2026, Bộ Nội vụ", "Trần Quang Minh, Phòng Tổ chức",
        day(paper.due_on), "Đang xử lý, 40%", "01/SNV-TCBC", "Gia hạn 1 lần; Đôn đốc 1 lần",
    ]  # fmt: skip
    work.finish(task_of(paper, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    paper.refresh_from_db()
    assert paper.state == "completed"
    assert (
        lines_of(office.lan, "handled")[0][4]
        == f"Đã giải quyết ngày {day(timezone.localdate(paper.held_since))}"
    )


def test_an_answer_that_is_not_out_is_none(office):
    paper = directed(office)
    outgoing(office, state="in_review", in_reply_to=paper, number="9", notation="SNV")
    assert lines_of(office.lan, "handled")[0][5] == ""


def test_an_answer_that_was_taken_back_is_said_to_be(office):
    paper = directed(office)
    Outgoing.objects.filter(pk=issued(office, in_reply_to=paper).pk).update(state="revoked")
    assert lines_of(office.lan, "handled")[0][5] == "01/SNV-TCBC (đã thu hồi)"


@pytest.mark.parametrize("name", ["posted", "copies"])
def test_where_registers_stand_beside_each_other_no_stretch_of_numbers_is_asked_for(office, name):
    paper, now = issued(office), timezone.now()
    today = timezone.localdate(now)
    post_paper(paper, by=office.lan, at=now, day=today, recipient="Công ty A", envelopes=1)
    lend_copy(paper, by=office.lan, at=now, day=today, name="Ông B", allowed_by=office.dung)
    page = at_desk(office.lan).get(f"{reverse(f'book_{name}')}?first=2")
    assert len(page.context["lines"]) == 1 and "khoảng số" in words(page)
    assert b'name="first"' not in page.content and b'name="last"' not in page.content
    assert b'name="first"' in at_desk(office.lan).get(reverse("book_issued")).content


def test_the_book_of_what_left_names_every_place_it_went_and_who_took_it(office):
    paper = issued(office, subject="Về việc gửi đi", other_recipients="- Lãnh đạo Sở;\n- Lưu: VT.")
    unborn = issued(office, 2, subject="Đã cấp số")
    Outgoing.objects.filter(pk=unborn.pk).update(state="numbered", issued_at=None)
    one, _ = (
        paper.deliveries.create(
            sender=office.home_affairs, recipient=body, recipient_name=body.name, recipient_code=body.code, channel=way,
            queued_at=timezone.now(), sent_at=timezone.now(), state="sent",
        )
        for body, way in ((office.ministry, "axis"), (office.justice, "city"))
    )  # fmt: skip
    heard = timezone.now()
    one.steps.create(code="03", at=heard, heard_at=heard)
    now = timezone.now()
    post_paper(paper, by=office.lan, at=now, day=timezone.localdate(now), recipient="Công ty A", envelopes=2)
    first, second = lines_of(office.lan, "issued", "series=CV")
    assert first == [
        "01/SNV-TCBC", day(paper.issued_on), "Công văn: Về việc gửi đi", "Phạm Tiến Dũng",
        "Bộ Nội vụ; Sở Tư pháp; Công ty A; Lãnh đạo Sở; Lưu: VT.", "Phòng Tổ chức", "3",
        day(timezone.localdate(paper.issued_at)), f"Bộ Nội vụ, {timezone.localtime(heard):%H:%M %d/%m/%Y}", "",
    ]  # fmt: skip
    assert second[0] == "02/SNV-TCBC" and second[6:] == ["0", "", "", "Chưa phát hành"]
    Outgoing.objects.filter(pk=paper.pk).update(state="revoked", issued_amount=30)
    assert lines_of(office.lan, "issued")[0][6] == "30"  # what was written on it, before what is reckoned
    assert lines_of(office.lan, "issued")[0][9] == "Đã thu hồi"


def test_the_book_of_the_post_has_a_line_for_each_time_envelopes_were_given_to_it(office):
    paper, now = issued(office), timezone.now()
    given = {"recipient": "Công ty A", "envelopes": 2, "receipt": "EA123456789VN", "note": "Bảo đảm"}
    post_paper(paper, by=office.lan, at=now, day=timezone.localdate(now), **given)
    assert lines_of(office.lan, "posted") == [
        [day(timezone.localdate(now)), "01/SNV-TCBC", "Công ty A", "2", "EA123456789VN", "Bảo đảm"]
    ]


def test_the_book_of_kept_copies_says_who_has_it_and_when_it_came_back(office):
    paper, now = issued(office, subject="Về việc bản lưu"), timezone.now()
    today = timezone.localdate(now)
    given = {"day": today, "allowed_by": office.dung, "file_code": "01.TCCB", "note": "Xem tại chỗ"}
    use = lend_copy(paper, by=office.lan, at=now, reader=office.minh, **given)
    about = f"01/SNV-TCBC ngày {day(today)}"
    line = [day(today), "Trần Quang Minh", about, "Công văn: Về việc bản lưu", "01.TCCB"]
    assert lines_of(office.lan, "copies") == [[*line, "", "", "Phạm Tiến Dũng", "Xem tại chỗ"]]
    receive_copy(use, by=office.minh, at=now)
    return_copy(use, by=office.lan, at=now, day=today)
    took = f"Trần Quang Minh, {timezone.localtime(now):%H:%M %d/%m/%Y}"
    assert lines_of(office.lan, "copies") == [[*line, took, day(today), "Phạm Tiến Dũng", "Xem tại chỗ"]]


def test_a_year_has_its_own_book_and_the_turn_of_the_year_mixes_none(office):
    registered(office, subject="Của năm nay")
    old = registered(office, number="124", subject="Của năm ngoái")
    year = timezone.localdate().year
    eve = dt.date(year - 1, 12, 31)
    book = RegisterBook.objects.create(
        organisation=office.home_affairs, direction="in", year=year - 1, series="DEN"
    )
    Incoming.objects.filter(pk=old.pk).update(book=book, arrival_number=1, arrival_date=eve)
    assert [line[5] for line in lines_of(office.lan, "arrived")] == ["Công văn: Của năm nay"]
    before = lines_of(office.lan, "arrived", f"year={year - 1}")
    assert [(line[0], line[1], line[5]) for line in before] == [(day(eve), "01", "Công văn: Của năm ngoái")]
    paper = issued(office)
    Outgoing.objects.filter(pk=paper.pk).update(issued_on=eve)
    paper.refresh_from_db()
    now = timezone.now()
    for on in (eve, timezone.localdate(now)):
        post_paper(paper, by=office.lan, at=now, day=on, recipient="Công ty A", envelopes=1)
    assert [line[0] for line in lines_of(office.lan, "posted", f"year={year - 1}")] == [day(eve)]
    assert [line[0] for line in lines_of(office.lan, "posted")] == [day(timezone.localdate(now))]
    years = [one["year"] for one in at_desk(office.lan).get(reverse("books")).context["years"]]
    assert years == [year, year - 1]


def test_a_series_is_a_book_of_its_own(office):
    issued(office, subject="Công văn một")
    paper = outgoing(
        office, kind="QĐ", state="issued", subject="Quyết định một", number="01", notation="QĐ-SNV"
    )
    book, number = next_number(office.home_affairs, "out", "QĐ", timezone.localdate())
    Outgoing.objects.filter(pk=paper.pk).update(
        book=book, number_value=number, issued_on=timezone.localdate()
    )
    assert [line[2] for line in lines_of(office.lan, "issued", "series=CV")] == ["Công văn: Công văn một"]
    assert [line[2] for line in lines_of(office.lan, "issued", "series=QĐ")] == ["Quyết định: Quyết định một"]


def test_the_filters_take_out_what_was_asked_for_and_no_more(office):
    for number in "123":
        registered(office, number=number)
    directed(office, number="4", kind="QĐ")
    unit = office.room.pk

    def numbers(query: str) -> list[str]:
        return [line[1] for line in lines_of(office.lan, "arrived", query)]

    assert numbers("first=2&last=3") == ["02", "03"] and numbers(f"unit={unit}") == ["04"]
    assert numbers("kind=QĐ") == ["04"] and numbers("kind=CV&last=2") == ["01", "02"]
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert numbers(f"from={tomorrow:%d/%m/%Y}") == [] and len(numbers(f"to={tomorrow}")) == 4


def test_what_makes_no_sense_in_an_address_is_said_and_the_book_is_shown(office):
    registered(office)
    page = at_desk(office.lan).get(
        f"{reverse('book_arrived')}?year=hai&series=LA&kind=x&unit=999999&from=32/13&first=-1&newer=a&older=b"
    )
    assert page.status_code == 200 and len(page.context["lines"]) == 1
    said = words(page)
    for one in ("năm “hai”", "hệ thống số “LA”", "loại “x”", "đơn vị không thuộc cơ quan", "ngày “32/13”"):
        assert one in said


def test_numbers_that_were_not_asked_for_are_empty_boxes(office):
    page = at_desk(office.lan).get(reverse("book_arrived"))
    assert 'name="first" inputmode="numeric" value=""' in page.content.decode()
