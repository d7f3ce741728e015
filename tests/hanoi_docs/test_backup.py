"""A running system backed up, lost and restored; and what stands in the way of that: each one true sentence."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from documents import blobs
from documents.actions.incoming.reception import register
from documents.models import Blob, Incoming
from hanoi_docs.backups import checks, full, looking, runs, wal
from hanoi_docs.backups.engine import environment, major, programs, second_engine
from hanoi_docs.backups.shipping import SLOT, Shipper
from hanoi_docs.backups.vault import BackupError, Vault, WrongKey
from hanoi_docs.models import Alarm, Run
from tests.conftest import tiny_pdf
from tests.interop.simulator_process import eventually

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.xdist_group("backup"),
    pytest.mark.skipif(
        "BACKUP_DATABASE_URL" not in os.environ, reason="this server gave us no role that may replicate"
    ),
]


def new_key(folder: Path) -> tuple[str, str]:
    key = pyrage.x25519.Identity.generate()
    (folder / "backup.key").write_text(f"# a comment, as age-keygen writes it\n{key}\n")
    return str(key.to_public()), str(folder / "backup.key")


@pytest.fixture
def vault(tmp_path, settings):
    settings.BACKUP_DIR = str(tmp_path / "vault")
    settings.BACKUP_RECIPIENT, settings.BACKUP_KEY_PATH = new_key(tmp_path)
    return Vault(tmp_path / "vault", settings.BACKUP_RECIPIENT, settings.BACKUP_KEY_PATH)


@pytest.fixture
def shipper(vault, tmp_path):
    shipper = Shipper(vault, tmp_path / "wal")
    yield shipper
    shipper.stop()
    drop_slot()


def drop_slot() -> None:
    """A slot keeps the log for ever: nothing of it may outlive us."""
    line = [programs(major()) / "pg_receivewal", "--slot", SLOT, "--drop-slot"]
    # Its sender may still be ending.
    assert eventually(lambda: subprocess.run(line, env=environment()).returncode == 0)


@contextmanager
def clerk_at_work(notes: Path, state: Path) -> Iterator[None]:
    """A process that registers papers without a pause and notes each one outside the database after its commit."""
    own = connection.settings_dict
    url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    # As on a server: what is confirmed is on the disk. The throw-away engine confirms before that.
    env = os.environ | {"DATABASE_URL": url, "STATE_DIR": str(state), "PGOPTIONS": "-c synchronous_commit=on"}
    clerk = subprocess.Popen([sys.executable, "-m", "bench.rehearsal.clerk", str(notes)], cwd=ROOT, env=env)
    try:
        assert eventually(lambda: notes.exists() and noted(notes), 60)
        yield
    finally:
        clerk.kill()
        clerk.wait()


def noted(notes: Path) -> list[float]:
    return [float(line.split()[0]) for line in notes.read_text().splitlines() if line.count(" ") == 3]


def test_a_backup_of_a_running_office_brings_back_what_was_committed_before_the_machine_was_lost(
    transactional_db, office, vault, shipper, tmp_path
):
    before, notes = register(office.paper(), by=office.lan, at=timezone.now()), tmp_path / "notes"
    shipper.turn(timezone.now())
    with clerk_at_work(notes, tmp_path):
        made = runs.backup(at=timezone.now())
        count = len(noted(notes))
        assert eventually(lambda: len(noted(notes)) > count + 2, 60), "nobody waits for the backup"
        lost_at = timezone.now()
        shipper.turn(lost_at)
    assert made["problems"] == [] and made["counts"]["papers"] >= 1
    committed = 1 + sum(at < lost_at.timestamp() for at in noted(notes))
    assert committed > made["counts"]["papers"]

    found = runs.rehearse(at=timezone.now())
    assert (found["problems"], found["audit"], found["opened"]) == ([], "ok", min(10, found["papers"]))
    assert committed <= found["papers"] <= Incoming.objects.count()
    assert 0 <= found["rpo_s"] < 60 and found["rto_s"] > 0
    assert list(Run.objects.values_list("job", "ok")) == [("backup", True), ("rehearse", True)]
    assert Incoming.objects.get(pk=before.pk).arrival_number == 1, "the living system was not touched"

    # The look of the audit, here without a second engine.
    assert looking.audit() == []
    lost = blobs.path_of(before.files.get().blob)
    lost.unlink()
    assert [lost.name in sentence for sentence in looking.audit()] == [True]


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker, tmp_path_factory):
    """One backup of the test server as it is, with a log of some segments; `at` is a moment before the last ones."""
    folder = tmp_path_factory.mktemp("kept")
    recipient, key = new_key(folder)
    vault = Vault(folder / "vault", recipient, key)
    store = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "files"},
        }
    }
    with override_settings(STORAGES=store), django_db_blocker.unblock():
        stored = [blobs.store(f"%PDF-1.4 {number}".encode() * 1000) for number in range(3)]
        shipper = Shipper(vault, folder / "wal")
        try:
            shipper.turn(timezone.now())
            manifest = full.backup(vault, at=timezone.now(), keep=3)
            write_log("before")
            at = timezone.now()
            write_log("afterwards")
            shipper.turn(timezone.now())
        finally:
            shipper.stop()
            drop_slot()
            connection.cursor().execute("DROP TABLE before, afterwards")
            Blob.objects.filter(pk__in=[blob.pk for blob in stored]).delete()
            connection.close()
    return SimpleNamespace(vault=vault, manifest=manifest, at=at, files=[blob.pk for blob in stored])


def write_log(name: str) -> None:
    """More than one segment, and a commit at its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE much AS SELECT repeat(md5(n::text), 60) AS t FROM generate_series(1, 12000) n"
        )
        cursor.execute("DROP TABLE much")
        cursor.execute(f"CREATE TABLE {name} ()")


