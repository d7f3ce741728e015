"""Work is given to a room or a person, found by name or room; whom one gave work last comes first."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.models import Assignment
from orgs.models import Role, Unit
from tests.documents.desks import at_desk, directed, presented, task_of, words


@pytest.fixture
def rooms(office):
    """A second room with its head, and a third that has none."""
    office.salary = Unit.objects.create(
        organisation=office.home_affairs, name="Phòng Tiền lương", abbreviation="TL"
    )
    office.bare = Unit.objects.create(
        organisation=office.home_affairs, name="Phòng Thanh tra", abbreviation="TT"
    )
    office.quang = office.post("quang", "Cao Đăng Quang", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=office.salary)  # fmt: skip
    office.mai = office.post("mai", "Phan Tuyết Mai", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.bare)  # fmt: skip
    return office


def room(unit) -> str:
    return f"unit-{unit.pk}"


def rows(page) -> list[str]:
    """The names in the order of the table."""
    return re.findall(r'name="lead" value="[^"]+" aria-label="([^"]+) chủ trì"', page.content.decode())


def test_what_is_given_to_a_room_its_head_gets_and_hands_on(rooms):
    office, paper = rooms, presented(rooms)
    sent = {
        "text": "Giao phòng.",
        "lead": room(office.room),
        "support": [room(office.salary)],
        "info": [office.mai.pk],
    }
    assert at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", sent).status_code == 302
    task = task_of(paper, office.hoa)
    assert (task.role, task.unit, task_of(paper, office.quang).unit) == ("lead", office.room, office.salary)
    page = words(at_desk(office.dung).get(f"{paper.get_absolute_url()}?tab=work"))
    assert "Phòng Tổ chức (Lê Thu Hoa)" in page and "Phòng Tiền lương (Cao Đăng Quang)" in page
    answer = at_desk(office.hoa).post(
        f"/cong-viec/{task.pk}/chuyen-tiep/", {"text": "Làm", "lead": office.minh.pk}
    )
    assert answer.status_code == 302 and task_of(paper, office.minh).parent == task


def test_a_room_without_a_head_cannot_be_chosen(rooms):
    office, paper = rooms, presented(rooms)
    dung = at_desk(office.dung)
    assert room(office.bare) not in dung.get(f"/van-ban-den/{paper.pk}/cho-y-kien/").content.decode()
    sent = {"text": "Giao phòng.", "lead": room(office.bare)}
    answer = dung.post(f"/van-ban-den/{paper.pk}/cho-y-kien/", sent)
    assert answer.status_code == 200 and not paper.assignments.exists()
    stranger = Unit.objects.create(organisation=office.justice, name="Phòng khác")
    answer = dung.post(
        f"/van-ban-den/{paper.pk}/cho-y-kien/",
        {"text": "Giao", "lead": office.hoa.pk, "info": [room(stranger)]},
    )
    assert answer.status_code == 200 and not paper.assignments.exists()


def test_a_room_and_its_head_are_one(rooms):
    office, paper = rooms, presented(rooms)
    sent = {"text": "Giao", "lead": room(office.room), "support": [office.hoa.pk]}
    answer = at_desk(office.dung).post(f"/van-ban-den/{paper.pk}/cho-y-kien/", sent)
    assert "Mỗi người chỉ nhận một vai trò" in words(answer) and not paper.assignments.exists()


def test_people_are_found_by_name_or_room_without_scripts_and_nothing_typed_is_lost(rooms):
    office, paper = rooms, presented(rooms)
    dung, url = at_desk(office.dung), f"/van-ban-den/{paper.pk}/cho-y-kien/"
    due = (timezone.localdate() + dt.timedelta(days=4)).isoformat()
    typed = {
        "text": "Đang gõ dở",
        "lead": office.hoa.pk,
        "info": [office.mai.pk],
        "due_on": due,
        "product": "Báo cáo",
    }
    page = dung.post(url, typed | {"find": "tien luong", "look": "1"})
    assert page.status_code == 200 and not paper.assignments.exists()
    found = rows(page)
    assert {"Cả Phòng Tiền lương", "Cao Đăng Quang"} < set(found) and "Trần Quang Minh" not in found
    assert {"Lê Thu Hoa", "Phan Tuyết Mai"} < set(found), "who is ticked stays in sight"
    html = page.content.decode()
    assert "Đang gõ dở" in html and due in html and 'value="Báo cáo"' in html and 'class="errors"' not in html
    assert f'value="{office.hoa.pk}" aria-label="Lê Thu Hoa chủ trì" checked' in html
    assert rows(dung.post(url, {"find": "đăng quang", "look": "1"})) == [
        "Cả Phòng Tiền lương",
        "Cao Đăng Quang",
    ]
    assert "Không có ai khớp" in words(dung.post(url, {"find": "xyz", "look": "1"}))


def test_whom_one_gave_work_last_comes_first(rooms):
    office = rooms
    for n in range(6):
        office.post(
            f"cv{n}", f"Cán bộ {n}", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.bare
        )
    directed(office, number="1", lead=office.mai)
    paper = presented(office, number="2")
    work.direct(paper, by=office.dung, at=timezone.now(), text="Giao", lead=office.salary)
    page = at_desk(office.dung).get(f"/van-ban-den/{presented(office, number='3').pk}/cho-y-kien/")
    assert rows(page)[:2] == ["Cả Phòng Tiền lương", "Phan Tuyết Mai"] and "Giao gần đây" in words(page)
    assert len(rows(page)) == len(set(rows(page))), "nobody stands there twice"
    other = at_desk(office.hoa).get(
        f"/cong-viec/{task_of(directed(office, number='4', lead=office.hoa), office.hoa).pk}/chuyen-tiep/"
    )
    assert "Giao gần đây" not in words(other) and rows(other) == ["Trần Quang Minh"]


def test_ones_own_deadline_comes_first_on_ones_own_pages(office):
    today = timezone.localdate()
    paper = directed(office, lead=office.hoa, due_on=today + dt.timedelta(days=30))
    work.hand_on(
        task_of(paper, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh,
        due_on=today + dt.timedelta(days=1),
    )  # fmt: skip
    Assignment.objects.filter(assignee=office.minh).update(due_on=today)
    minh = at_desk(office.minh)
    for url in ("/", "/cong-viec/", "/van-ban-den/?box=handling"):
        (row,) = minh.get(url).context["rows"]
        assert (row["due"].words, row["due_of_paper"]) == ("Hết hạn hôm nay", paper.due_on), url
    page = words(minh.get(paper.get_absolute_url()))
    assert "Việc của bạn: Hết hạn hôm nay" in page and page.index("Việc của bạn") < page.index("Văn bản: còn")
    assert "Việc của bạn" not in words(at_desk(office.dung).get(paper.get_absolute_url()))
    (row,) = at_desk(office.dung).get("/van-ban-den/?box=handling").context["rows"]
    assert row["due"].words.startswith("Còn") and not row.get("due_of_paper")
