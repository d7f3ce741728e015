from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import actions
from orgs.access import (
    accounts_for,
    by_two,
    holds_elsewhere,
    is_powerful,
    may_end,
    may_look_as,
    require,
    roles_to_give,
)
from orgs.actions import Refused, factors
from orgs.actions.powers import propose_account, propose_post, propose_user
from orgs.forms import PostForm, UserForm
from orgs.models import Organisation, Post, User
from orgs.reauthentication import fresh
from orgs.views.asked import organisation_asked
from orgs.views.proposals import PROPOSED
from ui.paging import page_of
from ui.text import fold, nfc


@require_GET
def users(request):
    require(request.post, "manage_accounts")
    rows = accounts_for(request.post, timezone.localdate())
    query = request.GET.get("q", "").strip()[:200]
    for word in fold(nfc(query)).split()[:10]:
        rows = rows.filter(search_key__contains=word)
    rows = rows.prefetch_related("posts__organisation", "posts__unit")
    context = {"page": page_of(rows, request, "username", "pk"), "q": query, "today": timezone.localdate()}
    return render(request, "orgs/users.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@fresh
def user_add(request):
    """A new account in the organisation of ?co-quan=, else in one's own. With a post that goes by two: proposed."""
    organisation = _organisation(request)
    roles = roles_to_give(request.post)
    form = UserForm(
        request.POST if request.method == "POST" else None, organisation=organisation, roles=roles
    )
    if request.method == "POST" and form.is_valid():
        given = {"organisation": organisation, "by": request.post, "at": timezone.now(), **form.cleaned_data}
        try:
            if by_two(given["role"], head=given["head"]):
                return _proposed(request, propose_user(**given))
            user, password = actions.add_user(**given)
            return _password_once(request, user, password, "Đã thêm người dùng")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "orgs/user_add.html", {"form": form, "organisation": organisation})


@require_GET
def user(request, pk: int):
    person = _person(request, pk)
    return render(request, "orgs/user.html", _facts(request, person))


@require_POST
@fresh
def user_lock(request, pk: int):
    """Taking a power away needs one person only."""
    person = _within_reach(request, pk)
    try:
        actions.lock(person, by=request.post, at=timezone.now())
        messages.success(request, "Đã khóa tài khoản.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("user", pk=pk)


@never_cache
@require_POST
@fresh
def user_unlock(request, pk: int):
    return _new_password(request, pk, "unlock_account", actions.unlock, "Đã mở khóa tài khoản")


@never_cache
@require_POST
@fresh
def user_password(request, pk: int):
    return _new_password(request, pk, "reset_password", actions.reset_password, "Đã đặt lại mật khẩu")


@require_POST
@fresh
def user_factor(request, pk: int):
    """For who has lost the phone and the codes on paper."""
    person, at = _within_reach(request, pk), timezone.now()
    try:
        if is_powerful(person, at):
            return _proposed(request, propose_account("reset_factors", person, by=request.post, at=at))
        factors.reset_factors(person, by=request.post, at=at)
        messages.success(request, "Đã bỏ bước xác thực thứ hai. Hãy nhắc người dùng đặt lại ngay.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("user", pk=pk)


@require_http_methods(["GET", "POST"])
@fresh
def post_add(request, pk: int):
    person, organisation = _person(request, pk), _organisation(request)
    roles = roles_to_give(request.post)
    form = PostForm(
        request.POST if request.method == "POST" else None, organisation=organisation, roles=roles
    )
    if request.method == "POST" and form.is_valid():
        given = {"user": person, "organisation": organisation, "by": request.post, "at": timezone.now()}
        given |= form.cleaned_data
        try:
            if by_two(given["role"], head=given["head"]):
                return _proposed(request, propose_post(**given))
            actions.give_post(**given)
            messages.success(request, "Đã thêm vị trí công tác.")
            return redirect("user", pk=person.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "orgs/post_add.html", {"form": form, "person": person, "organisation": organisation}
    )


@require_POST
@fresh
def post_end(request, pk: int):
    post = get_object_or_404(Post.objects.with_names(), pk=pk)
    if not may_end(request.post, post):
        raise Http404
    try:
        actions.end_post(post, on=timezone.localdate(), by=request.post, at=timezone.now())
        messages.success(request, f"Đã kết thúc vị trí {post}.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("user", pk=post.user_id)


def _organisation(request) -> Organisation:
    require(request.post, "manage_accounts")
    organisation = organisation_asked(request)
    if organisation is None:
        return request.post.organisation
    require(request.post, "manage_accounts", organisation)
    return organisation


def _person(request, pk: int) -> User:
    require(request.post, "manage_accounts")
    return get_object_or_404(accounts_for(request.post, timezone.localdate()), pk=pk)


def _within_reach(request, pk: int) -> User:
    """Somebody whose whole account this administrator may dispose of."""
    person = _person(request, pk)
    if holds_elsewhere(request.post, person, timezone.localdate()):
        raise Http404
    return person


def _facts(request, person: User) -> dict:
    posts = person.posts.with_names().order_by("-valid_from", "-pk")
    return {
        "person": person,
        "posts": [(post, may_end(request.post, post)) for post in posts],
        "looked": [post for post in posts if may_look_as(request.post, post, timezone.localdate())],
        "elsewhere": holds_elsewhere(request.post, person, timezone.localdate()),
        "today": timezone.localdate(),
        "by_two": is_powerful(person, timezone.now()),
    }


def _new_password(request, pk: int, kind: str, act, title: str):
    """At once for an ordinary account; of somebody who signs, seals, leads, clerks or administers, proposed."""
    person, at = _within_reach(request, pk), timezone.now()
    if not is_powerful(person, at):
        return _password_once(request, person, act(person, by=request.post, at=at), title)
    try:
        return _proposed(request, propose_account(kind, person, by=request.post, at=at))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("user", pk=pk)


def _proposed(request, proposal):
    messages.success(request, PROPOSED)
    return redirect(proposal)


def _password_once(request, person: User, password: str, title: str):
    return render(
        request, "orgs/password_once.html", {"person": person, "password": password, "title": title}
    )
