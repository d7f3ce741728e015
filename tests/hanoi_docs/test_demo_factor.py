"""khoa of the demonstration comes in with what the start prints."""

import datetime as dt

import pytest

from hanoi_docs.demo.cast import ON_PAPER, PASSWORD, SECRET, WITH_FACTOR, give_factor
from orgs.identity import totp
from orgs.models import Role


@pytest.mark.parametrize("typed", ["app", "paper"])
def test_the_printed_secret_and_the_printed_codes_open_the_second_step(office, client, settings, now, typed):
    settings.DEMO = True
    user = office.post(WITH_FACTOR, "Nguyễn Đăng Khoa", office.home_affairs, Role.ORG_ADMIN, "Quản trị").user
    user.set_password(PASSWORD)
    user.save()
    give_factor(user, now - dt.timedelta(seconds=60))
    give_factor(user, now)  # a second start changes nothing
    client.post("/dang-nhap/", {"username": WITH_FACTOR, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    shown = totp.code_at(SECRET, int(now.timestamp()) // totp.STEP) if typed == "app" else ON_PAPER[0]
    assert client.post("/dang-nhap/buoc-hai/", {"proof_code": shown})["Location"] == "/"
    assert len(ON_PAPER) == user.recovery_codes.count() == 10
