"""Tasks of another system: a file is looked at, what fits is taken under its own ids, and how they stand goes back."""

import csv
import datetime as dt
import io
import time
import zipfile

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from xlsxwriter import Workbook

from documents.actions.work import assignments as work
from documents.actions.work.sheets import MAX_ROWS, NotASheet, Row, read
from documents.actions.work.task_lists import state_file, take_list
from documents.journey import NotAllowedNow
from documents.models import Task
from tests.documents.desks import at_desk, words
from tests.documents.test_race import together
from tests.documents.work.without_paper import told, work_of

SOON = timezone.localdate() + dt.timedelta(days=9)
HERE = "/nhiem-vu/nhap/"
HEAD = ["Mã nhiệm vụ", "Tên nhiệm vụ", "Thời hạn", "Chủ trì", "Độ khẩn", "Cột lạ"]
ROWS = [
    ["123_H26-NV-G22-2024-7", "Báo cáo cải cách", f"{SOON:%d/%m/%Y}", "Phòng Tổ chức", "Khẩn", "x"],
    ["124_H26-NV-G22-2024-8", "Rà soát thủ tục", "", "", "", ""],
    ["125", "Việc muộn", "01/01/2020", "", "", ""],
    ["126", "", "", "", "", ""],
    ["127", "Không ai", "", "Phòng Không Có", "", ""],
    ["128", "Hai lần", "", "", "", ""],
    ["128", "Hai lần", "", "", "", ""],
    ["129", "Ngày lạ", "mai mốt", "", "", ""],
]


def as_csv(rows=ROWS, head=HEAD) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([head, *rows])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows=ROWS, head=HEAD) -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    page, days = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    for number, row in enumerate([head, *rows]):
        page.write_row(number, 0, row)
    page.write_datetime(1, 2, dt.datetime.combine(SOON, dt.time()), days)  # as a spreadsheet keeps a day
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("name, made", [("ds.csv", as_csv), ("ds.XLSX", as_xlsx)])
def test_looked_at_then_taken_with_a_report_of_the_rest(office, name, made):
    dung = at_desk(office.dung)
    page = dung.post(HERE, {"file": SimpleUploadedFile(name, made())})
    said = words(page)
    assert "Nhận 2 dòng, không nhận 6 dòng" in said and "Các cột không dùng: Cột lạ" in said
    assert not Task.objects.exists()
    done = words(dung.post(HERE, {"token": page.context["token"]}, follow=True))
    assert "Đã nhận 2 nhiệm vụ" in done and "Không nhận 6 dòng" in done
    for why in (
        "thời hạn đã qua",
        "thiếu tên nhiệm vụ",
        "không tìm thấy “Phòng Không Có”",
        "có 2 lần trong tệp",
        "không phải một ngày",
    ):
        assert why in done, why
    first, second = Task.objects.order_by("foreign_code")
    assert (first.foreign_code, first.state, first.holder, first.due_on, first.urgency) == (
        "123_H26-NV-G22-2024-7", "assigned", office.hoa, SOON, 1,
    )  # fmt: skip
    assert (second.state, second.holder, told(second)) == ("waiting", office.dung, ["take_task"])
    assert "123_H26-NV-G22-2024-7" in words(at_desk(office.hoa).get(first.get_absolute_url()))
    again = words(dung.post(HERE, {"token": page.context["token"]}, follow=True))
    assert "đã được nhập rồi" in again and "Đã nhận 2 nhiệm vụ" in again and Task.objects.count() == 2


def test_confirmed_twice_rows_without_a_code_are_taken_once(office):
    dung = at_desk(office.dung)
    file = SimpleUploadedFile("ds.csv", as_csv([["", "Việc không mã", "", "", "", ""]]))
    token = dung.post(HERE, {"file": file}).context["token"]
    first = dung.post(HERE, {"token": token})
    assert first.status_code == 302 and dung.post(HERE, {"token": token}).url == first.url
    assert Task.objects.count() == 1
    assert "Việc không mã" in words(dung.get(first.url))
    cache.clear()
    assert dung.get(first.url).url == "/nhiem-vu/"
    assert at_desk(office.thao).get(first.url).url == "/nhiem-vu/"


