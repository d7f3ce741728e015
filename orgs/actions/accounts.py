"""Accounts and the posts people hold. What gives a power is done by two: see `orgs.actions.powers`.

by=None: whoever holds the server itself, by a command.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs import sessions
from orgs.access import by_two, home_of, is_powerful
from orgs.actions.authorities import end_with_post, with_post
from orgs.actions.notices import by_mail, tell
from orgs.actions.proposals import ask_for_two
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post, Proposal, Unit, User
from orgs.record import record

logger = logging.getLogger(__name__)
GIVES = ("give_post", "grant_authority")  # with them an account gets a new way in (orgs.actions.powers)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # read aloud and typed from paper without doubt


def new_password(groups: int = 3) -> str:
    """About 20 bits a group, shown once; the holder must change it at the first sign-in."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(groups))


@transaction.atomic
def add_user(
    *,
    username: str,
    full_name: str,
    organisation: Organisation,
    role: str,
    title: str,
    on: date,
    by: Post | None,
    at: datetime,
    unit: Unit | None = None,
    head: bool = False,
    confirmed: Proposal | None = None,
    password: str = "",
) -> tuple[User, str]:
    """A new account with its first post, and the password to hand over. Refused when the name is taken."""
    password = password or new_password()
    alone = by is not None and confirmed is None
    user = User(username=username, full_name=full_name, must_change_password=True, password_by_one=alone)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"Tên đăng nhập “{username}” đã có người dùng.") from None
    give_post(
        user=user, organisation=organisation, role=role, title=title, unit=unit, head=head, on=on, by=by, at=at,
        confirmed=confirmed,
    )  # fmt: skip
    _note("add_account", user, organisation, by=by, at=at, confirmed=confirmed)
    return user, password


@transaction.atomic
def give_post(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    title: str,
    on: date,
    by: Post | None,
    at: datetime,
    unit: Unit | None = None,
    head: bool = False,
    confirmed: Proposal | None = None,
) -> Post:
    """A post from a day on, with the right to sign it brings. Refused when the person already holds it then."""
    if by_two(role, head=head):
        ask_for_two(
            by, confirmed, "give_post", "add_user", at=at, organisation=organisation, subject=user,
            role=role, title=title, head=head, unit=unit.pk if unit else None,
        )  # fmt: skip
    if by is not None and by.operator.pk == user.pk:
        raise Refused("Không ai tự giao vị trí cho mình. Hãy nhờ một quản trị khác.")
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
            with_post(post, at=at, by=by.user if by else None)
    except IntegrityError:
        raise Refused(f"{user} đã giữ vai trò này tại {unit or organisation} trong thời gian đó.") from None
    words = f"{post.get_role_display()}: {title}, {organisation.full_name}, từ {on:%d/%m/%Y}"
    if confirmed is None:  # else the confirmation tells
        tell([user], f"Bạn được giao vị trí {words}.", at=at)
    _note("give_post", user, organisation, by=by, at=at, confirmed=confirmed, post=post.pk, text=words)
    return post


_QUESTIONS: list[Callable[[Post], str]] = []


def ask_before_end(question: Callable[[Post], str]) -> None:
    """What an upper floor still finds in the hands of a post, in words, "" for nothing; said when its app is ready."""
    _QUESTIONS.append(question)


