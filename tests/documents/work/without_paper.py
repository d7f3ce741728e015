"""A task without a paper, brought to a certain point by the office's own acts."""

from django.utils import timezone

from documents.actions.work.orders import give_to_offices, tell_orders
from documents.actions.work.tasks import give_task
from documents.models import Assignment, Order, Task


def given(office, *, by=None, lead=None, **fields) -> Task:
    fields = {"title": "Rà soát biên chế", "text": "Rà soát, đề xuất phương án."} | fields
    return give_task(by=by or office.dung, at=timezone.now(), lead=lead or office.minh, **fields)


def ordered(by, *offices, **fields) -> Order:
    """Given to other organisations, and there; the first of them."""
    fields = {"title": "Báo cáo cải cách", "text": "Báo cáo kết quả quý IV."} | fields
    task = give_to_offices(by=by, at=timezone.now(), offices=list(offices), **fields)
    tell_orders(at=timezone.now())
    return task.orders.first()


def work_of(task: Task, post) -> Assignment:
    return Assignment.objects.get(task=task, assignee=post)


def told(task: Task) -> list[str]:
    return list(task.events.order_by("pk").values_list("kind", flat=True))
