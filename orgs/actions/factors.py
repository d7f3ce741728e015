"""Second factors of an account: an app with codes, passkeys, and ten recovery codes on paper."""

import secrets
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from orgs import sessions
from orgs.access import home_of, is_powerful
from orgs.actions.accounts import GIVES
from orgs.actions.notices import tell
from orgs.actions.proposals import ask_for_two
from orgs.actions.refused import Refused
from orgs.identity import throttle, totp
from orgs.identity.sealed import digest, seal, unseal
from orgs.models import Authenticator, Passkey, Post, Proposal, RecoveryCode, User
from orgs.record import record

CODES = 10
KEYS = 10  # passkeys of one person
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # read from paper without doubt
WRONG = "Mã không đúng. Hãy xem mã đang hiện trên ứng dụng xác thực và nhập lại."


class WrongClock(Refused):
    """The code of another minute. To whom has given the password it is said, and counted as any other wrong one."""

    def __init__(self, step: int, away: int):
        self.step = step
        side = "nhanh" if away > 0 else "chậm"
        super().__init__(
            f"Đồng hồ của điện thoại có lẽ {side} khoảng {abs(away)} giây nên mã chưa dùng được."
            " Hãy bật “tự động đặt ngày giờ” trên điện thoại rồi nhập mã mới."
        )


@transaction.atomic
def set_authenticator(user: User, *, secret: bytes, code: str, by: Post | None, at: datetime) -> list[str]:
    """The app that shows `code` now is the person's app from here on; one there was before shows worthless codes.

    New recovery codes when it is the first factor, to be shown once; else an empty list.
    """
    step = _step(secret, code, at)
    first = _hold(user)
    Authenticator.objects.update_or_create(
        user=user, defaults={"secret": seal(secret), "last_step": step, "added_at": at}
    )
    _changed(user, "set_factor", "Đã đặt ứng dụng xác thực cho tài khoản của bạn.", by=by, at=at)
    return _write_codes(user) if first else []


