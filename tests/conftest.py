"""The office every test knows: lan, minh, hoa, dung, thao at Sở Nội vụ; khach at Sở Tư pháp, who must see
nothing of it; tu at the city; Bộ Nội vụ outside. Real PostgreSQL, real Redis, real files in a temporary folder."""

import datetime as dt
import gc
import os
import sys
from functools import lru_cache
from importlib import import_module

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.core.cache import cache, caches
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from django.utils import timezone

from documents.models import Delivery
from documents.models.delivery import DeliveryQuerySet
from hanoi_docs.celery import app
from orgs import calendar, law
from orgs.actions.authorities import with_post
from orgs.identity import throttle
from orgs.models import LegalReference, Organisation, Post, Role, Unit, User
from signatures.actions import images
from simulators.pki import DEMO_PASSWORD
from tests import engine, migrated
from tests.reports import pytest_runtest_makereport, pytest_terminal_summary  # noqa: F401 - a plugin for every run


def pytest_make_parametrize_id(val, argname):
    """Files are named by their number: those that are made anew differ from one worker to the next."""
    return argname if isinstance(val, bytes) else None


def pytest_configure(config):
    config.pluginmanager.register(engine)


def pytest_collection_finish():
    """What is there before the first test is there until the end. Looking through it for garbage again and again took
    up to a seventh of the time of a module's tests. Of the rest less is looked through, and less often: a page leaves
    thousands of things behind that are no garbage yet, and few that go in circles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)  # before xdist writes the groups down
def pytest_collection_modifyitems(items):
    """What a module makes for all its tests is made once, not once in every worker."""
    for item in items:
        scopes = {fixtures[-1].scope for fixtures in item._fixtureinfo.name2fixturedefs.values()}
        if "module" in scopes and not item.get_closest_marker("xdist_group"):
            item.add_marker(
                pytest.mark.xdist_group(
                    item.path.relative_to(settings.BASE_DIR / "tests").with_suffix("").as_posix()
                )
            )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.made()


def _own(folder) -> dict:
    """Settings under which nothing is kept outside the folder."""
    (folder / "static").mkdir(exist_ok=True)
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder / "files"},
    }
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "STATE_DIR": folder,
        "STATIC_ROOT": folder / "static",
        "SIGNING_KEY_DIR": folder / "keys",
        "SIGNING_KEY_PASSWORD": DEMO_PASSWORD,
        "STORAGES": {**settings.STORAGES, "default": files, "staticfiles": plain},
        "CELERY_TASK_ALWAYS_EAGER": False,
        # Accounts are made by the thousand here; the real hasher takes 0.2 s for each, which is its purpose.
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }


@pytest.fixture(autouse=True)
def _own_files(tmp_path, settings):
    for name, value in _own(tmp_path).items():
        setattr(settings, name, value)
    assert str(default_storage.location).startswith(str(tmp_path))


@pytest.fixture(scope="module")
def bare_module_office(django_db_setup, django_db_blocker, tmp_path_factory):
    """The office for all tests of a module, each of which undoes its own changes, and the last all. For modules whose
    every test asks for it: another office would have the same codes."""
    own = _own(tmp_path_factory.mktemp("module"))
    with django_db_blocker.unblock(), override_settings(**own), transaction.atomic():
        office = Office()
        office.storages = own["STORAGES"]  # for tests that read what was kept
        yield office
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_office(bare_module_office, key_folder):
    """The same with its keys."""
    from hanoi_docs.demo.certificates import give_demo_certificates

    office = bare_module_office
    with override_settings(DEMO=True, SIGNING_KEY_DIR=key_folder):
        give_demo_certificates([office.dung, office.thao], [office.home_affairs])
        yield office


@pytest.fixture(scope="session", autouse=True)
def _one_writer_of_deliveries():
    """Whatever a test does with the product: only documents.deliveries changes a delivery. Tests set up as they like."""
    apps = tuple(
        str(settings.BASE_DIR / app)
        for app in ("documents/", "signatures/", "interop/", "casefiles/", "progress/")
    )
    there = str(settings.BASE_DIR / "documents/deliveries.py")

    def watched(real):
        def write(self, *args, **kwargs):
            by = sys._getframe(1).f_code.co_filename
            assert by == there or not by.startswith(apps), f"{by} writes a delivery itself"
            return real(self, *args, **kwargs)

        return write

    with pytest.MonkeyPatch.context() as patch:
        for cls, name in (
            (DeliveryQuerySet, "update"),
            (DeliveryQuerySet, "bulk_update"),
            (Delivery, "save"),
        ):
            patch.setattr(cls, name, watched(getattr(cls, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _keys_are_read_once():
    """Whether an RSA key is one takes 30 ms to find out, each time the same key is read; a signature reads it twice."""

    def remembered(read):
        kept = lru_cache(maxsize=500)(read)
        return lambda data, *more, **named: kept(bytes(data), *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs12, "load_key_and_certificates", remembered(pkcs12.load_key_and_certificates))
        for name in ("load_der_private_key", "load_pem_private_key"):
            patch.setattr(serialization, name, remembered(getattr(serialization, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _law_is_known():
    """What the migration writes, held by the process as pages hold it: no page asks for it, whichever test comes first, and
    a table that was emptied after a test with real commits says the same. Who adds a row calls `forget_law`."""
    rows = import_module("orgs.migrations.0018_law").ROWS
    held: dict[str, list[LegalReference]] = {}
    for key, name, full, since in rows:
        held.setdefault(key, []).append(LegalReference(key=key, name=name, full=full, valid_from=since))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(law, "HELD", float("inf"))
        patch.setattr(law, "_held", held)
        yield


@pytest.fixture(scope="session", autouse=True)
def _pictures_are_read_once():
    """The same three marks are registered for every test with keys; to look through their pixels takes longer than that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "check_png", lru_cache(maxsize=20)(images.check_png))
        yield


