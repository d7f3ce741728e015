"""A backup brought back, and what stands in the way of that: each one true sentence; nothing half-done stays."""

import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from documents import blobs
from documents.models import Blob
from hanoi_docs.backups import full, wal
from hanoi_docs.backups.engine import programs, second_engine
from hanoi_docs.backups.shipping import Shipper
from hanoi_docs.backups.vault import Vault, WrongKey
from tests.hanoi_docs.vaults import ON_A_SERVER_THAT_REPLICATES, drop_slot, new_key

ROOT = Path(__file__).resolve().parents[2]
# The mark has the database made, also for these tests alone.
pytestmark = [*ON_A_SERVER_THAT_REPLICATES, pytest.mark.django_db]


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
    assert ended(kept) <= until_of(sentence) <= kept.at + timedelta(seconds=30)
    assert gone in " ".join(verified(copy))


def test_a_backup_whose_last_commit_lies_before_its_end_comes_back_as_at_its_end(kept, copy, reach):
    path = copy.full / kept.manifest["name"] / "manifest.json"
    quiet = ended(kept) + timedelta(hours=1)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"ended": quiet.isoformat()}))
    gone = wal.chain(copy, kept.manifest).names[-2]
    (copy.wal / f"{gone}.gz.age").unlink()
    assert until_of(refusal(copy, reach)) == quiet, (
        "an earlier moment would be refused as older than the backup"
    )
    restore(copy, reach, until=quiet)
    assert (reach / "data/PG_VERSION").exists()


def ended(kept) -> datetime:
    return datetime.fromisoformat(str(kept.manifest["ended"]))


def until_of(sentence: str) -> datetime:
    return datetime.fromisoformat(sentence.rpartition("--until ")[2].replace("Z", "+00:00"))


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
