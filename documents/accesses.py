"""Sign-ins, sign-outs and failures become rows (decree 30 Phụ lục VI III.5a, III.6b)."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from documents.models import Access
from orgs.identity.throttle import address_of
from orgs.models import Post, User


@receiver(user_logged_in)
def came_in(request, user, **_) -> None:
    _note(Access.Kind.IN, request, user)


@receiver(user_logged_out)
def went_out(request, user, **_) -> None:
    if user is not None:
        _note(Access.Kind.OUT, request, user)


@receiver(user_login_failed)
def failed(credentials, request=None, **_) -> None:
    name = str(credentials.get("username") or "")[:150]
    _note(Access.Kind.FAILED, request, User.objects.filter(username=name).first() if name else None)


def _note(kind: str, request, user: User | None) -> None:
    Access.objects.create(
        kind=kind,
        user=user,
        organisation_id=_organisation(user),
        address=_address(request),
        at=timezone.now(),
    )


def _organisation(user: User | None) -> int | None:
    """Where the person works; unknown for somebody with posts in several organisations."""
    if user is None:
        return None
    posts = Post.objects.on(timezone.localdate()).filter(user=user)
    found = list(posts.order_by().values_list("organisation", flat=True).distinct()[:2])
    return found[0] if len(found) == 1 else None


def _address(request) -> str:
    there = request is not None and "REMOTE_ADDR" in request.META
    return address_of(request)[:45] if there else ""
