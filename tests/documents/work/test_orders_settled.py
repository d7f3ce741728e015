"""What comes late, or comes back, between two organisations: it is told once, and leads nobody into a dead end."""

from django.urls import reverse
from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.directions import amend, retract
from documents.actions.work.orders import approve_order, refuse, return_order, take_up, tell_orders
from documents.actions.work.results import approve_result, return_result
from documents.actions.work.tasks import call_off
from documents.models import Assignment, Order, Task
from orgs.actions import delegate
from orgs.models import Notice, Role
from tests.documents.desks import at_desk, directed, task_of, words
from tests.documents.work.test_orders import city, ordered, taken_up  # noqa: F401
from tests.documents.work.without_paper import given, told, work_of

TODAY = timezone.localdate()


def test_a_refusal_told_after_the_whole_is_done_is_told_all_the_same(city):  # noqa: F811
    office, order = city, ordered(city, offices=[city.home_affairs, city.justice])
    take_up(order.received, by=office.dung, at=timezone.now(), to=office.dung)
    work.direct(order.received, by=office.dung, at=timezone.now(), text="Làm", lead=office.minh)
    work.finish(work_of(order.received, office.minh), by=office.minh, at=timezone.now(), result="Xong")
    tell_orders(at=timezone.now())
    other = Order.objects.get(receiver=office.justice)
    refuse(other.received, by=office.khach, at=timezone.now(), reason="Không thuộc chức năng của Sở")
    approve_order(Order.objects.get(pk=order.pk), by=office.khanh, at=timezone.now())
    assert Task.objects.get(pk=order.task_id).state == "completed"
    tell_orders(at=timezone.now())
    assert not Order.objects.untold().exists()
    assert told(order.task).count("complete") == 1 and "order_refused" in told(order.task)


def test_called_off_above_its_parts_end_with_it_and_their_people_are_told(city):  # noqa: F811
    office, received = city, taken_up(city)
    work.direct(received, by=office.dung, at=timezone.now(), text="Làm", lead=office.hoa)
    part = given(office, by=office.dung, lead=office.hoa, parent=received)
    below = given(office, by=office.hoa, lead=office.minh, parent=part)
    call_off(received.order.task, by=office.khanh, at=timezone.now(), reason="Thành phố không cần nữa")
    tell_orders(at=timezone.now())
    assert set(Task.objects.values_list("state", flat=True)) == {"called_off"}
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert "Thành phố không cần nữa" in Notice.objects.filter(user=office.minh.user).last().text
    assert told(below)[-2:] == ["withdraw", "called_off_above"]


def test_a_result_returned_above_is_handed_on_again(city):  # noqa: F811
    office, received = city, taken_up(city)
    now = timezone.now()
    work.direct(received, by=office.dung, at=now, text="Làm", lead=office.hoa)
    work.hand_on(work_of(received, office.hoa), by=office.hoa, at=now, text="Làm", lead=office.minh)
    work.finish(work_of(received, office.minh), by=office.minh, at=now, result="Phần của tôi")
    tell_orders(at=now)
    order = Order.objects.get(received=received)
    return_order(order, by=office.khanh, at=now, reason="Thiếu số liệu ba quận")
    tell_orders(at=now)
    sent = {"text": "Bổ sung số liệu", "lead": office.minh.pk}
    hoa = at_desk(office.hoa)
    assert hoa.post(f"/cong-viec/{work_of(received, office.hoa).pk}/chuyen-tiep/", sent).status_code == 302
    again = Assignment.objects.get(task=received, assignee=office.minh, state="new")
    work.finish(again, by=office.minh, at=now, result="Đã bổ sung")
    assert Task.objects.get(pk=received.pk).state == "reported"


def test_a_result_returned_by_the_head_of_the_room_is_handed_on_again(office):
    type(office.home_affairs).objects.filter(pk=office.home_affairs.pk).update(head_approves=True)
    now, paper = timezone.now(), directed(office, lead=office.dung)
    first = task_of(paper, office.dung)
    work.hand_on(first, by=office.dung, at=now, text="Làm", lead=office.hoa)
    room = task_of(paper, office.hoa)
    work.hand_on(room, by=office.hoa, at=now, text="Làm", lead=office.minh)
    work.finish(task_of(paper, office.minh), by=office.minh, at=now, result="Xong")
    approve_result(task_of(paper, office.minh), by=office.hoa, at=now)
    return_result(task_of(paper, office.hoa), by=office.dung, at=now, reason="Thiếu số liệu")
    work.hand_on(task_of(paper, office.hoa), by=office.hoa, at=now, text="Bổ sung", lead=office.minh)
    assert Assignment.objects.filter(incoming=paper, assignee=office.minh, state="new").count() == 1


def test_the_deputy_who_directed_a_received_task_amends_retracts_and_judges_it(city):  # noqa: F811
    type(city.home_affairs).objects.filter(pk=city.home_affairs.pk).update(head_approves=True)
    office, order = city, ordered(city)
    received, thao = order.received, at_desk(city.thao)
    take_up(received, by=office.lan, at=timezone.now(), to=office.thao)
    first = {"text": "Làm", "lead": office.hoa.pk}
    assert thao.post(f"/nhiem-vu/{received.pk}/giao/", first).status_code == 302
    page = words(thao.get(received.get_absolute_url()))
    assert "Sửa nhiệm vụ" in page and "Rút lại để giao lại" in page
    other = office.post("pho", "Lê Phó", office.home_affairs, Role.LEADER, "Phó Giám đốc")
    assert "Sửa nhiệm vụ" not in words(at_desk(other).get(received.get_absolute_url()))
    retract(Task.objects.get(pk=received.pk), by=office.thao, at=timezone.now(), reason="Nhầm người")
    assert thao.post(f"/nhiem-vu/{received.pk}/giao/", first).status_code == 302
    found = Task.objects.get(pk=received.pk)
    amend(found, by=office.thao, at=timezone.now(), text="Làm kỹ", lead=office.hoa)
    mine = Assignment.objects.get(task=received, assignee=office.hoa, state="new")
    work.finish(mine, by=office.hoa, at=timezone.now(), result="Đã có báo cáo")
    assert thao.post(f"/cong-viec/{mine.pk}/duyet-ket-qua/").status_code == 302
    received.refresh_from_db()
    assert received.state == "reported"


def lent_clerk(office, kind):
    delegate(
        post=office.lan, to=office.minh.user, valid_from=TODAY, valid_to=TODAY, reason="", kinds=[kind], away=True,
        by=office.lan.user, at=timezone.now(),
    )  # fmt: skip
    client = at_desk(office.minh)
    client.post(reverse("act_as"), {"post": office.lan.pk})
    return client


def test_who_stands_in_for_the_clerk_at_reception_takes_up_what_another_gave(city):  # noqa: F811
    received, client = ordered(city).received, lent_clerk(city, "reception")
    assert [row["value"] for row in client.get("/nhiem-vu/?box=arrived").context["rows"]] == [received.pk]
    assert client.get(received.get_absolute_url()).status_code == 200
    taken = client.post(f"/nhiem-vu/{received.pk}/tiep-nhan/", {"to": city.dung.pk})
    assert taken.url == received.get_absolute_url()
    other = given(city)
    assert client.get(other.get_absolute_url()).status_code == 404


def test_who_stands_in_for_the_clerk_at_work_alone_has_nothing_to_take_up(city):  # noqa: F811
    received, client = ordered(city).received, lent_clerk(city, "work")
    assert not client.get("/nhiem-vu/?box=arrived").context["rows"]
    assert client.get(received.get_absolute_url()).status_code == 404
