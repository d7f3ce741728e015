"""Accounts and the posts people hold."""

import logging
import secrets
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs import sessions
from orgs.actions.authorities import end_with_post, with_post
from orgs.actions.notices import by_mail, tell
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post, Unit, User
from orgs.record import record

logger = logging.getLogger(__name__)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # read aloud and typed from paper without doubt


def new_password() -> str:
    """About 59 bits, shown once; the holder must change it at the first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


@transaction.atomic
def add_user(
    *,
    username: str,
    full_name: str,
    organisation: Organisation,
    role: str,
    title: str,
    on: date,
    by: Post,
    at: datetime,
    unit: Unit | None = None,
    head: bool = False,
) -> tuple[User, str]:
    """A new account with its first post, and the password to hand over. Refused when the name is taken."""
    password = new_password()
    user = User(username=username, full_name=full_name, must_change_password=True)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"Tên đăng nhập “{username}” đã có người dùng.") from None
    give_post(
        user=user,
        organisation=organisation,
        role=role,
        title=title,
        unit=unit,
        head=head,
        on=on,
        by=by,
        at=at,
    )
    return user, password


def give_post(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    title: str,
    on: date,
    by: Post,
    at: datetime,
    unit: Unit | None = None,
    head: bool = False,
) -> Post:
    """A post from a day on, with the right to sign it brings. Refused when the person already holds it then."""
    if not organisation.open_on(on):
        raise Refused(f"{organisation} không hoạt động vào ngày {on:%d/%m/%Y}.")
    if unit is not None and unit.organisation_id != organisation.pk:
        raise Refused(f"{unit} không thuộc {organisation}.")
    try:
        with transaction.atomic():
            # Of two at once the second waits here; at the exclusion constraint each might wait for the other.
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            post = Post.objects.create(
                user=user,
                organisation=organisation,
                unit=unit,
                role=role,
                title=title,
                head=head,
                valid_from=on,
            )
            with_post(post, at=at, by=by.user)
    except IntegrityError:
        raise Refused(f"{user} đã giữ vai trò này tại {unit or organisation} trong thời gian đó.") from None
    logger.info("post %s given to %s by post %s", post.pk, user.pk, by.pk)
    return post


@transaction.atomic
def end_post(post: Post, *, on: date, by: Post, at: datetime) -> None:
    """The post ends at the end of the day before `on`, and every right to sign with it.

    A post always lasts at least its first day.
    """
    if post.pk == by.pk:
        raise Refused("Không thể tự kết thúc vị trí đang dùng. Hãy nhờ một quản trị khác.")
    last = max(on, post.valid_from + timedelta(days=1))
    if not Post.objects.filter(pk=post.pk, valid_to=None).update(valid_to=last):
        raise Refused("Vị trí này đã có ngày kết thúc.")
    end_with_post(post, last=last, by=by, at=at)
    logger.info("post %s of %s ended by post %s", post.pk, post.user_id, by.pk)


def change_password(user: User, password: str, *, keep: str, by: Post | None, at: datetime) -> None:
    """The owner's own change, told to the owner; every session ends but the one with the key `keep`."""
    with transaction.atomic():
        user.must_change_password = False
        user.set_password(password)
        # Only what changed here: an account locked a moment ago must not be opened again by an old row.
        user.save(update_fields=["password", "must_change_password"])
        sessions.end_all(user, but=keep)
        text = f"Mật khẩu của bạn đã được đổi lúc {timezone.localtime(at):%H:%M %d/%m/%Y}. Nếu không phải bạn, hãy báo ngay quản trị đơn vị."
        tell([user], text, at=at, url="/tai-khoan/")
        if by is not None:
            record("change_password", by.organisation, by=by, at=at, account=user.username)
    by_mail(user, "Mật khẩu đã được đổi", text)


def lock(user: User, *, by: Post) -> None:
    """Shuts the account; whoever is signed in with it is out at the next click."""
    if user.pk == by.operator.pk:
        raise Refused("Không thể tự khóa tài khoản của chính mình.")
    User.objects.filter(pk=user.pk).update(is_active=False)
    sessions.end_all(user)
    logger.info("account %s locked by post %s", user.pk, by.pk)


def unlock(user: User, *, by: Post) -> str:
    """Opens it with a new password, so that no session from before the lock comes back to life."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    return reset_password(user, by=by)


def reset_password(user: User, *, by: Post) -> str:
    """A new password to hand over once; every session of the account ends, since its hash is in them."""
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    sessions.end_all(user)
    logger.info("password of %s reset by post %s", user.pk, by.pk)
    return password
