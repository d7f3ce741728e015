"""The office every test knows: lan, minh, hoa, dung, thao at Sở Nội vụ; khach at Sở Tư pháp, who must see
nothing of it; tu at the city; Bộ Nội vụ outside. Real PostgreSQL, real Redis, real files in a temporary folder."""

import datetime as dt
import gc
import os
import sys

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from documents.models import Delivery
from documents.models.delivery import DeliveryQuerySet
from hanoi_docs.celery import app
from orgs.actions.authorities import with_post
from orgs.calendar import forget_calendar
from orgs.identity import throttle
from orgs.models import Organisation, Post, Role, Unit, User
from simulators.pki import DEMO_PASSWORD
from tests.reports import pytest_runtest_makereport, pytest_terminal_summary  # noqa: F401 - a plugin for every run


def pytest_make_parametrize_id(val, argname):
    """Files are named by their number: those that are made anew differ from one worker to the next."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_finish():
    """What is there before the first test is there until the end. Looking through it for garbage again and again took
    up to a seventh of the time of a module's tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_files(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.SIGNING_KEY_DIR, settings.SIGNING_KEY_PASSWORD = tmp_path / "keys", DEMO_PASSWORD
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CELERY_TASK_ALWAYS_EAGER = False
    # Accounts are made by the thousand here; the real hasher takes 0.2 s for each, which is its purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    assert str(default_storage.location).startswith(str(tmp_path))


@pytest.fixture(scope="session", autouse=True)
def _one_writer_of_deliveries():
    """Whatever a test does with the product: only documents.deliveries changes a delivery. Tests set up as they like."""
    apps = tuple(
        str(settings.BASE_DIR / app) for app in ("documents/", "signatures/", "interop/", "progress/")
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
def _empty_cache(request):
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()
        forget_calendar()
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
        self.home_affairs = self.org("H26.TAM002", "Sở Nội vụ", 2, parent=self.city, abbreviation="SNV",
                                     letterhead_superior="UBND THÀNH PHỐ HÀ NỘI", letterhead_name="SỞ NỘI VỤ")  # fmt: skip
        self.justice = self.org("H26.TAM003", "Sở Tư pháp", 2, parent=self.city, abbreviation="STP")
        self.ministry = self.org("G09", "Bộ Nội vụ", 1, kind="bo_nganh", external=True)
        self.room = Unit.objects.create(
            organisation=self.home_affairs, name="Phòng Tổ chức", abbreviation="TCBC"
        )
        self.lan = self.post("lan", "Nguyễn Thị Lan", self.home_affairs, Role.CLERK, "Văn thư")
        self.minh = self.post(
            "minh", "Trần Quang Minh", self.home_affairs, Role.OFFICER, "Chuyên viên", unit=self.room
        )
        self.hoa = self.post(
            "hoa", "Lê Thu Hoa", self.home_affairs, Role.UNIT_HEAD, "Trưởng phòng", unit=self.room
        )
        self.dung = self.post("dung", "Phạm Tiến Dũng", self.home_affairs, Role.LEADER, "Giám đốc", head=True)
        self.thao = self.post("thao", "Vũ Phương Thảo", self.home_affairs, Role.LEADER, "Phó Giám đốc")
        self.khach = self.post("khach", "Người Khách", self.justice, Role.CLERK, "Văn thư")
        self.tu = self.post("tu", "Đỗ Anh Tú", self.city, Role.CLERK, "Văn thư")
        self.quantri = self.post("quantri", "Quản Trị", self.city, Role.SYS_ADMIN, "Quản trị hệ thống")

    def org(self, code, name, level, *, kind="so_ban_nganh", gate=True, place="Hà Nội", **fields):
        return Organisation.objects.create(
            code=code, name=name, level=level, kind=kind, gate=gate, place=place, **fields
        )

    def post(self, username, full_name, organisation, role, title, *, unit=None, head=False):
        user = self._users.get(username)
        if user is None:
            user = self._users[username] = User(username=username, full_name=full_name)
            user.set_unusable_password()
            user.save()
        post = Post.objects.create(
            user=user,
            organisation=organisation,
            unit=unit,
            role=role,
            title=title,
            head=head,
            valid_from=dt.date(2020, 1, 1),
        )
        with_post(post, at=timezone.now())
        return post

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


def tiny_pdf() -> bytes:
    import io

    import pikepdf

    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
