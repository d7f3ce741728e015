"""What comes late, or comes back, between two organisations: it is told once, and leads nobody into a dead end."""

from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.orders import approve_order, refuse, take_up, tell_orders
from documents.actions.work.tasks import call_off
from documents.models import Assignment, Order, Task
from orgs.models import Notice
from tests.documents.work.test_orders import city, ordered, taken_up  # noqa: F401
from tests.documents.work.without_paper import given, told, work_of


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