@pytest.fixture
def reach():
    """A folder that the account of the engines comes into; those of pytest are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="hanoi-docs-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def copy(kept, tmp_path):
    """A vault of one's own to harm."""
    shutil.copytree(kept.vault.folder, tmp_path / "vault")
    return Vault(tmp_path / "vault", kept.vault.recipient, kept.vault.key_file)


def restore(vault: Vault, reach: Path, **options) -> str:
    out = StringIO()
    options = {"to": reach / "data", "files": reach / "store", "key": vault.key_file} | options
    call_command("restore", source=vault.folder, stdout=out, stderr=out, **options)
    return out.getvalue()


def refusal(vault: Vault, reach: Path, **options) -> str:
    with pytest.raises(CommandError) as refused:
        restore(vault, reach, **options)
    assert list(reach.iterdir()) == [], "nothing half-done is left"
    return str(refused.value)


def test_a_missing_segment_is_named_with_the_moment_that_can_still_be_had(kept, copy, reach):
    names = wal.chain(copy, kept.manifest).names
    assert len(names) >= 4
    gone = names[-2]
    (copy.wal / f"{gone}.gz.age").unlink()
    sentence = refusal(copy, reach)
    assert gone in sentence and "--until" in sentence
    until = datetime.fromisoformat(sentence.rpartition("--until ")[2].replace("Z", "+00:00"))
    assert (
        datetime.fromisoformat(str(kept.manifest["ended"])) - timedelta(seconds=1)
        <= until
        <= kept.at + timedelta(seconds=30)
    )
    assert gone in " ".join(verified(copy))


def test_a_key_that_is_not_the_backups_is_said_so(kept, copy, reach, tmp_path):
    (tmp_path / "other").mkdir()
    _, other = new_key(tmp_path / "other")
    assert "không mở được bản sao lưu này" in refusal(copy, reach, key=other)
    (tmp_path / "other" / "text").write_text("không phải khóa")
    assert "không có khóa age" in refusal(copy, reach, key=str(tmp_path / "other" / "text"))
    assert "Không đọc được tệp khóa" in refusal(copy, reach, key="/không/có")
    with pytest.raises(WrongKey):
        Vault(copy.folder, key_file=other).open(copy.file(kept.files[0]))


