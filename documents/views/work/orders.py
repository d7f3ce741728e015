"""Tasks between organisations: given, taken up or refused, their results approved or returned. Find, do, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import may, order_for, task_without_paper
from documents.actions.work import orders
from documents.forms.work.orders import AnswerAboveForm, OrderForm, TakeUpForm
from documents.journey import NotAllowedNow
from documents.models import Order, Task
from documents.views.shared.acting import acted, no_post, sent, tried
from documents.views.work.step import step_page


@require_http_methods(["GET", "HEAD", "POST"])
def give_to_offices(request):
    if request.post is None:
        return no_post(request)
    if not may(request.post, "give_to_offices"):
        raise PermissionDenied("Lãnh đạo, chánh văn phòng mới giao nhiệm vụ cho cơ quan khác.")
    below = orders.offices_below(request.post.organisation, timezone.localdate()).in_order()
    form = OrderForm(sent(request), offices=below)
    if request.method == "POST" and form.is_valid():
        made: list[Task] = []

        def give():
            made.append(orders.give_to_offices(by=request.post, at=timezone.now(), **form.given()))

        if tried(form, give):
            messages.success(request, f"Đã giao nhiệm vụ cho {len(form.given()['offices'])} cơ quan.")
            return redirect(made[0])
    return render(request, "documents/tasks/give_to_offices.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def take_up(request, pk):
    found = task_without_paper(request.post, pk)
    form = TakeUpForm(sent(request), post=request.post)
    if acted(request, found, "take_up", form, orders.take_up):
        messages.success(request, f"Đã tiếp nhận. {form.cleaned_data['to'].user} giao việc tiếp.")
        return redirect(found)
    return step_page(request, found, form, "tasks/take_up")


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    found = task_without_paper(request.post, pk)
    form = AnswerAboveForm(sent(request))
    if acted(request, found, "refuse_task", form, orders.refuse):
        messages.success(request, f"Đã trả lại {found.giver} kèm lý do.")
        return redirect(found)
    return step_page(request, found, form, "tasks/refuse")


@require_http_methods(["GET", "HEAD", "POST"])
def approve_order(request, pk):
    order = order_for(request.post, pk)
    if request.method == "POST":  # else somebody comes back from the sign-in page that came between
        orders.approve_order(order, by=request.post, at=timezone.now())
        messages.success(request, f"Đã duyệt kết quả của {order.receiver}.")
    return redirect(order.task)


@require_http_methods(["GET", "HEAD", "POST"])
def return_order(request, pk):
    order = order_for(request.post, pk)
    _judges(request, order)
    form = AnswerAboveForm(sent(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, lambda: orders.return_order(order, by=request.post, at=timezone.now(), reason=reason)):
            messages.success(request, f"Đã trả lại {order.receiver} để làm tiếp.")
            return redirect(order.task)
    return _return_page(request, order, form)


def _judges(request: HttpRequest, order: Order) -> None:
    if not may(request.post, "judge_order", order.task):
        raise PermissionDenied("Người giao nhiệm vụ mới duyệt hoặc trả lại kết quả của cơ quan nhận.")
    if order.state != Order.State.REPORTED:
        sentence = f"Kết quả của {order.receiver} không chờ duyệt: “{order.get_state_display()}”."
        raise NotAllowedNow(sentence, order.task)


def _return_page(request: HttpRequest, order: Order, form) -> HttpResponse:
    return step_page(request, order.task, form, "tasks/return_order", order=order)
