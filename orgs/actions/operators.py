"""The first operator of a new server, and whoever the console must help in again: there is nobody else to ask."""

import logging
from datetime import date, datetime

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.actions.accounts import new_password
from orgs.actions.refused import Refused
from orgs.models import Organisation, Post, Role, User

logger = logging.getLogger(__name__)
CITY = "H26"
CITY_OFFICE = "Văn phòng Ủy ban nhân dân thành phố Hà Nội"
TITLE = "Quản trị hệ thống"


def office_of_operators(code: str = "") -> Organisation:
    """The body with that code; without one the office of the city's committee, else the committee. Raises Refused."""
    bodies = Organisation.objects.inside()
    if code:
        found = bodies.filter(code=code).first()
    else:
        found = bodies.filter(name=CITY_OFFICE, level=2).first() or bodies.filter(code=CITY).first()
    if found is None:
        asked = f"Không có cơ quan nào của thành phố mang mã “{code}”" if code else "Chưa có danh mục cơ quan"
        raise Refused(f"{asked}. Hãy chạy manage.py load_registry trước, hoặc sửa --organisation.")
    return found


@transaction.atomic
def create_operator(
    *,
    username: str,
    full_name: str,
    organisation: Organisation,
    on: date,
    at: datetime,
    another: bool = False,
) -> tuple[Post, str]:
    """A new account that administers the system, and its password to hand over; changed at the first sign-in.

    Raises Refused when somebody administers the system already, unless `another`, and when the name is taken.
    """
    username, full_name = username.strip(), " ".join(full_name.split())
    _check_names(username, full_name)
    if not organisation.open_on(on):
        raise Refused(f"{organisation} không hoạt động vào ngày {on:%d/%m/%Y}.")
    # Two consoles at once: the second waits here, and then finds the operator of the first.
    list(Organisation.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])
    there = Post.objects.on(on).filter(role=Role.SYS_ADMIN, user__is_active=True).with_names().first()
    if there and not another:
        raise Refused(
            f"Đã có quản trị hệ thống: {there.user} ({there.user.username}), {there.organisation}."
            " Người đó thêm tài khoản khác trên trang Người dùng; nếu không còn ai đăng nhập được, hãy thêm --another."
        )
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(f"Tên đăng nhập “{username}” đã có người dùng.")
    password = new_password()
    user = User(username=username, full_name=full_name, must_change_password=True)
    user.set_password(password)
    user.save(force_insert=True)
    post = Post.objects.create(
        user=user, organisation=organisation, role=Role.SYS_ADMIN, title=TITLE, valid_from=on
    )
    logger.info("operator %s made at the console, post %s", user.pk, post.pk)
    return post, password


def _check_names(username: str, full_name: str) -> None:
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        raise Refused("Tên đăng nhập chỉ gồm chữ, số và các dấu @ . + - _.") from None
    if not full_name:
        raise Refused("Hãy ghi họ và tên người quản trị: --name “Nguyễn Văn A”.")
    if len(username) > 150 or len(full_name) > 100:
        raise Refused("Tên đăng nhập tối đa 150 ký tự, họ và tên tối đa 100 ký tự.")