@pytest.fixture(scope="session", autouse=True)
def _names_of_rights_stay():
    """A test with real commits leaves every table empty. Django would empty those of the names of models and of rights as
    well, and then write the same names into them again, which takes as long as all the rest of it."""
    names = {"django_content_type", "auth_permission"}

    def empty(_):
        found = connection.introspection.django_table_names(only_existing=True, include_views=False)
        tables = sorted(set(found) - names)
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_power_is_cut():
    """Processes are killed here, and what they wrote the kernel still has. To wait until it lies on the disk takes 10 ms
    for each file that is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_broker(worker_id):
    """Test processes share one Redis server; each has a database of its own in it, and so have its children."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id != "master" else 0
    url = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{number}"
    os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CACHES["default"]["LOCATION"] = url
    app.conf.broker_url = url
    # The one made while Django started knows the old address: every process emptied the cache of all others.
    caches["default"] = caches.create_connection("default")


@pytest.fixture(autouse=True)
def _events_can_be_flushed(request):
    """Tests with real commits are cleaned up by TRUNCATE, which the event table refuses everybody else."""
    if "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE documents_event DISABLE TRIGGER documents_event_no_truncate")


@pytest.fixture(autouse=True)
def _empty_cache(request, monkeypatch):
    monkeypatch.setattr(calendar, "HELD", 0)  # what the cache forgets is forgotten
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()
        throttle.alone.clear()


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def office(db):
    return Office()


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """One running authority for the whole session: time stamps, OCSP, lists. Revoke only what your test issued;
    break it inside `pki.broken`."""
    from tests.signatures.pki_process import Pki

    with Pki(tmp_path_factory.mktemp("pki")) as running:
        yield running


@pytest.fixture
def keys(office, settings, key_folder):
    """Real certificates of the demonstration's authority for dung, thao and their office; made once a session."""
    from hanoi_docs.demo.certificates import give_demo_certificates

    settings.DEMO, settings.SIGNING_KEY_DIR = True, key_folder
    give_demo_certificates([office.dung, office.thao], [office.home_affairs])
    return key_folder


