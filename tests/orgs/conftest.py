import datetime as dt

import pytest
from django.db import transaction

from orgs.loading import load
from orgs.models import Role
from tests.orgs.test_authority import office_head


@pytest.fixture(scope="module")
def _registry(django_db_setup, django_db_blocker):
    """Loaded once for the tests of a module that follow each other; each undoes its own changes, and the last all."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        load(samples=True, on=dt.date(2026, 11, 20))
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def registry(_registry, db):
    """For modules whose every test asks for it: what it loads is there until the module ends."""


@pytest.fixture
def sign_in(client):
    """Signs the holder of a post in and acts as that post."""

    def as_(post):
        client.force_login(post.user, backend="orgs.identity.accounts.Accounts")
        session = client.session
        session["post"] = post.pk
        session.save()
        return client

    return as_


@pytest.fixture
def admin(office):
    return office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


@pytest.fixture
def admin2(office):
    return office.post("quanly2", "Quản Lý Hai", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")


@pytest.fixture
def operator2(office):
    return office.post("quantri2", "Quản Trị Hai", office.city, Role.SYS_ADMIN, "Quản trị hệ thống")


@pytest.fixture
def chief(office):
    return office_head(office)


@pytest.fixture
def deputy(office):
    return office.post("trang", "Lưu Thu Trang", office.home_affairs, Role.OFFICER, "Phó Chánh Văn phòng")
