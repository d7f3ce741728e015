from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orgs import reauthentication
from orgs.forms import ANSWERS, NewPassword, Proof, SignIn


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request):
    where = _next(request)
    if request.user.is_authenticated:
        return redirect(where or resolve_url("desk"))
    form = SignIn(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        auth.login(request, form.get_user())
        return redirect(where or resolve_url("desk"))
    return render(request, "orgs/login.html", {"form": form, "next": where})


@require_POST
def logout(request):
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
    where = _next(request) or resolve_url("desk")
    form = Proof(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reauthentication.prove(request, by_factor=form.by_factor)
        return redirect(where)
    return render(request, "orgs/prove.html", {"form": form, "next": where})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password(request):
    form = NewPassword(request.user, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        auth.update_session_auth_hash(request, form.save())
        messages.success(request, "Đã đổi mật khẩu.")
        return redirect("desk")
    return render(request, "orgs/password.html", {"form": form, "must": request.user.must_change_password})


def _next(request) -> str:
    """Where to go afterwards: a page of our own only."""
    where = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(where, {request.get_host()}, request.is_secure())
    return where if safe else ""