@transaction.atomic
def end_post(post: Post, *, on: date, by: Post, at: datetime) -> None:
    """The post ends at the end of the day before `on`, and every right to sign with it.

    A post always lasts at least its first day. Refused while something is left in its hands (decree 30 art. 31.3đ): that is
    handed over first. The account can be locked at any moment (`lock`).
    """
    if post.pk == by.pk:
        raise Refused("Không thể tự kết thúc vị trí đang dùng. Hãy nhờ một quản trị khác.")
    # Whoever hands over to this very person holds the row: of two at once the second sees what the first did.
    Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if left := [words for question in _QUESTIONS if (words := question(post))]:
        raise Refused(
            f"Chưa kết thúc được vị trí này: {post.user} còn giữ {'; '.join(left)}. Trưởng đơn vị hoặc người đứng đầu phải bàn giao"
            " trước (mục Hồ sơ, Bàn giao). Nếu cần ngừng ngay, hãy khóa tài khoản."
        )
    last = max(on, post.valid_from + timedelta(days=1))
    if not Post.objects.filter(pk=post.pk, valid_to=None).update(valid_to=last):
        raise Refused("Vị trí này đã có ngày kết thúc.")
    end_with_post(post, last=last, by=by, at=at)
    words = (
        f"{post.get_role_display()}: {post.title}, {post.organisation.full_name}, đến trước {last:%d/%m/%Y}"
    )
    tell([post.user], f"Vị trí của bạn kết thúc: {words}.", at=at)
    _note("end_post", post.user, post.organisation, by=by, at=at, post=post.pk, text=words)


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


@transaction.atomic
def lock(user: User, *, by: Post, at: datetime) -> None:
    """Shuts the account; whoever is signed in with it is out at the next click."""
    if user.pk == by.operator.pk:
        raise Refused("Không thể tự khóa tài khoản của chính mình.")
    User.objects.filter(pk=user.pk).update(is_active=False)
    sessions.end_all(user)
    tell([user], "Tài khoản của bạn đã bị khóa.", at=at)
    _note("lock_account", user, None, by=by, at=at)


@transaction.atomic
def unlock(
    user: User, *, by: Post | None, at: datetime, confirmed: Proposal | None = None, password: str = ""
) -> str:
    """Opens it with a new password, so that no session from before the lock comes back to life."""
    _new_password_of(user, by, at, confirmed, "unlock_account")
    User.objects.filter(pk=user.pk).update(is_active=True)
    password = _set(user, password, alone=by is not None and confirmed is None)
    if confirmed is None:
        tell([user], "Tài khoản của bạn được mở khóa và có mật khẩu mới.", at=at)
    _note("unlock_account", user, None, by=by, at=at, confirmed=confirmed)
    return password


@transaction.atomic
def reset_password(
    user: User, *, by: Post | None, at: datetime, confirmed: Proposal | None = None, password: str = ""
) -> str:
    """A new password to hand over once; every session of the account ends, since its hash is in them."""
    _new_password_of(user, by, at, confirmed, "reset_password", *GIVES)
    password = _set(user, password, alone=by is not None and confirmed is None)
    if confirmed is None:
        tell([user], "Mật khẩu của bạn đã được đặt lại. Nếu bạn không yêu cầu, hãy báo ngay.", at=at)
    _note("reset_password", user, None, by=by, at=at, confirmed=confirmed)
    return password


def _new_password_of(
    user: User, by: Post | None, at: datetime, confirmed: Proposal | None, *kinds: str
) -> None:
    """Whoever sets the password of an account can act as it. Held until the end: nobody gives it a power meanwhile."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if is_powerful(user, at):
        ask_for_two(by, confirmed, *kinds, at=at, subject=user)


def _set(user: User, password: str, *, alone: bool) -> str:
    """`alone`: whoever set it may change it himself and live in the account. Remembered until two have set another."""
    password = password or new_password()
    user.set_password(password)
    user.must_change_password, user.password_by_one = True, alone
    user.save(update_fields=["password", "must_change_password", "password_by_one"])
    user.identities.all().delete()  # whoever linked his own account at a provider would still come in
    sessions.end_all(user)
    return password


def _note(
    kind: str, user: User, organisation: Organisation | None, *, by: Post | None, at: datetime,
    confirmed: Proposal | None = None, text: str = "", **facts: Any,
) -> None:  # fmt: skip
    """Into the chain of the organisation it concerns: for ever."""
    where = organisation or home_of(user, at) or (by.organisation if by else None)
    said = {"user": user.pk, "name": str(user), "text": text or str(user)}
    if confirmed is not None:
        said["proposal"] = confirmed.pk
    if where is not None:
        record(kind, where, by=by, at=at, **said, **facts)
    logger.info("%s of account %s by %s at %s", kind, user.pk, by and by.pk, timezone.localtime(at))