class Office:
    """Builds the smallest real office; attributes are posts, named after the people."""

    def __init__(self):
        self._users = {}  # made here and by `post`: a second post of a person needs no query to find her
        self.city = self.org("H26", "Ủy ban nhân dân thành phố Hà Nội", 1, kind="thanh_pho", abbreviation="UBND", collective=True,
                             letterhead_name="ỦY BAN NHÂN DÂN|THÀNH PHỐ HÀ NỘI")  # fmt: skip
        self.home_affairs = _org("H26.TAM002", "Sở Nội vụ", 2, parent=self.city, abbreviation="SNV",
                                 letterhead_superior="UBND THÀNH PHỐ HÀ NỘI", letterhead_name="SỞ NỘI VỤ")  # fmt: skip
        self.justice = _org("H26.TAM003", "Sở Tư pháp", 2, parent=self.city, abbreviation="STP")
        self.ministry = _org("G09", "Bộ Nội vụ", 1, kind="bo_nganh", external=True)
        Organisation.objects.bulk_create([self.home_affairs, self.justice, self.ministry])
        self.room = Unit.objects.create(
            organisation=self.home_affairs, name="Phòng Tổ chức", abbreviation="TCBC"
        )
        # All at once: most tests begin with these.
        so, room = self.home_affairs, self.room
        posts = [
            self._post("lan", "Nguyễn Thị Lan", so, Role.CLERK, "Văn thư"),
            self._post("minh", "Trần Quang Minh", so, Role.OFFICER, "Chuyên viên", unit=room),
            self._post("hoa", "Lê Thu Hoa", so, Role.UNIT_HEAD, "Trưởng phòng", unit=room),
            self._post("dung", "Phạm Tiến Dũng", so, Role.LEADER, "Giám đốc", head=True),
            self._post("thao", "Vũ Phương Thảo", so, Role.LEADER, "Phó Giám đốc"),
            self._post("khach", "Người Khách", self.justice, Role.CLERK, "Văn thư"),
            self._post("tu", "Đỗ Anh Tú", self.city, Role.CLERK, "Văn thư"),
            self._post("quantri", "Quản Trị", self.city, Role.SYS_ADMIN, "Quản trị hệ thống"),
        ]
        User.objects.bulk_create(self._users.values())
        Post.objects.bulk_create(posts)
        for post in posts:
            with_post(post, at=timezone.now())
        self.lan, self.minh, self.hoa, self.dung, self.thao, self.khach, self.tu, self.quantri = posts

    def org(self, code, name, level, **fields):
        organisation = _org(code, name, level, **fields)
        organisation.save()
        return organisation

    def post(self, username, full_name, organisation, role, title, *, unit=None, head=False):
        post = self._post(username, full_name, organisation, role, title, unit=unit, head=head)
        if post.user.pk is None:
            post.user.save()
        post.save()
        with_post(post, at=timezone.now())
        return post

    def _post(self, username, full_name, organisation, role, title, *, unit=None, head=False):
        user = self._users.get(username)
        if user is None:
            user = self._users[username] = User(username=username, full_name=full_name)
            user.set_unusable_password()
            user.set_keys()
        return Post(
            user=user,
            organisation=organisation,
            unit=unit,
            role=role,
            title=title,
            head=head,
            valid_from=dt.date(2020, 1, 1),
        )

    def paper(
        self, organisation=None, *, at=None, subject="Về việc báo cáo công tác cán bộ quý IV", **fields
    ):
        """An incoming paper on the clerk's desk, sent by the ministry over the axis."""
        from documents import blobs
        from documents.actions.incoming.reception import receive
        from documents.arrival import Arrival, NewFile

        arrival = Arrival(
            subject=subject, kind=fields.pop("kind", "CV"), number=fields.pop("number", "123"),
            notation=fields.pop("notation", "BNV-TCCB"),
            issuer=self.ministry, issuer_name="Bộ Nội vụ", sender_code="G09", **fields,
        )  # fmt: skip
        files = [NewFile("van-ban.pdf", blobs.store(tiny_pdf()), "main", 1)]
        return receive(
            organisation or self.home_affairs, arrival, source="axis", files=files, at=at or timezone.now()
        )


def _org(code, name, level, *, kind="so_ban_nganh", gate=True, place="Hà Nội", **fields):
    organisation = Organisation(
        code=code, name=name, level=level, kind=kind, gate=gate, place=place, **fields
    )
    organisation.set_keys()
    return organisation


def tiny_pdf() -> bytes:
    import io

    import pikepdf

    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
