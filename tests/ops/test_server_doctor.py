"""`manage.py doctor --server` on the real database, broker and files: every weak setting is named, and what to do."""

import contextlib
import datetime as dt
import io
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from hanoi_docs import doctor
from hanoi_docs.models import Run


def look(point: str) -> doctor.Finding:
    return next(found for found in doctor.examine() if found.point == point)


@pytest.fixture
def only(monkeypatch):
    """One point alone, so that a test asks for nothing else."""

    def choose(point: str) -> doctor.Finding:
        monkeypatch.setattr(doctor, "POINTS", {point: doctor.POINTS[point]})
        return look(point)

    return choose


WEAK = [
    ("DEBUG, DEMO", {"DEMO": True}, "DEMO"),
    ("SECRET_KEY", {"SECRET_KEY": "a" * 60}, "openssl rand"),
    ("SECRET_KEY", {"SECRET_KEY": "abcdefghijk123"}, "openssl rand"),
    ("https", {"SECURE": False, "PUBLIC_URL": "http://vanban.example"}, "PUBLIC_URL=https"),
    ("https", {"SECURE": True, "SECURE_HSTS_SECONDS": 0}, "SECURE_"),
    (
        "tên máy",
        {"ALLOWED_HOSTS": ["*"], "PUBLIC_URL": "https://vanban.example"},
        "ALLOWED_HOSTS=vanban.example",
    ),
    (
        "tên máy",
        {"ALLOWED_HOSTS": ["khac.example"], "PUBLIC_URL": "https://vanban.example"},
        "vanban.example",
    ),
    ("máy chủ phía trước", {"SECURE_PROXY_SSL_HEADER": None}, "nginx"),
    ("chứng thư TLS", {"PUBLIC_URL": "https://127.0.0.1:9"}, "nginx"),
    ("Redis", {"REDIS_URL": "redis://127.0.0.1:9/0"}, "REDIS_URL"),
    ("khóa ký", {"SIGNING_KEY_DIR": "/nowhere", "SIGNING_KEY_PASSWORD": "x"}, "install -d -m 700 /nowhere"),
    ("quyền trên tệp", {"STATE_DIR": "/nowhere"}, "quyền"),
]


@pytest.mark.parametrize(("point", "wrong", "to_do"), WEAK)
def test_a_weak_setting_is_named_with_what_to_do(only, settings, point, wrong, to_do):
    for name, value in wrong.items():
        setattr(settings, name, value)
    found = only(point)
    assert found.weak and to_do in found.to_do


@pytest.mark.parametrize(
    "point", ["SECRET_KEY", "bảng chữ", "migrate", "đồng hồ", "Redis", "đĩa", "tiến trình đọc tệp"]
)
@pytest.mark.django_db
def test_what_is_well_here_is_called_well(only, point):
    """The engines of the tests have passwords and letters; the readers their walls."""
    found = only(point)
    assert not found.weak, found


@pytest.mark.django_db
def test_a_step_that_was_not_run_is_pending(only):
    MigrationRecorder(connection).record_unapplied("interop", "0010_closed_packages")
    assert "interop" in only("migrate").now and look("migrate").weak


@pytest.mark.django_db
def test_a_role_that_owns_everything_is_weak(only):
    """The tests make and fill databases, so theirs may."""
    assert "vai trò thường" in only("vai trò cơ sở dữ liệu").to_do


def test_files_that_anybody_reads_are_named(only, settings, tmp_path, monkeypatch):
    secret = tmp_path / "secret_key"
    secret.write_text("x")
    monkeypatch.setenv("SECRET_KEY_FILE", str(secret))
    settings.STATE_DIR = tmp_path
    tmp_path.chmod(0o700)
    secret.chmod(0o604)
    assert only("quyền trên tệp").to_do == f"chmod o= {secret}"
    secret.chmod(0o600)
    assert not look("quyền trên tệp").weak
    tmp_path.chmod(0o755)
    assert str(tmp_path) in look("quyền trên tệp").to_do


@pytest.mark.django_db
def test_the_age_of_the_last_backup_is_told(only, settings):
    assert "BACKUP_DIR" in only("sao lưu").to_do
    settings.BACKUP_DIR = "/var/backups/hanoi-docs"
    assert look("sao lưu").now == "chưa có bản nào" and "manage.py backup" in look("sao lưu").to_do
    now = timezone.now()
    for ago, weak in ((30, True), (3, False)):
        at = now - dt.timedelta(hours=ago)
        Run.objects.create(job="backup", started_at=at, ended_at=at, ok=True)
        assert look("sao lưu").weak is weak and "trước" in look("sao lưu").now
    Run.objects.create(job="backup", started_at=now, ended_at=now, ok=False)
    assert "3 giờ" in look("sao lưu").now, "one that failed is none"


@pytest.mark.parametrize(
    ("name", "days", "known", "says"),
    [
        ("localhost", 90, True, ""),
        ("localhost", 5, True, "Gia hạn"),
        ("localhost", -1, True, "đã hết hạn"),
        ("khac.example", 90, True, "của một tên khác"),
        ("localhost", 90, False, "tự ký"),
    ],
)
def test_the_sites_certificate_is_looked_at_as_a_browser_does(
    only, settings, tmp_path, monkeypatch, name, days, known, says
):
    with Site(tmp_path, name, days) as site:
        settings.PUBLIC_URL = f"https://localhost:{site.port}"
        if known:
            monkeypatch.setenv("SSL_CERT_FILE", str(site.certificate))
        found = only("chứng thư TLS")
    assert found.weak is bool(says) and says in f"{found.now} {found.to_do}", found


class Site:
    """A TLS server with a certificate of its own, that says nothing."""

    def __init__(self, folder, name, days):
        self.certificate, key = folder / "site.pem", ec.generate_private_key(ec.SECP256R1())
        own, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), timezone.now()
        made = x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - dt.timedelta(days=99)).not_valid_after(
            now + dt.timedelta(days=days, hours=1)
        )
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        self.certificate.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "site.key").write_bytes(secret)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, folder / "site.key")

    def __enter__(self):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.door.close()

    def _serve(self):
        with contextlib.suppress(OSError):  # whoever does not believe us hangs up; the door is shut
            line, _ = self.door.accept()
            self.context.wrap_socket(line, server_side=True).close()


def test_a_database_that_is_away_is_said_and_the_rest_is_looked_at(monkeypatch, transactional_db):
    before = connection.settings_dict
    connection.close()
    monkeypatch.setattr(connection, "settings_dict", before | {"PORT": 9, "HOST": "127.0.0.1"})
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--server", stdout=out)
    connection.close()
    monkeypatch.undo()
    told = out.getvalue()
    assert ended.value.code == 1 and "Kiểm tra DATABASE_URL" in told and "openssl" not in told
    assert told.count("\n") >= len(doctor.POINTS) and "điểm yếu trong" in told
    assert project.DATABASES["default"]["PASSWORD"] not in told
