"""Where each chooses what comes by mail; an office, for those who have not chosen; and the address of one's deadlines."""

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orgs.access import may, require
from orgs.actions.refused import Refused
from orgs.reauthentication import fresh
from progress.actions.choosing import choose, choose_for_office, end_calendar, renew_calendar
from progress.actions.pushing import begin_push, end_push
from progress.forms import WishForm
from progress.models import CalendarAddress, PushAddress, Wish
from progress.push import encoded, key_of, point_of
from progress.this_browser import in_session, remember
from progress.wishes import Wanted, wanted


@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request) -> HttpResponse:
    now = wanted(request.user, timezone.now())
    form = WishForm(request.POST or None, wish=now.own, before=Wanted(None, now.office), of_office=False)
    if request.method == "POST" and form.is_valid():
        choose(request.user, form.chosen())
        messages.success(request, "Đã lưu cách nhận thông báo của bạn.")
        return redirect("notice_choices")
    return render(request, "progress/choices.html", _around(request, now) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def office_notice_choices(request) -> HttpResponse:
    require(request.post, "set_office_rules")
    office = request.post.organisation
    wish = Wish.objects.filter(organisation=office).first()
    form = WishForm(request.POST or None, wish=wish, before=Wanted(None, None), of_office=True)
    if request.method == "POST" and form.is_valid():
        try:
            choose_for_office(office, form.chosen(), by=request.post, at=timezone.now())
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        messages.success(request, "Đã lưu cách gửi thư thông báo của cơ quan.")
        return redirect("office_notice_choices")
    return render(request, "progress/office_choices.html", {"form": form, "office": office})


@never_cache
@require_POST
@fresh
def calendar_renew(request) -> HttpResponse:
    """The address is on the answer to this press, and on no page after it."""
    token = renew_calendar(request.user, at=timezone.now())
    now = wanted(request.user, timezone.now())
    form = WishForm(None, wish=now.own, before=Wanted(None, now.office), of_office=False)
    address = f"{settings.PUBLIC_URL}{reverse('calendar', args=[token])}"
    return render(
        request, "progress/choices.html", _around(request, now) | {"form": form, "address": address}
    )


@require_POST
def calendar_end(request) -> HttpResponse:
    end_calendar(request.user)
    messages.success(request, "Đã bỏ địa chỉ lịch. Lịch đã đăng ký ở nơi khác không nhận gì nữa.")
    return redirect("notice_choices")


@require_POST
def push_begin(request) -> HttpResponse:
    """A browser's own address, given by the browser when its owner pressed."""
    given = {name: request.POST.get(name, "")[:600] for name in ("endpoint", "point", "secret")}
    device = _device(request.headers.get("User-Agent", ""))
    response = redirect("notice_choices")
    try:
        with transaction.atomic():  # with the session, which may just be ended from another browser
            request.session.save()  # held first, as by whoever ends it
            address = begin_push(request.user, **given, device=device, at=timezone.now())
            in_session(request, address)
            request.session.save()
    except UpdateError as error:
        raise SessionInterrupted from error
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        remember(response, address)
        messages.success(request, "Đã bật thông báo đẩy trên thiết bị này.")
    return response


@require_POST
def push_end(request, pk: int) -> HttpResponse:
    end_push(get_object_or_404(PushAddress, pk=pk, user=request.user))
    messages.success(request, "Đã tắt thông báo đẩy trên thiết bị đó.")
    return redirect("notice_choices")


def _device(agent: str) -> str:
    """Enough for its owner to know it again."""
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    system = next((one for one in systems if one in agent), "thiết bị")
    return f"{next((name for mark, name in browsers if mark in agent), 'Trình duyệt')} trên {system}"


def _around(request, now: Wanted) -> dict:
    return {
        "mail_leaves": bool(settings.EMAIL_URL),
        "words_allowed": bool(now.office and now.office.with_words),
        "may_set_office": may(request.post, "set_office_rules"),
        "push_key": encoded(point_of(key_of(settings.PUSH_KEY))) if settings.PUSH_KEY else "",
        "browsers": PushAddress.objects.filter(user=request.user).order_by("pk"),
        "calendar": CalendarAddress.objects.filter(user=request.user).first(),
    }
