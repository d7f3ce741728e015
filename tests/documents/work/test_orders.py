"""A task from one organisation to another: a record in each, a row between; taken up, given on, reported, judged."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from documents import tasks as jobs
from documents.actions.work import assignments as work
from documents.actions.work import results
from documents.actions.work.extensions import ask_extension, grant_extension
from documents.actions.work.orders import (
    approve_order,
    give_to_offices,
    refuse,
    return_order,
    take_up,
    tell_orders,
)
from documents.actions.work.tasks import call_off
from documents.journey import NotAllowedNow
from documents.models import Assignment, Event, Order, Task
from hanoi_docs.celery import app
from orgs.models import Notice, Role
from progress.actions.telling import follow
from tests.documents.desks import at_desk, words
from tests.documents.test_race import together
from tests.documents.work.without_paper import told, work_of

SOON = timezone.localdate() + dt.timedelta(days=7)


@pytest.fixture
def city(office):
    office.khanh = office.post("khanh", "Trần Khánh", office.city, Role.LEADER, "Phó Chủ tịch", head=True)
    type(office.justice).objects.filter(pk=office.justice.pk).update(parent=office.city)
    office.binh = office.post("binh", "Ngô Bình", office.justice, Role.LEADER, "Giám đốc", head=True)
    return office


def ordered(office, *, offices=None, due_on=SOON) -> Order:
    task = give_to_offices(
        by=office.khanh, at=timezone.now(), title="Báo cáo cải cách", text="Báo cáo kết quả quý IV.",
        offices=offices or [office.home_affairs], due_on=due_on, product="Báo cáo",
    )  # fmt: skip
    tell_orders(at=timezone.now())
    return task.orders.first()


def taken_up(office, **fields) -> Task:
    received = ordered(office, **fields).received
    take_up(received, by=office.lan, at=timezone.now(), to=office.dung)
    return received


def reported(office) -> Order:
    received = taken_up(office)
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    work.finish(work_of(received, office.minh), by=office.minh, at=timezone.now(), result="Đã có báo cáo")
    tell_orders(at=timezone.now())
    return Order.objects.get(received=received)


def test_given_on_a_form_each_gets_its_own_and_the_clerk_is_told(city):
    office, khanh = city, at_desk(city.khanh)
    page = words(khanh.get("/nhiem-vu/giao-co-quan/"))
    assert "Sở Nội vụ" in page and "Sở Tư pháp" in page and "Bộ Nội vụ" not in page
    sent = {"title": "Báo cáo", "text": "Báo cáo quý.", "offices": [office.home_affairs.pk, office.justice.pk],
            "due_on": f"{SOON:%d/%m/%Y}", "product": "Báo cáo", "urgency": "0"}  # fmt: skip
    answer = khanh.post("/nhiem-vu/giao-co-quan/", sent)
    given = Task.objects.get(outward=True)
    assert answer.url == given.get_absolute_url() and given.orders.count() == 2
    assert jobs.tell_orders.name in {one["task"] for one in app.conf.beat_schedule.values()}
    jobs.tell_orders()
    assert tell_orders(at=timezone.now()) == 0
    received = Task.objects.get(organisation=office.home_affairs)
    assert (received.state, received.giver, received.due_on, received.order.task) == (
        "arrived",
        office.city,
        SOON,
        given,
    )
    assert told(received) == ["task_arrives"] and told(given) == ["direct"]
    lan = at_desk(office.lan)
    assert [row["value"] for row in lan.get("/nhiem-vu/?box=arrived").context["rows"]] == [received.pk]
    assert "Nhiệm vụ" in [group["title"] for group in lan.get("/").context["groups"]]
    assert [row["value"] for row in khanh.get("/nhiem-vu/?box=given").context["rows"]] == [given.pk]
    follow(at=timezone.now())
    assert Notice.objects.filter(user=office.lan.user, kind="task_arrived").count() == 1
    seen = words(khanh.get(given.get_absolute_url()))
    assert "Sở Nội vụ Chờ tiếp nhận" in seen and "Cơ quan nhận: Sở Nội vụ, Sở Tư pháp" in seen
    for stranger in (office.khach, office.minh, office.tu):
        assert at_desk(stranger).get(received.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"text": ""}, {"offices": []}, {"offices": ["x"]}, {"due_on": "01/01/2020"}]
)
def test_what_does_not_fit_stays_on_the_form(city, wrong):
    sent = {"title": "Báo cáo", "text": "Báo cáo quý.", "offices": [city.home_affairs.pk]} | wrong
    answer = at_desk(city.khanh).post("/nhiem-vu/giao-co-quan/", sent)
    assert answer.status_code == 200 and answer.context["form"].errors and not Task.objects.exists()


def test_only_who_leads_gives_and_only_to_those_below(city):
    for who in (city.hoa, city.minh, city.lan):
        assert at_desk(who).get("/nhiem-vu/giao-co-quan/").status_code == 403
    with pytest.raises(ValidationError, match="không trực thuộc"):
        give_to_offices(by=city.dung, at=timezone.now(), title="x", text="x", offices=[city.justice])
    with pytest.raises(PermissionDenied):
        give_to_offices(by=city.tu, at=timezone.now(), title="x", text="x", offices=[city.justice])


def test_taken_up_given_on_reported_and_approved(city):
    office, order = city, ordered(city)
    received, lan, dung = order.received, at_desk(city.lan), at_desk(city.dung)
    assert "Tiếp nhận" in words(lan.get(received.get_absolute_url()))
    assert (
        lan.post(f"/nhiem-vu/{received.pk}/tiep-nhan/", {"to": office.dung.pk}).url
        == received.get_absolute_url()
    )
    tell_orders(at=timezone.now())
    order.refresh_from_db()
    assert (order.state, order.told) == ("taken_up", "taken_up")
    assert [row["value"] for row in dung.get("/nhiem-vu/?box=waiting").context["rows"]] == [received.pk]
    late = {"text": "Làm", "lead": office.minh.pk, "due_on": f"{SOON + dt.timedelta(days=1):%d/%m/%Y}"}
    assert "không được sau hạn" in words(
        dung.post(f"/nhiem-vu/{received.pk}/giao/", late | {"later_ok": "on"})
    )
    sooner = SOON - dt.timedelta(days=2)
    fits = late | {"due_on": f"{sooner:%d/%m/%Y}"}
    assert dung.post(f"/nhiem-vu/{received.pk}/giao/", fits).status_code == 302
    received.refresh_from_db()
    mine = work_of(received, office.minh)
    assert (received.due_on, mine.due_on) == (SOON, sooner)
    asked = ask_extension(
        mine, by=office.minh, at=timezone.now(), due_on=SOON + dt.timedelta(days=3), reason="Chờ"
    )
    with pytest.raises(ValidationError, match="Ủy ban nhân dân thành phố"):
        grant_extension(asked, by=office.dung, at=timezone.now())
    grant_extension(asked, by=office.dung, at=timezone.now(), due_on=SOON)
    received.refresh_from_db()
    assert received.due_on == SOON
    work.finish(Assignment.objects.get(pk=mine.pk), by=office.minh, at=timezone.now(), result="Đã có báo cáo")
    received.refresh_from_db()
    assert (received.state, received.result) == ("reported", "Đã có báo cáo")
    assert work_of(received, office.minh).state == "reported" and not dung.get("/").context["results"]
    tell_orders(at=timezone.now())
    khanh = at_desk(office.khanh)
    assert [row["value"] for row in khanh.get("/nhiem-vu/?box=reported").context["rows"]] == [order.task_id]
    page = khanh.get(order.task.get_absolute_url())
    assert "Đã có báo cáo" in words(page) and "Duyệt kết quả" in words(page)
    assert "báo cáo kết quả" in Notice.objects.filter(user=office.khanh.user).last().text
    assert khanh.post(f"/nhiem-vu/co-quan/{order.pk}/duyet/").url == order.task.get_absolute_url()
    tell_orders(at=timezone.now())
    received.refresh_from_db()
    order.task.refresh_from_db()
    assert (received.state, order.task.state) == ("completed", "completed")
    assert work_of(received, office.minh).state == "done"
    assert told(received)[-4:] == ["pass_up", "report_above", "approve_result", "approved_above"]
    assert told(order.task) == ["direct", "order_taken_up", "order_reported", "approve_order", "complete"]
    for one in (office.city, office.home_affairs):
        assert not Event.objects.all().broken_links(one.pk)


def test_returned_it_goes_on_with_whoever_led_it_and_comes_back(city):
    office, order = city, reported(city)
    khanh = at_desk(office.khanh)
    assert khanh.post(f"/nhiem-vu/co-quan/{order.pk}/tra-lai/", {"reason": "ngắn"}).status_code == 200
    answer = khanh.post(f"/nhiem-vu/co-quan/{order.pk}/tra-lai/", {"reason": "Thiếu số liệu ba quận"})
    assert answer.url == order.task.get_absolute_url()
    tell_orders(at=timezone.now())
    received = order.received
    received.refresh_from_db()
    order.refresh_from_db()
    assert (received.state, received.holder, order.state) == ("processing", office.minh, "taken_up")
    assert "Thiếu số liệu ba quận" in Notice.objects.filter(user=office.dung.user).last().text
    assert work_of(received, office.minh).state == "in_progress"
    work.finish(work_of(received, office.minh), by=office.minh, at=timezone.now(), result="Đã bổ sung")
    tell_orders(at=timezone.now())
    order.refresh_from_db()
    approve_order(order, by=office.khanh, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        approve_order(order, by=office.khanh, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        return_order(order, by=office.khanh, at=timezone.now(), reason="Thiếu số liệu")
    assert khanh.get(f"/nhiem-vu/co-quan/{order.pk}/tra-lai/").url == order.task.get_absolute_url()


def test_approved_inside_then_above_on_two_levels(city):
    office = city
    type(office.home_affairs).objects.filter(pk=office.home_affairs.pk).update(head_approves=True)
    received = taken_up(office)
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa)
    work.hand_on(
        work_of(received, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh
    )
    work.finish(work_of(received, office.minh), by=office.minh, at=timezone.now(), result="Phần của tôi")
    results.approve_result(work_of(received, office.minh), by=office.hoa, at=timezone.now())
    received.refresh_from_db()
    assert (received.state, work_of(received, office.hoa).state) == ("assigned", "reported")
    results.approve_result(work_of(received, office.hoa), by=office.dung, at=timezone.now())
    received.refresh_from_db()
    assert (received.state, work_of(received, office.hoa).state) == ("reported", "reported")
    assert received.order.state == "reported" and received.order.said == "Phần của tôi"
    for act in (
        results.approve_result,
        lambda one, **given: results.return_result(one, reason="Lại", **given),
    ):
        with pytest.raises(PermissionDenied):
            act(work_of(received, office.hoa), by=office.dung, at=timezone.now())
    tell_orders(at=timezone.now())
    approve_order(received.order, by=office.khanh, at=timezone.now())
    tell_orders(at=timezone.now())
    assert set(Assignment.objects.values_list("state", flat=True)) == {"done"}


def test_refused_by_one_the_whole_is_done_when_the_others_are(city):
    office = city
    order = ordered(office, offices=[office.home_affairs, office.justice])
    other = Order.objects.get(receiver=office.justice)
    khach = at_desk(office.khach)
    reason = {"reason": "Không thuộc chức năng của Sở"}
    assert khach.post(f"/nhiem-vu/{other.received_id}/tra-noi-giao/", reason).status_code == 302
    tell_orders(at=timezone.now())
    assert "Không thuộc chức năng" in words(at_desk(office.khanh).get(order.task.get_absolute_url()))
    with pytest.raises(NotAllowedNow):
        take_up(Task.objects.get(pk=other.received_id), by=office.khach, at=timezone.now(), to=office.binh)
    take_up(order.received, by=office.dung, at=timezone.now(), to=office.dung)
    work.direct(order.received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    work.finish(work_of(order.received, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    tell_orders(at=timezone.now())
    approve_order(order, by=office.khanh, at=timezone.now())
    assert Task.objects.get(pk=order.task_id).state == "completed"


def test_called_off_it_ends_everywhere_and_those_who_worked_are_told(city):
    office, received = city, taken_up(city, offices=[city.home_affairs, city.justice])
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa)
    work.hand_on(
        work_of(received, office.hoa), by=office.hoa, at=timezone.now(), text="Làm", lead=office.minh
    )
    with pytest.raises(PermissionDenied):
        call_off(received, by=office.dung, at=timezone.now(), reason="Không làm")
    call_off(received.order.task, by=office.khanh, at=timezone.now(), reason="Thành phố không cần nữa")
    tell_orders(at=timezone.now())
    assert set(Task.objects.values_list("state", flat=True)) == {"called_off"}
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}
    for post in (office.hoa, office.minh):
        assert "Thành phố không cần nữa" in Notice.objects.filter(user=post.user).last().text
    assert told(received)[-3:] == ["withdraw", "withdraw", "called_off_above"]
    before = give_to_offices(
        by=office.khanh, at=timezone.now(), title="x", text="x", offices=[office.justice]
    )
    call_off(before, by=office.khanh, at=timezone.now(), reason="Nhầm")
    assert (
        tell_orders(at=timezone.now()) == 1 and not Task.objects.filter(title="x", giver=office.city).exists()
    )


def test_strangers_and_subordinates_judge_nothing(city):
    order = reported(city)
    for who in (city.khach, city.dung, city.minh, city.binh):
        for step in ("duyet", "tra-lai"):
            assert (
                at_desk(who)
                .post(f"/nhiem-vu/co-quan/{order.pk}/{step}/", {"reason": "Lý do đủ dài"})
                .status_code
                == 404
            )
    other = city.post("pho", "Lê Phó", city.city, Role.LEADER, "Phó Chủ tịch")
    assert at_desk(other).post(f"/nhiem-vu/co-quan/{order.pk}/duyet/").status_code == 403
    with pytest.raises(ValidationError):
        refuse(order.received, by=city.lan, at=timezone.now(), reason="ngắn")


def test_two_jobs_at_once_tell_each_office_once(transactional_db, office):
    city_ = office
    city_.khanh = office.post("khanh", "Trần Khánh", office.city, Role.LEADER, "Phó Chủ tịch", head=True)
    give_to_offices(by=city_.khanh, at=timezone.now(), title="x", text="x", offices=[office.home_affairs])
    outcomes = together(*[lambda: tell_orders(at=timezone.now())] * 4)
    assert sum(outcomes) == 1 and Task.objects.filter(organisation=office.home_affairs).count() == 1


def test_taken_up_twice_at_once_one_hears_of_the_other(transactional_db, office):
    office.khanh = office.post("khanh", "Trần Khánh", office.city, Role.LEADER, "Phó Chủ tịch", head=True)
    received = ordered(office).received

    def up():
        take_up(Task.objects.get(pk=received.pk), by=office.lan, at=timezone.now(), to=office.dung)

    outcomes = together(up, up)
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "NotAllowedNow"]