@pytest.mark.parametrize(
    "name, data",
    [
        ("a.csv", b""),
        ("a.csv", "Tên,Hạn\nx,y".encode("utf-16")),
        ("a.csv", b"Ma,Noi dung\n1,2"),
        ("a.csv", as_csv(head=["Mã", "Mã nhiệm vụ", "Tên nhiệm vụ", "x", "y", "z"])),
        ("a.csv", as_csv([["", "Việc"] for _ in range(MAX_ROWS + 1)], HEAD[:2])),
        ("a.csv", b"x" * (2 * 1024 * 1024 + 1)),
        ("a.xlsx", b"no workbook"),
        ("a.xlsx", as_csv()),
    ],
)
def test_what_is_no_list_is_said_on_the_form(office, name, data):
    with pytest.raises(NotASheet):
        read(name, data)
    answer = at_desk(office.dung).post(HERE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200 and answer.context["form"].errors and not Task.objects.exists()


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(sheet: bytes, shared: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", sheet)
        if shared:
            parts.writestr("xl/sharedStrings.xml", shared)
    return out.getvalue()


def rows_of(*cells: bytes) -> bytes:
    """A sheet whose first row names the column of titles."""
    rows = b"".join(b"<row>%s</row>" % one for one in cells)
    head = "<row><c t='inlineStr'><is><t>Nhiệm vụ</t></is></c></row>".encode()
    return b"<worksheet %s><sheetData>%s%s</sheetData></worksheet>" % (MAIN, head, rows)


def test_a_workbook_that_swells_or_calls_elsewhere_opens_nothing():
    with pytest.raises(NotASheet, match="quá lớn"):
        read("a.xlsx", book(b"<x>" + b" " * (21 * 1024 * 1024) + b"</x>"))
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = b'<worksheet %s><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Nhi\xe1\xbb\x87m v\xe1\xbb\xa5</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>a&e;</t></is></c></row></sheetData></worksheet>'
    assert [row.title for row in read("a.xlsx", book(entity + rows % main)).rows] == ["a"]


def test_a_long_string_named_by_thousands_of_cells_is_cut_once():
    long = b"<sst %s><si><t>%s</t></si></sst>" % (MAIN, b"ab " * 2_000_000)
    row = b"<c t='s'><v>0</v></c>" * 200
    begun = time.process_time()
    found = read("a.xlsx", book(rows_of(*[row] * 400), long)).rows
    assert time.process_time() - begun < 5 and len(found) == 400
    assert all(len(one.title) == 300 and "dài quá 300" in one.problem for one in found)
    blanks = b"<c t='inlineStr'><is><t>a%s</t></is></c>" % (b" " * 30_000)
    assert "dài quá" in read("a.xlsx", book(rows_of(blanks))).rows[0].problem


def test_a_broken_workbook_is_said_in_a_sentence():
    for wrong in (b"9" * 5000, b"<" * 9):
        with pytest.raises(NotASheet, match="hỏng"):
            read("a.xlsx", book(rows_of(b"<c t='s'><v>%s</v></c>" % wrong)))
    with pytest.raises(NotASheet, match="quá lớn"):
        read("a.xlsx", book(rows_of(b"<c/>" * 1_000_001)))
    whole = book(rows_of(b"<c/>" * 3000))
    begins = whole.index(b"sheet1.xml") + len("sheet1.xml")
    for spoilt in (b"\xff" * 20, b"\x00" * 20):
        with pytest.raises(NotASheet, match="hỏng"):
            read("a.xlsx", whole[:begins] + spoilt + whole[begins + 20 :])
    assert [
        one.title for one in read("a.xlsx", book(rows_of(b"<c r='A2'><v>1</v></c><c r='AZ2'/>"))).rows
    ] == ["1"]


def test_only_who_leads_the_office_and_only_with_his_own_look(office):
    for who in (office.hoa, office.minh, office.lan):
        assert at_desk(who).get(HERE).status_code == 403
        with pytest.raises(PermissionDenied):
            take_list([], by=who, at=timezone.now())
    token = at_desk(office.dung).post(HERE, {"file": SimpleUploadedFile("a.csv", as_csv())}).context["token"]
    for client, sent in (
        (at_desk(office.thao), token),
        (at_desk(office.dung), token[:-2] + "xx"),
        (at_desk(office.dung), ""),
    ):
        assert client.post(HERE, {"token": sent}).url == HERE
    assert not Task.objects.exists()


def test_how_they_stand_goes_back_as_a_file(office):
    rows = [
        Row(2, code="=1_H26", title="=HYPERLINK(1)", lead="Trần Quang Minh", due_on=f"{SOON}"),
        Row(3, code="2_H26", title="Chờ"),
    ]
    take_list(rows, by=office.dung, at=timezone.now())
    task = Task.objects.get(foreign_code="=1_H26")
    work.finish(work_of(task, office.minh), by=office.minh, at=timezone.now(), result="Đã xong")
    answer = at_desk(office.dung).get("/nhiem-vu/trang-thai.csv")
    assert "attachment" in answer["Content-Disposition"] and answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    today = f"{timezone.localdate():%d/%m/%Y}"
    rows = {line[0]: line for line in lines}
    assert rows["2_H26"] == ["2_H26", "Chờ", "Chờ giao", "", "", "", "", ""]
    assert rows["'=1_H26"] == [
        "'=1_H26",
        "'=HYPERLINK(1)",
        "Đã hoàn thành",
        "Trần Quang Minh",
        f"{SOON:%d/%m/%Y}",
        "",
        today,
        "Đã xong",
    ]
    assert len(list(csv.reader(io.StringIO(state_file(office.lan).decode("utf-8-sig"))))) == 1
    assert at_desk(office.khach).get("/nhiem-vu/trang-thai.csv").content.count(b"\n") == 1


def test_one_list_confirmed_twice_at_once_is_taken_once(transactional_db, office):
    def take():
        return len(take_list([Row(2, code="7_H26", title="Việc")], by=office.dung, at=timezone.now()).tasks)

    assert sorted(together(take, take)) == [0, 1] and Task.objects.count() == 1


def test_one_look_confirmed_twice_at_once_is_spent_once(transactional_db, office):
    def take():
        take_list([Row(2, title="Không mã")], by=office.dung, at=timezone.now(), once="x")

    assert [type(one) for one in together(take, take) if one] == [NotAllowedNow]
    assert Task.objects.count() == 1
