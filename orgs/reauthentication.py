"""Proving again that it is you, before an act that matters: signing, sealing, granting, administering (ASVS 5, 7.5).

A proof lasts ten minutes and belongs to the session; signing in here is one. Whoever has a second factor proves with
that, everybody else with the password.
"""

import time
from functools import wraps

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from orgs.account_forms import ANSWERS, Proof

LASTS = 10 * 60  # seconds
SESSION_KEY = "proof"  # [second of the epoch, by a second factor or not]


def fresh(view):
    """The view is reached only with a fresh proof; what was typed into it is not lost by asking for one."""

    @wraps(view)
    @sensitive_post_parameters(*ANSWERS)
    def asking(request, *args, **kwargs):
        return ask(request) or view(request, *args, **kwargs)

    return asking


def fresh_to_send(view):
    """As `fresh`, of a page that everybody may open: only what is sent from it needs the proof."""

    @wraps(view)
    @sensitive_post_parameters(*ANSWERS)
    def asking(request, *args, **kwargs):
        return (request.method == "POST" and ask(request)) or view(request, *args, **kwargs)

    return asking


def ask(request):
    """The answer that asks for a proof; None when there is a fresh one, or when the request brings it.

    A page that is opened waits behind the asking page. A form that is sent is asked on a page that carries its fields
    along, and comes here again with the answer; only files have to be chosen again, no page can carry them.
    """
    if is_fresh(request):
        return None
    if request.method != "POST":
        return redirect(f"{reverse('prove')}?{urlencode({'next': request.get_full_path()})}")
    answered = any(request.POST.get(name) for name in ANSWERS)
    form = Proof(request, request.user, data=request.POST if answered else None)
    if answered and form.is_valid():
        prove(request, by_factor=form.by_factor)
        return None
    note_failure(request, form)
    page = render(request, "orgs/prove.html", {"form": form, "carried": _carried(request)})
    page["Cache-Control"] = "no-store"
    return page


def note_failure(request, form: Proof) -> None:
    """A wrong password, code or passkey behind the first door is written down as one at it (decree 30 Phụ lục VI
    III.6b); one that had to wait was not looked at, and an empty form is no guess."""
    if form.guessed:
        credentials = {"username": form.user.username}
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def is_fresh(request) -> bool:
    return _age(request) < LASTS


def with_factor(request) -> bool:
    """The fresh proof was a second factor, not the password alone."""
    return is_fresh(request) and request.session[SESSION_KEY][1]


def prove(request, *, by_factor: bool) -> None:
    """Notes a proof just given. The session gets a new key, as after signing in (ASVS 5, 7.2.4)."""
    request.session.cycle_key()
    note(request, by_factor=by_factor)


def note(request, *, by_factor: bool) -> None:
    request.session[SESSION_KEY] = [int(time.time()), by_factor]


def forget(request) -> None:
    request.session.pop(SESSION_KEY, None)


def _age(request) -> float:
    at = request.session.get(SESSION_KEY, [0, False])[0]
    age = time.time() - at
    return age if age > -1 else LASTS  # a proof of the future, from a clock that was put right, is none


def _carried(request) -> dict:
    """The fields of a form that was sent, and which files it had."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in (*ANSWERS, "csrfmiddlewaretoken")
    ]
    files = [(name, file.name) for name, files in request.FILES.lists() for file in files]
    return {"to": request.get_full_path(), "fields": fields, "files": files}


def _signed_in(sender, request, user, **kwargs) -> None:
    note(request, by_factor=False)


user_logged_in.connect(_signed_in, dispatch_uid="signing in is a proof")
