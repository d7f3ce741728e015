import time

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orgs import actions, reauthentication
from orgs.account_forms import ANSWERS, NewPassword, Proof, SignIn
from orgs.actions.looking import stop_looking
from orgs.identity import known_browsers, openid
from orgs.models import User
from orgs.signals import signed_out

WAITING = "waiting"  # in the session of nobody yet: who has given the password and owes the second step
WAITS = 5 * 60  # seconds


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request):
    where = next_page(request)
    if request.user.is_authenticated:
        return redirect(where or resolve_url("desk"))
    form = SignIn(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return let_in(request, form.get_user(), where)
    context = {"form": form, "next": where, "providers": openid.providers().values()}
    return render(request, "orgs/login.html", context)


def let_in(request, user: User, where: str, *, proven: bool = True):
    """The first step is done: on to the second for who has a second factor, else in.

    `proven`: the step was ours. A provider may have let somebody through who sat down at another's computer.
    """
    if not user.second_factor:
        response = _in(request, user, where)
        if not proven:
            reauthentication.forget(request)
        return response
    request.session.cycle_key()
    request.session[WAITING] = [user.pk, user.get_session_auth_hash(), user.backend, int(time.time())]
    return redirect(f"{reverse('second_step')}?{urlencode({'next': where})}")


@login_not_required
@sensitive_post_parameters(*ANSWERS)
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request):
    where, user = next_page(request), _waiting(request)
    if user is None:
        messages.info(request, "Hãy nhập lại tên đăng nhập và mật khẩu.")
        return redirect(f"{reverse('login')}?{urlencode({'next': where})}")
    form = Proof(request, user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        del request.session[WAITING]
        response = _in(request, user, where)
        reauthentication.note(request, by_factor=True)
        return response
    reauthentication.note_failure(request, form)
    return render(request, "orgs/second_step.html", {"form": form, "next": where})


def _in(request, user: User, where: str):
    auth.login(request, user, backend=user.backend)
    response = redirect(where or resolve_url("desk"))
    known_browsers.remember(request, response, user.username)
    return response


def _waiting(request) -> User | None:
    """Who has given the password a moment ago, and whose password is still the same."""
    pk, known, backend, at = request.session.get(WAITING, [0, "", "", 0])
    user = User.objects.filter(pk=pk, is_active=True, second_factor=True).first()
    if user is None or not 0 <= time.time() - at < WAITS or user.get_session_auth_hash() != known:
        return None
    user.backend = backend
    return user


@require_POST
def logout(request):
    if request.user.is_authenticated:
        if request.looking is not None:
            stop_looking(request.looking, by=request.post, at=timezone.now())
        signed_out.send(sender=User, request=request)
    auth.logout(request)
    response = redirect("login")
    # Whoever sits down next must not find the pages by the back button.
    response["Clear-Site-Data"] = '"cache"'
    return response


@sensitive_post_parameters(*ANSWERS)
@never_cache
@require_http_methods(["GET", "POST"])
def prove(request):
    """Asks for the proof that the page in ?next= waits for."""
    where = next_page(request) or resolve_url("desk")
    form = Proof(request, request.user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reauthentication.prove(request, by_factor=form.by_factor)
        return redirect(where)
    reauthentication.note_failure(request, form)
    return render(request, "orgs/prove.html", {"form": form, "next": where})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password(request):
    form = NewPassword(request.user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(
            request.user, form.cleaned_data["new_password1"], keep=request.session.session_key,
            by=request.post, at=timezone.now(),
        )  # fmt: skip
        auth.update_session_auth_hash(request, request.user)
        messages.success(request, "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.")
        return redirect("desk")
    context = {"form": form, "must": request.user.must_change_password, "demo": settings.DEMO}
    return render(request, "orgs/password.html", context)


def next_page(request) -> str:
    """Where to go afterwards: a page of our own only."""
    where = request.POST.get("next") or request.GET.get("next", "")
    # Without the stroke `redirect` would take it for the name of a page.
    safe = where.startswith("/") and url_has_allowed_host_and_scheme(
        where, {request.get_host()}, request.is_secure()
    )
    return where if safe else ""