def verified(vault: Vault) -> list[str]:
    err = StringIO()
    with override_settings(BACKUP_DIR=str(vault.folder), BACKUP_KEY_PATH=vault.key_file):
        try:
            call_command("verify_backup", stdout=StringIO(), stderr=err)
        except CommandError as error:
            return [*err.getvalue().splitlines(), str(error)]
    return []


def test_a_file_that_was_changed_in_the_backup_is_named_and_everything_else_comes_back(kept, copy, reach):
    assert verified(copy) == []
    changed, exchanged, whole = kept.files
    data = bytearray(copy.file(changed).read_bytes())
    data[-1] ^= 1
    copy.file(changed).write_bytes(data)
    copy.seal(b"%PDF-1.4 another paper", copy.file(exchanged))  # by whoever knows the public key
    said = " ".join(verified(copy))
    assert changed in said and exchanged in said and whole not in said
    with pytest.raises(CommandError, match="2 tệp"):
        restore(copy, reach, until=kept.at)
    assert [path.name for path in (reach / "store").glob("blobs/*/*/*")] == [whole]
    assert (reach / "data/PG_VERSION").exists() and (reach / "data/recovery.signal").exists()
    own = connection.settings_dict
    with (
        second_engine(programs(kept.manifest["postgres"]), reach / "data") as port,
        psycopg.connect(
            host="127.0.0.1", port=port, user=own["USER"], password=own["PASSWORD"], dbname=own["NAME"]
        ) as line,
    ):
        there = line.execute(
            "SELECT to_regclass('before') IS NOT NULL, to_regclass('afterwards') IS NOT NULL"
        )
        assert there.fetchone() == (True, False), "until the moment asked for, and no further"
    with pytest.raises(CommandError, match=r"đã có dữ liệu.*không bao giờ đè"):
        restore(copy, reach)


def test_a_base_that_was_changed_is_refused_before_it_is_taken_for_whole(kept, copy, reach):
    base = copy.full / kept.manifest["name"] / "base.tar.gz.age"
    with base.open("r+b") as file:
        file.seek(base.stat().st_size // 2)
        file.write(b"\0" * 16)
    assert kept.manifest["name"] in " ".join(verified(copy))
    assert "bị thay đổi hoặc hỏng" in refusal(copy, reach)


def test_a_disk_that_fills_up_during_the_restore_leaves_nothing_behind(kept, reach):
    """The kernel refuses to let any file grow, as on a full disk; nothing was asked for before that could tell."""

    def full_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    line = [sys.executable, "manage.py", "restore", "--from", kept.vault.folder, "--to", reach / "data"]
    done = subprocess.run(
        [*line, "--files", reach / "store", "--key", kept.vault.key_file], cwd=ROOT, preexec_fn=full_disk,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "đĩa đầy" in done.stderr and "Chưa có gì được khôi phục" in done.stderr
    assert list(reach.iterdir()) == []


def test_a_disk_that_is_too_small_is_said_so_before_the_work(kept, copy, reach):
    path = copy.full / kept.manifest["name"] / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"unpacked": 10**18}))
    assert "khôi phục cần khoảng" in refusal(copy, reach)


def test_a_backup_that_was_cut_off_is_none(kept, copy, reach):
    (copy.full / kept.manifest["name"] / "manifest.json").unlink()
    assert "không có bản sao lưu nào trọn vẹn" in refusal(copy, reach)
    assert "sớm nhất" in refusal(kept.vault, reach, until=kept.at - timedelta(days=1))


