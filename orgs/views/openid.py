"""Signing in with an account of another provider, and linking it to one's own account here."""

import logging
import time

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs.actions import Refused, identities
from orgs.identity import openid, throttle
from orgs.identity.openid import Person, Provider
from orgs.models import Identity
from orgs.reauthentication import fresh
from orgs.views.sign_in import let_in, next_page

logger = logging.getLogger(__name__)
WHERE = "openid_next"  # in the session: the page that waits
LINKING = "openid_link"  # in the session: [provider, issuer, subject, name, second of the epoch]
LASTS = 10 * 60  # seconds
TRIES, OF_ALL = 30, 600  # a minute, from one address and from all: each asks the provider and keeps a session
BACKEND = "orgs.identity.accounts.Accounts"


@login_not_required
@never_cache
@require_GET
def openid_start(request, provider: str):
    """Off to the provider. Whoever is signed in already comes back to link the two accounts.

    A GET, as a form's answer may lead to no other site here (CSP form-action); another site's page cannot begin it.
    """
    found = _provider(provider)
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Http404
    if not throttle.allow("openid", throttle.address_of(request), tries=TRIES, of_all=OF_ALL):
        messages.error(request, "Quá nhiều lượt đăng nhập từ địa chỉ này. Hãy đợi một phút rồi thử lại.")
        return redirect("account" if request.user.is_authenticated else "login")
    try:
        address = openid.question(request, found, _callback(request, found))
    except openid.NotVouched as error:
        return _no(request, found, error)
    request.session[WHERE] = next_page(request)
    return redirect(address)


@login_not_required
@never_cache
@require_GET
def openid_back(request, provider: str):
    """Back from the provider."""
    found = _provider(provider)
    where = request.session.pop(WHERE, "")
    try:
        person = openid.answer(request, found)
    except openid.NotVouched as error:
        return _no(request, found, error)
    if request.user.is_authenticated:
        request.session[LINKING] = [found.key, person.issuer, person.subject, person.name, int(time.time())]
        return redirect("identity_link")
    user = identities.user_of(person, at=timezone.now())
    if user is None:
        messages.error(
            request,
            f"Tài khoản {found.name} này chưa liên kết với tài khoản nào đang dùng ở đây. Hãy đăng nhập bằng tên và mật khẩu,"
            " rồi liên kết ở trang “Tài khoản và bảo mật”.",
        )
        return redirect("login")
    user.backend = BACKEND
    return let_in(request, user, where, proven=False)


@never_cache
@require_http_methods(["GET", "POST"])
@fresh
def identity_link(request):
    """Shows whose account came back from the provider: only its owner knows whether it is his."""
    key, issuer, subject, name, at = request.session.get(LINKING, ["", "", "", "", 0])
    if not 0 <= time.time() - at < LASTS or key not in openid.providers():
        messages.error(request, "Chưa có tài khoản nào để liên kết, hoặc đã quá 10 phút. Hãy làm lại từ đầu.")
        return redirect("account")
    found = openid.providers()[key]
    if request.method != "POST":
        return render(request, "orgs/identity_link.html", {"provider": found, "name": name})
    del request.session[LINKING]
    try:
        person = Person(issuer, subject, name)
        identities.link(request.user, person, provider=found.name, by=request.post, at=timezone.now())
        messages.success(request, f"Đã liên kết. Từ nay bạn đăng nhập được bằng {found.name}.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("account")


@require_POST
@fresh
def identity_unlink(request, pk: int):
    identity = get_object_or_404(Identity.objects.select_related("user"), pk=pk, user=request.user)
    name = next(
        (one.name for one in openid.providers().values() if one.issuer == identity.issuer), identity.issuer
    )
    identities.unlink(identity, provider=name, by=request.post, at=timezone.now())
    messages.success(request, f"Đã bỏ liên kết với {name}.")
    return redirect("account")


def _provider(key: str) -> Provider:
    found = openid.providers().get(key)
    if found is None:
        raise Http404
    return found


def _callback(request, provider: Provider) -> str:
    return request.build_absolute_uri(reverse("openid_back", args=[provider.key]))


def _no(request, provider: Provider, error: openid.NotVouched):
    logger.warning("sign-in at %s: %s", provider.key, error)
    messages.error(
        request,
        f"{provider.name} chưa xác nhận được bạn là ai. Hãy thử lại, hoặc dùng tên đăng nhập và mật khẩu.",
    )
    if request.user.is_authenticated:
        return redirect("account")
    return redirect(f"{reverse('login')}?{urlencode({'next': next_page(request)})}")