@transaction.atomic
def add_passkey(user: User, *, name: str, made, by: Post | None, at: datetime) -> list[str]:
    """`made`: what passkeys.registered says. New recovery codes as above."""
    first = _hold(user)
    if user.passkeys.count() >= KEYS:
        raise Refused(f"Mỗi người có nhiều nhất {KEYS} khóa truy cập. Hãy bỏ bớt khóa không dùng.")
    try:
        with transaction.atomic():
            user.passkeys.create(
                name=name, credential_id=made.credential_id, public_key=made.credential_public_key,
                sign_count=made.sign_count, added_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("Khóa này đã được đăng ký.") from None
    _changed(user, "set_factor", f"Đã thêm khóa truy cập “{name}” cho tài khoản của bạn.", by=by, at=at)
    return _write_codes(user) if first else []


@transaction.atomic
def drop_authenticator(user: User, *, required: bool, by: Post | None, at: datetime) -> None:
    _hold(user)
    _last_may_go(user, required, left=user.passkeys.exists())
    Authenticator.objects.filter(user=user).delete()
    _changed(user, "drop_factor", "Đã bỏ ứng dụng xác thực khỏi tài khoản của bạn.", by=by, at=at)


@transaction.atomic
def drop_passkey(key: Passkey, *, required: bool, by: Post | None, at: datetime) -> None:
    user = key.user
    _hold(user)
    others = user.passkeys.exclude(pk=key.pk).exists()
    _last_may_go(user, required, left=others or Authenticator.objects.filter(user=user).exists())
    key.delete()
    _changed(user, "drop_factor", f"Đã bỏ khóa truy cập “{key.name}” khỏi tài khoản của bạn.", by=by, at=at)


@transaction.atomic
def reset_factors(user: User, *, by: Post | None, at: datetime, confirmed: Proposal | None = None) -> None:
    """For who has lost all of them: an administrator takes them away, and every session ends.

    Of who signs, seals or administers nobody takes them away alone: raises NeedsTwo.
    """
    _hold(user)
    if is_powerful(user, at):
        ask_for_two(by, confirmed, "reset_factors", *GIVES, at=at, subject=user)
    Authenticator.objects.filter(user=user).delete()
    user.passkeys.all().delete()
    user.identities.all().delete()
    sessions.end_all(user)
    text = f"{by.operator if by else 'Người giữ máy chủ'} đã bỏ các yếu tố xác thực thứ hai của bạn. Nếu bạn không yêu cầu, hãy báo ngay."
    _changed(user, "reset_factors", text, by=by, at=at)


@transaction.atomic
def new_recovery_codes(user: User, *, by: Post | None, at: datetime) -> list[str]:
    """Ten new ones, shown once; the old ones are worth nothing from here on."""
    _hold(user)
    if not user.second_factor:
        raise Refused("Hãy đặt ứng dụng xác thực hoặc khóa truy cập trước.")
    codes = _write_codes(user)
    tell([user], "Đã tạo mười mã dự phòng mới cho tài khoản của bạn; các mã cũ không còn dùng được.", at=at)
    return codes


def use_code(user: User, typed: str, *, at: datetime) -> None:
    """Six digits from the app, or a recovery code. Each opens once. Raises Refused with what to do."""
    typed = "".join(typed.split()).lower()
    if len(typed) == totp.DIGITS and typed.isascii() and typed.isdigit():
        _use_authenticator(user, typed, at)
    elif not RecoveryCode.objects.filter(
        user=user, digest=digest(typed.replace("-", "")), used_at=None
    ).update(used_at=at):
        raise Refused("Mã không đúng, hoặc mã dự phòng này đã dùng rồi.")
    else:
        left = user.recovery_codes.filter(used_at=None).count()
        tell([user], f"Một mã dự phòng của bạn vừa được dùng. Còn {left} mã.", at=at)


def use_passkey(key: Passkey, *, sign_count: int, at: datetime) -> None:
    Passkey.objects.filter(pk=key.pk).update(sign_count=sign_count, used_at=at)


def warn_of_guessing(user: User, *, at: datetime) -> None:
    """Whoever guesses codes knows the password: its owner is told, once an hour."""
    if user.second_factor and throttle.first_in_an_hour(f"guessing:{user.pk}"):
        text = "Có người biết mật khẩu của bạn và nhập sai mã xác thực nhiều lần. Nếu không phải bạn, hãy đổi mật khẩu ngay."
        tell([user], text, at=at, url="/doi-mat-khau/")


def _use_authenticator(user: User, code: str, at: datetime) -> None:
    try:
        app = user.authenticator
        secret = unseal(app.secret)
    except ObjectDoesNotExist:
        raise Refused(
            "Tài khoản này không dùng ứng dụng xác thực. Hãy dùng khóa truy cập hoặc mã dự phòng."
        ) from None
    except ValueError:
        raise Refused("Máy chủ không còn mở được ứng dụng xác thực này. Hãy dùng mã dự phòng hoặc nhờ quản trị đơn vị.") from None  # fmt: skip
    try:
        step = _step(secret, code, at)
    except WrongClock as hint:
        throttle.first_in_an_hour(f"step:{app.pk}:{hint.step}")
        raise
    # A code that we told to be of a minute to come is spent: else a guess that hits nine codes opens with three of them
    # and waits for the rest. Compare and swap: of two who heard the same code one comes in, and what is older is spent
    # with it.
    new = throttle.first_in_an_hour(f"step:{app.pk}:{step}")
    if not new or not Authenticator.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step):
        raise Refused("Mã này đã dùng rồi. Hãy đợi ứng dụng hiện mã mới (tối đa 30 giây).")


def _step(secret: bytes, code: str, at: datetime) -> int:
    step = totp.step_of(secret, code, at=at.timestamp(), reach=totp.ALLOWED)
    if step is not None:
        return step
    far = totp.step_of(secret, code, at=at.timestamp(), reach=totp.LOOKED_AT)
    if far is None:
        raise Refused(WRONG)
    raise WrongClock(far, (far - int(at.timestamp()) // totp.STEP) * totp.STEP)


def _hold(user: User) -> bool:
    """Changes of one account one after another. Whether it has no factor yet."""
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.second_factor = held.second_factor
    return not held.second_factor


def _last_may_go(user: User, required: bool, *, left: bool) -> None:
    if required and not left:
        raise Refused(
            "Vai trò của bạn bắt buộc có bước xác thực thứ hai. Hãy đặt một cách khác trước khi bỏ cách này."
        )


def _changed(user: User, kind: str, text: str, *, by: Post | None, at: datetime) -> None:
    has = Authenticator.objects.filter(user=user).exists() or user.passkeys.exists()
    if not has:
        user.recovery_codes.all().delete()
    User.objects.filter(pk=user.pk).update(second_factor=has)
    user.second_factor = has
    tell([user], text, at=at, url="/tai-khoan/")
    own = by is not None and by.operator.pk == user.pk
    where = by.organisation if own else home_of(user, at) or (by and by.organisation)
    if where is not None:
        record(kind, where, by=by, at=at, account=user.username)


def _write_codes(user: User) -> list[str]:
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(12)) for _ in range(CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest(code)) for code in codes])
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]
