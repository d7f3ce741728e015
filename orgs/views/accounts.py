from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import actions
from orgs.access import accounts_for, holds_elsewhere, may_end, require, roles_to_give
from orgs.actions import Refused, factors
from orgs.forms import PostForm, UserForm
from orgs.models import Organisation, Post, User
from orgs.paging import page
from orgs.reauthentication import fresh
from orgs.text import fold, nfc


@require_GET
def users(request):
    require(request.post, "manage_accounts")
    rows = accounts_for(request.post, timezone.localdate())
    query = request.GET.get("q", "").strip()[:200]
    for word in fold(nfc(query)).split()[:10]:
        rows = rows.filter(search_key__contains=word)
    rows = rows.prefetch_related("posts__organisation", "posts__unit")
    context = {"page": page(rows, ("username", "pk"), request), "q": query, "today": timezone.localdate()}
    return render(request, "orgs/users.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@fresh
def user_add(request):
    """A new account in the organisation of ?co-quan=, else in one's own."""
    organisation = _organisation(request)
    roles = roles_to_give(request.post)
    form = UserForm(
        request.POST if request.method == "POST" else None, organisation=organisation, roles=roles
    )
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.add_user(
                organisation=organisation, by=request.post, at=timezone.now(), **form.cleaned_data
            )
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
    return _done(request, pk, lambda person: actions.lock(person, by=request.post), "Đã khóa tài khoản.")


@never_cache
@require_POST
@fresh
def user_unlock(request, pk: int):
    person = _within_reach(request, pk)
    return _password_once(request, person, actions.unlock(person, by=request.post), "Đã mở khóa tài khoản")


@never_cache
@require_POST
@fresh
def user_password(request, pk: int):
    person = _within_reach(request, pk)
    password = actions.reset_password(person, by=request.post)
    return _password_once(request, person, password, "Đã đặt lại mật khẩu")


@require_POST
@fresh
def user_factor(request, pk: int):
    """For who has lost the phone and the codes on paper."""

    def act(person):
        factors.reset_factors(person, by=request.post, at=timezone.now())

    return _done(request, pk, act, "Đã bỏ bước xác thực thứ hai. Hãy nhắc người dùng đặt lại ngay.")


@require_http_methods(["GET", "POST"])
@fresh
def post_add(request, pk: int):
    person, organisation = _person(request, pk), _organisation(request)
    roles = roles_to_give(request.post)
    form = PostForm(
        request.POST if request.method == "POST" else None, organisation=organisation, roles=roles
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_post(
                user=person,
                organisation=organisation,
                by=request.post,
                at=timezone.now(),
                **form.cleaned_data,
            )
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
    asked = request.GET.get("co-quan", "")
    if not asked:
        return request.post.organisation
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        raise Http404
    organisation = get_object_or_404(Organisation.objects.inside(), pk=asked)
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
        "elsewhere": holds_elsewhere(request.post, person, timezone.localdate()),
        "today": timezone.localdate(),
    }


def _done(request, pk: int, act, words: str):
    person = _within_reach(request, pk)
    try:
        act(person)
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("user", pk=pk)


def _password_once(request, person: User, password: str, title: str):
    return render(
        request, "orgs/password_once.html", {"person": person, "password": password, "title": title}
    )
