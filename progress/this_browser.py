"""Which of the browsers that are told while no page is open this one is: a signed cookie says so, and opens nothing. Its
session says it too, for whoever ends that session from another browser."""

from django.conf import settings
from django.core import signing

from progress.models import PushAddress

COOKIE = "__Host-push" if settings.SECURE else "push"
LASTS = 400 * 24 * 3600  # seconds: as long as a browser keeps one
_SALT = "progress.this_browser"
_HELD = "push"  # in the session


def remember(response, address: PushAddress) -> None:
    response.set_cookie(
        COOKIE, signing.dumps(address.pk, salt=_SALT), max_age=LASTS, httponly=True,
        secure=settings.SECURE, samesite="Lax",
    )  # fmt: skip


def address_of(request) -> PushAddress | None:
    """Of whoever is signed in here, where he switched it on."""
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return PushAddress.objects.filter(pk=pk, user=request.user).first()


def in_session(request, address: PushAddress) -> None:
    request.session[_HELD] = address.pk


def address_in(held: dict, user) -> PushAddress | None:
    """Of the browser whose session held this."""
    return PushAddress.objects.filter(pk=held.get(_HELD), user=user).first()
