"""`manage.py doctor --server` on the real database, broker and files: every weak setting is named, and what to do."""

import io

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from hanoi_docs import doctor


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
