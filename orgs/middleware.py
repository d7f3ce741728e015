"""Which post the person at the keyboard is acting as. One at a time; powers are never a union of posts."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib import auth, messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from orgs import looking, sessions
from orgs.access import must_have_factor, posts_of
from ui.ids import parse_id

SESSION_KEY = "post"
BEFORE_NEW_PASSWORD = frozenset({"password", "logout", "login"})
BEFORE_FACTOR = BEFORE_NEW_PASSWORD | {
    "account", "authenticator", "authenticator_picture", "passkey_add", "recovery_codes", "prove", "session_end",
    "notices", "notices_seen", "notices_count",
}  # fmt: skip
AS_NOBODY = frozenset({"act_as", "password", "logout", "login"})  # presses that no post makes
POST_GONE = "Vị trí bạn đang dùng không còn: đã kết thúc, hoặc ủy quyền đã hết."


def acting_post(get_response):
    def middleware(request):
        request.post, request.posts, request.post_gone, request.looking = None, [], False, None
        request.factor_due, request.factor_from = "", settings.SECOND_FACTOR_FROM
        over = sessions.ended(request) if request.user.is_authenticated else ""
        if over:
            auth.logout(request)
            messages.info(request, over)
        if request.user.is_authenticated:
            request.posts = posts_of(request.user, timezone.localdate())
            _choose(request)
            request.looking = looking.current(request)
            if not request.user.second_factor:
                request.factor_due = must_have_factor(request.user, request.posts, timezone.now())
        elif _body(request) > 2 * settings.MAX_FILE_BYTES and not _bounds_upload(request):
            # The check of the form's token would write the whole of it to disk before asking who sent it.
            return _back_to_the_page(request, redirect(settings.LOGIN_URL))
        most = settings.MAX_FILE_BYTES * settings.MAX_FILES_PER_PAPER
        if _body(request) > most and not _bounds_upload(request):
            raise RequestDataTooBig("more than one paper with all its files")
        response = _private(request, _back_to_the_page(request, get_response(request)))
        if over:
            response["Clear-Site-Data"] = '"cache"'
        return response

    middleware.process_view = _before_the_view
    return middleware


def _choose(request) -> None:
    """The post chosen last; when it is one's no more, the first of one's own, and one is told so."""
    chosen = request.session.get(SESSION_KEY)
    held = next((post for post in request.posts if post.pk == chosen), None)
    request.post = held or next(iter(request.posts), None)
    request.post_gone = chosen is not None and held is None
    # A picture or a list fetched by a page is seen by nobody: the choice stands until a page is opened.
    if request.post_gone and request.method == "GET" and _opens_a_page(request):
        del request.session[SESSION_KEY]
        messages.warning(request, f"{POST_GONE} Từ bây giờ bạn làm việc với vai trò ghi ở góc trên.")


def _opens_a_page(request) -> bool:
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _body(request) -> int:
    return parse_id(request.META.get("CONTENT_LENGTH") or "") or 0


def _bounds_upload(request) -> bool:
    """A page that looks at the length by itself before it reads, and says so on itself."""
    try:
        return getattr(resolve(request.path_info).func, "bounds_upload", False)
    except Resolver404:
        return False


def _before_the_view(request, view, args, kwargs):
    """A password that somebody else knows opens one page only: the one that changes it.

    And what was written as one post is never sent as another that the person also has.
    """
    if not request.user.is_authenticated:
        return None
    name = request.resolver_match.url_name if request.resolver_match else ""
    if request.looking is not None:  # before every other way that leads to a page of one's own
        return looking.gate(request, name)
    if request.user.must_change_password:
        free = name in BEFORE_NEW_PASSWORD or getattr(view, "login_required", True) is False
        return None if free else redirect("password")
    if request.factor_due == "now" and name not in BEFORE_FACTOR and getattr(view, "login_required", True):
        return redirect("account")
    if request.post_gone and request.method == "POST" and name not in AS_NOBODY:
        raise PermissionDenied(f"{POST_GONE} Chưa có gì được ghi. Hãy về bàn làm việc rồi làm lại.")
    return None


def _private(request, response):
    """Pages for one person are kept by no server between; the browser asks again before it shows its copy."""
    if request.user.is_authenticated and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache"
    return response


def _back_to_the_page(request, response):
    """A session that ended in the middle of a form: sign in, and be back on the page of the form.

    Without this the way back would be the address the form was sent to, which is no page to look at.
    """
    if request.method != "POST" or request.user.is_authenticated or response.status_code != 302:
        return response
    login = reverse(settings.LOGIN_URL)
    if urlsplit(response["Location"]).path != login or request.path in (
        reverse("logout"),
        reverse("second_step"),
    ):
        return response
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return redirect(login)
    parts = urlsplit(page)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return redirect(f"{login}?next={quote(path)}")
