"""One's own account: password, second factors, where one is signed in."""

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import actions, sessions
from orgs.access import must_have_factor
from orgs.account_forms import AuthenticatorCode, PasskeyName
from orgs.actions import Refused, factors
from orgs.identity import openid, passkeys, totp
from orgs.identity.devices import device
from orgs.identity.sealed import seal, unseal
from orgs.models import Authenticator, Passkey
from orgs.reauthentication import fresh

NEW_SECRET = "new_authenticator"  # in the session, sealed: the secret of an app that is being set up


@never_cache
@require_GET
def account(request):
    return render(request, "orgs/account.html", _facts(request))


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@fresh
def authenticator(request):
    """Shows a secret as a picture and as letters; the code that the app then shows proves that it has it."""
    secret = _new_secret(request)
    form = AuthenticatorCode(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.set_authenticator(
                request.user,
                secret=secret,
                code=form.cleaned_data["code"],
                by=request.post,
                at=timezone.now(),
            )
            del request.session[NEW_SECRET]
            return _set(request, codes, "Đã đặt ứng dụng xác thực.")
        except Refused as refusal:
            form.add_error("code", str(refusal))
    context = {"form": form, "letters": totp.readable(secret), "username": request.user.username}
    return render(request, "orgs/authenticator.html", context)


@never_cache
@require_GET
@fresh
@sensitive_variables()
def authenticator_picture(request):
    """The QR code of the secret that is being set up, as a picture of its own: the pages allow no other kind."""
    if NEW_SECRET not in request.session:
        raise Http404
    code = segno.make(totp.uri(_new_secret(request), request.user.username), error="m")
    picture = HttpResponse(content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
    code.save(picture, kind="svg", scale=5, border=4, light="#fff")
    return picture


@require_POST
@fresh
def authenticator_drop(request):
    get_object_or_404(Authenticator, user=request.user)
    return _done(request, factors.drop_authenticator, request.user, words="Đã bỏ ứng dụng xác thực.")


@never_cache
@require_http_methods(["GET", "POST"])
@fresh
def passkey_add(request):
    form = PasskeyName(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = passkeys.registered(request, form.cleaned_data["made"])
            codes = factors.add_passkey(
                request.user, name=form.cleaned_data["name"], made=made, by=request.post, at=timezone.now()
            )
            return _set(request, codes, "Đã thêm khóa truy cập.")
        except passkeys.NotProven:
            form.add_error(
                None,
                "Trình duyệt chưa tạo được khóa truy cập. Khóa phải hỏi mã PIN, vân tay hoặc khuôn mặt của bạn;"
                " hãy đặt một cách hỏi trên máy hoặc trên khóa rồi thử lại.",
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
    possible = passkeys.possible(request)
    options = passkeys.to_register(request, request.user) if possible else ""
    return render(request, "orgs/passkey_add.html", {"form": form, "possible": possible, "options": options})


@require_POST
@fresh
def passkey_drop(request, pk: int):
    key = get_object_or_404(Passkey.objects.select_related("user"), pk=pk, user=request.user)
    return _done(request, factors.drop_passkey, key, words=f"Đã bỏ khóa truy cập “{key.name}”.")


@never_cache
@require_POST
@fresh
def recovery_codes(request):
    try:
        codes = factors.new_recovery_codes(request.user, by=request.post, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("account")
    return _codes_once(request, codes)


@require_POST
@fresh
def session_end(request):
    """One session, or with no `session` named all others."""
    named, here = request.POST.get("session", ""), request.session.session_key
    if named:
        count = sessions.end_named(request.user, named, but=here)
    else:
        count = sessions.end_all(request.user, but=here)
    messages.success(
        request, f"Đã kết thúc {count} phiên đăng nhập." if count else "Phiên này đã kết thúc từ trước."
    )
    return redirect("account")


def _facts(request) -> dict:
    user, here = request.user, request.session.session_key
    return {
        "authenticator": Authenticator.objects.filter(user=user).only("added_at").first(),
        "passkeys": user.passkeys.order_by("pk").only("name", "added_at", "used_at", "user_id"),
        "providers": _providers(user),
        "codes_left": user.recovery_codes.filter(used_at=None).count(),
        "sessions": [
            {
                "name": sessions.name_of(one.session_key),
                "here": one.session_key == here,
                "device": device(one.device),
                "row": one,
            }
            for one in sessions.of(user).defer("session_data")[:50]
        ],
        "looks": user.looks.with_names().order_by("-begun_at")[:10],
    }


def _providers(user) -> list[tuple]:
    known = openid.providers().values()
    linked = {one.issuer: one for one in user.identities.all()} if known else {}
    return [(provider, linked.get(provider.issuer)) for provider in known]


def _done(request, act, what, *, words: str):
    now = timezone.now()
    try:
        act(
            what,
            required=must_have_factor(request.user, request.posts, now) == "now",
            by=request.post,
            at=now,
        )
        messages.success(request, words)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("account")


def _set(request, codes: list[str], words: str):
    messages.success(request, words)
    return _codes_once(request, codes) if codes else redirect("account")


def _codes_once(request, codes: list[str]):
    page = render(request, "orgs/recovery_codes.html", {"codes": codes})
    page["Cache-Control"] = "no-store"
    return page


def _new_secret(request) -> bytes:
    try:
        return unseal(request.session[NEW_SECRET].encode())
    except (KeyError, ValueError):
        secret = totp.new_secret()
        request.session[NEW_SECRET] = seal(secret).decode()
        return secret
