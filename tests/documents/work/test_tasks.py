"""Nhiệm vụ without a paper: who gives one, who sees it, what its page says, how it is amended and called off."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work import directions
from documents.actions.work.tasks import call_off, give_task
from documents.journey import NotAllowedNow
from documents.models import Assignment, Direction, Event, Task
from orgs.models import Notice, Role, Unit
from tests.documents.desks import at_desk, directed, words
from tests.documents.test_race import together
from tests.documents.work.without_paper import given, told, work_of

SOON = timezone.localdate() + dt.timedelta(days=5)


def sent(office, **fields):
    asked = {
        "title": "Rà soát biên chế",
        "text": "Rà soát, đề xuất.",
        "lead": f"unit-{office.room.pk}",
        "urgency": "1",
    }
    return asked | {"due_on": f"{SOON:%d/%m/%Y}", "product": "Báo cáo"} | fields


def test_given_on_its_form_to_a_room_it_is_on_the_heads_desk_and_shows_the_six(office):
    dung = at_desk(office.dung)
    assert "Giao nhiệm vụ" in words(dung.get("/nhiem-vu/giao/"))
    answer = dung.post(
        "/nhiem-vu/giao/", sent(office, info=[office.minh.pk], meeting="Giao ban tuần", met_on="hôm nay")
    )
    task = Task.objects.get()
    assert answer.url == f"/nhiem-vu/{task.pk}/"
    assert (task.state, task.holder, task.due_on, task.by) == ("assigned", office.hoa, SOON, office.dung)
    mine = work_of(task, office.hoa)
    assert (mine.role, mine.unit, mine.due_on, mine.product) == ("lead", office.room, SOON, "Báo cáo")
    assert told(task) == ["direct"]
    hoa = at_desk(office.hoa)
    assert [(row["value"], row["subject"]) for row in hoa.get("/").context["rows"]] == [
        (mine.pk, "Rà soát biên chế")
    ]
    page = words(hoa.get(task.get_absolute_url()))
    for said in ("Người Phòng Tổ chức", "Việc Rà soát, đề xuất.", f"Thời hạn {SOON:%d/%m/%Y}", "Trách nhiệm Chủ trì",
                 "Sản phẩm Báo cáo", "Người giao Phạm Tiến Dũng", "Kết luận cuộc họp: Giao ban tuần", "Giao nhiệm vụ"):  # fmt: skip
        assert said in page, said
    assert "để biết" in words(at_desk(office.minh).get(task.get_absolute_url()))
    assert work_of(task, office.minh).state == "done"


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"lead": ""}, {"text": ""}, {"title": "x" * 301}, {"title": "a\x00b"}, {"due_on": "01/01/2020"},
              {"met_on": "hôm nay"}, {"urgency": "9"}],
)  # fmt: skip
def test_what_does_not_fit_stands_on_the_form_with_all_that_was_typed(office, wrong):
    answer = at_desk(office.dung).post("/nhiem-vu/giao/", sent(office, product="Tờ trình riêng") | wrong)
    assert (
        answer.status_code == 200
        and answer.context["form"].errors
        and "Tờ trình riêng" in answer.content.decode()
    )
    assert not Task.objects.exists() and not Event.objects.filter(kind="direct").exists()


def test_looking_for_somebody_gives_nothing_and_keeps_what_was_typed(office):
    answer = at_desk(office.dung).post("/nhiem-vu/giao/", sent(office, look="1", find="minh"))
    assert not Task.objects.exists() and 'value="Rà soát biên chế"' in answer.content.decode()


def test_who_leads_people_gives_tasks_a_head_of_room_inside_it(office):
    for who in (office.minh, office.lan):
        assert at_desk(who).get("/nhiem-vu/giao/").status_code == 403
        with pytest.raises(PermissionDenied):
            given(office, by=who, lead=office.hoa)
    other = Unit.objects.create(organisation=office.home_affairs, name="Phòng Khác", abbreviation="K")
    binh = office.post("binh", "Bùi Bình", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=other)
    with pytest.raises(ValidationError, match="trong phòng"):
        given(office, by=office.hoa, lead=binh)
    with pytest.raises(ValidationError, match="chính mình"):
        given(office, by=office.hoa, lead=office.hoa)
    assert given(office, by=office.hoa).state == "assigned"


def test_who_gave_it_who_has_it_their_heads_and_the_leaders_see_it_and_nobody_else(office):
    other = Unit.objects.create(organisation=office.home_affairs, name="Phòng Khác", abbreviation="K")
    binh = office.post("binh", "Bùi Bình", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=other)
    cuc = office.post("cuc", "Trần Cúc", office.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=other)
    son = office.post("son", "Đỗ Sơn", office.home_affairs, Role.OFFICE_HEAD, "Chánh Văn phòng")
    theo = office.post("theo", "Hồ Theo", office.home_affairs, Role.MONITOR, "Theo dõi")
    task = given(office)
    sees = {who: at_desk(who).get(task.get_absolute_url()).status_code
            for who in (office.dung, office.minh, office.hoa, office.thao, son, theo, office.lan, binh, cuc, office.khach, office.tu)}  # fmt: skip
    assert [who.user.username for who, code in sees.items() if code == 200] == [
        "dung",
        "minh",
        "hoa",
        "thao",
        "son",
        "theo",
    ]
    assert set(sees.values()) == {200, 404}
    assert "Rà soát biên chế" not in words(at_desk(office.lan).get("/nhiem-vu/?box=all"))
    clerk = words(at_desk(office.lan).get("/theo-doi/?class=total"))
    assert "1 việc" in clerk and "Rà soát biên chế" not in clerk and "không được giao" in clerk


def test_two_tasks_have_a_lead_each_and_an_assignment_is_of_one_thing(office):
    first, second = given(office), given(office)
    assert Assignment.objects.filter(role="lead", parent=None).count() == 2
    lead = work_of(first, office.minh)
    for wrong in ({"task": None}, {"incoming": directed(office)}, {"task": second}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=lead.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Direction.objects.filter(task=first).update(task=None)


def test_an_event_cannot_name_another_task_than_its_hash_does(office):
    first, second = given(office), given(office)
    assert first.events.get().payload["of_task"] == first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(
            organisation=office.home_affairs,
            task=second,
            kind="x",
            at=timezone.now(),
            payload={"of_task": first.pk},
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(organisation=office.home_affairs, task=second, kind="x", at=timezone.now())
    assert not Event.objects.all().broken_links(office.home_affairs.pk)


def test_amended_it_goes_on_with_other_people_and_another_day(office):
    task = given(office, due_on=SOON, support=[office.thao])
    work.start(work_of(task, office.minh), by=office.minh, at=timezone.now())
    seen = task.directions.get().pk
    later = SOON + dt.timedelta(days=4)
    asked = {
        "text": "Thêm số liệu quý III.",
        "lead": office.minh.pk,
        "support": [office.hoa.pk],
        "due_on": f"{later:%d/%m/%Y}",
    }
    answer = at_desk(office.dung).post(
        f"/nhiem-vu/{task.pk}/sua/", asked | {"seen": seen, "product": "Tờ trình"}
    )
    assert answer.url == task.get_absolute_url()
    task.refresh_from_db()
    lead = work_of(task, office.minh)
    assert (task.state, task.due_on, task.content, task.product, task.holder) == (
        "processing",
        later,
        "Thêm số liệu quý III.",
        "Tờ trình",
        office.minh,
    )
    assert (lead.state, lead.due_on, lead.instruction) == ("in_progress", later, "Thêm số liệu quý III.")
    assert work_of(task, office.thao).state == "withdrawn" and work_of(task, office.hoa).state == "new"
    assert told(task)[-1] == "amend" and "Sửa nhiệm vụ" in words(
        at_desk(office.dung).get(task.get_absolute_url())
    )
    late = at_desk(office.dung).post(f"/nhiem-vu/{task.pk}/sua/", asked | {"seen": seen, "text": "Ý khác"})
    assert late.status_code == 409 and "Ý khác" in late.content.decode() and "Xem nhiệm vụ" in words(late)


def test_taken_back_while_nobody_has_begun_it_waits_and_is_given_again(office):
    task, dung = given(office, due_on=SOON), at_desk(office.dung)
    assert (
        dung.post(f"/nhiem-vu/{task.pk}/rut-lai/", {"reason": "Giao phòng khác"}).url
        == task.get_absolute_url()
    )
    task.refresh_from_db()
    assert (task.state, task.holder) == ("waiting", office.dung)
    assert [row["value"] for row in dung.get("/nhiem-vu/?box=waiting").context["rows"]] == [task.pk]
    answer = dung.post(f"/nhiem-vu/{task.pk}/giao/", {"text": "Làm ngay.", "lead": office.hoa.pk})
    assert answer.url == task.get_absolute_url()
    task.refresh_from_db()
    assert (task.state, task.holder) == ("assigned", office.hoa)
    work.start(work_of(task, office.hoa), by=office.hoa, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        directions.retract(task, by=office.dung, at=timezone.now(), reason="Muộn rồi")


def test_given_back_it_waits_for_whoever_gave_it(office):
    task = given(office)
    work.give_back(work_of(task, office.minh), by=office.minh, at=timezone.now(), reason="Không đúng phòng")
    task.refresh_from_db()
    assert (task.state, task.holder) == ("waiting", office.dung)
    assert told(task) == ["direct", "give_back", "take_back"]
    assert at_desk(office.dung).get("/").status_code == 200


def test_the_history_names_whoever_called_off_and_nobody_in_whose_place(office):
    task = given(office, lead=office.hoa)
    part = given(office, by=office.hoa, title="Phần số liệu", parent=task)
    call_off(task, by=office.dung, at=timezone.now(), reason="Thôi việc này")
    ended = Event.objects.filter(task__in=[task, part], kind__in=["withdraw", "call_off"])
    assert ended.count() == 4 and {(one.post, one.user) for one in ended} == {(office.dung, office.dung.user)}
    notes = {one.payload.get("note") for one in ended.filter(task=part)}
    assert notes == {"theo nhiệm vụ lớn"} and "thay" not in words(
        at_desk(office.dung).get(part.get_absolute_url())
    )


def test_called_off_it_ends_with_its_parts_and_all_are_told_why(office):
    task = given(office, lead=office.hoa, due_on=SOON)
    part = given(office, by=office.hoa, title="Phần số liệu", parent=task)
    assert part.due_on == SOON
    page = at_desk(office.dung).get(f"/nhiem-vu/{task.pk}/thu-hoi/")
    assert "Phần số liệu" in words(page)
    assert (
        at_desk(office.dung).post(f"/nhiem-vu/{task.pk}/thu-hoi/", {"reason": "Không còn cần"}).url
        == task.get_absolute_url()
    )
    assert set(Task.objects.values_list("state", flat=True)) == {"called_off"}
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}
    for post in (office.hoa, office.minh):
        assert "Không còn cần" in Notice.objects.get(user=post.user).text
    with pytest.raises(NotAllowedNow, match="thu hồi nhiệm vụ"):
        call_off(task, by=office.dung, at=timezone.now(), reason="Lần nữa")


def test_a_part_is_given_by_who_leads_the_whole_and_ends_no_later(office):
    task = given(office, lead=office.hoa, due_on=SOON)
    hoa = at_desk(office.hoa)
    assert f"/nhiem-vu/giao/?thuoc={task.pk}" in hoa.get(task.get_absolute_url()).content.decode()
    late = sent(office, lead=office.minh.pk, due_on=f"{SOON + dt.timedelta(days=1):%d/%m/%Y}")
    answer = hoa.post(f"/nhiem-vu/giao/?thuoc={task.pk}", late)
    assert answer.status_code == 200 and "không được sau hạn" in words(answer)
    assert hoa.post(f"/nhiem-vu/giao/?thuoc={task.pk}", sent(office, lead=office.minh.pk)).status_code == 302
    part = Task.objects.get(parent=task)
    assert part.title in words(hoa.get(task.get_absolute_url()))
    for key in ("0", "9999", "x", "9" * 30):
        assert hoa.get(f"/nhiem-vu/giao/?thuoc={key}").status_code == 404
    assert at_desk(office.khach).get(f"/nhiem-vu/giao/?thuoc={task.pk}").status_code == 403
    call_off(task, by=office.dung, at=timezone.now(), reason="Thôi việc này")
    with pytest.raises(NotAllowedNow):
        given(office, by=office.hoa, parent=task)


def test_a_list_asks_no_more_for_three_than_for_one(office):
    dung = at_desk(office.dung)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            task = given(office, due_on=SOON, support=[office.thao], info=[office.hoa])
        for address in ("/nhiem-vu/?box=given", "/cong-viec/?box=given", task.get_absolute_url(), "/"):
            dung.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                assert dung.get(address).status_code == 200
            counts.append(
                (
                    address.split("?")[0] if "nhiem-vu/?" in address or "cong" in address else address[:9],
                    len(asked),
                )
            )
    assert counts[: len(counts) // 2] == counts[len(counts) // 2 :]


def test_of_two_who_end_it_at_once_one_is_told_who_was_faster(transactional_db, office):
    task = given(office)
    outcomes = together(
        lambda: call_off(Task.objects.get(pk=task.pk), by=office.dung, at=timezone.now(), reason="Thôi"),
        lambda: call_off(Task.objects.get(pk=task.pk), by=office.dung, at=timezone.now(), reason="Thôi"),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "NotAllowedNow"]
    assert told(task).count("call_off") == 1


def test_a_title_of_blanks_is_none(office):
    with pytest.raises(ValidationError, match="tên nhiệm vụ"):
        give_task(by=office.dung, at=timezone.now(), title="  ", text="x", lead=office.minh)
    assert not Task.objects.exists()
