"""What comes late, or comes back, between two organisations: it is told once, and leads nobody into a dead end."""

from django.utils import timezone

from documents.actions.work import assignments as work
from documents.actions.work.orders import approve_order, refuse, take_up, tell_orders
from documents.models import Order, Task
from tests.documents.work.test_orders import city, ordered  # noqa: F401
from tests.documents.work.without_paper import told, work_of


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
