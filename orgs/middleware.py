"""Which post the person at the keyboard is acting as. One at a time; powers are never a union of posts."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from orgs.access import posts_of

SESSION_KEY = "post"
BEFORE_NEW_PASSWORD = frozenset({"password", "logout", "login"})


def acting_post(get_response):
    def middleware(request):
        request.post, request.posts = None, []
        if request.user.is_authenticated:
            request.posts = posts_of(request.user, timezone.localdate())
            chosen = request.session.get(SESSION_KEY)
            request.post = next((p for p in request.posts if p.pk == chosen), None) or next(
                iter(request.posts), None
            )
        return _back_to_the_page(request, get_response(request))

    middleware.process_view = _new_password_first
    return middleware


def _new_password_first(request, view, args, kwargs):
    """A password that somebody else knows opens one page only: the one that changes it."""
    if not request.user.is_authenticated or not request.user.must_change_password:
        return None
    match = request.resolver_match
    if (match and match.url_name in BEFORE_NEW_PASSWORD) or getattr(view, "login_required", True) is False:
        return None
    return redirect("password")


def _back_to_the_page(request, response):
    """A session that ended in the middle of a form: sign in, and be back on the page of the form.

    Without this the way back would be the address the form was sent to, which is no page to look at.
    """
    if request.method != "POST" or request.user.is_authenticated or response.status_code != 302:
        return response
    login = reverse(settings.LOGIN_URL)
    if urlsplit(response["Location"]).path != login or request.path == reverse("logout"):
        return response
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return redirect(login)
    parts = urlsplit(page)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return redirect(f"{login}?next={quote(path)}")
