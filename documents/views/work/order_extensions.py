"""A later day of what another organisation gave: asked there, granted, refused, withdrawn. Find, do, answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import order_extension_for, task_without_paper
from documents.actions.work import order_extensions
from documents.forms.work.follow_up import GrantExtensionForm
from documents.forms.work.orders import AnswerAboveForm, AskAboveForm
from documents.models import Extension
from documents.views.shared.acting import acted, sent
from documents.views.shared.rows import moment
from documents.views.work.step import step_page
from ui.days import parse_day


@require_http_methods(["GET", "HEAD", "POST"])
def ask_above(request, pk):
    found = task_without_paper(request.post, pk)
    form = AskAboveForm(sent(request), initial={"due_on": parse_day(request.GET.get("den", ""))})
    if acted(request, found, "ask_above", form, order_extensions.ask_above):
        messages.success(request, f"Đã xin {found.giver} gia hạn. Thời hạn chưa đổi cho đến khi được đồng ý.")
        return redirect(found)
    now, order = moment(), found.order
    extra = {
        "order": order,
        "left": order_extensions.left_to_grant(order),
        "limit": order.task.organisation.extension_limit,
        "waiting": order.extensions.waiting().for_paper().first(),
        "suggested": [now.calendar.add(max(order.due_on, now.today), days) for days in (1, 3, 5, 10)],
    }
    return step_page(request, found, form, "tasks/ask_above", **extra)


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request, pk):
    asked = order_extension_for(request.post, pk)
    form = GrantExtensionForm(sent(request), initial={"due_on": asked.due_asked})
    if acted(request, asked, "grant_extension", form, order_extensions.grant_above):
        messages.success(request, f"Đã gia hạn cho {asked.order.receiver} đến {asked.due_granted:%d/%m/%Y}.")
        return redirect(asked.order.task)
    return _judge_page(request, asked, form, "grant_order_extension")


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    asked = order_extension_for(request.post, pk)
    form = AnswerAboveForm(sent(request))
    if acted(request, asked, "refuse_extension", form, order_extensions.refuse_above):
        messages.success(request, f"Đã từ chối gia hạn; {asked.order.receiver} đọc được lý do.")
        return redirect(asked.order.task)
    return _judge_page(request, asked, form, "refuse_order_extension")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    asked = order_extension_for(request.post, pk)
    if request.method == "POST":  # else somebody comes back from the sign-in page that came between
        order_extensions.withdraw_above(asked, by=request.post, at=timezone.now())
        messages.success(request, "Đã rút đề nghị gia hạn; thời hạn giữ nguyên.")
    return redirect(asked.order.received)


def _judge_page(request: HttpRequest, asked: Extension, form, name: str) -> HttpResponse:
    order = asked.order
    left = order_extensions.left_to_grant(order)
    return step_page(request, order.task, form, f"tasks/{name}", asked=asked, order=order, left=left)
