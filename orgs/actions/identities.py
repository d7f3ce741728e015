"""Whose account at a provider of OpenID Connect opens which account here. Nobody but the owner links; none is made by it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from orgs.actions.notices import tell
from orgs.actions.refused import Refused
from orgs.identity.openid import Person
from orgs.models import Identity, Post, User
from orgs.record import record


@transaction.atomic
def link(user: User, person: Person, *, provider: str, by: Post | None, at: datetime) -> None:
    try:
        with transaction.atomic():
            Identity.objects.create(user=user, issuer=person.issuer, subject=person.subject, added_at=at)
    except IntegrityError:
        raise Refused(
            f"Tài khoản {provider} này đã liên kết với một tài khoản ở đây, hoặc bạn đã liên kết một tài khoản {provider} khác."
        ) from None
    _told(user, "link_identity", f"Đã liên kết tài khoản {provider} với tài khoản của bạn.", by=by, at=at)


@transaction.atomic
def unlink(identity: Identity, *, provider: str, by: Post | None, at: datetime) -> None:
    identity.delete()
    text = f"Đã bỏ liên kết tài khoản {provider} khỏi tài khoản của bạn."
    _told(identity.user, "unlink_identity", text, by=by, at=at)


def user_of(person: Person, *, at: datetime) -> User | None:
    """Whose account it opens; nobody's when it is linked to none, or to one that is locked."""
    identity = (
        Identity.objects.select_related("user")
        .filter(issuer=person.issuer, subject=person.subject, user__is_active=True)
        .first()
    )
    if identity is None:
        return None
    Identity.objects.filter(pk=identity.pk).update(used_at=at)
    return identity.user


def _told(user: User, kind: str, text: str, *, by: Post | None, at: datetime) -> None:
    tell([user], text, at=at, url="/tai-khoan/")
    if by is not None:
        record(kind, by.organisation, by=by, at=at, account=user.username)