@pytest.mark.django_db
def test_a_vault_takes_one_database_only(vault):
    full.same_cluster(vault)
    (vault.folder / "database.txt").write_text("1234\n")
    with pytest.raises(BackupError, match="cơ sở dữ liệu khác"):
        runs.backup(at=timezone.now())
    assert Alarm.objects.get().key == "job:backup"


@pytest.mark.django_db
def test_a_server_that_is_not_let_in_says_why_and_leaves_no_half_backup(vault, settings):
    settings.BACKUP_DATABASE_URL = os.environ["BACKUP_DATABASE_URL"].replace("//hanoi_backup:", "//nobody:")
    with pytest.raises(BackupError, match=r"pg_basebackup: .*nobody"):
        runs.backup(at=timezone.now())
    assert list(vault.full.iterdir()) == []
    assert Run.objects.get().ok is False


@pytest.mark.django_db
def test_a_file_that_was_destroyed_here_is_destroyed_in_the_backup(vault):
    from hanoi_docs.backups import files

    secret, other = blobs.store(tiny_pdf()), blobs.store(b"%PDF-1.4 other")
    assert files.mirror(vault).new == 2
    blobs.path_of(other).write_bytes(b"harmed")
    blobs.destroy(secret)
    vault.file(other.pk).unlink()
    done = files.mirror(vault)
    assert (done.new, done.destroyed, len(done.problems)) == (0, 1, 1) and other.pk in done.problems[0]
    assert not vault.file(secret.pk).exists()


def test_the_start_says_that_there_are_no_backups_or_that_they_would_be_lost_with_the_machine(
    vault, settings
):
    settings.DEMO = settings.DEBUG = False
    settings.STATE_DIR = settings.STATE_DIR / "state"
    assert checks.backups(None) == []
    settings.BACKUP_DIR = str(settings.STATE_DIR / "backup")
    assert [one.id for one in checks.backups(None)] == ["hanoi_docs.W011"]
    settings.BACKUP_RECIPIENT = "age1"
    assert "hanoi_docs.E010" in [one.id for one in checks.backups(None)]
    settings.BACKUP_DIR = ""
    assert [one.id for one in checks.backups(None)] == ["hanoi_docs.W010"]
    with pytest.raises(CommandError, match="Sao lưu đang tắt"):
        call_command("verify_backup")


def test_old_backups_go_with_the_log_that_only_they_needed(tmp_path):
    vault = Vault(tmp_path)
    for number in range(1, 5):
        folder = vault.full / f"2026110{number}T000000Z"
        folder.mkdir(parents=True)
        names = {"name": folder.name, "start_segment": f"00000001000000000000000{number}"}
        (folder / "manifest.json").write_text(json.dumps(names))
    (vault.full / "20261105T000000Z").mkdir()  # cut off
    vault.wal.mkdir()
    for number in range(1, 6):
        (vault.wal / f"00000001000000000000000{number}.gz.age").touch()
    full.forget(vault, 2)
    assert sorted(path.name[:8] for path in vault.full.iterdir()) == ["20261103", "20261104"]
    assert sorted(path.name[23] for path in vault.wal.iterdir()) == ["3", "4", "5"]


@pytest.mark.parametrize("size", [1 << 24, 1 << 26])
def test_segments_follow_each_other_over_the_end_of_a_log(size):
    last = wal.segment_of("1/FFFFFFFF", 3, size)
    assert wal.after(last, size) == wal.segment_of("2/0", 3, size) == "000000030000000200000000"


def test_signing_keys_are_sealed_apart_and_only_when_asked(vault, settings, tmp_path):
    settings.SIGNING_KEY_DIR.mkdir()
    (settings.SIGNING_KEY_DIR / "so.p12").write_bytes(b"a key")
    call_command("backup", keys=tmp_path / "keys.age", stdout=StringIO())
    listed = subprocess.run(
        ["tar", "t"], input=vault.open(tmp_path / "keys.age"), capture_output=True, check=True
    )
    assert b"keys/so.p12" in listed.stdout
