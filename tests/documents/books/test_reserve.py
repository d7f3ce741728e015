"""Numbers set aside before an outage: taken, written on paper by hand, entered afterwards each with its paper, or void."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents.actions.books.reserving import reserve_numbers, void_reserved
from documents.actions.outgoing.entered import enter_reserved
from documents.arrival import NewFile
from documents.models import Event, File, Incoming, NumberLine, Outgoing, RegisterBook, Reservation
from documents.numbering import next_number
from documents.pdf import inspect
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, registered, stored, words
from tests.documents.incoming.scan_cases import lying
from tests.progress.registers.test_books import issued, lines_of

WHY = "Mất điện theo lịch chiều nay"
UNUSED = "Hệ thống có lại, không dùng đến"


def set_aside(office, count=3, *, direction="out", series="CV", at=None) -> Reservation:
    return reserve_numbers(
        direction, series, count=count, purpose=WHY, by=office.lan, at=at or timezone.now()
    )


def entered(office, line, *, at=None, **changes) -> Outgoing:
    at = at or timezone.now()
    given = {
        "kind": "CV", "subject": "Về việc ghi tay", "signer": office.dung, "drafter": office.minh,
        "issued_on": timezone.localdate(at), "places": "Sở Tư pháp", "file": NewFile("a.pdf", stored(), File.Part.MAIN, 1),
    }  # fmt: skip
    return enter_reserved(line, by=office.lan, at=at, **given | changes)


def sent(office, **changes) -> dict:
    return {
        "kind": "CV", "subject": "Về việc ghi tay", "signer": office.dung.pk, "drafter": office.minh.pk,
        "issued_on": f"{timezone.localdate():%d/%m/%Y}", "places": "Sở Tư pháp\nLưu: VT", "not_secret": "on",
        "file": SimpleUploadedFile("a.pdf", tiny_pdf(), "application/pdf"),
    } | changes  # fmt: skip


def test_a_clerk_sets_numbers_aside_prints_the_sheet_enters_one_and_voids_the_rest(office):
    issued(office)
    lan = at_desk(office.lan)
    assert "Giữ số trước khi hệ thống ngừng" in words(lan.get(reverse("numbers")))
    answer = lan.post(
        reverse("numbers_reserve"), {"book": "out:CV", "count": "3", "purpose": WHY}, follow=True
    )
    made = Reservation.objects.get()
    assert (made.first, made.last) == (2, 4) and "02–04" in words(answer)
    book, after = next_number(office.home_affairs, "out", "CV", timezone.localdate())
    assert after == 5 and book.pk == made.book_id, "the system goes on after them"
    sheet = lan.get(reverse("numbers_sheet", args=[made.pk]))
    text = inspect(b"".join(sheet)).text_first_page
    assert sheet["Content-Type"] == "application/pdf" and "02 – 04" in text and WHY in text
    line = made.lines.get(value=2)
    enter = reverse("numbers_enter", args=[line.pk])
    assert "từ" in words(lan.get(enter))
    assert lan.post(enter, sent(office)).status_code == 302
    paper = Outgoing.objects.get(number_value=2)
    assert (paper.code, paper.state, paper.issued_on) == ("02/SNV-TCBC", "issued", timezone.localdate())
    assert (paper.signer_name, paper.current_file().stage, paper.deliveries.count()) == (
        "Phạm Tiến Dũng",
        "received",
        0,
    )
    for tab in ("info", "deliveries", "signature", "flow"):
        assert lan.get(f"{paper.get_absolute_url()}?tab={tab}").status_code == 200
    void = reverse("numbers_void", args=[made.pk])
    assert "Hãy chọn ít nhất một số" in words(lan.post(void, {"reason": UNUSED}))
    assert lan.post(void, {"values": ["3", "4"], "reason": UNUSED}).status_code == 302
    assert dict(made.lines.values_list("value", "state")) == {2: "entered", 3: "void", 4: "void"}
    shown = lines_of(office.lan, "issued", "last=4")
    assert [line[0] for line in shown] == ["01/SNV-TCBC", "02/SNV-TCBC", "03", "04"]
    assert shown[2][9].startswith(f"Hủy: {UNUSED}")
    kinds = list(Event.objects.filter(organisation=office.home_affairs).values_list("kind", flat=True))
    assert kinds == ["reserve_numbers", "enter_reserved", "void_reserved"]
    assert Event.objects.broken_links(office.home_affairs.pk) == []


def test_what_waits_to_be_entered_keeps_its_line_in_the_book(office):
    set_aside(office, 2)
    assert [(line[0], line[9]) for line in lines_of(office.lan, "issued")] == [
        ("01", "Giữ để ghi tay, chưa vào sổ"), ("02", "Giữ để ghi tay, chưa vào sổ")
    ]  # fmt: skip


def test_a_number_entered_twice_is_told_by_whom_and_when(office):
    line = set_aside(office).lines.first()
    entered(office, line)
    with pytest.raises(
        ValidationError, match=r"Số 01 đã vào sổ cho văn bản 01/SNV-TCBC: Nguyễn Thị Lan, \d\d:\d\d"
    ):
        entered(office, line)
    page = at_desk(office.lan).post(reverse("numbers_enter", args=[line.pk]), sent(office))
    assert "đã vào sổ cho văn bản 01/SNV-TCBC" in words(page)
    assert Outgoing.objects.count() == 1


def test_a_void_number_is_not_entered_and_an_entered_one_is_not_void(office):
    made = set_aside(office)
    first, second, _ = made.lines.all()
    void_reserved(made, values=[2], reason=UNUSED, by=office.lan, at=timezone.now())
    with pytest.raises(ValidationError, match="Số 02 đã hủy"):
        entered(office, second)
    entered(office, first)
    with pytest.raises(ValidationError, match="Chưa hủy số nào"):
        void_reserved(made, values=[1, 3], reason=UNUSED, by=office.lan, at=timezone.now())
    assert made.lines.get(value=3).state == "reserved"


def test_by_hand_no_number_is_dated_back(office):
    """Set aside on the first day, the system numbered on the second: the third day is too late, and the day before too early."""
    today = timezone.localdate()
    if today.timetuple().tm_yday < 5:
        pytest.skip("the days would lie in two years")
    now = timezone.now()
    days = [now - dt.timedelta(days=back) for back in (3, 2, 1, 0)]
    line, later = set_aside(office, 2, at=days[1]).lines.all()
    paper = issued(office, 3)
    Outgoing.objects.filter(pk=paper.pk).update(issued_on=timezone.localdate(days[2]))
    for at in (days[0], days[3]):
        with pytest.raises(ValidationError, match="chỉ dùng cho văn bản từ ngày"):
            entered(office, line, issued_on=timezone.localdate(at))
    entered(office, line, issued_on=timezone.localdate(days[2]))
    with pytest.raises(ValidationError, match="chỉ dùng cho văn bản từ ngày"):
        entered(office, later, issued_on=timezone.localdate(days[1]))


@pytest.mark.parametrize("name", ["subject", "places"])
def test_a_mark_of_secrecy_in_what_is_typed_of_it_is_refused(office, name):
    line = set_aside(office).lines.first()
    page = at_desk(office.lan).post(
        reverse("numbers_enter", args=[line.pk]), sent(office, **{name: "TỐI MẬT\nSở Tư pháp"})
    )
    assert page.context["form"].errors.keys() == {name} and "Có dấu “TỐI MẬT”" in words(page)
    with pytest.raises(ValidationError, match="MẬT"):
        entered(office, line, note="MẬT")
    assert not Outgoing.objects.exists()


def test_a_kind_of_another_series_is_refused(office):
    with pytest.raises(ValidationError, match="lấy số ở hệ thống QĐ"):
        entered(office, set_aside(office).lines.first(), kind="QĐ")


def test_an_arrival_number_written_by_hand_is_entered_with_its_envelope(office):
    registered(office)
    made = set_aside(office, 2, direction="in", series="DEN")
    line = made.lines.first()
    lan = at_desk(office.lan)
    to = lan.get(reverse("numbers_enter", args=[line.pk]))
    assert to.status_code == 302 and to["Location"] == f"{reverse('register_paper')}?reserved={line.pk}"
    form = words(lan.get(to["Location"]))
    assert "Số đã ghi tay" in form and "Ngày đến đã ghi" in form
    data = {
        "kind": "CV", "number": "9", "notation": "BNV", "issuer_name": "Bộ Nội vụ", "issuer": office.ministry.pk,
        "subject": "Về việc đến lúc mất điện", "urgency": "0", "not_secret": "on", "reserved": line.pk,
        "issued_on": f"{timezone.localdate():%d/%m/%Y}",
    }  # fmt: skip

    def scan():
        return {"file": SimpleUploadedFile("a.pdf", tiny_pdf(), "application/pdf")}

    assert "hãy chọn cả hai" in words(lan.post(reverse("register_paper"), data | scan()))
    data["arrived_on"] = f"{timezone.localdate():%d/%m/%Y}"
    answer = lan.post(reverse("register_paper"), data | scan())
    assert answer.status_code == 302, words(answer)
    paper = Incoming.objects.get(subject="Về việc đến lúc mất điện")
    assert (paper.arrival_number, paper.arrival_date, paper.state) == (2, timezone.localdate(), "registered")
    line.refresh_from_db()
    assert (line.state, line.document_id) == ("entered", paper.pk)
    assert registered(office, number="125").arrival_number == 4
    assert [line[1] for line in lines_of(office.lan, "arrived")] == ["01", "02", "03", "04"]


def test_a_scan_that_waits_bears_the_number_written_by_hand(office):
    line, scan = set_aside(office, 1, direction="in", series="DEN").lines.get(), lying(office)
    lan, url = at_desk(office.lan), reverse("scanned_paper", args=[scan.pk])
    assert "Số đã ghi tay" in words(lan.get(url))
    today = f"{timezone.localdate():%d/%m/%Y}"
    data = {
        "there": "1", "seen": scan.blob_id, "kind": "CV", "number": "9", "notation": "BNV", "issuer_name": "Bộ Nội vụ",
        "issuer": office.ministry.pk, "subject": "Về việc quét sau khi mất điện", "urgency": "0", "not_secret": "on",
        "issued_on": today, "reserved": line.pk,
    }  # fmt: skip
    assert "hãy chọn cả hai" in words(lan.post(url, data))
    answer = lan.post(url, data | {"arrived_on": today})
    assert answer.status_code == 302, words(answer)
    paper = Incoming.objects.get(subject="Về việc quét sau khi mất điện")
    line.refresh_from_db()
    scan.refresh_from_db()
    assert (paper.arrival_number, line.state, line.document_id) == (1, "entered", paper.pk)
    assert (scan.state, scan.incoming_id) == ("registered", paper.pk)


def test_of_last_year_what_was_numbered_by_hand_is_entered_in_its_own_book(office):
    """Set aside on 30 December, entered on 2 January: the number and the day of the old year."""
    year = timezone.localdate().year
    eve = timezone.make_aware(dt.datetime(year, 12, 30, 9))
    second = timezone.make_aware(dt.datetime(year + 1, 1, 2, 9))
    made = set_aside(office, 2, at=eve)
    first, other = made.lines.all()
    paper = entered(office, first, at=second, issued_on=dt.date(year, 12, 31))
    assert (paper.book.year, paper.code, paper.issued_on) == (year, "01/SNV-TCBC", dt.date(year, 12, 31))
    with pytest.raises(ValidationError, match=f"đến ngày 31/12/{year}"):
        entered(office, other, at=second, issued_on=dt.date(year + 1, 1, 2))


def test_only_the_clerk_of_the_office_in_person(office):
    made = set_aside(office)
    for post in (office.minh, office.dung, office.khach, office.tu):
        with pytest.raises(PermissionDenied):
            void_reserved(made, values=[1], reason=UNUSED, by=post, at=timezone.now())
        with pytest.raises(PermissionDenied):
            enter = {
                "kind": "CV",
                "subject": "x",
                "signer": office.dung,
                "drafter": office.minh,
                "places": "x",
            }
            enter_reserved(
                made.lines.first(),
                **enter,
                issued_on=timezone.localdate(),
                file=None,
                by=post,
                at=timezone.now(),
            )
    with pytest.raises(PermissionDenied):
        reserve_numbers(
            "out", "CV", count=1, purpose=WHY, by=office.lan.used_by(office.minh.user), at=timezone.now()
        )
    office.lan.used_by(office.lan.user)


@pytest.mark.parametrize(
    "changes",
    [{"count": "0"}, {"count": "101"}, {"count": "x"}, {"book": "out:LA"}, {"book": ""}, {"purpose": "ngắn"}],
)
def test_what_makes_no_sense_takes_no_number(office, changes):
    page = at_desk(office.lan).post(
        reverse("numbers_reserve"), {"book": "out:CV", "count": "3", "purpose": WHY} | changes
    )
    assert page.status_code == 200 and page.context["form"].errors
    assert not RegisterBook.objects.exists() and not NumberLine.objects.exists()


def test_the_act_itself_refuses_a_series_the_office_has_not(office):
    with pytest.raises(ValidationError, match="không dùng hệ thống số này"):
        set_aside(office, series="LA")


def test_bad_input_at_the_form_of_a_paper_by_hand(office):
    line = set_aside(office).lines.first()
    url, lan = reverse("numbers_enter", args=[line.pk]), at_desk(office.lan)
    for changes in (
        {"issued_on": "32/13"},
        {"kind": "QĐ"},
        {"signer": "0"},
        {"subject": ""},
        {"not_secret": ""},
        {"places": " "},
    ):
        assert lan.post(url, sent(office, **changes)).context["form"].errors
    wrong = SimpleUploadedFile("a.pdf", b"no paper", "application/pdf")
    assert lan.post(url, sent(office, file=wrong)).context["form"].errors
    assert not Outgoing.objects.exists() and NumberLine.objects.get(pk=line.pk).state == "reserved"
